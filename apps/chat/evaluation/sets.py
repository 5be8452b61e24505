"""Making and changing sets of questions."""

from collections.abc import Sequence
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from apps.audit.services import audit_record
from apps.core.actor import Actor
from apps.core.errors import BadInput, Conflict, NotFound

from ..models import EvaluationCase, EvaluationSet, Origin
from .cases import Case
from .files import MOST_CASES
from .records import case_of

LONGEST_NAME = 80


@transaction.atomic
def set_create(*, actor: Actor, name: str, cases: Sequence[Case], origin: str = Origin.FILE) -> EvaluationSet:
    """Raises BadInput without a name or a question, Conflict for a name that another set has."""
    name = name.strip()
    if not 0 < len(name) <= LONGEST_NAME:
        raise BadInput(_("A set needs a name of at most %(count)d characters.") % {"count": LONGEST_NAME})
    if not cases:
        raise BadInput(_("No question could be made of this. Choose another collection or another way."))
    try:
        with transaction.atomic():
            made = EvaluationSet.objects.create(name=name, origin=origin)
    except IntegrityError as error:
        raise Conflict(_("There is a set of this name already.")) from error
    EvaluationCase.objects.bulk_create(_row(made, position, case) for position, case in enumerate(cases, 1))
    data = {"name": name, "cases": len(cases), "origin": origin}
    audit_record(actor=actor, action="evaluation_set.created", target=f"evaluation_set:{made.pk}", data=data)
    return made


def set_ensure(*, actor: Actor, name: str, case: Case, origin: str) -> EvaluationSet:
    """The set of that name with `case` in it, made if it is not there. Raises what `set_create` raises."""
    named = EvaluationSet.objects.filter(name=name.strip())
    found = named.first()
    if found is None:
        try:
            return set_create(actor=actor, name=name, cases=[case], origin=origin)
        except Conflict:
            found = named.first()  # another reviewer was quicker
            if found is None:
                raise
    case_add(actor=actor, set_id=found.pk, case=case)
    return found


@transaction.atomic
def set_delete(*, actor: Actor, set_id: UUID) -> None:
    """With its runs. Raises NotFound."""
    found = set_get(set_id)
    name = found.name
    found.delete()
    target = f"evaluation_set:{set_id}"
    audit_record(actor=actor, action="evaluation_set.deleted", target=target, data={"name": name})


@transaction.atomic
def case_add(*, actor: Actor, set_id: UUID, case: Case) -> EvaluationCase:
    """At the set's end; a question that is in it already, however it is written, gets these expectations. Earlier
    runs stay as they are.
    """
    into = EvaluationSet.objects.select_for_update().filter(pk=set_id).first()
    if into is None:
        raise NotFound(_("There is no such set."))
    there = next((row for row in into.cases.all() if case_of(row).asks == case.asks), None)
    position = (into.cases.aggregate(last=Max("position"))["last"] or 0) + 1
    if there is None and position > MOST_CASES:
        raise BadInput(_("A set holds at most %(count)d questions.") % {"count": MOST_CASES})
    row = _row(into, there.position if there else position, case)
    if there is not None:
        row.pk, row._state.adding = there.pk, False
    row.save()
    data = {"position": row.position}
    audit_record(actor=actor, action="evaluation_case.added", target=f"evaluation_set:{set_id}", data=data)
    return row


def set_get(set_id: UUID) -> EvaluationSet:
    found = EvaluationSet.objects.filter(pk=set_id).first()
    if found is None:
        raise NotFound(_("There is no such set."))
    return found


def _row(into: EvaluationSet, position: int, case: Case) -> EvaluationCase:
    return EvaluationCase(
        set=into,
        position=position,
        question=case.question,
        answers=list(case.answers),
        document=case.document[:500],
        passage=case.passage,
        asked_in_id=case.asked_in,
        group=case.group[:80],
        before=list(case.before),
        near=case.near,
    )
