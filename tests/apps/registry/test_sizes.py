"""Sizes in words."""

import pytest

from apps.registry.selectors import size_shown


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1 kB"),
        (818_320, "818 kB"),
        (999_999, "1.0 MB"),
        (12_872_000, "12.9 MB"),
        (999_949_999, "999.9 MB"),
        (999_950_001, "1.0 GB"),
        (70 * 10**15, "70000.0 TB"),
    ],
)
def test_sizes_are_said_in_powers_of_1000(count: int, words: str) -> None:
    assert size_shown(count) == words
