"""Routes of the chat."""

from django.urls import URLPattern, path

from . import api, rating_api, views

app_name = "chat"
urlpatterns: list[URLPattern] = [
    path("", views.home, name="home"),
    path("c/<uuid:conversation_id>/", views.conversation, name="conversation"),
    path("api/chat/conversations/", api.conversation_list, name="conversation-list"),
    path("api/chat/conversations/<uuid:conversation_id>/", api.conversation_detail, name="conversation-detail"),
    path("api/chat/conversations/<uuid:conversation_id>/shown/", api.shown_version, name="shown-version"),
    path("api/chat/answers/<uuid:generation_id>/rating/", rating_api.rating, name="rating"),
]
