"""A row of a table reads like a sentence of an answer."""

import uuid
from dataclasses import replace
from typing import Any

import pytest

from apps.chat.generation.pieces import Source, Text, source_again, source_event
from apps.chat.generation.quoting.candidates import candidates, worth_saying
from apps.chat.generation.quoting.citations import CitationReader
from apps.chat.generation.quoting.labels import LabelReader
from apps.chat.generation.quoting.rows import row_cells, row_said
from apps.knowledge.retrieval.types import RankedPassage, RankedSentence, Retrieval

E1 = "Code: E1; Meaning: Kettle: too little water; What to do: Fill in at least 0.3 litres"
E2 = "Code: E2; Meaning: Kettle: the water is too hot; What to do: Wait"
SLEEP = "Mode: Sleep; When to use it: At night; the display goes dark"
TURBO = "Mode: Turbo; When to use it: After cooking"
PRICE = "Price; Ember: ¥299; Harbor: ¥239"
WEIGHT = (
    "model: D2; product: Drift air purifier; power (W): 45; weight (kg): 6.4; size (mm): 260 x 540; "
    "summary: The Drift draws 45 W in Turbo mode."
)
ZH = "代码: E3; 含义: 控温壶：温度传感器故障; 处理办法: 停止使用并联系客服"


CALL = "服务: 夜间加急上门; 价格（元）: 480; 说明: 每次，22:00 以后"
DIG = "服务: 旧灯拆除; 价格（元）: 25; 说明: 每盏灯"
G2 = "Article: LG-G2; Name: Gateway G2; Price EUR: 189; Warranty: 2 years"
G1 = "Article: LG-G1; Name: Gateway G1; Price EUR: 129; Warranty: 2 years"


def passage(
    *lines: str, heading: str = "Manual › Modes", language: str = "en", rows: tuple[int, int] | None = None
) -> RankedPassage:
    text, ranked = "\n".join(lines), []
    for place, line in enumerate(lines):
        start = text.index(line)
        ranked.append(RankedSentence(place + 1, line, start, start + len(line), 1.0 - place))
    return RankedPassage(
        uuid.uuid4(), uuid.uuid4(), "The Drift", heading, text, language, 1.0, tuple(ranked), rows=rows
    )


def said(line: str, *others: str, question: str = "?", **where: Any) -> str:
    whole = passage(line, *others, **where)
    cells = row_cells(line, whole)
    return row_said(cells, whole, question) if cells else line


@pytest.mark.parametrize(
    ("line", "others", "where", "words"),
    [
        (E1, (E2,), {"heading": "Codes › Kettle K1"},
         "Kettle K1: **Code E1** – Meaning: Kettle: too little water; What to do: Fill in at least 0.3 litres."),
        (E1, (E2,), {"heading": "Error codes"},
         "Error codes: **E1** – Meaning: Kettle: too little water; What to do: Fill in at least 0.3 litres."),
        (SLEEP, (TURBO,), {}, "Modes: **Sleep** – When to use it: At night; the display goes dark."),
        (PRICE, ("Weight; Ember: 1 kg; Harbor: 2 kg",), {"heading": ""},
         "**Price** – Ember: ¥299; Harbor: ¥239."),
        (E1, ("Code: E2; Meaning: Kettle: it is too hot",), {"heading": "Error codes"},
         "Error codes: **E1** – Meaning: Kettle: too little water; What to do: Fill in at least 0.3 litres."),
        (ZH, (ZH.replace("E3", "E4"),), {"heading": "控温壶 K1 › 故障代码", "language": "zh"},
         "故障代码：**E3**，含义：控温壶：温度传感器故障；处理办法：停止使用并联系客服。"),
        (ZH, (ZH.replace("E3", "E4"),), {"heading": "", "language": "zh"},
         "**代码 E3**，含义：控温壶：温度传感器故障；处理办法：停止使用并联系客服。"),
    ],
)  # fmt: skip
def test_a_row_is_said_with_its_place_what_it_is_about_and_its_columns(
    line: str, others: tuple[str, ...], where: dict[str, str], words: str
) -> None:
    assert said(line, *others, **where) == words


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("how heavy is the purifier?", "Modes: **Drift air purifier** (D2) – weight (kg) 6.4."),
        ("What is its size?", "Modes: **Drift air purifier** (D2) – size (mm) 260 x 540."),
        ("What does the Drift draw in Turbo mode?", "The Drift draws 45 W in Turbo mode."),
    ],
)
def test_of_a_wide_row_only_what_is_asked_for_is_said(question: str, words: str) -> None:
    assert said(WEIGHT, WEIGHT.replace("D2", "D3"), question=question) == words


@pytest.mark.parametrize(
    ("line", "question", "where", "words"),
    [
        ("不支持: 货到付款; 替代方式: 支付宝", "能货到付款吗", {"heading": "支付", "language": "zh"},
         "支付：**不支持：货到付款**，替代方式：支付宝。"),
        ("不支持: 货到付款; 替代方式: 支付宝", "能货到付款吗", {"heading": "支持", "language": "zh"},
         "支持：**不支持：货到付款**，替代方式：支付宝。"),
        ("支持: 支付宝; 手续费: 无", "能用支付宝吗", {"heading": "不支持", "language": "zh"},
         "不支持：**支持：支付宝**，手续费：无。"),
        ("Not accepted: credit cards; Instead: bank transfer", "Do you take credit cards?", {"heading": "H"},
         "H: **Not accepted: credit cards** – Instead: bank transfer."),
        ("Accepted: cash; Fee: none", "Do you take cash?", {"heading": "Not accepted"},
         "Not accepted: **Accepted: cash** – Fee: none."),
        ("Part: Lamp; A: 1; B: 2; C: 3; Not covered: Water damage to the lamp.", "Is water damage covered?",
         {"heading": "H"}, "H: **Lamp** – Not covered: Water damage to the lamp."),
    ],
)  # fmt: skip
def test_a_columns_name_that_turns_it_round_is_said(
    line: str, question: str, where: dict[str, str], words: str
) -> None:
    sibling = "; ".join(f"{cell.partition(': ')[0]}: another" for cell in line.split("; "))
    assert said(line, sibling, question=question, **where) == words


CARD = "Card: Student; Price per year: €12; Items at a time: 20"
VISITOR = "Card: Visitor card, one month; Price per year: €6; Items at a time: 5"
FAMILY = "营位: 家庭木屋（五床）; 淡季每晚: 79 欧元; 旺季每晚: 108 欧元; 含人数: 5 人; 备注: 不可带狗"
TENT = "营位: 帐篷位（草地）; 淡季每晚: 14 欧元; 旺季每晚: 19 欧元; 含人数: 2 人; 备注: 无电"
PRINT = "Service: Colour print; Price: €0.40; Sizes: A4; Unit: page"


@pytest.mark.parametrize(
    ("line", "other", "question", "words"),
    [
        (CARD, VISITOR, "How much is the student card?", "**Student** – Price per year: €12."),
        (CARD, VISITOR, "How many items can I have at a time?", "**Student** – Items at a time: 20."),
        (CARD, VISITOR, "Tell me about it", "**Student** – Price per year: €12; Items at a time: 20."),
        (FAMILY, TENT.replace("（草地）", ""), "家庭木屋旺季一晚多少钱？",
         "**营位：家庭木屋（五床）**，旺季每晚：108 欧元；备注：不可带狗。"),
        (FAMILY, f"{TENT}\n{TENT.replace('帐篷', '房车')}", "家庭木屋多少钱？",
         "**家庭木屋（五床）**，淡季每晚：79 欧元；旺季每晚：108 欧元；备注：不可带狗。"),
        (FAMILY, f"{TENT}\n{TENT.replace('帐篷', '房车')}", "家庭木屋住几个人？",
         "**家庭木屋（五床）**，含人数：5 人；备注：不可带狗。"),
        (PRINT, PRINT.replace("Colour", "Black"), "What does a colour print cost?",
         "**Colour print** – Price: €0.40; Unit: page."),
        ("From: Ardlin; To: Port Heron; Adult single: £14.90; Child single: £7.45", "From: Ardlin; To: Kelbank; "
         "Adult single: £5.60; Child single: £2.80", "What is an adult single from Ardlin to Port Heron?",
         "**From: Ardlin** – To: Port Heron; Adult single: £14.90."),
        (E1, E2, "What does E1 mean?",
         "**Code E1** – Meaning: Kettle: too little water; What to do: Fill in at least 0.3 litres."),
    ],
)  # fmt: skip
def test_of_a_row_only_the_columns_that_are_asked_for_are_said_and_what_qualifies_them(
    line: str, other: str, question: str, words: str
) -> None:
    language = "zh" if question[0] > "z" else "en"
    assert said(line, *other.split("\n"), question=question, heading="", language=language) == words


SHEET: dict[str, Any] = {"rows": (2, 9), "heading": "Products"}


@pytest.mark.parametrize(
    ("line", "other", "where", "words"),
    [
        (CALL, DIG, {"heading": "服务价格", "language": "zh"},
         "**夜间加急上门**：价格（元）480；说明：每次，22:00 以后。"),
        (G2, G1, {}, "**Gateway G2** (LG-G2) – Price EUR 189; Warranty: 2 years."),
        ("Port: 8443; Purpose: web page", "Port: 123; Purpose: time", {}, "**Port 8443** – Purpose: web page."),
        ("Accepted: cash; Fee: none", "Accepted: cheques; Fee: 2%", {}, "**Accepted: cash** – Fee: none."),
        ("Plan: Plus; Backups: daily", "Plan: Basic; Backups: weekly", {"heading": "Not included"},
         "Not included: **Plus** – Backups: daily."),
        ("Part number: SP-1; Name: Bracket", "Part number: SP-2; Name: Antenna", {}, "**Bracket** (SP-1)."),
        ("Article no: SP-1; Name: Bracket", "Article no: SP-2; Name: Antenna", {}, "**Bracket** (SP-1)."),
        ("Order no: 17; Product: Bracket", "Order no: 18; Product: Antenna", {}, "**Bracket** (17)."),
        ("No returns: gift cards; Because: paid", "No returns: tickets; Because: dated", {},
         "**No returns: gift cards** – Because: paid."),
        ("Product: TV; Name: Vision", "Product: LED; Name: Light", {}, "**TV** – Name: Vision."),
    ],
)  # fmt: skip
def test_a_row_of_a_sheet_is_said_without_the_sheets_name_where_that_says_nothing_of_it(
    line: str, other: str, where: dict[str, Any], words: str
) -> None:
    assert said(line, other, **SHEET | where) == words


@pytest.mark.parametrize(
    ("sheet", "told"),
    [
        ("Discontinued", True), ("Sold out", True), ("Old prices", True), ("Prices 2023", True), ("Closed", True),
        ("已下架", True), ("旧价格（2023）", True), ("停产", True), ("海外", True),
        ("Sheet1", False), ("Tab 2", False), ("Spare parts", False), ("Price list", False), ("Error codes", False),
        ("Products & services", False),
        ("工作表1", False), ("服务价格", False), ("产品价目表", False), ("故障代码", False),
    ],
)  # fmt: skip
def test_a_sheets_name_is_said_unless_it_says_nothing_of_its_rows(sheet: str, told: bool) -> None:
    words = said("Product: Lamp A; Fee: 20", "Product: Lamp B; Fee: 30", **SHEET | {"heading": sheet})
    assert words == (f"{sheet}: " if told else "") + "**Lamp A** – Fee: 20."


def test_rows_of_two_sheets_that_are_about_the_same_say_their_sheets() -> None:
    now = passage("Plan: Plus; Price: 9", "Plan: Solo; Price: 3", heading="Prices", rows=(2, 3))
    then = passage("Plan: Plus; Price: 8", "Plan: Basic; Price: 2", heading="Price list", rows=(2, 3))
    found = candidates(Retrieval("How much is Plus?", "en", (now, then), 0.9))
    assert {one.said for one in found} == {
        "Prices: **Plus** – Price: 9.",
        "Price list: **Plus** – Price: 8.",
        "**Solo** – Price: 3.",
        "**Basic** – Price: 2.",
    }


@pytest.mark.parametrize(
    "line",
    [
        "Abroad: International express takes 3–5 working days; Hearth Plus members pay $19.",
        "Note: the lamp is hot; warning: let it cool.",
        "Not covered: broken glass; also not covered: scratches; to be reported within: 30 days",
        "We do not ship to: Iran: no customs; Cuba: no carrier; Norway: no tariff",
        "Opening hours: Mon–Fri: 9–17; Sat: 10–14; Sun: closed",
        "The Free Trade Area (FTAA; Spanish: ALCA; French: ZLÉA; Portuguese: ALCA) was a plan.",
    ],
)
def test_a_sentence_with_colons_stays_as_it_is(line: str) -> None:
    assert said(line, "Another sentence: with a colon.") == line


def test_what_is_said_of_a_row_is_what_the_model_quoted_whatever_pieces_it_comes_in() -> None:
    found = candidates(Retrieval("How loud?", "en", (passage(SLEEP, TURBO),), 0.9))
    for pieces in ([f"[1] {SLEEP}"], [*f"[1] {SLEEP}"], [f"[1] {SLEEP[:9]}"]):
        reader = LabelReader(found, {})
        out = [item for piece in pieces for item in reader.feed(piece)] + reader.finish()
        assert "".join(item.text for item in out if isinstance(item, Text)) == (
            "Modes: **Sleep** – When to use it: At night; the display goes dark. [1]"
        )
        assert [item.excerpt for item in out if isinstance(item, Source)] == [SLEEP], "the document's own words"


@pytest.mark.parametrize(
    ("chance", "second"), [(0.9, TURBO), (0.4, "Press the button."), (None, "Press the button.")]
)
def test_a_row_comes_second_only_where_the_reranker_is_sure_of_it(chance: float | None, second: str) -> None:
    whole = passage("The Drift has modes.", TURBO, SLEEP, "Press the button.")
    first, row, other, last = whole.sentences
    ranked = (first, replace(row, chance=chance), other, replace(last, score=0.5))
    found = candidates(Retrieval("Modes?", "en", (replace(whole, sentences=ranked),), 0.9))
    assert [one.text for one in found[:2]] == ["The Drift has modes.", second]


def test_a_second_row_holds_all_words_of_the_question_that_the_first_one_holds() -> None:
    lines = (
        "Name: Wall bracket; In stock: no",
        "Name: Power supply; In stock: yes",
        "Name: Wall plug; In stock: yes",
    )
    whole = passage(*lines, rows=(2, 4))
    sure = tuple(replace(one, chance=0.9, score=1.0 - place / 9) for place, one in enumerate(whole.sentences))
    found = Retrieval("?", "en", (replace(whole, sentences=sure),), 0.9)
    for question, many in (
        ("Is the wall bracket in stock?", 1),
        ("What for the wall is in stock?", 2),
        ("Stock?", 3),
    ):
        assert worth_saying(candidates(replace(found, question=question))) == many


def test_two_rows_of_one_sheet_are_two_sources_and_say_where_they_stand() -> None:
    whole = passage(SLEEP, TURBO)
    one, two = (replace(sentence, row=row) for sentence, row in zip(whole.sentences, (12, 14), strict=True))
    sources = candidates(Retrieval("?", "en", (replace(whole, sentences=(one, two), rows=(12, 14)),), 0.9))
    reader = LabelReader(sources, {})
    out = reader.feed("\n".join(f"[{n}] {source.text}" for n, source in enumerate(sources, 1))) + reader.finish()
    found = [item for item in out if isinstance(item, Source)]
    assert [(item.number, item.rows) for item in found] == [(1, (12, 12)), (2, (14, 14))]
    assert source_event(found[1])["rows"] == [14, 14]
    text = "".join(item.text for item in out if isinstance(item, Text))
    assert text.index("[1]") < text.index("Turbo") < text.index("[2]")
    again = source_again(source_event(found[1]), whole)
    assert (again.number, again.rows) == (2, (14, 14)), "as it was told, from the cache"


def test_what_is_quoted_from_two_pages_of_a_passage_names_each() -> None:
    whole = passage("The lamp can be returned.", "Its box has to be whole.")
    one, two = (replace(sentence, page=page) for sentence, page in zip(whole.sentences, (3, 4), strict=True))
    sources = candidates(Retrieval("?", "en", (replace(whole, sentences=(one, two), pages=(3, 4)),), 0.9))
    reader = LabelReader(sources, {})
    out = reader.feed("\n".join(f"[{n}] {source.text}" for n, source in enumerate(sources, 1))) + reader.finish()
    found = [item for item in out if isinstance(item, Source)]
    assert [source_event(item)["pages"] for item in found] == [[3, 3], [4, 4]]
    assert source_again(source_event(found[1]), whole).pages == (4, 4)
    shown = source_event(source_again(source_event(found[1]), replace(whole, slides=True)))
    assert (shown["pages"], shown["slides"]) == ([4, 4], True), "pages of a presentation are slides"


def test_a_model_that_writes_cites_all_rows_of_a_passage_and_the_page() -> None:
    whole = replace(passage(SLEEP, TURBO), rows=(12, 14), pages=(3, 4))
    reader = CitationReader([whole])
    [told] = [source_event(item) for item in reader.feed("It sleeps [1].") if isinstance(item, Source)]
    assert (told["rows"], told["page"], told["pages"]) == ([12, 14], 3, [3, 4])
    [told] = [
        source_event(item) for item in CitationReader([passage(SLEEP)]).feed("[1].") if isinstance(item, Source)
    ]
    assert "rows" not in told and "page" not in told


def test_words_of_the_subject_are_not_cut_out_of_other_words() -> None:
    pro = "Model: Ember Pro; Processor: R7; Colour: grey; Warranty: 2 years"
    other = "Model: Ember; Processor: R5; Colour: grey; Warranty: 2 years"
    told = said(pro, other, question="What is the processor of the Ember Pro?")
    assert "R7" in told and "grey" not in told
