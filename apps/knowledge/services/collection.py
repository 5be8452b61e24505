"""Collections."""

from uuid import UUID

from django.db.models import F
from django.utils.text import slugify
from django.utils.translation import gettext as _

from apps.core.errors import BadInput

from ..models import Collection


def collection_ensure(*, slug: str, name: str = "") -> Collection:
    """The collection of that slug, made if it is not there. Raises BadInput for what is no slug."""
    if not slug or slugify(slug) != slug:
        raise BadInput(_("A collection's name is made of small letters, digits and hyphens."))
    made, _created = Collection.objects.get_or_create(slug=slug, defaults={"name": name or slug.capitalize()})
    return made


def collection_touch(collection_id: UUID) -> None:
    """Whatever was cached about the collection is old now."""
    Collection.objects.filter(pk=collection_id).update(version=F("version") + 1)
