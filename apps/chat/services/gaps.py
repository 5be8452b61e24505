"""What reviewers do about questions without a good answer: put them away, or write the answer."""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from apps.audit.services import audit_record
from apps.core.actor import Actor
from apps.core.errors import NotFound
from apps.knowledge.models import Document

from ..insights.questions import question_digest
from ..models import Generation, PutAway
from .correcting import correction_set, correction_teach, corrector_required


@transaction.atomic
def gap_put_away(*, actor: Actor, generation_ids: Iterable[UUID]) -> None:
    """These questions, and who asks their assistant the same, stand no more among the gaps. Putting away twice is
    once. Raises NotFound, NotAllowed.
    """
    corrector_required(actor)
    rows = _asked(generation_ids)
    PutAway.objects.bulk_create(
        [PutAway(assistant_id=one, key=key, actor_label=actor.label) for one, key in _keys(rows)],
        ignore_conflicts=True,
    )
    _record(actor, "question.put_away", rows)


@transaction.atomic
def gap_bring_back(*, actor: Actor, generation_ids: Iterable[UUID]) -> None:
    """Undoes it. Raises NotFound, NotAllowed."""
    corrector_required(actor)
    rows = _asked(generation_ids)
    for assistant, key in _keys(rows):
        PutAway.objects.filter(assistant_id=assistant, key=key).delete()
    _record(actor, "question.brought_back", rows)


@transaction.atomic
def gap_answer(*, actor: Actor, generation_id: UUID, collection_id: UUID, question: str, answer: str) -> Document:
    """The answer is the question's correction and stands in the collection, both or neither. Raises what
    `correction_set` and `correction_teach` raise.
    """
    correction_set(actor=actor, generation_id=generation_id, answer=answer)
    return correction_teach(
        actor=actor, generation_id=generation_id, collection_id=collection_id, question=question, answer=answer
    )


def _asked(generation_ids: Iterable[UUID]) -> list[Generation]:
    rows = Generation.objects.filter(conversation__is_trial=False, pk__in=list(generation_ids))
    found = list(rows.select_related("question", "conversation"))
    if not found:
        raise NotFound(_("There is no such answer."))
    return found


def _record(actor: Actor, action: str, rows: list[Generation]) -> None:
    audit_record(actor=actor, action=action, target=f"generation:{rows[0].pk}", data={"wordings": len(rows)})


def _keys(rows: Iterable[Generation]) -> set[tuple[UUID, str]]:
    return {
        (row.conversation.assistant_id, question_digest(row.question.text, row.question.language)) for row in rows
    }
