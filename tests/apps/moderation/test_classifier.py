"""Classifiers in a policy: what is asked, what follows, and what becomes of a text that nobody could ask about."""

import asyncio
import uuid
from dataclasses import replace
from typing import Any

import pytest
from django.utils import translation

from apps.core.actor import SYSTEM
from apps.core.errors import BadInput
from apps.inference.errors import RuntimeRefused, RuntimeUnavailable
from apps.moderation.selectors import classifier_targets, decisions_for, policy_active, reason_shown
from apps.moderation.services import (
    AnswerWindow,
    Blocked,
    OutputWindow,
    Policy,
    Verdict,
    Whole,
    check_text,
    decisions_store,
    policy_publish,
    verdict_complete,
)
from apps.registry.models import Alias, Kind, ModelVersion

from .conftest import FakeClassifier

pytestmark = pytest.mark.django_db
TOXIC = {"moderation": {"labels": {"toxic": {"flag": 0.5, "block": 0.9}}}}


def policy(stage: str = "input", unreachable: str = "block", **more: Any) -> Policy:
    rule = {"moderation": {**TOXIC["moderation"], "unreachable": unreachable}}
    policy_publish(actor=SYSTEM, rules={stage: {"classifier": rule, **more}})
    return policy_active()


def asked_about(text: str, policy: Policy) -> Verdict:
    verdict = check_text(text=text, stage="input", language="en", policy=policy.without_classifiers())
    return asyncio.run(verdict_complete(verdict=verdict, text=text, stage="input", language="en", policy=policy))


def through(policy: Policy, pieces: list[str], **options: Any) -> tuple[str, Verdict, AnswerWindow]:
    """What was shown of an answer, the verdict about it, and the window."""
    window = AnswerWindow(policy, language="en", **options)

    async def shown() -> str:
        text = ""
        try:
            for piece in pieces:
                text += await window.feed(piece)
            return text + await window.finish()
        except Blocked:
            return text

    return asyncio.run(shown()), window.verdict(), window


@pytest.mark.parametrize(
    ("probability", "action"), [(0.49, "allow"), (0.5, "flag"), (0.89, "flag"), (0.9, "block"), (1.0, "block")]
)
def test_the_heaviest_action_whose_threshold_is_reached_counts(
    toxicity: ModelVersion, fake: FakeClassifier, probability: float, action: str
) -> None:
    fake.probability = lambda text: probability
    verdict = asked_about("Hello there.", policy())
    assert verdict.action == action and fake.asked == [["Hello there."]]
    assert (verdict.text, bool(verdict.message)) == (("", True) if action == "block" else ("Hello there.", False))


def test_a_decision_keeps_label_probability_and_version(toxicity: ModelVersion, fake: FakeClassifier) -> None:
    generation = uuid.uuid4()
    verdict = asked_about("A nasty thing", policy())
    decisions_store(generation, [("input", verdict)])
    assert decisions_for([generation]).get().findings == [
        {
            "check": "classifier",
            "rule": "toxic",
            "action": "block",
            "start": 0,
            "end": 13,
            "probability": 0.97,
            "version": "toxicity@1",
            "least": 0.9,
        }
    ]


def test_what_the_word_list_blocks_is_not_sent_to_the_classifier(
    toxicity: ModelVersion, fake: FakeClassifier
) -> None:
    verdict = asked_about("I want to die", policy(words={"self_harm": "block"}))
    assert verdict.action == "block" and not fake.asked


def test_a_long_question_is_asked_about_in_one_request_of_several_pieces(
    toxicity: ModelVersion, fake: FakeClassifier
) -> None:
    text = "This is a sentence of a long question. " * 10 + "And a nasty one. " + "Then more of it. " * 10
    verdict = asked_about(text, policy())
    (pieces,) = fake.asked
    assert len(pieces) > 3 and max(len(piece) for piece in pieces) <= 120
    finding = verdict.findings[0]
    assert "nasty" in text[finding.start : finding.end]


@pytest.mark.parametrize("error", [RuntimeUnavailable("gone"), RuntimeRefused("did not load"), ValueError("bug")])
@pytest.mark.parametrize("stage", ["input", "output"])
def test_a_classifier_that_cannot_be_asked_blocks_with_a_clear_message_and_the_reason(
    toxicity: ModelVersion, fake: FakeClassifier, error: Exception, stage: str
) -> None:
    fake.error = error
    in_force = policy(stage)
    verdict = asked_about("Hi.", in_force) if stage == "input" else through(in_force, ["Hi."])[1]
    (finding,) = verdict.findings
    assert verdict.action == "block" and verdict.failed and "cannot be reached" in verdict.message
    assert finding.rule == "check_failed" and finding.reason and finding.version == "toxicity@1"


def test_let_pass_is_said_in_the_policy_and_noted(toxicity: ModelVersion, fake: FakeClassifier) -> None:
    fake.error = RuntimeUnavailable("gone")
    verdict = asked_about("Hello", policy(unreachable="pass"))
    (finding,) = verdict.findings
    assert (verdict.action, verdict.text) == ("flag", "Hello")
    assert (finding.rule, finding.action, finding.reason) == ("not_checked", "flag", "gone")


@pytest.mark.parametrize("error", [RuntimeRefused("too long", extra={"status": 400}), ValueError("bug")])
def test_let_pass_is_not_for_what_the_classifier_refuses_to_judge(
    toxicity: ModelVersion, fake: FakeClassifier, error: Exception
) -> None:
    fake.error = error
    assert asked_about("Hello", policy(unreachable="pass")).action == "block"


def test_a_label_that_has_gone_missing_blocks(toxicity: ModelVersion, fake: FakeClassifier) -> None:
    policy()
    ModelVersion.objects.update(labels=["fine"])
    verdict = asked_about("Hello", policy_active())
    assert verdict.action == "block" and "toxic" in verdict.findings[0].reason and not fake.asked
    with translation.override("zh-hans"):
        assert "标签" in reason_shown(verdict.findings[0].reason)


def test_whoever_forgets_to_ask_shows_nothing(toxicity: ModelVersion) -> None:
    assert check_text(text="Hi", stage="input", language="en", policy=policy("input")).action == "block"
    window = OutputWindow(policy("output"), language="en")
    with pytest.raises(Blocked):
        window.feed("Hi there")


def test_a_sentence_waits_for_its_end_and_is_asked_about_once(toxicity: ModelVersion, fake: FakeClassifier) -> None:
    pieces = ["Returns ", "are ", "free. ", "Keep ", "the ", "box. ", "Bye"]
    shown, verdict, window = through(policy("output"), pieces)
    assert shown == "".join(pieces) and verdict.action == "allow" and window.released == len(shown)
    assert [request[-1].strip() for request in fake.asked] == [
        "Returns are free.",
        "Returns are free. Keep the box.",
        "Keep the box. Bye",
    ]


def test_nothing_of_a_blocked_sentence_is_shown_wherever_it_was_cut(
    toxicity: ModelVersion, fake: FakeClassifier
) -> None:
    in_force, before, bad = policy("output"), "Well. ", "You nasty man. Bye."
    text = before + bad
    for pieces in [[text[:cut], text[cut:]] for cut in range(len(text))] + [list(text)]:
        shown, verdict, _window = through(in_force, pieces)
        assert before.startswith(shown) and verdict.action == "block"
        assert "nasty" in text[verdict.findings[-1].start : verdict.findings[-1].end]


def test_after_a_block_the_window_returns_nothing_more(toxicity: ModelVersion, fake: FakeClassifier) -> None:
    _shown, verdict, window = through(policy("output"), ["A nasty one. "])
    with pytest.raises(Blocked) as raised:
        asyncio.run(window.feed("Innocent."))
    assert raised.value.verdict == verdict and verdict.message


def test_the_classifier_sees_masks_and_places_are_those_of_the_answer(
    toxicity: ModelVersion, fake: FakeClassifier
) -> None:
    fake.probability = lambda text: 0.6 if "Sorry" in text else 0.0
    text = "Call 13812345678 now. Sorry for that."
    in_force = policy("output", personal={"mobile": "mask"})
    shown, verdict, window = through(in_force, [text])
    assert shown == "Call •••••••• now. Sorry for that." and window.released == len(text)
    assert not any("1381234" in piece for request in fake.asked for piece in request)
    label = next(finding for finding in verdict.findings if finding.rule == "toxic")
    assert verdict.action == "mask" and text[label.start : label.end].strip() in text


def test_a_classifier_that_is_away_is_waited_for_once_an_answer(
    toxicity: ModelVersion, fake: FakeClassifier
) -> None:
    fake.error = RuntimeUnavailable("gone")
    shown, verdict, _window = through(policy("output", unreachable="pass"), list("One. Two. Three. "))
    assert shown == "One. Two. Three. " and len(fake.asked) == 1
    assert [finding.rule for finding in verdict.findings] == ["not_checked"]


def test_a_sources_title_is_judged_with_the_answer(toxicity: ModelVersion, fake: FakeClassifier) -> None:
    window = AnswerWindow(policy("output"), language="en")
    wholes = [Whole("Returns", "title"), Whole("", "heading"), Whole("Free.", "text")]
    assert asyncio.run(window.wholes(wholes)) == ["Returns", "", "Free."]
    assert fake.asked == [["Returns", "Free."]]
    fake.probability = lambda text: 0.99
    with pytest.raises(Blocked):
        asyncio.run(window.wholes([Whole("A nasty title", "title")]))


def test_without_a_classifier_nothing_is_asked_and_nothing_waits(fake: FakeClassifier) -> None:
    in_force = policy_active()
    window = AnswerWindow(in_force, language="en")

    async def feed() -> str:
        return await window.feed("Returns ") + await window.feed("are free")

    assert asyncio.run(feed()) == "Returns are " and window.released == len("Returns are ")
    assert asked_about("Hello", in_force).action == "allow" and not fake.asked


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ({"nobody": {"labels": {"toxic": {"block": 0.5}}}}, "nobody"),
        ({"toxicity@7": {"labels": {"toxic": {"block": 0.5}}}}, "toxicity@7"),
        ({"toxicity@1+fp4": {"labels": {"toxic": {"block": 0.5}}}}, "toxicity@1"),
        ({"writer@1": {"labels": {"toxic": {"block": 0.5}}}}, "writer@1.*no text classifier"),
        ({"moderation": {"labels": {"rude": {"block": 0.5}}}}, "rude.*fine, toxic, spam"),
        ({"moderation": {"labels": {"toxic": {"mask": 0.5}}}}, "mask"),
        ({"moderation": {"labels": {"toxic": {"block": 0}}}}, "toxic"),
        ({"moderation": {"labels": {"toxic": {"block": 1.1}}}}, "toxic"),
        ({"moderation": {"labels": {"toxic": {"block": True}}}}, "toxic"),
        ({"moderation": {"labels": {"toxic": {}}}}, "moderation"),
        ({"moderation": {"labels": {}}}, "moderation"),
        ({"moderation": {}}, "objects"),
        ({"moderation": {"labels": {"toxic": {"block": 0.5}}, "unreachable": "hope"}}, "hope"),
        ({"moderation": {"labels": {"toxic": {"block": 0.5}}, "deadline": 3}}, "deadline"),
        (["moderation"], "objects"),
    ],
)
def test_a_policy_whose_classifier_cannot_work_is_refused_by_name(
    toxicity: ModelVersion, rule: object, said: str
) -> None:
    writer = replace_kind(toxicity)
    assert writer.kind == Kind.GENERATOR
    with pytest.raises(BadInput, match=said):
        policy_publish(actor=SYSTEM, rules={"input": {"classifier": rule}})
    assert policy_active().number == 0


def replace_kind(version: ModelVersion) -> ModelVersion:
    """Another model, which writes text."""
    from apps.registry.models import RegisteredModel

    model = RegisteredModel.objects.create(name="writer")
    return ModelVersion.objects.create(
        model=model, number=1, state=version.state, source=version.source, created_by="test"
    )


def test_the_runtime_is_told_to_hold_what_the_policy_in_force_asks(toxicity: ModelVersion) -> None:
    assert classifier_targets() == []
    policy("output")
    assert [target.served_id for target in classifier_targets()] == ["toxicity@1"]
    pinned = {"toxicity@1+int8": TOXIC["moderation"]}
    policy_publish(actor=SYSTEM, rules={"input": {"classifier": TOXIC}, "output": {"classifier": pinned}})
    assert [target.served_id for target in classifier_targets()] == ["toxicity@1", "toxicity@1+int8"]
    policy_publish(actor=SYSTEM, rules={"input": {"words": {"slur": "block"}}})
    assert classifier_targets() == []


def test_a_name_without_a_model_blocks_and_says_so(toxicity: ModelVersion, fake: FakeClassifier) -> None:
    in_force = policy()
    Alias.objects.all().update(name="renamed")
    (lost,) = policy_active().classifiers["input"]
    assert lost.target is None
    verdict = asked_about("Hello", replace(in_force, classifiers={"input": (lost,)}))
    assert verdict.action == "block" and "No classifier" in verdict.findings[0].reason


def test_a_doubt_about_quoted_words_is_noted_with_its_threshold(
    toxicity: ModelVersion, fake: FakeClassifier
) -> None:
    fake.probability = lambda text: 0.95
    toxicity.config |= {"task_specific_params": {"moderation": {"quoted": 0.97}}}
    toxicity.save()
    _shown, written, _window = through(policy("output"), ["It is here. "])
    _shown, quoted, _window = through(policy_active(), ["It is here. "], quotes=True)
    assert (written.action, quoted.action) == ("block", "flag")
    assert [finding.least for finding in (*written.findings, *quoted.findings)] == [0.9, 0.9]
