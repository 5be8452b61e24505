"""Rows of a CSV file with more cells than its first row names: nothing of them is lost without a word."""

import pytest

from apps.knowledge.ingest.blocks import Columns, Wide
from apps.knowledge.ingest.extract.sheets.table import extract_csv


def pairs(text: str) -> list[tuple[str, str]]:
    return [(block.question, block.text) for block in extract_csv(text.encode()).blocks]


def wide(text: str, columns: Columns = Columns()) -> tuple[Wide, ...]:  # noqa: B008  it is frozen
    table = extract_csv(text.encode(), columns).table
    assert table
    return table.wide


@pytest.mark.parametrize(
    ("row", "pair"),
    [
        (
            "馆内可以拍照吗?,可以为个人用途拍照,不得使用闪光灯,也不得使用三脚架。",
            ("馆内可以拍照吗?", "可以为个人用途拍照,不得使用闪光灯,也不得使用三脚架。"),
        ),
        ("如何办证,到前台,带身份证", ("如何办证", "到前台,带身份证")),
        ("May I take photos?,Yes,without a flash.", ("May I take photos?", "Yes,without a flash.")),
        ("Can I, if ill, stay longer?,Yes", ("Can I, if ill, stay longer?", "Yes")),
        ("Photos,Yes, but without a flash", ("Photos", "Yes, but without a flash")),
    ],
)
def test_an_unquoted_comma_goes_back_into_its_cell(row: str, pair: tuple[str, str]) -> None:
    text = f"question,answer\nWho?,Lin.\n{row}\n"
    assert pairs(text) == [("Who?", "Lin."), pair]
    assert wide(text) == (Wide("joined", (3,)),)


def test_where_the_comma_was_is_not_guessed() -> None:
    text = "question,answer\nWifi,printing,See page 3\nPhotos?,really?,No\nWho?,Lin.\n"
    assert pairs(text) == [("", "Wifi,printing,See page 3"), ("", "Photos?,really?,No"), ("Who?", "Lin.")]
    assert wide(text) == (Wide("kept", (2, 3)),)


def test_a_decimal_comma_does_not_become_another_price() -> None:
    text = "item,price\nWashing,12,50 EUR\nDrying,8 EUR\n"
    assert pairs(text) == [("", "Washing,12,50 EUR"), ("", "item: Drying; price: 8 EUR")]


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("question,answer,note\nMay I?,Yes,but pay,ask Tom\nWho?,Lin.,old\n", Columns()),
        ("item,price,note\nWashing,12,50 EUR,ask Tom\nDrying,8,old\n", Columns(ignored=("note",))),
    ],
)
def test_a_column_that_is_not_imported_does_not_come_in_by_a_shifted_row(text: str, columns: Columns) -> None:
    assert "Tom" not in str(extract_csv(text.encode(), columns).blocks)
    assert wide(text, columns) == (Wide("out", (2,)),)


def test_of_a_tab_between_cells_the_surplus_is_a_cell_without_a_name() -> None:
    rows = "".join(f"Thing {number}\t{number} EUR\n" for number in range(8))
    assert pairs(f"item\tprice\n{rows}Fan\t9 EUR\tin stock\n")[-1] == ("", "item: Fan; price: 9 EUR; in stock")


def test_empty_cells_at_the_end_are_no_surplus() -> None:
    assert wide("question,answer\nWho?,Lin.,,\n") == ()
