"""Widgets in the console: made and changed by whoever may, their secret shown once."""

import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from apps.accounts.models import Role
from apps.audit.models import AuditEvent
from apps.chat.models import Assistant
from apps.widget.models import Inbox
from apps.widget.signing import secrets_of

from .conftest import World, as_role

FORM = {
    "name": "Shop",
    "assistants": ["service"],
    "origins": "https://shop.example\nhttps://WWW.shop.example:8443/",
    "anonymous": "on",
    "label": "Ask us",
    "label_zh": "问问我们",
    "accent": "#b4540a",
    "side": "right",
    "per_minute": 30,
    "live": 4,
    "enabled": "on",
}


@pytest.fixture
def inbox(operator: Client, world: World) -> Inbox:
    operator.post("/console/widgets/new/", FORM)
    return Inbox.objects.get()


def test_a_widget_is_made_changed_and_told_to_the_audit_log(operator: Client, inbox: Inbox) -> None:
    assert inbox.origins == ["https://shop.example", "https://www.shop.example:8443"]
    page = operator.get(f"/console/widgets/{inbox.pk}/").content.decode()
    assert f'data-inbox="{inbox.pk}"' in page.replace("&quot;", '"') and "http://testserver/widget.js" in page
    assert "Shop" in operator.get("/console/widgets/").content.decode()
    operator.post(f"/console/widgets/{inbox.pk}/", FORM | {"anonymous": ""})
    inbox.refresh_from_db()
    assert not inbox.anonymous
    events = AuditEvent.objects.filter(target=f"inbox:{inbox.pk}").order_by("at")
    assert [event.action for event in events] == ["inbox.made", "inbox.changed"]
    assert events[1].data == {"anonymous": False} and events[1].actor_label == "operator-person"


@pytest.mark.parametrize("origins", ["*", "https://shop.example/path", "https://shop.example; script-src *"])
def test_a_site_that_is_no_exact_origin_is_refused_and_what_was_typed_stays(
    operator: Client, world: World, origins: str
) -> None:
    page = operator.post("/console/widgets/new/", FORM | {"origins": origins})
    assert page.status_code == 200 and not Inbox.objects.exists()
    assert "is no address of a site" in page.content.decode() and 'value="Ask us"' in page.content.decode()


def test_an_assistant_that_its_visitors_may_not_talk_to_cannot_be_offered(operator: Client, world: World) -> None:
    for audience, anonymous, is_made in (("staff", "", False), ("members", "on", False), ("members", "", True)):
        Assistant.objects.update(audience=audience)
        operator.post("/console/widgets/new/", FORM | {"anonymous": anonymous})
        assert Inbox.objects.exists() == is_made


def test_a_secret_is_shown_once_and_the_one_before_holds_for_a_day(operator: Client, inbox: Inbox) -> None:
    page = f"/console/widgets/{inbox.pk}/"
    secrets = []
    for _ in range(2):
        assert operator.post(f"{page}secret/").headers["Location"] == page
        secrets.append(operator.get(page).context["secret"])
        assert secrets[-1] not in operator.get(page).content.decode()
    inbox.refresh_from_db()
    assert secrets[0] != secrets[1] and secrets_of(inbox) == secrets[::-1]
    inbox.old_secret_until = timezone.now() - timedelta(seconds=1)
    assert secrets_of(inbox) == secrets[1:]


def test_a_secret_that_leaked_ends_at_once(operator: Client, inbox: Inbox) -> None:
    page = f"/console/widgets/{inbox.pk}/"
    for _ in range(2):
        operator.post(f"{page}secret/")
    operator.post(f"{page}secret/end/")
    inbox.refresh_from_db()
    assert len(secrets_of(inbox)) == 1
    assert list(AuditEvent.objects.filter(action__startswith="inbox.").values_list("action", flat=True)).count(
        "inbox.old_secret_ended"
    )
    assert not AuditEvent.objects.filter(data__icontains=secrets_of(inbox)[0]).exists()


def test_reviewers_and_customers_make_no_widgets(world: World) -> None:
    for role in (Role.REVIEWER, Role.CUSTOMER):
        assert as_role(role).post("/console/widgets/new/", FORM).status_code == 403
    assert not Inbox.objects.exists()


def test_the_preview_follows_the_form_and_says_what_is_wrong_with_it(operator: Client, inbox: Inbox) -> None:
    address = f"/console/widgets/previews/{uuid.uuid4()}/?of={inbox.pk}"
    shown = operator.post(address, FORM | {"label": "Talk to us"}).json()
    stage = operator.get(shown["stage"] + "?language=zh")
    assert shown["errors"] == [] and 'data-inbox="preview/' in stage.content.decode()
    assert stage.headers["X-Frame-Options"] == "SAMEORIGIN" and 'lang="zh-Hans"' in stage.content.decode()
    wrong = operator.post(address, FORM | {"name": "", "origins": "*"}).json()["errors"]
    assert [(one["field"], one["label"]) for one in wrong] == [("name", "Name")]
    wrong = operator.post(address, FORM | {"origins": "*"}).json()["errors"]
    assert "is no address of a site" in wrong[0]["text"]
    assert operator.post(address.replace(str(inbox.pk), "x"), FORM).status_code == 404
    inbox.refresh_from_db()
    assert inbox.label == "Ask us"
