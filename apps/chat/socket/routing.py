"""Websocket routes."""

from django.urls import URLPattern, path

from .consumer import ChatConsumer
from .inbox import InboxConsumer

websocket_urlpatterns: list[URLPattern] = [
    path("ws/chat/", ChatConsumer.as_asgi()),
    path("ws/inbox/", InboxConsumer.as_asgi()),
]
