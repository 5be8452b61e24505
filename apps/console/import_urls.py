"""Routes of the console about bringing files into a collection; part of `console.urls`."""

from django.urls import path

from .views import knowledge_imports, knowledge_receiving

_ALL = "knowledge/<slug:collection>/imports/"
_UPLOAD = f"{_ALL}uploads/<uuid:import_id>/"
_ONE = f"{_ALL}<uuid:import_id>/"

urlpatterns = [
    path(_ALL, knowledge_imports.import_list, name="imports"),
    path(f"{_ALL}new/", knowledge_imports.import_new, name="import-new"),
    path(f"{_ALL}uploads/", knowledge_receiving.start, name="import-start"),
    path(_UPLOAD, knowledge_receiving.state, name="import-upload"),
    path(f"{_UPLOAD}stream/", knowledge_receiving.stream, name="import-stream"),
    path(_ONE, knowledge_imports.import_detail, name="import"),
    path(f"{_ONE}state/", knowledge_imports.import_state, name="import-state"),
    path(f"{_ONE}finish/", knowledge_receiving.finish, name="import-finish"),
    path(f"{_ONE}cancel/", knowledge_receiving.cancel, name="import-cancel"),
    path(f"{_ONE}retry/", knowledge_imports.import_again, name="import-retry"),
    path(f"{_ONE}files/<uuid:item_id>/", knowledge_imports.item_preview, name="import-preview"),
]
