"""robots.txt: who is meant, which rule counts, and that no pattern takes long."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.knowledge.web.robots import robots_parsed

TEXT = """# comment
User-agent: other
Disallow: /

User-agent: first
user-agent: PARLEY
Disallow: /private/
Allow: /private/open
Disallow: /*.pdf$
Crawl-delay: 2.5

User-agent: *
Disallow: /everybody
"""


@pytest.mark.parametrize(
    ("target", "allowed"),
    [
        ("/", True),
        ("/private/", False),
        ("/private/open/a", True),
        ("/a/b.pdf", False),
        ("/a/b.pdf?x", True),
        ("/everybody", True),
    ],
)
def test_the_group_that_names_us_counts_and_its_longest_rule(target: str, allowed: bool) -> None:
    assert robots_parsed(TEXT, "Parley").allows(target) is allowed


def test_without_a_group_of_our_own_that_for_everybody_counts() -> None:
    robots = robots_parsed(TEXT, "Somebody")
    assert not robots.allows("/everybody/x") and robots.allows("/private/")
    assert robots_parsed(TEXT, "Parley").delay == 2.5


def test_an_empty_rule_allows_all_and_nonsense_forbids_nothing() -> None:
    assert robots_parsed("User-agent: *\nDisallow:\n<html>\0", "Parley").allows("/")
    assert robots_parsed("Disallow: /", "Parley").allows("/")


@given(st.text("/ab*$", max_size=12), st.text("/ab", max_size=16))
def test_patterns_mean_what_a_regular_expression_would(pattern: str, target: str) -> None:
    if not pattern:
        return
    body = pattern.removesuffix("$")
    wanted = "".join(".*" if part == "*" else re.escape(part) for part in body) + ("$" if pattern != body else "")
    robots = robots_parsed(f"User-agent: *\nDisallow: {pattern}", "Parley")
    assert robots.allows(target) is not bool(re.match(wanted, target))


@given(st.text())
def test_any_text_is_read(text: str) -> None:
    robots_parsed(text, "Parley").allows("/")
