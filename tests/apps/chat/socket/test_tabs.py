"""Two tabs of one person: what is asked in one is known in the other, and nobody else hears of it."""

from functools import partial

import pytest
from asgiref.sync import sync_to_async
from django.test import Client
from django.urls import reverse

from apps.accounts.links import link_parts
from apps.accounts.models import User
from apps.accounts.services import user_block
from apps.chat.news import conversation_tell, person_tell, tabs_key
from apps.core.actor import SYSTEM
from apps.core.db import in_database

from ..fakes import send
from ..sockets import listening, tab

pytestmark = [pytest.mark.usefixtures("assistant", "runtime"), pytest.mark.asyncio]
OLD, GOOD = "a pass phrase of before", "a long enough pass phrase"


@pytest.mark.parametrize("name", ["owner", "visitor"])
async def test_the_other_tab_of_the_same_person_is_told_and_nobody_else(cast, name: str) -> None:
    (actor, client), stranger = cast[name], cast["stranger"]
    async with tab(client) as first, tab(client) as second, tab(stranger[1]) as other:
        await listening(tabs_key(actor), 2)
        await listening(tabs_key(stranger[0]), 1)
        ids = await first.ask()
        assert (await first.hear())["type"] == "accepted"
        assert await second.hear_anything() == {"type": "changed"}
        assert not await other.hears_anything()
        await first.ask(**ids)
        assert (await first.hear())["type"] == "accepted"
        assert not await second.hears_anything()  # a repeat changes nothing


@pytest.mark.parametrize(
    ("method", "body"),
    [("patch", {"title": "Lamps"}), ("patch", {"pinned": True}), ("delete", None)],
)
async def test_renaming_pinning_and_deleting_tell_the_persons_other_tabs_and_nobody_else(
    cast, method, body
) -> None:
    actor, browser = cast["owner"]
    sent = await in_database(send, actor)
    address = f"/api/chat/conversations/{sent.conversation.pk}/"
    async with tab(browser) as mine, tab(cast["stranger"][1]) as theirs:
        await listening(tabs_key(actor), 1)
        await listening(tabs_key(cast["stranger"][0]), 1)
        change = getattr(browser, method)
        response = await sync_to_async(change)(address, body, content_type="application/json")
        assert response.status_code in (200, 204)
        assert await mine.hear_anything() == {"type": "changed"}
        assert not await theirs.hears_anything()


async def test_who_is_blocked_is_told_in_the_tabs_that_are_open_and_hears_nothing_more(cast) -> None:
    actor, browser = cast["owner"]
    sent = await in_database(send, actor)
    async with tab(browser) as mine:
        await listening(tabs_key(actor), 1)
        block = partial(user_block, actor=SYSTEM, username="owner", blocked=True)
        await in_database(block)
        await sync_to_async(person_tell)(actor.user_id)
        assert (await mine.hear_anything())["code"] == "session_ended"
        assert not await mine.hears_anything()
        await conversation_tell(sent.conversation)
        assert not await mine.hears_anything()


async def test_who_signs_out_is_told_so_in_the_other_tabs_at_once(cast) -> None:
    actor, browser = cast["owner"]
    async with tab(browser) as mine, tab(cast["stranger"][1]) as theirs:
        await listening(tabs_key(actor), 1)
        await listening(tabs_key(cast["stranger"][0]), 1)
        await sync_to_async(browser.post)(reverse("account_logout"))
        told = await mine.hear_anything()
        assert (told["code"], told["message"]) == (
            "session_ended",
            "Your session has ended. Please reload the page.",
        )
        assert not await theirs.hears_anything()


async def test_who_chooses_a_password_by_a_link_ends_what_is_open_with_the_old_one(cast) -> None:
    actor, browser = cast["owner"]
    async with tab(browser) as mine, tab(cast["stranger"][1]) as theirs:
        await listening(tabs_key(actor), 1)
        await listening(tabs_key(cast["stranger"][0]), 1)
        await sync_to_async(choose_by_link)()
        assert (await mine.hear_anything())["code"] == "session_ended"
        assert not await theirs.hears_anything()


def choose_by_link() -> None:
    link = reverse("account_choose_password", kwargs=link_parts(User.objects.get(username="owner")))
    elsewhere = Client()
    form = elsewhere.get(link, follow=True).request["PATH_INFO"]
    elsewhere.post(form, {"new_password1": GOOD, "new_password2": GOOD})


async def test_who_changes_the_password_ends_the_sessions_of_other_browsers(cast) -> None:
    actor, browser = cast["owner"]
    async with tab(browser) as other:
        await listening(tabs_key(actor), 1)
        await sync_to_async(change_elsewhere)()
        assert (await other.hear_anything())["code"] == "session_ended"


def change_elsewhere() -> None:
    owner, elsewhere = User.objects.get(username="owner"), Client()
    owner.set_password(OLD)
    owner.save(update_fields=["password"])
    elsewhere.force_login(owner)
    elsewhere.post(reverse("account_change_password"), {"oldpassword": OLD, "password1": GOOD, "password2": GOOD})
    owner.refresh_from_db()
    assert owner.check_password(GOOD)
