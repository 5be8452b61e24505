"""The figures that an operator sees of an engine."""

from collections.abc import Iterator

import pytest

from model_runtime.engine.loop import Engine
from model_runtime.engine.metrics import EngineMetrics
from model_runtime.engine.request import Limits
from tests.runtime.engine.contexts import Awaited, ContextBackend

PROMPT = [97 + index % 5 for index in range(50)]


@pytest.fixture
def metrics() -> Iterator[EngineMetrics]:
    """Of an engine that answered the same prompt twice, one after the other."""
    engine = Engine(ContextBackend(slots=2))
    for _ in range(2):
        listener = Awaited(PROMPT, Limits(60, ignore_eos=True))
        engine.submit(listener.request)
        assert listener.wait().reason == "length"
    engine.stop()
    yield engine.metrics


def value(metrics: EngineMetrics, name: str, **labels: str) -> float | None:
    return metrics.registry.get_sample_value(f"parley_runtime_{name}", labels)


def test_tokens_are_counted_by_where_they_came_from(metrics: EngineMetrics) -> None:
    assert value(metrics, "prompt_tokens_total") == 100
    assert value(metrics, "cached_prompt_tokens_total") == 49
    assert value(metrics, "tokens_total") == 120
    assert value(metrics, "forced_tokens_total") == 0
    drafted, accepted = value(metrics, "draft_tokens_total"), value(metrics, "accepted_tokens_total")
    assert drafted is not None and accepted is not None and 0 < accepted <= drafted


def test_endings_are_counted_by_reason_from_the_start(metrics: EngineMetrics) -> None:
    assert metrics.finished == {"stop": 0, "length": 2, "cancelled": 0, "deadline_exceeded": 0, "error": 0}
    assert value(metrics, "requests_finished_total", reason="length") == 2


def test_each_request_is_in_the_histograms_of_waiting(metrics: EngineMetrics) -> None:
    assert value(metrics, "first_token_seconds_count") == 2
    assert value(metrics, "queue_seconds_count") == 2
    assert value(metrics, "queue_seconds_bucket", le="+Inf") == 2


def test_each_step_is_in_the_histograms_of_steps(metrics: EngineMetrics) -> None:
    steps = value(metrics, "steps_total")
    assert steps == value(metrics, "step_sequences_sum") == value(metrics, "step_tokens_count")
    assert value(metrics, "between_tokens_seconds_count") == steps, "every step wrote"
    computed = 50 + 1 + (value(metrics, "draft_tokens_total") or 0)
    accepted = value(metrics, "accepted_tokens_total") or 0
    assert value(metrics, "step_tokens_sum") == computed + 118 - accepted


def test_what_runs_and_waits_is_read_when_asked() -> None:
    state = {"running": 1, "waiting": 2, "used": 0.25}
    metrics = EngineMetrics(
        running=lambda: int(state["running"]), waiting=lambda: int(state["waiting"]), in_use=lambda: state["used"]
    )
    state["waiting"] = 5
    assert value(metrics, "requests_running") == 1
    assert value(metrics, "requests_waiting") == 5
    assert value(metrics, "cache_use_ratio") == 0.25
