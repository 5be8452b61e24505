"""The few figures of the overview."""

from dataclasses import dataclass
from statistics import median

from django.db.models import Count

from apps.chat.models import Conversation, Generation, Outcome, Status
from apps.chat.selectors import first_answers
from apps.moderation.errors import CheckUnavailable
from apps.moderation.selectors import decisions_worth_a_look

from .conversations import unchecked
from .figures import beginning


@dataclass(frozen=True)
class Numbers:
    """Of the last `days` days. Shares are fractions of the questions whose first answer is finished;
    None without any."""

    days: int
    conversations: int
    questions: int
    outcomes: list[tuple[str, int, float]]  # label, count, share
    failed: int  # but for those that could not be checked
    flagged: int
    unchecked: int
    first_token_ms: float | None  # median


def numbers(days: int, assistant: str = "") -> Numbers:
    """Of one assistant by its short name, or of all."""
    since = beginning(days)
    generations = Generation.objects.filter(created_at__gte=since, conversation__is_trial=False)
    conversations = Conversation.objects.filter(created_at__gte=since, is_trial=False)
    if assistant:
        generations = generations.filter(conversation__assistant__slug=assistant)
        conversations = conversations.filter(assistant__slug=assistant)
    questions = first_answers(generations)
    counted = dict(questions.exclude(outcome="").order_by().values_list("outcome").annotate(count=Count("pk")))
    finished = sum(counted.values())
    first = [
        timings["first_token"]
        for timings in generations.order_by("-created_at").values_list("timings", flat=True)[:2000]
        if timings.get("first_token") is not None
    ]
    return Numbers(
        days=days,
        conversations=conversations.count(),
        questions=questions.count(),
        outcomes=[
            (str(label), counted[value], counted[value] / finished)
            for value, label in Outcome.choices
            if counted.get(value)
        ],
        failed=generations.filter(status__in=[Status.ERROR, Status.INTERRUPTED])
        .exclude(error_code=CheckUnavailable.code)
        .count(),
        flagged=generations.filter(pk__in=decisions_worth_a_look()).count(),
        unchecked=unchecked(generations).count(),
        first_token_ms=median(first) if first else None,
    )
