"""Routes of the widget."""

from django.urls import URLPattern, path

from . import api, preview_views, views

app_name = "widget"
urlpatterns: list[URLPattern] = [
    path("widget.js", views.script, name="script"),
    path("widget/<uuid:inbox_id>/", views.frame, name="frame"),
    path("widget/<uuid:inbox_id>/look/", views.look, name="look"),
    path("widget/<uuid:inbox_id>/theme.css", views.theme, name="theme"),
    path("widget/<uuid:inbox_id>/session/", api.session, name="session"),
    # for the launcher "preview/…" is an inbox like any other
    path("widget/preview/<str:token>/", preview_views.preview_frame, name="preview"),
    path("widget/preview/<str:token>/look/", preview_views.preview_look, name="preview-look"),
    path("widget/preview/<str:token>/theme.css", preview_views.preview_theme, name="preview-theme"),
]
