"""What a row of logits comes down to, as compiled code finds it."""

import math

import numba
import numpy as np
import pytest

from model_runtime.kernels.rows import total


@pytest.fixture(scope="module")
def compiled_total() -> object:
    return numba.njit(lambda row: total(row), error_model="numpy")  # noqa: PLW0108  # it is inlined


def row(*numbers: float) -> np.ndarray:
    return np.array([0.25] * 60 + [*numbers], np.float32)


def test_the_total_is_the_logarithm_of_all_odds(compiled_total: object) -> None:
    logits = row(3.0, -2.0, 0.5)
    assert compiled_total(logits) == pytest.approx(math.log(np.exp(logits.astype(float)).sum()), abs=1e-6)  # type: ignore[operator]


@pytest.mark.parametrize("bad", [math.nan, -math.nan, math.inf, -math.inf])
def test_the_total_of_what_is_no_numbers_is_no_number(compiled_total: object, bad: float) -> None:
    assert not math.isfinite(compiled_total(row(1.0, bad, 2.0)))  # type: ignore[operator]
