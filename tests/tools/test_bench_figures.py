"""The arithmetic behind the tables of docs/benchmarks.md."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.bench.figures import HEAD, Row, Target, line, percentile, ratio

VALUES = st.lists(st.floats(-1e6, 1e6), min_size=1)


@pytest.mark.parametrize(("share", "value"), [(0.5, 50), (0.95, 95), (1.0, 100), (0.001, 1)])
def test_a_percentile_of_a_hundred_values_is_the_value_at_that_place(share: float, value: float) -> None:
    assert percentile(list(range(100, 0, -1)), share) == value


def test_a_percentile_of_nothing_is_no_number() -> None:
    assert math.isnan(percentile([], 0.5))


@given(VALUES, st.floats(0.01, 1))
def test_at_least_the_share_of_all_values_lies_at_or_below_the_percentile(
    values: list[float], share: float
) -> None:
    found = percentile(values, share)
    assert found in values
    assert sum(value <= found for value in values) >= share * len(values)


def test_a_busy_minute_that_slows_both_sides_leaves_the_ratio_as_it_is() -> None:
    assert ratio([200, 20, 200], [100, 10, 100]) == 2


def test_one_odd_round_does_not_decide_the_ratio() -> None:
    assert ratio([100, 110, 900], [100, 100, 100]) == pytest.approx(1.1)


def test_rounds_that_were_not_measured_on_both_sides_are_an_error() -> None:
    with pytest.raises(ValueError, match="shorter"):
        ratio([1, 2], [1])


@pytest.mark.parametrize(
    ("target", "value", "met"),
    [
        (Target(2.0), 2.0, "yes"),
        (Target(2.0), 1.99, "**no**"),
        (Target(3.0, at_least=False), 3.0, "yes"),
        (Target(3.0, at_least=False), 3.01, "**no**"),
        (Target(2.0), None, "not run"),
        (Target(2.0), math.nan, "**no**"),
    ],
)
def test_a_row_says_whether_its_target_is_met(target: Target, value: float | None, met: str) -> None:
    assert Row("what", "figure", value, target).cells()[-1] == met


def test_every_row_has_as_many_cells_as_the_head() -> None:
    for row in (Row("a", "b"), Row("a", "b", 1.0), Row("a", "b", 1.0, Target(1.0, aim=1.5))):
        assert line(row.cells()).count("|") == HEAD.splitlines()[0].count("|")


def test_a_target_shows_what_would_be_better_still() -> None:
    assert Row("a", "b", 1.234, Target(1.0, aim=1.5)).cells()[2:] == ("1.23 ×", "≥ 1 (aim 1.5) ×", "yes")


def test_a_trial_does_not_say_that_a_target_is_met() -> None:
    assert Row("a", "b", 9.0, Target(1.0)).cells(judged=False)[-1] == "a trial only"
    assert Row("a", "b", None, Target(1.0)).cells(judged=False)[-1] == "not run"
