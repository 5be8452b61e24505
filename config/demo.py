"""The demo: the invented company's documents, its assistants, and one account for each role."""

import secrets
from collections.abc import Callable

from django.conf import settings

from apps.accounts.models import Role, User
from apps.chat.models import Assistant
from apps.chat.services import assistant_upsert, demo_content
from apps.core.actor import SYSTEM
from apps.core.errors import Unavailable
from apps.knowledge.services import Progress, collection_ensure, folders_import

LANGUAGES = ("en", "zh")


def demo_missing() -> bool:
    """The assistants come last: without any, the demo was never loaded whole."""
    return not Assistant.objects.exists()


def demo_load(*, say: Callable[[str], None], vectors: bool = True) -> None:
    """Idempotent: documents that are there already are not read again, so an interrupted load goes on.

    Without `vectors` a worker makes them afterwards, and until then documents are found by their words.
    """
    demo = demo_content()
    for collection in demo["collections"]:
        collection_ensure(actor=SYSTEM, **collection)
    folders = {one["slug"]: settings.DEMO_DIR / one["slug"] for one in demo["collections"]}
    for report in folders_import(actor=SYSTEM, folders=folders, progress=_quarters(say), vectors=vectors):
        for name, reason in report.failed:
            raise Unavailable(f"The demo's document {name} could not be imported: {reason} Start again to go on.")
    for position, assistant in enumerate(demo["assistants"]):
        assistant_upsert(actor=SYSTEM, position=position, enabled=True, **assistant)


def _quarters(say: Callable[[str], None]) -> Progress:
    said = 0

    def progress(done: int, total: int, name: str) -> None:
        nonlocal said
        if done == total or done - said >= total / 4:
            said = done
            say(f"  {done} of {total} documents")

    return progress


def accounts_create() -> str:
    """One account a role with a random password, at the first start only; returns the lines to print, or ''."""
    if User.objects.exists():
        return ""
    lines = ["Sign in as (shown only once; only hashes are stored):"]
    for role in Role:
        password = secrets.token_urlsafe(9)
        User.objects.create_user(role.value, password=password, role=role)
        lines.append(f"  {role.value:<9} {password}")
    return "\n".join(lines)
