"""The moment at which another embedding index answers, and what becomes of the one before."""

from datetime import timedelta

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.audit.services import audit_record
from apps.core.actor import Actor
from apps.core.errors import Conflict

from ..models import Collection, EmbeddingIndex, IndexState, PassageVector
from .fill import missing
from .hnsw import hnsw_drop
from .indexes import languages_apart

# A search that began before the swap still looks into the old index.
GRACE = timedelta(minutes=1)


def index_swap(index: EmbeddingIndex) -> bool:
    """Puts a complete index into use; False when a passage came in meanwhile that it lacks.

    Raises Conflict for one that was given up.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:  # whoever stores passages now has done so before, or waits
            cursor.execute("LOCK TABLE knowledge_passagevector IN SHARE ROW EXCLUSIVE MODE")
        if missing(index).exists():
            return False
        now = timezone.now()
        indexes = {one.state: one for one in EmbeddingIndex.objects.select_for_update().order_by("pk")}
        new, old = indexes.get(IndexState.BUILDING), indexes.get(IndexState.ACTIVE)
        if new is None or new.pk != index.pk:
            raise Conflict(_("The building of this embedding index was given up."))
        if old:
            old.state, old.retired_at = IndexState.RETIRED, now
            old.save()
        new.state, new.activated_at, new.failure = IndexState.ACTIVE, now, ""
        new.save()
        audit_record(
            actor=Actor(**index.actor),
            action="index.activated",
            target=f"index:{index.pk}",
            data={"embedder": index.embedder, "before": old.embedder if old else "", "passages": index.done},
        )
    Collection.objects.update(version=F("version") + 1)  # answers that were kept may be others now
    return True


def retired_drop() -> None:
    """Takes away indexes that no search looks into any more; the audit log remembers them."""
    retired = EmbeddingIndex.objects.filter(state=IndexState.RETIRED, retired_at__lt=timezone.now() - GRACE)
    for index in retired:
        with transaction.atomic():
            hnsw_drop(index.pk, languages_apart(index))
            PassageVector.objects.filter(index=index).delete()
            index.delete()
