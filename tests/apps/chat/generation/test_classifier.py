"""A policy that asks a classifier: questions and sentences wait for it; what it could not see does not pass."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from apps.chat.endings import ending_message
from apps.chat.generation.phrases import phrases_for
from apps.chat.generation.runner import generation_run
from apps.chat.models import Assistant, Generation, QuestionFile
from apps.console.reading.findings import decided_about
from apps.core.actor import SYSTEM, Actor
from apps.core.db import in_database
from apps.inference.errors import RuntimeUnavailable
from apps.inference.services import Classification
from apps.knowledge.models import Collection
from apps.knowledge.retrieval.types import PassageScores
from apps.moderation.models import Decision
from apps.moderation.selectors import decisions_worth_a_look
from apps.moderation.services import policy_publish
from apps.registry.models import Alias, Kind, ModelVersion, RegisteredModel

from ..fakes import FakeRuntime, FakeSearch, events, passage, said, send

pytestmark = pytest.mark.asyncio
SURE_FROM = {"task_specific_params": {"moderation": {"quoted": 0.97}}}  # in a classifier's config
RULE = {"moderation": {"labels": {"toxic": {"block": 0.8}}}}


class FakeClassifier:
    """Finds "toxic" where the text holds the word "nasty"; `asked` keeps the texts of each request."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []
        self.error: Exception | None = None
        self.fails_from = 0  # the request that is the first to fail; 0 for none
        self.nasty, self.toxic = 0.97, 0.03

    async def __call__(self, *, target: Any, inputs: Sequence[str], **_limits: float) -> list[Classification]:
        self.asked.append(list(inputs))
        if self.error is not None:
            raise self.error
        if 0 < self.fails_from <= len(self.asked):
            raise RuntimeUnavailable("gone")
        return [self._said(self.nasty if "nasty" in text else self.toxic) for text in inputs]

    def _said(self, toxic: float) -> Classification:
        values = {"fine": 1 - toxic, "toxic": toxic}
        label = max(values, key=lambda name: values[name])
        return Classification(label, values[label], values)


@pytest.fixture
def classifier(assistant: Assistant, monkeypatch: pytest.MonkeyPatch) -> FakeClassifier:
    fake = FakeClassifier()
    monkeypatch.setattr("apps.moderation.asking.classify", fake)
    version = ModelVersion.objects.create(
        model=RegisteredModel.objects.create(name="toxicity"),
        number=1,
        state="ready",
        source="path",
        kind=Kind.CLASSIFIER,
        labels=["fine", "toxic"],
        created_by="test",
    )
    Alias.objects.create(name="moderation", version=version)
    return fake


async def answered(
    actor: Actor, rules: dict[str, Any], text: str = "How long for returns?"
) -> tuple[list[dict], list[Decision]]:
    await in_database(policy_publish, actor=SYSTEM, rules=rules)
    sent = await in_database(send, actor, text)
    await generation_run(sent.generation.pk)
    log = await in_database(events, sent.generation.pk)
    return log, await in_database(lambda: list(Decision.objects.all()))


async def test_a_question_that_the_classifier_blocks_reaches_neither_search_nor_model(
    owner: Actor, classifier: FakeClassifier, runtime: FakeRuntime, search: FakeSearch
) -> None:
    log, (decision,) = await answered(owner, {"input": {"classifier": RULE}}, "A nasty question")
    assert log[-1]["outcome"] == "blocked" and not search.asked and not runtime.calls
    assert decision.findings[0] | {"start": 0} == {
        "check": "classifier",
        "rule": "toxic",
        "action": "block",
        "start": 0,
        "end": 16,
        "probability": 0.97,
        "version": "toxicity@1",
        "least": 0.8,
    }


async def test_a_sentence_that_the_classifier_blocks_is_not_shown_and_ends_the_answer(
    owner: Actor, classifier: FakeClassifier, runtime: FakeRuntime
) -> None:
    await in_database(Assistant.objects.update, verbatim=False)
    runtime.pieces = ["Returns ", "are free. ", "You are a nas", "ty person. ", "Bye."]
    log, decisions = await answered(owner, {"output": {"classifier": RULE}})
    told = said(log)
    assert told.startswith("Returns are free.") and "withheld" in told and "You are" not in told
    assert runtime.closed and log[-1]["outcome"] == "blocked"
    assert decisions[-1].action == "block" and decisions[-1].findings[0]["rule"] == "toxic"


@pytest.mark.parametrize(("unreachable", "ending"), [("block", ("error", None)), ("pass", ("done", "answered"))])
async def test_without_the_classifier_the_policys_word_counts_and_is_written_down(
    owner: Actor, classifier: FakeClassifier, runtime: FakeRuntime, unreachable: str, ending: tuple[str, str | None]
) -> None:
    classifier.error = RuntimeUnavailable("The model runtime cannot be reached.")
    rules = {"output": {"classifier": {"moderation": {**RULE["moderation"], "unreachable": unreachable}}}}
    log, decisions = await answered(owner, rules)
    assert (log[-1]["status"], log[-1]["outcome"]) == ending and decisions[-1].action == "failed"
    (finding,) = decisions[-1].findings
    assert finding["reason"] == "The model runtime cannot be reached."
    assert (finding["rule"], finding["action"]) == (
        ("check_failed", "block") if unreachable == "block" else ("not_checked", "flag")
    )
    assert len(classifier.asked) == 1, "one wait for an answer is enough"


async def test_where_no_classifier_is_configured_none_is_asked_and_the_runtime_knows_the_caller(
    owner: Actor, classifier: FakeClassifier, runtime: FakeRuntime
) -> None:
    log, _decisions = await answered(owner, {"output": {"words": {"abuse": "block"}}})
    generation = await in_database(Generation.objects.get)
    assert log[-1]["outcome"] == "answered" and not classifier.asked
    assert (runtime.calls[0]["caller"], runtime.calls[0]["request_id"]) == (str(owner.user_id), str(generation.pk))


async def test_a_question_that_nobody_can_judge_fails_as_an_outage_and_is_not_called_blocked(
    owner: Actor, classifier: FakeClassifier, runtime: FakeRuntime, search: FakeSearch
) -> None:
    classifier.error = RuntimeUnavailable("The model runtime cannot be reached.")
    log, (decision,) = await answered(owner, {"input": {"classifier": RULE}})
    assert (log[-1]["status"], log[-1]["code"], log[-1]["outcome"]) == ("error", "check_unavailable", None)
    assert "nothing to do with your words" in (ending_message(log[-1]["code"]) or "") and not said(log)
    assert decision.action == "failed" and not search.asked and not runtime.calls
    assert not await in_database(decisions_worth_a_look().exists)


async def test_behind_words_that_were_shown_an_outage_breaks_the_answer_off(
    owner: Actor, classifier: FakeClassifier, runtime: FakeRuntime
) -> None:
    await in_database(Assistant.objects.update, verbatim=False)
    runtime.pieces = ["Returns ", "are free. ", "Keep the box. ", "Bye."]
    classifier.fails_from = 2
    log, _decisions = await answered(owner, {"output": {"classifier": RULE}})
    assert said(log).strip() == "Returns are free."
    assert (log[-1]["status"], log[-1]["code"]) == ("interrupted", "check_unavailable") and runtime.closed


async def test_who_waits_for_a_classifier_that_is_being_loaded_is_told_so_and_gets_the_answer(
    owner: Actor, classifier: FakeClassifier, runtime: FakeRuntime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apps.chat.generation.answer.MOMENT", 0.0)
    log, _decisions = await answered(owner, {"input": {"classifier": RULE}})
    assert log[0] == {"kind": "status", "status": "waiting"} and log[-1]["outcome"] == "answered"


@pytest.mark.parametrize(("probability", "outcome"), [(0.95, "answered"), (0.985, "blocked")])
async def test_a_doubt_about_a_sentence_of_the_documents_is_noted_and_does_not_block_it(
    owner: Actor, classifier: FakeClassifier, runtime: FakeRuntime, probability: float, outcome: str
) -> None:
    await in_database(ModelVersion.objects.filter(kind=Kind.CLASSIFIER).update, config=SURE_FROM)
    classifier.toxic = probability
    log, decisions = await answered(owner, {"output": {"classifier": RULE}})
    assert log[-1]["outcome"] == outcome
    finding = decisions[-1].findings[0]
    assert (finding["action"], finding["least"]) == ("flag" if outcome == "answered" else "block", 0.8)


async def test_a_classifier_that_says_nothing_of_quoted_words_blocks_them_as_the_rules_say(
    owner: Actor, classifier: FakeClassifier, runtime: FakeRuntime
) -> None:
    classifier.toxic = 0.85
    log, decisions = await answered(owner, {"output": {"classifier": RULE}})
    assert (log[-1]["outcome"], decisions[-1].action) == ("blocked", "block")


async def test_what_a_customer_brought_is_not_the_houses_own_words(
    owner: Actor, classifier: FakeClassifier, runtime: FakeRuntime
) -> None:
    await in_database(ModelVersion.objects.filter(kind=Kind.CLASSIFIER).update, config=SURE_FROM)
    sent = await in_database(send, owner, "How long for returns?")
    brought = await in_database(Collection.objects.create, slug="file-1", name="Their letter", personal=True)
    await in_database(
        QuestionFile.objects.create, message=sent.generation.question, collection=brought, name="letter.pdf", size=1
    )
    await in_database(policy_publish, actor=SYSTEM, rules={"output": {"classifier": RULE}})
    classifier.toxic = 0.95
    await generation_run(sent.generation.pk)
    assert (await in_database(events, sent.generation.pk))[-1]["outcome"] == "blocked"


@pytest.mark.parametrize("probability", [0.1, 0.85])
async def test_the_names_of_the_nearest_places_are_judged_with_the_answer_and_stand_in_its_decision(
    owner: Actor, classifier: FakeClassifier, runtime: FakeRuntime, search: FakeSearch, probability: float
) -> None:
    near = passage("It is here.", title="A nasty title")
    search.passages = (replace(near, scores=PassageScores(1, 1, 1.0, 0.6, 1.0)),)
    search.confidence, classifier.nasty = 0.1, probability
    runtime.pieces = ["[no]", f" {phrases_for('en', name='Service', overrides={})['no']}"]
    log, (_question, decision) = await answered(owner, {"output": {"classifier": RULE}})
    assert log[-1]["outcome"] == "declined"
    assert [event["kind"] for event in log if event["kind"] == "nearest"] == (
        ["nearest"] if probability < 0.8 else []
    )
    places = [finding["place"] for finding in decision.findings]
    assert places == ([] if probability < 0.8 else [f"title {near.passage_id}"])


async def test_a_classifier_that_is_away_is_waited_for_once_also_where_nearest_places_follow(
    owner: Actor, classifier: FakeClassifier, runtime: FakeRuntime, search: FakeSearch
) -> None:
    search.passages = (replace(passage("It is here."), scores=PassageScores(1, 1, 1.0, 0.6, 1.0)),)
    search.confidence, classifier.error = 0.1, RuntimeUnavailable("gone")
    runtime.pieces = ["[no]", f" {phrases_for('en', name='Service', overrides={})['no']}"]
    rules = {"output": {"classifier": {"moderation": {**RULE["moderation"], "unreachable": "pass"}}}}
    log, _decisions = await answered(owner, rules)
    assert "nearest" in [event["kind"] for event in log] and len(classifier.asked) == 1


async def test_the_words_that_were_found_are_found_again_in_the_console(
    owner: Actor, classifier: FakeClassifier, runtime: FakeRuntime, search: FakeSearch
) -> None:
    """In a source whose lines are told in one, and in an answer behind what is to be done in an emergency."""
    await in_database(Assistant.objects.update, emergency_words=["chest pain"], emergency="Call an ambulance.")
    lines = passage("Read this first.", "It is a nasty sentence.")
    search.passages = (replace(lines, text="Read this first.\nIt is a nasty\nsentence."),)
    runtime.pieces, classifier.nasty = ["[2]", " It is a nasty sentence."], 0.85
    rules = {"output": {"classifier": {"moderation": {"labels": {"toxic": {"flag": 0.8}}}}}}
    await answered(owner, rules, "I have chest pain")
    generation = await in_database(Generation.objects.select_related("question", "answer").get)
    passages = [{"passage": str(lines.passage_id), "text": search.passages[0].text}]
    generation.retrieval = {"passages": passages}
    decision = await in_database(Decision.objects.get, stage="output")
    words = [one.words.replace("\n", " ") for one in decided_about(decision, generation).found]
    assert words.count("It is a nasty sentence.") == 2 and set(words) == {"It is a nasty sentence.", "[1]"}


async def test_what_a_model_writes_for_an_assistant_that_was_made_to_quote_is_held_to_the_rules_own_threshold(
    owner: Actor, classifier: FakeClassifier, runtime: FakeRuntime
) -> None:
    await in_database(Assistant.objects.update, task="translate")  # and `verbatim` as it is by default
    runtime.pieces, classifier.nasty = ["You are a nasty person."], 0.95
    log, decisions = await answered(owner, {"output": {"classifier": RULE}}, "你是一个讨厌的人。")
    assert log[-1]["outcome"] == "blocked" and "nasty" not in said(log)
    assert decisions[-1].findings[0]["action"] == "block"


async def test_what_is_found_in_a_source_says_where_it_stands(
    owner: Actor, classifier: FakeClassifier, runtime: FakeRuntime, search: FakeSearch
) -> None:
    found = passage("Read this first.", "It is a nasty sentence.", title="Help")
    search.passages, classifier.nasty = (found,), 0.99
    runtime.pieces = ["[2]", " It is a nasty sentence."]
    _log, decisions = await answered(owner, {"output": {"classifier": RULE}})
    (finding,) = decisions[-1].findings
    assert finding["place"] == f"text {found.passage_id}"
    assert found.text[finding["start"] : finding["end"]] == "It is a nasty sentence."
