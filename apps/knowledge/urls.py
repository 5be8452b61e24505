"""Routes of apps.knowledge."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
