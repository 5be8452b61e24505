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
        ("Run:\n```\npip inst", ["pip inst"]),
        ("````\n```\nx\n```\n````", ["```\nx\n```"]),
        ("Write ``` or ```x``` in a line.", []),
        ("``` and more words\nThen text.\n", []),
        ("```x```\nText.", []),
        ("```\na\n```\n```\nb\n```", ["a", "b"]),
    ],
)
def test_a_block_begins_and_ends_on_lines_of_its_own_and_one_cut_off_goes_to_the_end(
    text: str, code: list[str]
) -> None:
    assert [part.text for part in parts(text) if part.is_code] == code
    assert holds_code(text) is bool(code)


def test_a_model_reads_the_words_without_fences() -> None:
    assert on_one_line("Install it:\n```\npip  install \\\n    parley\n```") == "Install it: pip install \\ parley"
    assert on_one_line("Two  blanks stay.") == "Two  blanks stay."


def test_invisible_characters_and_empty_lines_around_code_go_and_indentation_stays() -> None:
    assert clean_code("\n\n  if x:\u200b \n\n\ty = 1\r\n\n") == "  if x:\n\n\ty = 1"
