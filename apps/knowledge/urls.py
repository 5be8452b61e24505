"""Routes of apps.knowledge, below /api/knowledge/."""

from django.urls import path

from . import api

app_name = "knowledge"
urlpatterns = [path("passages/<uuid:passage_id>/", api.passage_detail, name="passage")]
