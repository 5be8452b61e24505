"""Saying what one thinks of an answer."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from apps.audit.services import audit_record
from apps.core.actor import Actor
from apps.core.errors import BadInput, Conflict

from ..happenings import Happening, tell
from ..models import LIVE, Rating, Reason, Value
from ..selectors import access_generation

LONGEST_COMMENT = 1000


@transaction.atomic
def rating_set(*, actor: Actor, generation_id: UUID, value: int, reason: str = "", comment: str = "") -> Rating:
    """Rates an answer of the actor's own conversations, or changes the rating.

    Raises NotFound for any other answer, Conflict while it is being written, BadInput for what is no rating.
    """
    generation = access_generation(actor=actor, generation_id=generation_id)
    if generation.status in LIVE:
        raise Conflict(_("Wait until the answer is complete."))
    comment = "".join(c for c in comment if c.isprintable() or c == "\n").strip()
    if value not in Value.values or (reason and reason not in Reason.values):
        raise BadInput(_("A rating is 1 or -1, with one of the reasons that are offered."))
    if len(comment) > LONGEST_COMMENT:
        raise BadInput(_("Please keep the comment below %(count)d characters.") % {"count": LONGEST_COMMENT})
    values = {"value": value, "reason": reason, "comment": comment}
    rating, _made = Rating.objects.update_or_create(generation=generation, defaults=values)
    facts = {"question": str(generation.question_id), "answer": str(generation.answer_id)}
    tell(Happening.RATED, generation.conversation_id, **facts, value=value, reason=reason)
    data = {"value": value, "reason": reason, "commented": bool(comment)}
    audit_record(actor=actor, action="answer.rated", target=f"generation:{generation_id}", data=data)
    return rating


@transaction.atomic
def rating_clear(*, actor: Actor, generation_id: UUID) -> None:
    """Takes the rating back; nothing happens where there is none. Raises NotFound for somebody else's answer."""
    generation = access_generation(actor=actor, generation_id=generation_id)
    removed, _by_model = Rating.objects.filter(generation=generation).delete()
    if removed:
        audit_record(actor=actor, action="answer.unrated", target=f"generation:{generation_id}")
