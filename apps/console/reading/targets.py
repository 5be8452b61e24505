"""What the audit log's targets are called, where they are still there."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Model, Q, TextField, Value
from django.db.models.functions import Cast, Concat
from django.urls import resolve, reverse

from apps.accounts.models import User
from apps.accounts.permissions import can
from apps.api.models import ApiKey
from apps.chat.models import Assistant, Conversation, EvaluationRun, EvaluationSet, Generation
from apps.knowledge.models import Collection, Document, EmbeddingIndex, Import, Passage
from apps.registry.models import ModelVersion
from apps.webhooks.models import Webhook
from apps.widget.models import Inbox


@dataclass(frozen=True)
class Target:
    """`address` is the page that shows it, "" without one, or where the reader may not open it."""

    name: str
    address: str


@dataclass(frozen=True)
class _Kind:
    """`names` are the fields that its name is made of; `place` holds what the route of its page asks for."""

    model: type[Model]
    names: tuple[str, ...]
    route: str = ""
    place: tuple[str, ...] = ("pk",)
    key: str = "pk"


# A conversation goes by whose it is: what was asked in it is read on its own page, which records that.
_KINDS = {
    "assistant": _Kind(Assistant, ("name",), "assistant", ("slug",), key="slug"),
    "collection": _Kind(Collection, ("name",), "collection", ("slug",)),
    "conversation": _Kind(Conversation, ("owner__username", "visitor_name"), "transcript"),
    "document": _Kind(Document, ("name",), "document"),
    "evaluation_run": _Kind(EvaluationRun, ("set__name",), "evaluation-run"),
    "evaluation_set": _Kind(EvaluationSet, ("name",), "evaluation-set"),
    "generation": _Kind(
        Generation,
        ("conversation__owner__username", "conversation__visitor_name"),
        "transcript",
        ("conversation_id",),
    ),
    "import": _Kind(Import, ("collection__name",), "import", ("collection__slug", "pk")),
    "inbox": _Kind(Inbox, ("name",), "widget"),
    "index": _Kind(EmbeddingIndex, ("embedder",)),
    "key": _Kind(ApiKey, ("name",)),
    "passage": _Kind(Passage, ("document__name",), "passage"),
    "user": _Kind(User, ("username",), "person"),
    "version": _Kind(ModelVersion, ("model__name", "number"), "version"),
    "webhook": _Kind(Webhook, ("name",), "webhook"),
}


def targets_named(targets: Iterable[str], reader: Any) -> dict[str, Target]:
    """Those that are still there and have a name, by what the log calls them: a query for each kind."""
    keys: dict[str, set[Any]] = defaultdict(set)
    for target in targets:
        kind, _colon, key = target.partition(":")
        if kind in _KINDS and (read := _key(_KINDS[kind], key)) is not None:
            keys[kind].add(read)
    return {target: found for kind, wanted in keys.items() for target, found in _named(kind, wanted, reader)}


def is_called(words: str) -> Q:
    """Of events: their target has `words` in its name of now, or the log itself calls it so."""
    found = Q(target=words)
    for name, kind in _KINDS.items():
        said = [Cast(field, TextField()) for field in kind.names]
        # As `_named` joins them; what is empty or not there is nothing here, too.
        whole = Concat(said[0], Value("@"), said[1], output_field=TextField()) if said[1:] else said[0]
        rows = kind.model._default_manager.alias(said=whole).filter(said__icontains=words)
        called = Concat(Value(f"{name}:"), Cast(kind.key, TextField()), output_field=TextField())
        found |= Q(target__in=rows.values_list(called))
    return found


def _named(name: str, keys: set[Any], reader: Any) -> Iterator[tuple[str, Target]]:
    kind = _KINDS[name]
    rows = kind.model._default_manager.filter(**{f"{kind.key}__in": keys})
    for key, *values in rows.values_list(kind.key, *kind.names, *kind.place):
        words, place = values[: len(kind.names)], values[len(kind.names) :]
        said = "@".join(str(word) for word in words if word)
        address = reverse(f"console:{kind.route}", args=place) if kind.route else ""
        if said:
            open_to = address and can(reader, resolve(address).func.needs)  # type: ignore[attr-defined]  # by `needs`
            yield f"{name}:{key}", Target(said, address if open_to else "")


def _key(kind: _Kind, key: str) -> Any:
    """As the column has it, None where the log's is no such key."""
    if kind.key == "slug":
        return key
    try:
        return int(key) if kind.model is User else UUID(key)
    except ValueError:
        return None
