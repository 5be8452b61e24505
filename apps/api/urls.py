"""Routes of the description of the REST views."""

from django.urls import path

from . import views

app_name = "api"
urlpatterns = [
    path("schema/", views.schema, name="schema"),
    path("docs/", views.reference, name="reference"),
]
