"""Routes of the console about the knowledge base; part of `console.urls`."""

from django.urls import path

from .import_urls import urlpatterns as import_urls
from .views import documents, knowledge, passages

urlpatterns = [
    path("knowledge/", knowledge.collection_list, name="knowledge"),
    path("knowledge/<slug:collection>/", knowledge.collection_page, name="collection"),
    path("knowledge/<slug:collection>/rename/", knowledge.collection_name, name="collection-rename"),
    path("knowledge/<slug:collection>/delete/", knowledge.collection_remove, name="collection-delete"),
    path("knowledge/<slug:collection>/documents/delete/", documents.document_remove, name="document-delete"),
    path("knowledge/documents/<uuid:document_id>/", documents.document_page, name="document"),
    path("knowledge/documents/<uuid:document_id>/text/", documents.document_file, name="document-text"),
    path("knowledge/documents/<uuid:document_id>/rename/", documents.document_name, name="document-rename"),
    path("knowledge/passages/<uuid:passage_id>/", passages.passage_place, name="passage"),
    path("knowledge/passages/<uuid:passage_id>/edit/", passages.passage_change, name="passage-edit"),
    path("knowledge/passages/<uuid:passage_id>/restore/", passages.passage_back, name="passage-restore"),
    *import_urls,
]
