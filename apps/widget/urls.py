"""Routes of the widget."""

from django.urls import URLPattern, path

from . import api, views

app_name = "widget"
urlpatterns: list[URLPattern] = [
    path("widget.js", views.script, name="script"),
    path("widget/<uuid:inbox_id>/", views.frame, name="frame"),
    path("widget/<uuid:inbox_id>/look/", views.look, name="look"),
    path("widget/<uuid:inbox_id>/theme.css", views.theme, name="theme"),
    path("widget/<uuid:inbox_id>/session/", api.session, name="session"),
]
