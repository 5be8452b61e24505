"""Every HTTP route of the application starts here."""

from django.urls import include, path

from apps.core.views import health

urlpatterns = [
    path("", include("apps.chat.urls")),
    path("accounts/", include("allauth.urls")),
    path("api/knowledge/", include("apps.knowledge.urls")),
    path("console/", include("apps.console.urls")),
    path("language/", include("django.conf.urls.i18n")),
    path("healthz", health, name="health"),
]
handler404 = "apps.core.views.not_found"
handler500 = "apps.core.views.server_error"
