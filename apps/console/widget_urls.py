"""Routes of the widgets, part of the console's."""

from django.urls import path

from .views import widgets

urlpatterns = [
    path("widgets/", widgets.widget_list, name="widgets"),
    path("widgets/new/", widgets.widget_new, name="widget-new"),
    path("widgets/previews/<uuid:page_id>/", widgets.widget_preview, name="widget-preview"),
    path("widgets/stages/<str:token>/", widgets.widget_stage, name="widget-stage"),
    path("widgets/<uuid:inbox_id>/", widgets.widget_edit, name="widget"),
    path("widgets/<uuid:inbox_id>/secret/", widgets.widget_secret, name="widget-secret"),
    path("widgets/<uuid:inbox_id>/secret/end/", widgets.widget_secret_end, name="widget-secret-end"),
]
