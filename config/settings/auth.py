"""Who signs in, and how."""

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.ScryptPasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_ADAPTER = "apps.accounts.adapter.Adapter"
ACCOUNT_FORMS = {"signup": "apps.accounts.forms.SignUp"}
ACCOUNT_USERNAME_VALIDATORS = "apps.accounts.names.user_name_validators"
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*", "email"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
# The second step: a code of an authenticator app, or one of the recovery codes. No mail is sent, so no address is
# ever verified; a phone's clock may be half a minute off.
MFA_ADAPTER = "apps.accounts.second_step.Adapter"
MFA_FORMS = {
    "activate_totp": "apps.accounts.forms.SetUpSecondStep",
    "authenticate": "apps.accounts.forms.SecondStep",
    "reauthenticate": "apps.accounts.forms.SecondStepAgain",
}
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_TOLERANCE = 1
PASSWORD_RESET_TIMEOUT = 60 * 60 * 24  # of a link with which somebody chooses a password
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"

# Wrong passwords are counted for an account and an address together: a colleague behind the same address signs in
# all the while, and a stranger elsewhere locks nobody out. An address alone is held back where it tries very many.
ACCOUNT_RATE_LIMITS = {"login": "120/m/ip", "login_failed": "60/m/ip"}
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25  # hours
AXES_USERNAME_CALLABLE = "apps.accounts.locks.lock_key_of_credentials"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_VERBOSE = False
# Codes of the second step are counted for the account alone (second_step.py), as often and as long.
