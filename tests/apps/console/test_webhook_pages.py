"""Webhooks in the console: made with a secret that is shown once, tested, looked after."""

import re

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from apps.webhooks.models import Delivery, Webhook

FORM = {"name": "Tickets", "address": "https://93.184.216.34/hooks/token-17", "events": ["rating.given"]}


@pytest.fixture
def page(operator: Client) -> str:
    return operator.post("/console/webhooks/new/", FORM).headers["Location"]


def text_of(client: Client, page: str) -> str:
    return client.get(page, headers={"accept-language": "en"}).content.decode()


def test_the_secret_of_a_new_webhook_is_shown_once(operator: Client, page: str) -> None:
    secret = Webhook.objects.get().secret
    assert secret in text_of(operator, page) and secret not in text_of(operator, page)
    assert not Session.objects.filter(session_data__contains=secret).exists()
    operator.post(f"{page}secret/")
    renewed = Webhook.objects.get().secret
    assert renewed != secret and renewed in text_of(operator, page)


def test_a_private_address_is_refused_with_its_reason(operator: Client, db: None) -> None:
    refused = operator.post("/console/webhooks/new/", FORM | {"address": "https://10.0.0.1/"})
    assert refused.status_code == 200 and "private network" in refused.content.decode()
    refused = operator.post("/console/webhooks/new/", FORM | {"address": "http://crm.internal/"})
    assert "WEBHOOK_PLAIN_HOSTS" in refused.content.decode()  # says what to do
    assert not Webhook.objects.exists()


def test_the_list_shows_the_host_and_not_the_whole_address(operator: Client, page: str) -> None:
    listed = text_of(operator, "/console/webhooks/")
    assert "93.184.216.34" in listed and "token-17" not in listed


def test_a_test_and_a_failure_stand_in_the_list_and_can_be_sent_again(operator: Client, page: str) -> None:
    operator.post(f"{page}test/")
    delivery = Delivery.objects.get()
    assert delivery.kind == "webhook.test" and "Waiting" in text_of(operator, page)
    Delivery.objects.update(state="failed", status=404, attempts=1)
    assert "HTTP 404" in text_of(operator, page)
    operator.post(f"{page}deliveries/{delivery.pk}/")
    assert Delivery.objects.get().state == "waiting"


def test_a_webhook_that_was_switched_off_says_why_and_is_switched_on_by_the_form(
    operator: Client, page: str
) -> None:
    Webhook.objects.update(is_on=False, off_because="failing", failing_since=timezone.now())
    assert "for three days" in text_of(operator, page)
    assert "Switched off" in text_of(operator, "/console/webhooks/")
    operator.post(page, FORM | {"is_on": "on", "with_text": "on"})
    hook = Webhook.objects.get()
    assert (hook.is_on, hook.off_because, hook.with_text) == (True, "", True)


def test_a_deleted_webhook_is_gone_with_its_deliveries(operator: Client, page: str) -> None:
    operator.post(f"{page}test/")
    operator.post(f"{page}delete/")
    assert not Webhook.objects.exists() and not Delivery.objects.exists()
    assert operator.get(page).status_code == 404


def test_the_times_of_a_webhook_are_for_the_page_to_say_in_the_readers_own(operator: Client, page: str) -> None:
    hook = Webhook.objects.get()
    at = timezone.now().replace(year=2026, month=3, day=1, hour=23, minute=30, second=15)
    Webhook.objects.update(failing_since=at)
    hook.deliveries.create(kind="webhook.test", state="waiting", attempts=1, next_at=at, give_up_at=at)
    own = r'<time class="figures" datetime="2026-03-01T23:30:15[^"]*" data-own="">2026-03-01 23:30:15 UTC</time>'
    shown = text_of(operator, page)
    assert re.search(f"Nothing could be delivered since {own}", shown)
    assert re.search(f"Next try: {own}", shown)
