"""Importing from the web: pages, or all pages that a sitemap lists."""

from collections.abc import Sequence

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from apps.audit.services import audit_record
from apps.core.actor import Actor
from apps.core.errors import BadInput

from ..access import manager_required
from ..ingest.blocks import Refused
from ..ingest.reasons import reason
from ..models import Collection, Import, ImportItem, ImportSource
from ..web.addresses import Address, address_permit
from ..web.fetching import fetches_wake
from .imports import import_new, import_save

MOST_ADDRESSES = 100  # that somebody types; more belong into a sitemap


def address_import_start(*, actor: Actor, collection: Collection, addresses: Sequence[str]) -> Import:
    """Queues pages and sitemaps to be fetched; returns at once, a worker fetches them.

    Raises BadInput for what is no address of a host that KNOWLEDGE_HOSTS allows, with the place of each such one
    among the addresses and why in `extra`, and NotAllowed.
    """
    manager_required(actor)
    if not settings.KNOWLEDGE_HOSTS:
        raise BadInput(
            _("Nothing may be imported from the web yet. The server’s operator lists hosts in KNOWLEDGE_HOSTS.")
        )
    if not addresses:
        raise BadInput(_("Give the address of a page or of a sitemap."))
    if len(addresses) > MOST_ADDRESSES:
        raise BadInput(_("At most %(limit)d addresses at once; a sitemap lists more.") % {"limit": MOST_ADDRESSES})
    pages = {page.name: page for page in _permitted(addresses)}
    row = import_new(actor, collection, ImportSource.ADDRESS)
    items = [
        ImportItem(parent=row, position=position, name=name, address=page.url)
        for position, (name, page) in enumerate(pages.items(), 1)
    ]
    with transaction.atomic():
        import_save(row, items)
        data = {"import": row.pk, "source": row.source, "addresses": [page.url for page in pages.values()]}
        audit_record(actor=actor, action="import.started", target=f"collection:{collection.pk}", data=data)
        fetches_wake()
    return row


def _permitted(addresses: Sequence[str]) -> list[Address]:
    found: list[Address] = []
    refused: list[tuple[int, str]] = []
    for place, text in enumerate(addresses):
        try:
            address = Address.parsed(text)
            address_permit(address)
            found.append(address)
        except Refused as error:
            refused.append((place, f"{text}: {reason(error.code, error.values)}"))
    if refused:
        raise BadInput("\n".join(why for _place, why in refused), extra={"refused": refused})
    return found
