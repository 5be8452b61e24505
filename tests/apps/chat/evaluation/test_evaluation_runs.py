"""A stored run: asked by a job, ended once, gone on with after its worker died, stopped by a click."""

import asyncio
from datetime import timedelta

import pytest
from django.utils import timezone

from apps.chat.evaluation.cases import Case
from apps.chat.evaluation.job import run_carry_out
from apps.chat.evaluation.records import lease_take, result_store, run_close
from apps.chat.evaluation.report import Result
from apps.chat.evaluation.services import case_add, run_cancel, run_start, runs_recover, set_create
from apps.chat.models import Assistant, EvaluationRun, EvaluationSet
from apps.core.actor import Actor
from apps.core.db import in_database
from apps.core.errors import BadInput, Conflict
from apps.inference.errors import RuntimeUnavailable
from apps.knowledge.models import Collection

from ..fakes import FakeRuntime

ACTOR = Actor(label="rita")
CASES = [
    Case("How long for returns?", ("30 days",), group="returns"),
    Case("When is the refund?", ("five working days",), group="refunds"),
    Case("What is on Mars?", ()),
]


@pytest.fixture
def loaded(monkeypatch: pytest.MonkeyPatch) -> list[RuntimeUnavailable]:
    """Models that load at once; an error that is put in is raised instead."""
    errors: list[RuntimeUnavailable] = []

    def load(**_kwargs: object) -> None:
        if errors:
            raise errors[0]

    monkeypatch.setattr("apps.chat.evaluation.job.deployment_ensure", load)
    monkeypatch.setattr("apps.chat.evaluation.job.embedder_ensure", load)
    return errors


@pytest.fixture
def run(assistant: Assistant, runtime: FakeRuntime, loaded: list) -> EvaluationRun:
    assistant.collections.add(Collection.objects.create(slug="shop", name="Shop", version=3))
    made = set_create(actor=ACTOR, name="Returns", cases=CASES)
    return run_start(actor=ACTOR, set_id=made.pk, assistant=assistant)


def carried_out(run: EvaluationRun) -> EvaluationRun:
    asyncio.run(run_carry_out(run.pk))
    run.refresh_from_db()
    return run


def silent(run: EvaluationRun) -> None:
    EvaluationRun.objects.filter(pk=run.pk).update(heartbeat_at=timezone.now() - timedelta(minutes=5))


def test_a_run_keeps_every_answer_and_what_it_was_made_with(run: EvaluationRun) -> None:
    carried_out(run)
    assert (run.state, run.error, run.metrics["recall_at_1"]) == ("done", "", 0.5)
    assert run.metrics["groups"] == {
        "refunds": {"questions": 1, "right": 0.0},
        "returns": {"questions": 1, "right": 1.0},
    }
    assert [(row.question, row.correct) for row in run.results.all()][:2] == [
        ("How long for returns?", True),
        ("When is the refund?", False),
    ]
    assert run.model_version.label == "tiny@1" and run.settings["threshold"] == 0.3
    assert [(c["slug"], c["version"]) for c in run.collections] == [("shop", 3)]


def test_a_run_keeps_which_passages_an_answer_cites(run: EvaluationRun) -> None:
    carried_out(run)
    answered = run.results.get(position=1)
    (source,) = answered.sources
    assert (source["number"], source["title"]) == (1, "Returns") and source["excerpt"] in answered.text


def test_another_worker_asks_only_what_the_dead_one_had_not(run: EvaluationRun, runtime: FakeRuntime) -> None:
    dead = lease_take(run.pk)
    assert dead is not None
    assert result_store(dead, 1, Result(CASES[0], text="kept", outcome="answered", correct=True))
    silent(run)
    runs_recover()
    carried_out(run)
    assert run.state == "done" and len(runtime.calls) == 2
    assert run.results.get(position=1).text == "kept"


def test_a_worker_that_was_only_slow_changes_nothing_any_more(run: EvaluationRun) -> None:
    slow = lease_take(run.pk)
    assert slow is not None
    silent(run)
    runs_recover()
    carried_out(run)
    assert not result_store(slow, 1, Result(CASES[0], text="late"))
    assert not run_close(slow, "failed", "internal")
    run.refresh_from_db()
    assert run.state == "done" and run.results.get(position=1).text != "late"


def test_of_two_workers_only_the_later_writes(run: EvaluationRun) -> None:
    slow = lease_take(run.pk)
    silent(run)
    runs_recover()
    later = lease_take(run.pk)
    assert slow is not None and later is not None
    assert not result_store(slow, 1, Result(CASES[0], text="late"))
    assert result_store(later, 1, Result(CASES[0], text="now"))
    assert not run_close(slow, "failed", "internal")
    assert run_close(later, "done")
    assert run.results.get(position=1).text == "now"


def test_a_run_that_loses_one_worker_after_the_other_is_given_up(run: EvaluationRun) -> None:
    for _attempt in range(5):
        assert lease_take(run.pk) is not None
        silent(run)
        runs_recover()
    run.refresh_from_db()
    assert (run.state, run.error) == ("failed", "lost") and lease_take(run.pk) is None


def test_a_cancelled_run_stays_cancelled(run: EvaluationRun, runtime: FakeRuntime) -> None:
    runtime.paced = True

    async def cancelled_meanwhile() -> None:
        job = asyncio.create_task(run_carry_out(run.pk))
        await runtime.asked.wait()
        await in_database(run_cancel, actor=ACTOR, run_id=run.pk)
        for _piece in range(6):
            runtime.step()
        await job

    asyncio.run(cancelled_meanwhile())
    run.refresh_from_db()
    assert run.state == "cancelled" and run.ended_at is not None
    assert carried_out(run).state == "cancelled"
    assert not run.results.exclude(asked_at=None).exists()


def test_a_model_that_cannot_be_loaded_fails_the_run_with_its_cause(run: EvaluationRun, loaded: list) -> None:
    loaded.append(RuntimeUnavailable("down"))
    carried_out(run)
    assert (run.state, run.error) == ("failed", "runtime_unavailable")


def test_documents_that_change_meanwhile_are_told(run: EvaluationRun) -> None:
    Collection.objects.update(version=4)
    assert carried_out(run).metrics["documents_changed"]


def test_a_question_that_is_added_twice_is_asked_once(database: None) -> None:
    made = set_create(actor=ACTOR, name="Returns", cases=CASES)
    case_add(actor=ACTOR, set_id=made.pk, case=Case("New?", ()))
    case_add(actor=ACTOR, set_id=made.pk, case=Case("New?", ("yes",)))
    assert list(made.cases.values_list("question", "answers"))[3:] == [("New?", ["yes"])]


def test_two_sets_cannot_share_a_name(database: None) -> None:
    set_create(actor=ACTOR, name="Returns", cases=CASES)
    with pytest.raises(Conflict):
        set_create(actor=ACTOR, name=" Returns ", cases=CASES)
    with pytest.raises(BadInput):
        set_create(actor=ACTOR, name="Empty", cases=[])
    assert EvaluationSet.objects.count() == 1


def test_a_threshold_must_be_a_share(run: EvaluationRun, assistant: Assistant) -> None:
    with pytest.raises(BadInput):
        run_start(actor=ACTOR, set_id=run.set_id, assistant=assistant, threshold=1.5)
