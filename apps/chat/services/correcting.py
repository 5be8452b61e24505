"""Reviewers say what an answer should have been."""

from hashlib import sha256
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.permissions import ALLOWED
from apps.audit.services import audit_record
from apps.core.actor import SYSTEM, Actor
from apps.core.errors import BadInput, Conflict, NotAllowed, NotFound
from apps.knowledge.models import Document
from apps.knowledge.selectors import passage_document
from apps.knowledge.services import answer_write
from apps.moderation.services import published

from ..models import LIVE, Correction, Generation, Role

LONGEST = 4000  # characters


@transaction.atomic
def correction_set(
    *,
    actor: Actor,
    generation_id: UUID,
    answer: str = "",
    passage_id: UUID | None = None,
    declines: bool = False,
) -> Correction:
    """Notes what was right: words (an accepted wording a line), the passage with the answer, or both; or, with
    `declines`, that it should not have been answered. Takes the place of what was noted before.

    Raises NotFound, Conflict while the answer is being written, BadInput for nothing, too much, or personal data of
    the customer, NotAllowed.
    """
    corrector_required(actor)
    generation = _generation(generation_id)
    if generation.status in LIVE:
        raise Conflict(_("Wait until the answer is complete."))
    answer = "\n".join(" ".join(line.split()) for line in answer.replace("\0", "").splitlines() if line.strip())
    if declines == bool(answer or passage_id):
        raise BadInput(
            _("Say what the answer should have been, or choose its passage, or that it should have been declined.")
        )
    if len(answer) > LONGEST:
        raise BadInput(_("Please keep the answer below %(count)d characters.") % {"count": LONGEST})
    _nothing_personal(generation, answer)
    correction, _made = Correction.objects.update_or_create(
        generation=generation,
        defaults={
            "answer": answer,
            "passage": passage_id,
            "document": passage_document(passage_id).name if passage_id else "",
            "declines": declines,
            "actor_label": actor.label,
        },
    )
    data = {
        "sha256": sha256(answer.encode()).hexdigest() if answer else "",
        "passage": passage_id,
        "declines": declines,
    }
    audit_record(actor=actor, action="answer.corrected", target=f"generation:{generation_id}", data=data)
    return correction


@transaction.atomic
def correction_clear(*, actor: Actor, generation_id: UUID) -> None:
    """Takes it back; nothing happens where there is none. Where it was added, it stays. Raises NotAllowed."""
    corrector_required(actor)
    removed, _by_model = Correction.objects.filter(generation=generation_id).delete()
    if removed:
        audit_record(actor=actor, action="answer.uncorrected", target=f"generation:{generation_id}")


@transaction.atomic
def correction_teach(
    *, actor: Actor, generation_id: UUID, collection_id: UUID, question: str, answer: str
) -> Document:
    """The question with its answer goes into a collection of the assistant, which answers from it at once.

    Raises Conflict for an answer that nobody has corrected, and what `answer_write` raises; BadInput also for what
    the customer wrote about themself.
    """
    corrector_required(actor)
    generation = _generation(generation_id)
    correction = Correction.objects.filter(generation=generation).first()
    if correction is None:
        raise Conflict(_("Correct the answer first."))
    if not generation.conversation.assistant.collections.filter(pk=collection_id).exists():
        raise BadInput(_("Choose a collection that the assistant answers from."))
    _nothing_personal(generation, f"{question}\n{answer}")
    document = answer_write(actor=actor, collection_id=collection_id, question=question, answer=answer)
    correction.taught = document.pk
    correction.save(update_fields=["taught"])  # it was not written anew, so its time stays
    return document


def _generation(generation_id: UUID) -> Generation:
    """Locked. A trial has no answers to correct: it is forgotten after a day."""
    rows = Generation.objects.select_for_update(of=("self",)).filter(conversation__is_trial=False)
    found = rows.filter(pk=generation_id).first()
    if found is None:
        raise NotFound(_("There is no such answer."))
    return found


def _nothing_personal(generation: Generation, text: str) -> None:
    told = generation.conversation.messages.filter(role=Role.USER).values_list("text", flat=True)
    if published([text]) & published(told):
        raise BadInput(_("This repeats personal data of the customer. Write it without."))


def corrector_required(actor: Actor) -> None:
    """Raises NotAllowed for who may not correct answers."""
    if actor != SYSTEM and actor.role not in ALLOWED["answers.correct"]:
        raise NotAllowed(_("Your account may not do this. Ask an administrator for the role that may."))
