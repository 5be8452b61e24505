"""Single sign-on by OpenID Connect. Only its tables are there unless SSO_ISSUER names who vouches for people."""

from typing import Any

from config import env

from .apps import INSTALLED_APPS

# As the provider itself writes it, such as "https://login.example.com/realms/staff".
SSO_ISSUER = env.address("SSO_ISSUER")
SSO_NAME = env.text("SSO_NAME", "SSO")  # on the button: "Sign in with …"
# Whose addresses may come in, "example.com"; without any, everybody whom the provider lets through.
SSO_DOMAINS = env.hosts("SSO_DOMAINS")
# Whether who comes for the first time gets an account, as a customer.
SSO_NEW_ACCOUNTS = env.flag("SSO_NEW_ACCOUNTS", default=True)

if SSO_ISSUER:
    if not (env.text("SSO_CLIENT_ID") and env.secret("SSO_CLIENT_SECRET")):
        raise env.BadEnvironment(
            "SSO_ISSUER needs SSO_CLIENT_ID and SSO_CLIENT_SECRET (or SSO_CLIENT_SECRET_FILE)."
        )
    INSTALLED_APPS = [*INSTALLED_APPS, "allauth.socialaccount.providers.openid_connect"]
    SOCIALACCOUNT_ADAPTER = "apps.accounts.sso.Adapter"
    # Never by its address: nobody has proved here that the address of an account is theirs.
    SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
    SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {
        "openid_connect": {
            "provider_class": "apps.accounts.sso.Provider",
            "OAUTH_PKCE_ENABLED": True,
            "APP": {
                "provider_id": "sso",
                "name": SSO_NAME,
                "client_id": env.text("SSO_CLIENT_ID"),
                "secret": env.secret("SSO_CLIENT_SECRET"),
                "settings": {"server_url": SSO_ISSUER},
            },
        }
    }
