"""Routes of apps.console."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
