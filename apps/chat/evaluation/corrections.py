"""Cases out of questions that customers asked: as they were asked, or with what a reviewer said was right."""

from dataclasses import replace
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.core.errors import BadInput
from apps.core.language import detect_language
from apps.moderation.services import OwnRules, check_text, policy_active

from ..generation.brief import own_rules
from ..models import Assistant, Correction, Generation, Message, Outcome, Role
from ..tree import tree_of
from .cases import Case


def case_asked(generation: Generation, answers: tuple[str, ...] = ()) -> Case:
    """The question as its customer asked it, with those before it, all without personal data. Where no answer is
    expected although documents were quoted, it is a near miss.

    Raises BadInput for one that moderation blocks.
    """
    question = generation.question
    path = tree_of(generation.conversation).path_to(question.pk)
    earlier = Message.objects.filter(pk__in=path, role=Role.USER, position__lt=question.position)
    own = own_rules(generation.conversation.assistant)
    before = [_judged(text, own) for text in earlier.order_by("position").values_list("text", flat=True)]
    asked = _judged(question.text, own)
    if not asked:
        raise BadInput(_("Moderation blocks this question, so nothing can be measured by it."))
    group, near = generation.conversation.assistant.name, not answers and generation.outcome == Outcome.ANSWERED
    return Case(asked, answers, "", group, tuple(filter(None, before)), near=near, asked_in=generation.pk)


def case_corrected(correction: Correction) -> Case:
    """What was asked, and is expected by the reviewer's word. Raises what `case_asked` raises."""
    case = case_asked(correction.generation, tuple(correction.wordings))
    passage, near = str(correction.passage or ""), case.near and correction.declines
    return replace(case, document=correction.document, passage=passage, near=near)


def cases_corrected(assistant: Assistant, *, days: int) -> list[Case]:
    """All corrections of the last `days` days, the oldest first; of a question that was corrected twice the latest,
    and none that moderation blocks by now.
    """
    rows = Correction.objects.filter(
        generation__conversation__assistant=assistant, updated_at__gte=timezone.now() - timedelta(days=days)
    ).select_related("generation__question", "generation__conversation__assistant")
    found: dict[tuple[str, ...], Case] = {}
    for row in rows.order_by("updated_at"):
        try:
            case = case_corrected(row)
        except BadInput:
            continue
        found[case.asks] = case
    return list(found.values())


def _judged(text: str, own: OwnRules) -> str:
    """As it may be asked and then shown, empty where blocked. Classifiers are not asked: they mask nothing."""
    policy, language = policy_active(own).without_classifiers(), detect_language(text)
    asked = check_text(text=text, stage="input", language=language, policy=policy).text
    return check_text(text=asked, stage="output", language=language, policy=policy).text
