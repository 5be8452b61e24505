"""What the page is born with, so that it needs no request before the first question."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from apps.accounts.actors import actor_from_request

from ..files import LIMITS
from ..models import Assistant, Conversation, Share
from ..news import tabs_key
from ..reading.history import history_page, removal_data
from ..reading.snapshot import images_left_out
from ..reading.transcript import conversation_data
from ..selectors import assistants_offered, sees_images
from ..services.message_text import LONGEST
from ..services.removing import removal_live
from .strings import page_strings


def page_data(request: HttpRequest, opened: Conversation | None) -> dict[str, Any]:
    """The contract with the browser's code; `strings` are its texts in the page's language."""
    user, actor = request.user, actor_from_request(request)
    assistants = [assistant_data(assistant) for assistant in assistants_offered(actor)]
    return chat_data(assistants, drafts=str(tabs_key(actor))) | {
        "conversation": conversation_data(opened) if opened else None,
        "history": history_page(actor),
        "removal": removal_data(going_on) if (going_on := removal_live(actor)) else None,
        "user": {"name": user.get_username(), "role": user.role} if user.is_authenticated else None,
    }


def chat_data(assistants: list[dict[str, Any]], *, drafts: str) -> dict[str, Any]:
    """For who has not asked yet, here or in a frame; `assistants` by `assistant_data`.

    `drafts`: under which name the browser keeps what was typed and not sent; "" for nowhere.
    """
    return {
        "assistants": assistants,
        "conversation": None,
        "history": {"conversations": [], "older": ""},
        "removal": None,
        "drafts": drafts,
        "files": LIMITS | {"characters": LONGEST},
        "language": get_language(),
        "strings": page_strings(),
        "user": None,
    }


def trial_data(assistants: list[dict[str, Any]]) -> dict[str, Any]:
    """For who tries assistants that are not saved, in a frame of the console."""
    data = chat_data(assistants, drafts="") | {"trial": True}
    data["strings"]["person_waiting"] = _("Your customers wait for a person now. In a trial nobody is called.")
    return data


def shared_data(share: Share) -> dict[str, Any]:
    """What the page of a share is born with."""
    messages = [
        message | {"left_out": images_left_out(message["images"]) if message.get("images") else ""}
        for message in share.content["messages"]
    ]
    return {"messages": messages, "language": get_language(), "strings": page_strings()}


def assistant_data(assistant: Assistant) -> dict[str, Any]:
    """In the page's language where the assistant has texts in it."""
    language = "zh" if (get_language() or "").startswith("zh") else "en"
    return {
        "slug": assistant.slug,
        "name": assistant.in_language("name", language),
        "description": assistant.in_language("description", language),
        "starters": assistant.in_language("starters", language),
        "notice": {language: assistant.in_language("notice", language) for language in ("en", "zh")},
        "handover": assistant.handover,
        "hours": assistant.hours(language),
        "task": assistant.task,
        "quotes": assistant.quotes,
        "images": sees_images(assistant),
    }
