"""The demo: the invented company's documents, its assistants, and one account for each role."""

import secrets
from collections.abc import Callable, Iterable

from django.conf import settings
from django.db import transaction

from apps.accounts.models import Role, User
from apps.chat.models import Assistant
from apps.chat.services import assistant_upsert, demo_collections_again, demo_content
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
    _documents_read([collection_ensure(actor=SYSTEM, **one).slug for one in demo["collections"]], say, vectors)
    with transaction.atomic():  # all or none, see `demo_missing`
        for position, assistant in enumerate(demo["assistants"]):
            assistant_upsert(actor=SYSTEM, position=position, enabled=True, **assistant)


def demo_load_again(*, say: Callable[[str], None], vectors: bool = True) -> None:
    """Its documents that are gone come back; what is there stays as it is, and closed what is closed."""
    _documents_read(demo_collections_again(actor=SYSTEM), say, vectors)


def _documents_read(slugs: Iterable[str], say: Callable[[str], None], vectors: bool) -> None:
    folders = {slug: settings.DEMO_DIR / slug for slug in slugs}
    for report in folders_import(actor=SYSTEM, folders=folders, progress=_quarters(say), vectors=vectors):
        for name, reason in report.failed:
            raise Unavailable(f"The demo's document {name} could not be imported: {reason} Start again to go on.")


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
