"""The page.

Of all pages only the chat's are compressed: they write nothing of a request's address back, so nobody can try out
words beside what is secret in them and watch the length (BREACH). Pages that repeat what was searched for are not.
"""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_GET

from apps.accounts.actors import actor_from_request, visitor_ensure
from apps.accounts.permissions import require

from ..models import Conversation
from ..reading.snapshot import assistant_named, markdown, snapshot
from ..selectors import access_conversation, share_get
from ..word import answer_title, messages_to_write, word
from .data import page_data, shared_data

WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@require_GET
@gzip_page
@ensure_csrf_cookie
def home(request: HttpRequest) -> HttpResponse:
    """A new conversation."""
    return _page(request, None)


@require_GET
@gzip_page
@ensure_csrf_cookie
def conversation(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    """One of the person's own conversations, at its end."""
    return _page(request, access_conversation(actor=actor_from_request(request), conversation_id=conversation_id))


@require_GET
def download(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    """One of the person's own conversations as a Markdown file."""
    conversation = access_conversation(actor=actor_from_request(request), conversation_id=conversation_id)
    text = markdown(snapshot(conversation, own=True))
    return _file(conversation.title, text, "md", "text/markdown; charset=utf-8")


@require_GET
def download_word(request: HttpRequest, conversation_id: UUID, answer_id: UUID | None = None) -> HttpResponse:
    """The same, or one answer of it with its question, as a Word document."""
    conversation = access_conversation(actor=actor_from_request(request), conversation_id=conversation_id)
    messages = messages_to_write(conversation, answer_id)
    title = answer_title(conversation, messages) if answer_id else conversation.title
    return _file(title, word(conversation, messages, title), "docx", WORD_TYPE)


@require_GET
@gzip_page
def shared(request: HttpRequest, token: str) -> HttpResponse:
    """What somebody shared, for whoever has the address; no search engine lists it."""
    share = share_get(token)
    context = {"share": share, "assistant": assistant_named(share.content), "page_data": shared_data(share)}
    response = render(request, "chat/shared.html", context)
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Cache-Control"] = "no-store"
    return response


def _file(title: str, content: str | bytes, suffix: str, media_type: str) -> HttpResponse:
    response = HttpResponse(content, content_type=media_type)
    name = title.replace("/", "-").rstrip("?. ") or title  # browsers write "_" for "?"; no ".." before the ending
    disposition = content_disposition_header(True, f"{name}.{suffix}")
    response["Content-Disposition"] = disposition or "attachment"
    response["Cache-Control"] = "no-store"
    return response


def _page(request: HttpRequest, opened: Conversation | None) -> HttpResponse:
    require(request.user, "chat.use")
    visitor_ensure(request)
    response = render(request, "chat/chat.html", {"page_data": page_data(request, opened)})
    response["Cache-Control"] = "no-store"  # it holds the person's conversations
    return response
