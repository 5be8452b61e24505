"""Code between fences, told from the prose around it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.fences import clean_code, fenced, holds_code, on_one_line, parts

LINES = st.lists(st.text(st.sampled_from("ab `~\t#"), max_size=8), max_size=6).map("\n".join)


@given(
    LINES.map(clean_code).filter(bool), st.sampled_from(["", "Run:\n", "One.\n\n"]), st.sampled_from(["", "\nEnd."])
)
def test_code_comes_out_of_a_text_as_it_went_in(code: str, before: str, after: str) -> None:
    text = before + fenced(code) + after
    found = list(parts(text))
    assert [part.text for part in found if part.is_code] == [code]
    assert "".join(part.text for part in found if not part.is_code) == (before + after).replace("\n", "")
    assert all(text[part.start : part.end].strip("\n").strip("`").strip("\n") for part in found)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("```bash\npip install\n```", ["pip install"]),
        ("``` bash\npip install\n```\nThen go on.", ["pip install"]),
        ("```js title=x\na\n```", ["a"]),
        ("```\r\na\n```\r\nEnd.", ["a"]),
        ("````\n```\nx\n```\n````", ["```\nx\n```"]),
        ("```\na\n`````\nProse.\n```\nb\n```", ["a", "b"]),
        ("Run:\n  ```\n  if x:\n      y\n z\n   ```\nEnd.", ["if x:\n    y\nz"]),
        ("    ```\n    x\n    ```", []),
        ("Write ``` or ```x``` in a line.", []),
        ("``` and more words\nThen text.\n", []),
        ("```x```\nText.", []),
        ("```\na\n```\n```\nb\n```", ["a", "b"]),
        ("`````\nProse.\n```\na\n```\nProse.", ["a"]),
        ("```\na\n```\nProse.\n```\nMore prose.", ["a"]),
    ],
)
def test_a_block_stands_between_fences_on_lines_of_their_own(text: str, code: list[str]) -> None:
    assert [part.text for part in parts(text) if part.is_code] == code
    assert holds_code(text) is bool(code)


def test_code_that_an_excerpt_cuts_off_goes_to_its_end() -> None:
    excerpt = "Run:\n``` bash\npip inst"
    assert [part.is_code for part in parts(excerpt)] == [False]
    assert [tuple(part)[:2] for part in parts(excerpt, cut_off=True)] == [("Run:", False), ("pip inst", True)]


def test_a_model_reads_the_words_without_fences() -> None:
    assert on_one_line("Install it:\n```\npip  install \\\n    parley\n```") == "Install it: pip install \\ parley"
    assert on_one_line("Two  blanks stay.") == "Two  blanks stay."


def test_invisible_characters_and_empty_lines_around_code_go_and_indentation_stays() -> None:
    assert clean_code("\n\n  if x:\u200b \n\n\ty = 1\r\n\n") == "  if x:\n\n\ty = 1"


@pytest.mark.parametrize(
    ("code", "clean"),
    [
        ("pip\u00a0install parley", "pip install parley"),
        ("pip install \\\n\u00a0\u00a0--user", "pip install \\\n  --user"),
        ("x = 1  # 中文\u3000注释", "x = 1  # 中文  注释"),
        ("a\rb\fc\u2028d", "a\nb\nc\nd"),
        ('say("👩\u200d💻")', 'say("👩\u200d💻")'),
        ("rm \u202e-rf\x1b[0m", "rm -rf[0m"),
    ],
)
def test_no_blank_and_no_line_of_code_is_lost(code: str, clean: str) -> None:
    assert clean_code(code) == clean == clean_code(clean)
