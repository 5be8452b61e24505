"""Every HTTP route of the application starts here."""

from allauth.account import views as account
from django.urls import include, path

from apps.accounts.views import ChoosePassword, own_name
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
    path("password/change/", account.password_change, name="account_change_password"),
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
