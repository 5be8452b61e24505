"""Collections: to make one, to call it something else, to take it away."""

from functools import partial
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.utils.text import slugify
from django.utils.translation import gettext as _

from apps.audit.services import audit_record
from apps.core.actor import Actor
from apps.core.errors import BadInput, Conflict, NotFound

from ..access import manager_required
from ..ingest.claims import UNENDED
from ..ingest.originals import originals_drop
from ..ingest.spool import spool_drop
from ..models import Collection

_LONGEST_NAME = 200
_LONGEST_SLUG = 50


def collection_create(*, actor: Actor, slug: str, name: str) -> Collection:
    """`slug` is what addresses and commands call it, and stays. Raises BadInput, Conflict for a slug in use."""
    manager_required(actor)
    if not slug or len(slug) > _LONGEST_SLUG or slugify(slug) != slug:
        raise BadInput(_("A collection’s short name is made of small letters, digits and hyphens."))
    try:
        with transaction.atomic():
            made = Collection.objects.create(slug=slug, name=_name(name))
            data = {"slug": slug, "name": made.name}
            audit_record(actor=actor, action="collection.created", target=f"collection:{made.pk}", data=data)
    except IntegrityError as error:
        raise Conflict(_("There is a collection %(slug)s already.") % {"slug": slug}) from error
    return made


def collection_ensure(*, actor: Actor, slug: str, name: str = "") -> Collection:
    """The collection of that slug, made if it is not there. Raises what `collection_create` raises."""
    found = Collection.objects.filter(slug=slug).first()
    return found or collection_create(actor=actor, slug=slug, name=name or slug.capitalize())


@transaction.atomic
def collection_rename(*, actor: Actor, collection_id: UUID, name: str) -> Collection:
    """The name that people read. Raises BadInput and NotFound."""
    manager_required(actor)
    collection = collection_locked(collection_id)
    before, collection.name = collection.name, _name(name)
    collection.save(update_fields=["name", "updated_at"])
    data = {"from": before, "to": collection.name}
    audit_record(actor=actor, action="collection.renamed", target=f"collection:{collection_id}", data=data)
    return collection


@transaction.atomic
def collection_delete(*, actor: Actor, collection_id: UUID) -> None:
    """With all its documents and imports. Raises NotFound, and Conflict while assistants answer from it (naming
    them) or an import or upload into it is under way.
    """
    manager_required(actor)
    # nobody gives it to an assistant, imports into it, or changes a document of it from here on
    collection = collection_locked(collection_id)
    if names := list(collection.assistants.values_list("name", flat=True)):
        said = {"names": ", ".join(names)}
        raise Conflict(_("Assistants answer from this collection: %(names)s. Take it from them first.") % said)
    if collection.imports.filter(state__in=UNENDED).exists():
        raise Conflict(_("An import into this collection is under way. Cancel it first."))
    data = {
        "slug": collection.slug,
        "documents": collection.documents.count(),
        "passages": collection.passages.count(),
    }
    with connection.cursor() as cursor:  # Django would load every passage to delete it
        cursor.execute("DELETE FROM knowledge_passagevector WHERE collection_id = %s", [collection_id])
        cursor.execute("DELETE FROM knowledge_passage WHERE collection_id = %s", [collection_id])
    originals = list(collection.documents.exclude(original="").values_list("original", flat=True))
    transaction.on_commit(lambda: originals_drop(originals))
    for import_id in collection.imports.values_list("pk", flat=True):
        transaction.on_commit(partial(spool_drop, import_id))
    collection.delete()
    audit_record(actor=actor, action="collection.deleted", target=f"collection:{collection_id}", data=data)


def collection_touch(collection_id: UUID) -> None:
    """Whatever was cached about the collection is old now."""
    Collection.objects.filter(pk=collection_id).update(version=F("version") + 1)


def _name(name: str) -> str:
    wanted = " ".join(name.split())
    if not wanted or len(wanted) > _LONGEST_NAME:
        raise BadInput(_("A collection needs a name of at most %(limit)d characters.") % {"limit": _LONGEST_NAME})
    return wanted


def collection_locked(collection_id: UUID) -> Collection:
    """Raises NotFound."""
    found = Collection.objects.select_for_update().filter(pk=collection_id).first()
    if found is None:
        raise NotFound(_("There is no such collection."))
    return found
