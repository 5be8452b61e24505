"""Answers on pages that the server writes: marked up as in the chat, and nothing in them acts."""

import re
from html import unescape

import pytest

from apps.core.markdown import markdown_html, markdown_plain


def test_bold_tables_and_code_are_marked_up() -> None:
    page = markdown_html("**Lamp** – 24\n\n|a|\n|-|\n|b|\n\n```\nls -l\n```")
    assert "<strong>Lamp</strong> – 24" in page
    assert "<td>b</td>" in page
    assert "<pre><code>ls -l" in page


def test_numbers_lead_to_their_sources_where_there_are_such() -> None:
    page = markdown_html("Yes [1], no [2], see [3].", {1: "/a?b&c", 2: ""})
    assert '<a class="cite" href="/a?b&amp;c">1</a>' in page
    assert '<span class="cite">2</span>' in page
    assert "see [3]." in page


def test_numbers_in_code_are_code() -> None:
    assert "cite" not in markdown_html("`list[1]`\n\n```\nlist [1]\n```")


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "[a](javascript:alert(1))",
        "![<b>](https://elsewhere.example/x.png)",
        '[a](https://x.example "><script>")',
        "<img src=x onerror=alert(1)>",
        "[1] <b>[2]</b>",
    ],
)
def test_what_is_written_never_acts(text: str) -> None:
    page = markdown_html(text)
    assert "<script" not in page and "<img" not in page and "<b>" not in page
    assert 'href="javascript' not in page


@pytest.mark.parametrize(
    "tex",
    [r"\(a_1 + b_1\)", "$$x_i*y*z_i$$", r"\[ \frac{1}{2} \]", "$e^{*x*}$", "$$\na_1\n*b*\n$$", "$a_1$, $b_1$"],
)
def test_a_formula_stays_as_it_was_written(tex: str) -> None:
    page = markdown_html(f"So {tex}, then.")
    assert unescape(re.sub("</?(p|code)>", "", page)).strip() == f"So {tex}, then."
    assert "<code>" in page and "<em>" not in page


@pytest.mark.parametrize(
    "text", ["It costs $5 and *not* $6.", r"See \[here\] *now*", r"\(*a*", "$$ *a*", r"\$5 *a* $b"]
)
def test_prices_and_brackets_are_no_formulas(text: str) -> None:
    page = markdown_html(text)
    assert "<em>" in page and "<code>" not in page


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Why does **this** fail?\n\n```python\nprint('hi')\n```", "Why does this fail?"),
        ("```python\nprint('hi')\n```", "print('hi')"),
        ("# Prices\n\n| a | b |\n|---|---|\n| `x_1` | [there](https://x.org) |", "Prices a b x_1 there"),
        ("> quoted\n> twice\n\n1. first\n2. second", "quoted twice first second"),
        ("2 * 3 * 4 = $x_1$, C# or snake_case?", "2 * 3 * 4 = $x_1$, C# or snake_case?"),
        ("---", ""),
    ],
)
def test_a_text_without_its_marks_is_its_words_on_one_line(text: str, plain: str) -> None:
    assert markdown_plain(text) == plain
