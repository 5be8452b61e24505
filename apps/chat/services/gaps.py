"""What reviewers do about questions without a good answer: put them away, or write the answer."""

from collections.abc import Sequence
from itertools import chain
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
def gap_put_away(*, actor: Actor, questions: Sequence[Sequence[UUID]]) -> None:
    """These questions, each told by answers to its wordings, stand no more among the gaps, whoever asks their
    assistant the same. Putting away twice is once. Raises NotFound, NotAllowed.
    """
    corrector_required(actor)
    asked = _asked(questions)
    PutAway.objects.bulk_create(
        [PutAway(assistant_id=one, key=key, actor_label=actor.label) for one, key in _keys(asked)],
        ignore_conflicts=True,
    )
    _record(actor, "question.put_away", asked)


@transaction.atomic
def gap_bring_back(*, actor: Actor, questions: Sequence[Sequence[UUID]]) -> None:
    """Undoes it. Raises NotFound, NotAllowed."""
    corrector_required(actor)
    asked = _asked(questions)
    keys = _keys(asked)
    for assistant in {one for one, _key in keys}:
        PutAway.objects.filter(
            assistant_id=assistant, key__in=[key for one, key in keys if one == assistant]
        ).delete()
    _record(actor, "question.brought_back", asked)


@transaction.atomic
def gap_answer(*, actor: Actor, generation_id: UUID, collection_id: UUID, question: str, answer: str) -> Document:
    """The answer is the question's correction and stands in the collection, both or neither. Raises what
    `correction_set` and `correction_teach` raise.
    """
    correction_set(actor=actor, generation_id=generation_id, answer=answer)
    return correction_teach(
        actor=actor, generation_id=generation_id, collection_id=collection_id, question=question, answer=answer
    )


def _asked(questions: Sequence[Sequence[UUID]]) -> list[list[Generation]]:
    """Without what was deleted since."""
    rows = Generation.objects.filter(conversation__is_trial=False).select_related("question", "conversation")
    known = rows.in_bulk(list(chain(*questions)))
    found = [[known[pk] for pk in wordings if pk in known] for wordings in questions]
    if not known:
        raise NotFound(_("There is no such answer."))
    return [wordings for wordings in found if wordings]


def _record(actor: Actor, action: str, asked: list[list[Generation]]) -> None:
    for rows in asked:
        audit_record(actor=actor, action=action, target=f"generation:{rows[0].pk}", data={"wordings": len(rows)})


def _keys(asked: list[list[Generation]]) -> set[tuple[UUID, str]]:
    return {
        (row.conversation.assistant_id, question_digest(row.question.text, row.question.language))
        for row in chain(*asked)
    }
