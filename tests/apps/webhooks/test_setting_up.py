"""Webhooks are made for public HTTPS addresses, and every change of one is on record."""

import pytest
from django.conf import LazySettings

from apps.audit.models import AuditEvent
from apps.core.actor import Actor
from apps.core.errors import BadInput
from apps.webhooks.models import Delivery, Webhook
from apps.webhooks.services import MOST, webhook_change, webhook_delete, webhook_make, webhook_secret_renew
from apps.webhooks.services import webhook_test as send_test

from .conftest import Receiver

pytestmark = pytest.mark.django_db
OLGA = Actor(user_id=7, label="olga", role="operator")
PUBLIC = "https://93.184.216.34/hooks/token"  # an address, so that no name is looked up
RATED = ["rating.given"]


def made(address: str = PUBLIC, **fields) -> Webhook:
    return webhook_make(actor=OLGA, **{"name": "Tickets", "address": address, "events": RATED, **fields})


@pytest.mark.parametrize(
    "address",
    [
        "",
        "hooks.example.com",
        "ftp://93.184.216.34/",
        "http://93.184.216.34/",
        "https://user:word@93.184.216.34/",
        "https://93.184.216.34\\@127.0.0.1/",
        "https://127.0.0.1/",
        "https://10.0.0.1/",
        "https://[::1]/",
        "https://169.254.169.254/latest/meta-data/",
        "https://2130706433/",
        "https://" + "a" * 2000,
    ],
)
def test_anything_but_https_to_the_outside_is_refused(address: str) -> None:
    with pytest.raises(BadInput):
        made(address)
    assert not Webhook.objects.exists()


def test_the_operator_of_the_installation_may_open_hosts_inside(settings: LazySettings) -> None:
    settings.WEBHOOK_NETWORKS = ["10.20.0.0/16"]
    assert made("https://10.20.1.1/").host == "10.20.1.1"
    with pytest.raises(BadInput):
        made("https://10.21.1.1/")
    with pytest.raises(BadInput):
        made("http://10.20.1.1/")
    settings.WEBHOOK_PLAIN_HOSTS = ["10.20.1.1:8080"]
    assert made("http://10.20.1.1:8080/").host == "10.20.1.1:8080"


@pytest.mark.parametrize("events", [[], ["rating.given", "made.up"]])
def test_a_webhook_hears_of_something_that_exists(events: list[str]) -> None:
    with pytest.raises(BadInput):
        made(events=events)


def test_there_are_only_so_many() -> None:
    Webhook.objects.bulk_create(Webhook(name=str(at), address=PUBLIC) for at in range(MOST))
    with pytest.raises(BadInput):
        made()


def test_every_change_is_on_record_without_address_and_secret() -> None:
    hook = made()
    first = hook.secret
    fields = {"name": "Tickets", "address": PUBLIC, "events": RATED, "is_on": True}
    webhook_change(actor=OLGA, webhook_id=hook.pk, with_text=True, **fields)
    renewed = webhook_secret_renew(actor=OLGA, webhook_id=hook.pk).secret
    send_test(actor=OLGA, webhook_id=hook.pk)
    webhook_delete(actor=OLGA, webhook_id=hook.pk)
    events = list(AuditEvent.objects.order_by("pk"))
    assert [event.action for event in events] == [
        f"webhook.{what}" for what in ("made", "changed", "secret_renewed", "tested", "deleted")
    ]
    assert events[1].data == {"with_text": True} and {event.actor_label for event in events} == {"olga"}
    written = str([event.data for event in events])
    assert first != renewed and not any(word in written for word in (first, renewed, "token"))


def test_switching_off_gives_up_what_waits(receiver: Receiver) -> None:
    hook = made(receiver.address)
    send_test(actor=OLGA, webhook_id=hook.pk)
    fields = {"name": "Tickets", "address": receiver.address, "events": RATED, "with_text": False}
    webhook_change(actor=OLGA, webhook_id=hook.pk, is_on=False, **fields)
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.problem) == ("failed", "off")
