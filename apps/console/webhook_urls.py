"""Routes of the webhooks, part of the console's."""

from django.urls import path

from .views import webhooks

urlpatterns = [
    path("webhooks/", webhooks.webhook_list, name="webhooks"),
    path("webhooks/new/", webhooks.webhook_new, name="webhook-new"),
    path("webhooks/<uuid:webhook_id>/", webhooks.webhook_page, name="webhook"),
    path("webhooks/<uuid:webhook_id>/secret/", webhooks.secret_renew, name="webhook-secret"),
    path("webhooks/<uuid:webhook_id>/test/", webhooks.test_send, name="webhook-test"),
    path("webhooks/<uuid:webhook_id>/delete/", webhooks.webhook_remove, name="webhook-delete"),
    path("webhooks/<uuid:webhook_id>/deliveries/<uuid:delivery_id>/", webhooks.send_again, name="delivery-again"),
]
