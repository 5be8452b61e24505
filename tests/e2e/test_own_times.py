"""Times of the console are the reader's own."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from apps.accounts.models import User
from apps.chat.models import Assistant, Conversation, Message

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("assistants")]
MOMENT = datetime(2026, 3, 1, 23, 30, 15, tzinfo=UTC)
FIRST = """new MutationObserver((_, observer) => {
  const time = document.querySelector(".said time");
  if (!time) return;
  observer.disconnect();
  time.setAttribute("data-first", "");
}).observe(document, { childList: true, subtree: true })"""


@pytest.fixture
def asked() -> Iterator[Conversation]:
    shop = Assistant.objects.get(slug="shop")
    conversation = Conversation.objects.create(
        assistant=shop, title="Help", standing="waiting", standing_at=MOMENT, language="en"
    )
    message = Message.objects.create(conversation=conversation, position=1, role="user", text="Help", language="en")
    Message.objects.filter(pk=message.pk).update(created_at=MOMENT)
    yield conversation
    conversation.delete()


def test_a_conversation_of_the_inbox_says_the_readers_own_time_also_when_it_is_read_again(
    operator: str, asked: Conversation, open_page: Callable[..., Page]
) -> None:
    User.objects.update(role="admin")

    def in_shanghai(page: Page) -> None:
        page.add_init_script(FIRST)
        page.context.new_cdp_session(page).send("Emulation.setTimezoneOverride", {"timezoneId": "Asia/Shanghai"})

    page = open_page(f"/console/inbox/{asked.pk}/", session=operator, prepare=in_shanghai)
    time = page.locator("[data-live-part] .said time")
    expect(page.locator("time[data-first]")).to_have_count(0)  # the socket is open, and the part was read again
    expect(time).to_have_text("2026-03-02 07:30")
    expect(time).to_have_attribute("title", "2026-03-01 23:30:15 UTC")
    page.goto("/console/audit/")
    expect(page.locator("tbody time").first).not_to_contain_text("UTC")
