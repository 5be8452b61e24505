"""Routes of the chat."""

from django.urls import URLPattern, path

from . import account_page, api, file_api, handover_api, history_api, rating_api, share_api, views

app_name = "chat"
urlpatterns: list[URLPattern] = [
    path("", views.home, name="home"),
    path("c/<uuid:conversation_id>/", views.conversation, name="conversation"),
    path("c/<uuid:conversation_id>/download/", views.download, name="download"),
    path("c/<uuid:conversation_id>/word/", views.download_word, name="word"),
    path("c/<uuid:conversation_id>/word/<uuid:answer_id>/", views.download_word, name="answer-word"),
    path("accounts/delete/", account_page.delete, name="account-delete"),
    path("s/<str:token>/", views.shared, name="shared"),
    path("api/chat/conversations/", api.conversation_list, name="conversation-list"),
    path("api/chat/history/", history_api.history, name="history"),
    path("api/chat/history/removals/<uuid:removal_id>/", history_api.removal, name="removal"),
    path("api/chat/history/archive/", history_api.archive, name="archive"),
    path("api/chat/conversations/<uuid:conversation_id>/", api.conversation_detail, name="conversation-detail"),
    path("api/chat/conversations/<uuid:conversation_id>/shown/", api.shown_version, name="shown-version"),
    path("api/chat/conversations/<uuid:conversation_id>/shares/", share_api.share_list, name="share-list"),
    path(
        "api/chat/conversations/<uuid:conversation_id>/shares/<uuid:share_id>/",
        share_api.share_detail,
        name="share-detail",
    ),
    path("api/chat/conversations/<uuid:conversation_id>/person/", handover_api.person, name="person"),
    path(
        "api/chat/conversations/<uuid:conversation_id>/passages/<uuid:passage_id>/",
        file_api.file_passage,
        name="file-passage",
    ),
    path("api/chat/files/", file_api.file_list, name="file-list"),
    path("api/chat/files/<uuid:file_id>/", file_api.file_detail, name="file-detail"),
    path("api/chat/files/<uuid:file_id>/image/", file_api.file_image, name="file-image"),
    path("api/chat/answers/<uuid:generation_id>/rating/", rating_api.rating, name="rating"),
]
