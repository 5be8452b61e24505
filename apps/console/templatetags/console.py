"""How the console writes times, sizes and states."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django import template
from django.utils.html import format_html, linebreaks
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from apps.accounts.models import Role
from apps.chat.endings import ending_message
from apps.chat.models import Generation, Message, Outcome
from apps.chat.selectors import is_able
from apps.core.fences import parts
from apps.core.markdown import MOST, markdown_html
from apps.inference.selectors import error_shown
from apps.moderation.selectors import reason_shown

from ..reading.inbox import waiting
from ..reading.signs import comma, gap
from ..reading.times import ago_in_words

register = template.Library()
register.filter(is_able)
register.simple_tag(gap)
register.simple_tag(comma)
_UUID = re.compile(r"\b([0-9a-f]{8})(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")

_TONES = {
    "ok": {"ready", "active", "answered", "done", "allow"},
    "danger": {"rejected", "failed", "error", "blocked", "block"},
    "warn": {"interrupted", "stopped", "cancelled", "declined", "flag", "mask", "draining", "stopping"},
    "accent": {
        "uploading",
        "checking",
        "queued",
        "loading",
        "trying",
        "running",
        "importing",
        "receiving",
        "building",
    },
}


@register.filter
def coded(text: str) -> str:
    """Paragraphs and, with its lines, the code that stands between fences."""
    block = "<pre><code>{}</code></pre>"
    return mark_safe(  # noqa: S308  each part is escaped
        "".join(
            format_html(block, part.text) if part.is_code else linebreaks(part.text, autoescape=True)
            for part in parts(text)
        )
    )


@register.filter
def prose(text: str, cited: Mapping[int, str] | None = None) -> str:
    """An answer as the chat shows it; one that is too long for that is only `coded`."""
    return markdown_html(text, cited) if len(text) <= MOST else coded(text)


@register.filter
def numbers(message: Message) -> dict[int, str]:
    """Which are sources, and lead nowhere."""
    return {source["number"]: "" for source in message.sources}


@register.filter
def likely(generation: Generation) -> float | None:
    """How likely an answer is right; None of what quotes nothing, whose figure is only the search's.

    Of an answer that does not say which it is, from before that was kept, its assistant says it.
    """
    quotes = generation.retrieval.get("quotes", generation.conversation.assistant.quotes)
    return generation.confidence if quotes and generation.outcome == Outcome.ANSWERED else None


@register.filter
def sure(generation: Generation) -> float | None:
    """How sure the search was; None where nothing was searched, as where an answer was given again."""
    found = generation.retrieval
    return None if found.get("cache") in {"exact", "near"} else found.get("confidence")


@register.simple_tag
def waiting_count() -> int:
    """Customers who wait for a person."""
    return waiting().count()


@register.filter
def tone(state: str) -> str:
    """The class of a state's badge."""
    return next((name for name, states in _TONES.items() if state in states), "")


@register.filter
def grouped(count: float) -> str:
    """A number in groups of three digits, as both languages write it."""
    return f"{count:,.0f}"


@register.filter
def ago(at: datetime) -> str:
    """How long ago that was, in one unit: "3 hours ago"; the moment itself is its title."""
    utc = at.astimezone(UTC)
    time = '<time class="figures" datetime="{}" title="{} UTC">{}</time>'
    return format_html(time, utc.isoformat(), f"{utc:%Y-%m-%d %H:%M:%S}", ago_in_words(at))


@register.filter
def moment(at: datetime, precision: str = "") -> str:
    """A moment of its own, which the page says in the reader's time (`times.js`): to the minute, or "second"."""
    utc = at.astimezone(UTC)
    time = '<time class="figures" datetime="{}" data-own="{}">{} UTC</time>'
    return format_html(time, utc.isoformat(), precision, f"{utc:%Y-%m-%d %H:%M:%S}")


@register.filter
def percent(share: float | str | None) -> str:
    """A share; "–" where there is none (templates say "" of a key that is not there)."""
    return f"{share:.0%}" if isinstance(share, int | float) else "–"


@register.filter
def probable(value: float) -> str:
    """A probability; those near 0 and 1 are told apart."""
    return f"{value:.1%}"


@register.filter
def milliseconds(value: Any) -> str:
    """A duration given in milliseconds, in the unit that reads best."""
    if not isinstance(value, int | float):
        return "–"
    return f"{value / 1000:.1f} s" if value >= 1000 else f"{value:.0f} ms"


@register.filter
def signed(value: float | None, kind: str) -> str:
    """A difference of two figures: of shares in points, of times in milliseconds."""
    if value is None:
        return "–"
    shown = f"{value * 100:+.1f}" if kind == "share" else f"{value:+.0f}"
    if not float(shown):
        return "0"
    return shown.replace("-", "−") + (" ms" if kind == "time" else "")


@register.filter
def ended(code: str) -> str:
    """Why an answer or a run ended badly, in the page's language."""
    return ending_message(code) or ""


@register.filter
def reasons(scores: Any) -> list[tuple[str, str]]:
    """What a passage was ranked by, as (label, value), those that there are."""
    known = [
        (_("by words at"), scores.lexical_rank and f"{scores.lexical_rank}"),
        (_("by meaning at"), scores.dense_rank and f"{scores.dense_rank}"),
        ("BM25", f"{scores.bm25:.2f}"),
        (_("cosine"), None if scores.cosine is None else f"{scores.cosine:.3f}"),
        (_("fused"), f"{scores.fused:.3f}"),
        (_("reranked"), None if scores.rerank is None else f"{scores.rerank:.3f}"),
    ]
    return [(label, value) for label, value in known if value is not None]


@register.filter
def each(values: Any, key: str) -> Any:
    """values[key], or "" where there is none."""
    return values.get(key, "") if isinstance(values, dict) else ""


@register.filter
def named(assistant: Any) -> str:
    """The assistant's name in the page's language."""
    chinese = (get_language() or "").startswith("zh")
    return str((chinese and assistant.name_zh) or assistant.name)


def choice_named(assistant: Any) -> str:
    """The same where it is chosen for others to talk to: one that cannot answer yet says so."""
    return (
        named(assistant) if is_able(assistant) else f"{named(assistant)} · {_('needs a model that writes freely')}"
    )


@register.filter
def begins(title: str, words: str | None) -> bool:
    """Whether a conversation's title is only the beginning of these words, or all of them."""
    line, start = " ".join((words or "").split()), title.removesuffix("…")
    return line == title or (start != title and line.startswith(start))


@register.filter
def person(label: str) -> str:
    """Who acted: a user's name as it is, the two that are no user in words."""
    return {"system": _("system"), "visitor": _("Visitor")}.get(label, label)


@register.filter
def role(value: str) -> str:
    """A role's name in the page's language."""
    return str(dict(Role.choices).get(value, value))


@register.filter
def said(stored: str) -> str:
    """A reason that a job or the runtime gave, in the page's language."""
    return error_shown(stored)


@register.filter
def moderated(stored: str) -> str:
    """Why a classifier could not be asked, in the page's language."""
    return reason_shown(stored)


@register.filter
def device(name: str) -> str:
    """What computes, as people call it: "cuda:0" is a GPU."""
    kind, _colon, number = name.partition(":")
    known = {"cpu": "CPU", "cuda": "GPU", "mps": "GPU"}
    return f"{known.get(kind, name)} {number}".strip()


@register.filter
def counted(usage: dict[str, Any]) -> list[tuple[str, Any]]:
    """An answer's token counts as (label, count), those that the server gave."""
    labels = {
        "prompt_tokens": _("Tokens read"),
        "cached_tokens": _("Of them known from before"),
        "completion_tokens": _("Tokens written"),
    }
    return [(label, usage[name]) for name, label in labels.items() if name in usage]


@register.filter
def plain(value: Any) -> str:
    """A value of an audit event: lists as words, nothing as a dash."""
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "–"
    return "–" if value in ("", None) else str(value)


@register.filter
def short(text: str) -> str:
    """With any UUID cut to its first block; the whole belongs into a title."""
    return _UUID.sub(r"\1…", str(text))


@register.filter
def measured(timings: dict[str, Any]) -> list[tuple[str, str]]:
    """An answer's times and figures that there are, as (label, value), in the order in which things happen."""
    labels = _labels()
    timings = {name: value for name, value in timings.items() if value is not None}
    known = [(labels[name], name) for name in labels if name in timings]
    others = [(name.replace("_", " "), name) for name in timings if name not in labels]
    return [(label, _value(name, timings[name])) for label, name in [*known, *others]]


def _value(name: str, value: Any) -> str:
    if "logprob" in name and isinstance(value, int | float):
        return f"{value:.2f}"
    return f"{value}" if "tokens" in name else milliseconds(value)


def _labels() -> dict[str, str]:
    return {
        "embed": _("Question to vector"),
        "passages": _("Finding passages"),
        "sentences": _("Ranking sentences"),
        "rerank": _("Reading them once more"),
        "across": _("Search across languages"),
        "total": _("Search in all"),
        "search": _("Search, with waiting"),
        "first_token": _("Time to first token"),
        "answer": _("Time to whole answer"),
        "runtime_queue_ms": _("Waiting in the runtime"),
        "runtime_first_token_ms": _("First token in the runtime"),
        "runtime_decode_ms": _("Writing in the runtime"),
        "runtime_forced_tokens": _("Tokens copied from the documents"),
        "runtime_mean_logprob": _("Mean log-probability"),
        "label_logprob": _("How sure of its label"),
        "runtime_draft_tokens": _("Tokens guessed ahead"),
        "runtime_accepted_tokens": _("Guessed tokens that were right"),
    }
