"""Asking a policy's classifiers about the pieces of a text, and what follows when one cannot be asked."""

import asyncio
import logging
from collections.abc import Sequence
from typing import Any

from django.utils import translation

from apps.core.errors import ApplicationError
from apps.core.sentences import stored
from apps.inference.errors import RuntimeRefused
from apps.inference.services import Classification, classify

from .classifier import NAME, Classifier
from .reasons import NO_LABEL, NO_MODEL, NO_REASON
from .spans import Span
from .verdict import CHECK_FAILED, NOT_CHECKED, Finding

logger = logging.getLogger(__name__)
SECONDS = 3.0  # what a person waits at most for what a classifier says
LOADING_SECONDS = 30.0  # and before that, where the runtime has yet to load it


async def findings_of(
    classifiers: Sequence[Classifier], spans: Sequence[Span], images: Sequence[Any] = (), *, quoted: bool = False
) -> list[Finding]:
    """What they find in the spans, in order; all are asked at once, each about all spans in one request.

    `quoted` spans stand in the documents word for word. Of `images`, as OpenAI's image parts, each span is a place,
    and its text nothing.
    """
    if not spans:
        return []
    with translation.override("en"):  # reasons are stored, and shown in each reader's language
        found = await asyncio.gather(*(_ask(classifier, spans, images, quoted) for classifier in classifiers))
    return sorted((finding for findings in found for finding in findings), key=lambda f: (f.start, f.end))


async def _ask(classifier: Classifier, spans: Sequence[Span], images: Sequence[Any], quoted: bool) -> list[Finding]:
    target, inputs = classifier.target, images or [span.text for span in spans]
    if target is None:
        return [_unasked(classifier, spans, stored(NO_MODEL))]
    if unknown := sorted(classifier.thresholds.keys() - set(target.version.labels)):
        return [_failed(classifier, spans, stored(NO_LABEL, label=unknown[0]))]
    try:
        answers = await classify(target=target, inputs=inputs, seconds=SECONDS, loading=LOADING_SECONDS)
    except ApplicationError as error:
        logger.warning("the classifier %s could not be asked: %s", classifier.model, error)
        # "Let pass" is for a classifier that is away. What it refuses to judge could be anything.
        refused = isinstance(error, RuntimeRefused) and "status" in error.extra
        return [(_failed if refused else _unasked)(classifier, spans, str(error.message))]
    except Exception:  # whatever broke, the text has not been checked: fail closed
        logger.exception("asking the classifier %s failed", classifier.model)
        return [_failed(classifier, spans, stored(NO_REASON))]
    pairs = zip(spans, answers, strict=True)
    return [finding for span, answer in pairs for finding in _found(classifier, span, answer, quoted)]


def _found(classifier: Classifier, span: Span, answer: Classification, quoted: bool) -> list[Finding]:
    found = []
    for label in classifier.thresholds:
        likely = answer.probabilities[label]
        action, least = classifier.action(label, likely, quoted=quoted)
        if action != "allow":
            place = span.start, span.end
            found.append(Finding(NAME, label, action, *place, round(likely, 4), classifier.name, least=least))
    return found


def _unasked(classifier: Classifier, spans: Sequence[Span], reason: str) -> Finding:
    """As the policy wants it: blocked, or let pass and noted."""
    if classifier.unreachable == "block":
        return _failed(classifier, spans, reason)
    return Finding(NAME, NOT_CHECKED, "flag", *_all(spans), version=classifier.name, reason=reason[:300])


def _failed(classifier: Classifier, spans: Sequence[Span], reason: str) -> Finding:
    return Finding(NAME, CHECK_FAILED, "block", *_all(spans), version=classifier.name, reason=reason[:300])


def _all(spans: Sequence[Span]) -> tuple[int, int]:
    return spans[0].start, spans[-1].end
