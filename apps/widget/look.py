"""What the button on a site and the frame behind it are born with."""

from typing import Any

from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from apps.chat.pages.data import assistant_data, chat_data
from apps.chat.selectors import assistants_offered

from .colours import ink_on
from .models import Inbox
from .sessions import visitor_of

LANGUAGES = {"en": "en", "zh": "zh-hans"}  # as sites and their scripts call them -> as Django does


def look_data(inbox: Inbox) -> dict[str, Any]:
    """For the button: colours, corner, and its words in each language."""
    return {
        "accent": inbox.accent,
        "ink": ink_on(inbox.accent),
        "side": inbox.side,
        "words": {short: _button_words(inbox, language) for short, language in LANGUAGES.items()},
    }


def frame_data(inbox: Inbox) -> dict[str, Any]:
    """For the frame, in the language of now: the chat's page-data of somebody who has not asked yet."""
    widget = {"inbox": str(inbox.pk), "origins": inbox.origins, "anonymous": inbox.anonymous}
    offered = assistants_offered(visitor_of(inbox, is_named=not inbox.anonymous))
    return chat_data(list(map(assistant_data, offered)), drafts=f"widget-{inbox.pk}") | {"widget": widget}


def greeting(inbox: Inbox) -> str:
    """In the language of now; "" where the operator wrote none."""
    return _own(inbox.greeting, inbox.greeting_zh, get_language() or "")


def _button_words(inbox: Inbox, language: str) -> dict[str, str]:
    with translation.override(language):
        label = _own(inbox.label, inbox.label_zh, language)
        return {
            "label": label,
            "open": label or _("Open the chat"),
            "close": _("Close the chat"),
            "title": _("Chat"),
        }


def _own(text: str, text_zh: str, language: str) -> str:
    return (language.startswith("zh") and text_zh) or text
