"""Property tests try the same examples in each run, and are able to look for new ones when asked (`make fuzz`)."""

import re
from pathlib import Path

from hypothesis import settings

ROOT = Path(__file__).resolve().parents[2]


def test_a_search_tries_more_examples_at_random_however_slow_the_machine() -> None:
    profiles = re.findall(r"--hypothesis-profile=(\w+)", (ROOT / "Makefile").read_text())
    assert profiles, "nothing looks for new examples"
    for search in map(settings.get_profile, profiles):
        assert not search.derandomize and search.deadline is None and search.print_blob
        assert search.max_examples > settings.get_profile("ci").max_examples


def test_no_property_test_keeps_a_search_to_a_number_of_its_own() -> None:
    number = re.compile(r"max_examples=\d")
    assert [path for path in (ROOT / "tests").glob("*/**/*.py") if number.search(path.read_text())] == []
