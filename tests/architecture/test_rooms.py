"""A room takes of others their services, selectors, permissions, errors and models, and what stands here."""

import ast
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOORS = {"services", "selectors", "permissions", "errors", "models"}
# Types and words that several rooms share.
SHARED = {
    "accounts.actors",
    "accounts.signals",
    "chat.endings",
    "chat.happenings",
    "knowledge.retrieval.types",
    "moderation.policy",
    "moderation.verdict",
}
# What a room offers beside its doors, with all below it, by who takes it. Fewer are better.
BESIDE = {
    "api": {"chat.generation", "chat.images", "chat.reading.snapshot", "chat.socket.person"},
    "chat": {"accounts.confirming", "knowledge.api"},
    "config": {"accounts.views", "api.asgi", "chat.socket.routing", "knowledge.views", "widget.routing"},
    "console": {
        "api.keys",
        "chat.api.files",
        "chat.evaluation",
        "chat.insights",
        "chat.news",
        "chat.pages.data",
        "moderation.choosing",
        "webhooks.problems",
        "widget.inboxes",
        "widget.look",
        "widget.origins",
        "widget.preview",
        "widget.signing",
    },
    "widget": {"chat.pages.data", "chat.socket.consumer", "chat.socket.frames"},
}


def test_rooms_take_of_each_other_only_what_is_offered() -> None:
    beside = {(room, module) for room, module in _taken() if not _is_door(module) and module not in SHARED}
    offered = {(room, module) for room, modules in BESIDE.items() for module in modules}
    foreign = {
        (room, module) for room, module in beside if not any((room, above) in offered for above in _above(module))
    }
    assert foreign == set()
    assert {(room, above) for room, module in beside for above in _above(module)} >= offered, (
        "nobody takes it any more"
    )


@pytest.mark.parametrize(
    ("line", "module"),
    [
        ("from apps import chat", "chat"),
        ("from apps.chat import generation", "chat.generation"),
        ("import apps.chat.pages", "chat.pages"),
        ("from ... import chat", "chat"),
        ("from ...chat import pages", "chat.pages"),
        ("from ...chat.evaluation.selectors import runs", "chat.evaluation.selectors"),
    ],
)
def test_nothing_of_another_room_is_taken_unseen(line: str, module: str) -> None:
    assert list(_imported(ast.parse(line), ("apps", "widget", "views"))) == [module]
    assert not _is_door(module)


def test_a_room_may_be_entered_by_its_doors() -> None:
    assert _is_door("chat.services") and _is_door("chat.models.conversation")


def test_what_the_sign_in_library_does_not_document_is_taken_in_one_place() -> None:
    of_it = re.compile(r"allauth\S*\.internal")
    taken = {path for path in (ROOT / "apps").rglob("*.py") if of_it.search(path.read_text())}
    assert taken == {ROOT / "apps/accounts/allauth_parts.py"}


def _is_door(module: str) -> bool:
    _room, *within = module.split(".")
    return bool(within) and within[0] in DOORS


def _above(module: str) -> list[str]:
    """`a.b.c`, `a.b` and `a`."""
    parts = module.split(".")
    return [".".join(parts[:end]) for end in range(1, len(parts) + 1)]


def _taken() -> Iterator[tuple[str, str]]:
    """Each room with each module of another that it imports; all stand on `core`."""
    for file in (*ROOT.glob("apps/*/**/*.py"), *ROOT.glob("config/**/*.py")):
        within = file.relative_to(ROOT).parts
        room = within[1] if within[0] == "apps" else within[0]
        for module in _imported(ast.parse(file.read_text()), within[:-1]):
            if module.split(".")[0] not in (room, "core"):
                yield room, module


def _imported(tree: ast.Module, package: Sequence[str]) -> Iterator[str]:
    """Modules below `apps`, by their names behind it; `package` is where the importing one stands."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            path = [*above, *(node.module.split(".") if node.module else ())]
            if path[:1] == ["apps"]:
                found = [path] if len(path) > 2 else [[*path, name.name] for name in node.names]
                yield from (".".join(parts[1:]) for parts in found)
        elif isinstance(node, ast.Import):
            yield from (name.name.partition(".")[2] for name in node.names if name.name.startswith("apps."))
