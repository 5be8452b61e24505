"""API keys in the console: made by whoever may, shown once, revoked with a click."""

from django.contrib.sessions.models import Session
from django.test import Client

from apps.accounts.models import Role
from apps.api.models import ApiKey
from apps.audit.models import AuditEvent
from apps.chat.models import Assistant

from .conftest import World, as_role

FORM = {"name": "Shop system", "assistants": ["service"], "per_minute": 30, "live": 2, "expires_at": "30"}


def test_a_new_key_is_shown_once_and_its_first_letters_after(operator: Client, world: World) -> None:
    made = operator.post("/console/keys/", FORM)
    assert (made.status_code, made.headers["Location"]) == (302, "/console/keys/")  # a reload makes no second key
    cookie = made.cookies["made"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Strict", "/console/keys/")
    page = operator.get("/console/keys/")
    key, token = ApiKey.objects.get(), page.context["token"]
    assert token in page.content.decode() and token.startswith(key.prefix)
    assert not Session.objects.filter(session_data__contains=token).exists()
    assert (key.per_minute, key.live, key.actor_label) == (30, 2, "operator-person")
    assert key.expires_at is not None
    again = operator.get("/console/keys/").content.decode()
    assert token not in again and key.prefix in again
    assert f">{key.assistants.get().slug}</code>" in again  # what a client names as the model
    assert "no-store" in page.headers["Cache-Control"]


def test_nobody_else_is_shown_a_key_that_was_made_in_the_same_browser(operator: Client, world: World) -> None:
    cookie = operator.post("/console/keys/", FORM).cookies["made"].value
    other = as_role(Role.ADMIN)
    other.cookies["made"] = cookie
    assert other.get("/console/keys/").context["token"] == ""


def test_an_assistant_that_cannot_answer_yet_says_so_where_it_is_chosen_and_is_not_talked_to(
    operator: Client, world: World
) -> None:
    Assistant.objects.filter(slug="service").update(verbatim=False)
    for page in ("/console/keys/", "/console/assistants/"):
        assert "needs a model that writes freely" in operator.get(page).content.decode()
    assert "Talk to it" not in operator.get("/console/assistants/service/").content.decode()


def test_a_key_for_nothing_is_not_made(operator: Client, world: World) -> None:
    page = operator.post("/console/keys/", FORM | {"assistants": []})
    assert page.status_code == 200 and page.context["form"].errors["assistants"]
    assert not ApiKey.objects.exists()


def test_a_revoked_key_stays_in_the_list_as_such(operator: Client, world: World) -> None:
    operator.post("/console/keys/", FORM)
    key = ApiKey.objects.get()
    page = operator.post(f"/console/keys/{key.pk}/revoke/", follow=True).content.decode()
    assert "Revoked" in page and f"/console/keys/{key.pk}/revoke/" not in page
    assert sorted(AuditEvent.objects.filter(action__startswith="key.").values_list("action", flat=True)) == [
        "key.made",
        "key.revoked",
    ]


def test_reviewers_make_no_keys(reviewer: Client, world: World) -> None:
    assert reviewer.post("/console/keys/", FORM).status_code == 403
    assert not ApiKey.objects.exists()
