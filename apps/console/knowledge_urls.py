"""Routes of the console about the knowledge base; part of `console.urls`."""

from django.urls import path

from .import_urls import urlpatterns as import_urls
from .views import documents, indexes, knowledge, knowledge_address, pairs, passages, withheld

urlpatterns = [
    path("knowledge/", knowledge.collection_list, name="knowledge"),
    path("knowledge/<slug:collection>/", knowledge.collection_page, name="collection"),
    path("knowledge/<slug:collection>/withheld/", withheld.collection_withheld, name="collection-withheld"),
    path("knowledge/<slug:collection>/rename/", knowledge.collection_name, name="collection-rename"),
    path("knowledge/<slug:collection>/splitting/", knowledge.collection_splitting, name="collection-splitting"),
    path("knowledge/<slug:collection>/originals/", knowledge.collection_originals, name="collection-originals"),
    path("knowledge/<slug:collection>/delete/", knowledge.collection_remove, name="collection-delete"),
    path("knowledge/<slug:collection>/documents/delete/", documents.document_remove, name="document-delete"),
    path("knowledge/documents/<uuid:document_id>/", documents.document_page, name="document"),
    path("knowledge/documents/<uuid:document_id>/withheld/", withheld.document_withheld, name="document-withheld"),
    path("knowledge/documents/<uuid:document_id>/text/", documents.document_file, name="document-text"),
    path(
        "knowledge/documents/<uuid:document_id>/original/",
        documents.document_original_file,
        name="document-original",
    ),
    path("knowledge/documents/<uuid:document_id>/split/", documents.document_split, name="document-split"),
    path("knowledge/documents/<uuid:document_id>/rename/", documents.document_name, name="document-rename"),
    path("knowledge/passages/<uuid:passage_id>/", passages.passage_place, name="passage"),
    path("knowledge/passages/<uuid:passage_id>/edit/", passages.passage_change, name="passage-edit"),
    path("knowledge/passages/<uuid:passage_id>/restore/", passages.passage_back, name="passage-restore"),
    path("knowledge/<slug:collection>/web/", knowledge_address.address_import, name="address-import"),
    path("knowledge/<slug:collection>/pairs/", pairs.pair_list, name="pairs"),
    path("knowledge/<slug:collection>/pairs/<uuid:pair_id>/restore/", pairs.pair_back, name="pair-back"),
    path("indexes/", indexes.index_page, name="indexes"),
    path("indexes/<uuid:index_id>/state/", indexes.index_state, name="index-state"),
    path("indexes/<uuid:index_id>/cancel/", indexes.index_cancel, name="index-cancel"),
    *import_urls,
]
