"""Websocket routes."""

from django.urls import URLPattern, path

from .consumer import WidgetConsumer

websocket_urlpatterns: list[URLPattern] = [path("ws/widget/", WidgetConsumer.as_asgi())]
