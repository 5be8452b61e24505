"""The path of a conversation that is shown, as something to take along: for a share, or as Markdown."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from ..models import Assistant, Conversation, Message, Outcome, Role
from ..tree import tree_of


def messages_shown(conversation: Conversation) -> QuerySet[Message]:
    """Those of the path that is shown, in order, with their generations and files."""
    path = tree_of(conversation).path_to(conversation.head_id)
    return conversation.messages.filter(pk__in=path).select_related("generation").prefetch_related("files")


def snapshot(conversation: Conversation, *, own: bool = False) -> dict[str, Any]:
    """Title, assistant's names, and each message's role, text, language and sources; nothing about the person.

    A translation has its source beside it, and the terms that it does not use. With `own` each message has its time
    as well, and the names of the files that were brought: for whose conversation it is.
    """
    return {
        "title": conversation.title,
        "assistant": conversation.assistant.name,
        "assistant_zh": conversation.assistant.name_zh,
        "messages": [
            {
                "role": m.role,
                "text": m.text,
                "images": sum(file.is_image for file in m.files.all()),  # are for who brought them: not shared
                "language": m.language,
                "sources": [_source(s) for s in m.sources],
                "notes": [note for note in m.notes if note["kind"] in ("paragraphs", "terms")],
                "notice": notice_below(conversation.assistant, m),
            }
            | (_for_its_owner(m) if own else {})
            for m in messages_shown(conversation)
            if m.text
        ],
    }


def _for_its_owner(message: Message) -> dict[str, Any]:
    return {"at": message.created_at, "files": [file.name for file in message.files.all()]}


def notice_below(assistant: Assistant, message: Message | None) -> str:
    """What the assistant has said below each answer from its documents, in the answer's language; else nothing."""
    if message is None or not hasattr(message, "generation") or message.generation.outcome != Outcome.ANSWERED:
        return ""
    return assistant.in_language("notice", message.language)


def images_left_out(count: int) -> str:
    """Said where a question showed images."""
    return ngettext("%(count)d image is not part of this.", "%(count)d images are not part of this.", count) % {
        "count": count
    }


def _source(source: dict[str, Any]) -> dict[str, Any]:
    """What tells a source; not its passage, which is for those who may talk to the assistant."""
    told = {name: source.get(name, "") for name in ("number", "title", "heading", "excerpt")}
    return told | {name: source[name] for name in ("page", "pages", "slides", "rows") if source.get(name)}


def assistant_named(content: dict[str, Any]) -> str:
    """The assistant's name in the page's language."""
    chinese = (get_language() or "").startswith("zh")
    return str((chinese and content.get("assistant_zh")) or content["assistant"])


def markdown(content: dict[str, Any]) -> str:
    """A snapshot as a Markdown document: questions as headings, sources as a list below each answer."""
    parts = [f"# {content['title']}", f"*{assistant_named(content)}*"]
    for message in content["messages"]:
        if message["role"] == Role.USER:
            parts.append("## " + " ".join(message["text"].split()))
            parts.extend(_below_the_question(message))
            if count := message.get("images"):  # shares made before 0.3 have none
                parts.append(f"*{images_left_out(count)}*")
            continue
        parts.append(
            f"**{_('A person')}:** {message['text']}" if message["role"] == Role.PERSON else message["text"]
        )
        if message["sources"]:
            parts.append("\n".join(f"- [{one['number']}] {source_line(one)}" for one in message["sources"]))
        if message.get("notice"):  # shares made before 0.2 have none
            parts.append(f"*{message['notice']}*")
    return "\n\n".join(parts) + "\n"


def _below_the_question(message: dict[str, Any]) -> Iterator[str]:
    """When it was asked, and what was brought to it, where the snapshot says so."""
    if "at" in message:
        yield f"*{message['at']:%Y-%m-%d %H:%M} UTC*"
    if files := message.get("files"):
        yield "*" + _("Files: %(names)s") % {"names": _(", ").join(files)} + "*"


def source_line(source: dict[str, Any]) -> str:
    """Where a source stands: its document, the heading in it, and the pages or the rows of a table."""
    place = " › ".join(dict.fromkeys(filter(None, [source["title"], source["heading"]])))
    if rows := source.get("rows"):
        first, last = rows
        said = _("%(place)s, row %(first)d") if first == last else _("%(place)s, rows %(first)d to %(last)d")
        return said % {"place": place, "first": first, "last": last}
    slides = source.get("slides")
    if (pages := source.get("pages")) and pages[0] < pages[1]:
        said = _("%(place)s, slides %(first)d–%(last)d") if slides else _("%(place)s, pages %(first)d–%(last)d")
        return said % {"place": place, "first": pages[0], "last": pages[1]}
    if page := source.get("page"):
        said = _("%(place)s, slide %(page)d") if slides else _("%(place)s, page %(page)d")
        return said % {"place": place, "page": page}
    return place
