"""Routes of the chat."""

from django.urls import URLPattern, path

from .api import conversations, files, handover, history, rating, shares
from .pages import account, views

app_name = "chat"
urlpatterns: list[URLPattern] = [
    path("", views.home, name="home"),
    path("c/<uuid:conversation_id>/", views.conversation, name="conversation"),
    path("c/<uuid:conversation_id>/download/", views.download, name="download"),
    path("c/<uuid:conversation_id>/word/", views.download_word, name="word"),
    path("c/<uuid:conversation_id>/word/<uuid:answer_id>/", views.download_word, name="answer-word"),
    path("accounts/delete/", account.delete, name="account-delete"),
    path("s/<str:token>/", views.shared, name="shared"),
    path("api/chat/conversations/", conversations.conversation_list, name="conversation-list"),
    path("api/chat/history/", history.history, name="history"),
    path("api/chat/history/removals/<uuid:removal_id>/", history.removal, name="removal"),
    path("api/chat/history/archive/", history.archive, name="archive"),
    path(
        "api/chat/conversations/<uuid:conversation_id>/",
        conversations.conversation_detail,
        name="conversation-detail",
    ),
    path("api/chat/conversations/<uuid:conversation_id>/shown/", conversations.shown_version, name="shown-version"),
    path("api/chat/conversations/<uuid:conversation_id>/shares/", shares.share_list, name="share-list"),
    path(
        "api/chat/conversations/<uuid:conversation_id>/shares/<uuid:share_id>/",
        shares.share_detail,
        name="share-detail",
    ),
    path("api/chat/conversations/<uuid:conversation_id>/person/", handover.person, name="person"),
    path(
        "api/chat/conversations/<uuid:conversation_id>/passages/<uuid:passage_id>/",
        files.file_passage,
        name="file-passage",
    ),
    path("api/chat/files/", files.file_list, name="file-list"),
    path("api/chat/files/<uuid:file_id>/", files.file_detail, name="file-detail"),
    path("api/chat/files/<uuid:file_id>/image/", files.file_image, name="file-image"),
    path("api/chat/answers/<uuid:generation_id>/rating/", rating.rating, name="rating"),
]
