"""Every HTTP route of the application starts here."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from django.conf import settings
from django.urls import include, path
from django.views.decorators.cache import never_cache

from apps.accounts.views.own import ChoosePassword, change_password, own_name
from apps.accounts.views.second_step import NewCodes, Removal, SetUp, code
from apps.core.views import health
from apps.knowledge.views import original

# Of the library's pages only those that work here: there is no mail server to confirm or reset anything with.
account_urls = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("signup/", account.signup, name="account_signup"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("name/", own_name, name="account_name"),
    path("password/new/<uidb64>/<token>/", ChoosePassword.as_view(), name="account_choose_password"),
    path("password/change/", change_password, name="account_change_password"),
    path("second-step/", mfa.index, name="mfa_index"),
    path("second-step/code/", code, name="mfa_authenticate"),
    path("second-step/again/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("second-step/set-up/", SetUp.as_view(), name="mfa_activate_totp"),
    path("second-step/remove/", Removal.as_view(), name="mfa_deactivate_totp"),
    path("second-step/codes/", never_cache(codes.view_recovery_codes), name="mfa_view_recovery_codes"),
    path("second-step/codes/new/", NewCodes.as_view(), name="mfa_generate_recovery_codes"),
]

if settings.SSO_ISSUER:
    from apps.accounts.views import sso

    account_urls += [
        path("sso/", sso.sign_in, name="openid_connect_login"),
        path("sso/callback/", sso.callback, name="openid_connect_callback"),
    ]

urlpatterns = [
    path("", include("apps.chat.urls")),
    path("", include("apps.widget.urls")),
    path("accounts/", include(account_urls)),
    path("api/", include("apps.api.urls")),
    path("api/knowledge/", include("apps.knowledge.urls")),
    path("originals/<uuid:passage_id>/", original, name="original"),
    path("console/", include("apps.console.urls")),
    path("language/", include("django.conf.urls.i18n")),
    path("healthz", health, name="health"),
]
handler404 = "apps.core.views.not_found"
handler500 = "apps.core.views.server_error"
