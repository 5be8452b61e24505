"""Routes of the chat."""

from django.urls import URLPattern, path

from . import views

app_name = "chat"
urlpatterns: list[URLPattern] = [
    path("", views.home, name="home"),
    path("c/<uuid:conversation_id>/", views.conversation, name="conversation"),
    path("api/chat/conversations/", views.conversation_list, name="conversation-list"),
    path("api/chat/conversations/<uuid:conversation_id>/", views.conversation_detail, name="conversation-detail"),
    path(
        "api/chat/conversations/<uuid:conversation_id>/delete/",
        views.conversation_remove,
        name="conversation-delete",
    ),
]
