"""What a reader does grows with the length of a text, whatever stands in it: counted, for no clock is alike."""

from collections.abc import Callable
from typing import Any

import pytest
from bs4 import Tag

from apps.knowledge.ingest.extract import html, text
from apps.knowledge.ingest.extract.pdf.columns import Word
from apps.knowledge.ingest.extract.pdf.tables import find_grids
from apps.knowledge.ingest.extract.text import join_lines, join_wrapped, joined

LESS_THAN_SQUARED = 2.5  # times the work for twice the text; what is squared takes four times


@pytest.mark.parametrize(
    "line",
    [
        "This line of a log goes on and on and never comes to its end",
        "这一行日志没有句号它一直写下去直到最后也不停下来还在继续写",
    ],
)
def test_a_plain_text_twice_as_long_takes_twice_the_work(line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at = [0]

    def counted(function: Callable[..., Any]) -> Callable[..., Any]:
        def counting(*args: str) -> Any:
            looked_at[0] += sum(map(len, args))
            return function(*args)

        return counting

    for name in ("clean", "width", "join_lines"):
        monkeypatch.setattr(text, name, counted(getattr(text, name)))

    def work(lines: int) -> int:
        looked_at[0] = 0
        text.extract(f"{line}\n".encode() * lines)
        return looked_at[0]

    assert work(400) < LESS_THAN_SQUARED * work(200)


@pytest.mark.parametrize("join", [join_lines, join_wrapped])
@pytest.mark.parametrize("line", ["no end of it", "一行", "parted-", "，"])
def test_lines_are_joined_two_at_a_time(join: Callable[[str, str], str], line: str) -> None:
    seen: list[int] = []

    def asked(left: str, right: str) -> str:
        seen.append(len(left) + len(right))
        return join(left, right)

    parts = joined([line] * 50, asked)
    whole = line
    for _ in range(49):
        whole = join(whole, line)
    assert "".join(parts) == whole
    assert max(seen) <= 2 * len(line)


def test_a_page_with_twice_the_buttons_takes_twice_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    counted = [0]
    find = Tag.index

    def index(self: Tag, element: Tag) -> int:
        place = find(self, element)
        counted[0] += place + 1
        return place

    monkeypatch.setattr(Tag, "index", index)

    def work(parts: int) -> int:
        counted[0] = 0
        part = (
            '<button>Buy</button><img src="a.png" alt=""><script>buy()</script><p hidden>No</p><b>It is warm.</b>'
        )
        html.extract(f"<body><h1>Lamps</h1>{part * parts}</body>".encode())
        return counted[0]

    assert work(100) < LESS_THAN_SQUARED * work(50)


class _Counted(float):
    """The left end of a line that is drawn; counts how often it is looked at."""

    looks = 0

    def __lt__(self, other: float) -> bool:
        _Counted.looks += 1
        return super().__lt__(other)


def test_a_page_with_twice_the_rows_and_drawn_lines_takes_twice_the_work() -> None:
    def work(pairs: int) -> int:
        _Counted.looks = 0
        words = [
            Word("lamp", 0, place, left, left + 30, foot, foot + 10)
            for place in range(pairs)
            for foot in (-400.0 * place, -400.0 * place - 12)
            for left in (0.0, 200.0)
        ]
        rules = [(-400.0 * place - 1, _Counted(0), 230.0) for place in range(pairs)]
        find_grids(words, rules, lambda _place: False)
        return _Counted.looks

    assert 0 < work(80) < LESS_THAN_SQUARED * work(40)
