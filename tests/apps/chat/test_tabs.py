"""Two tabs of one person: what is asked in one is known in the other, and nobody else hears of it."""

import pytest

from apps.chat.news import tabs_key

from .sockets import listening, tab

pytestmark = [pytest.mark.usefixtures("assistant", "runtime"), pytest.mark.asyncio]


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
