"""Routes of the console about the knowledge base; part of `console.urls`."""

from django.urls import path

from .views import knowledge

urlpatterns = [
    path("knowledge/", knowledge.collection_list, name="knowledge"),
    path("knowledge/<slug:collection>/", knowledge.collection_page, name="collection"),
    path("knowledge/<slug:collection>/rename/", knowledge.collection_name, name="collection-rename"),
    path("knowledge/<slug:collection>/delete/", knowledge.collection_remove, name="collection-delete"),
]
