"""Figures about search and answers, and the two commands that print them."""

import json
import re
import uuid
from io import StringIO
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command
from django.db import OperationalError

from apps.chat.evaluation.cases import Case, holds_one
from apps.chat.evaluation.files import case_line, cases_parse, cases_read
from apps.chat.evaluation.report import Result, report, report_text, right
from apps.chat.models import Assistant, EvaluationRun
from apps.core.errors import BadInput
from apps.inference.errors import RuntimeUnavailable
from apps.knowledge.models import Collection

from ..fakes import ONE, THREE, FakeRuntime, FakeSearch


@pytest.mark.parametrize(
    ("text", "answer", "held"),
    [
        ("Returns are free within 30 days.", "within 30 Days", True),
        ("三十天内可以退货。", "三十 天内", True),
        ("包邮门槛是 ¥９９ 元", "¥99", True),
        ("按 80% 发放", "80 %", True),
        ("按 80 元发放", "80 %", False),
        ("anything", "…", False),
    ],
)
def test_wordings_are_compared_loosely(text: str, answer: str, held: bool) -> None:
    assert holds_one(text, [answer]) is held


def test_shares_are_of_the_questions_they_speak_of() -> None:
    known = Case("?", ("a",))
    results = [
        Result(
            known, outcome="answered", found_at=1, correct=True, timings_ms={"search": 10.0, "first_token": 20.0}
        ),
        Result(known, outcome="answered", found_at=3, timings_ms={"search": 30.0}),
        Result(known, outcome="declined"),
        Result(Case("?", ()), outcome="declined"),
        Result(Case("?", ()), outcome="answered"),
        Result(Case("?", ()), outcome="smalltalk"),
        Result(Case("?", ()), outcome="answered"),
    ]
    data = report(results)
    assert [data[f"recall_at_{k}"] for k in (1, 3, 5)] == [0.3333, 0.6667, 0.6667]
    assert (data["answer_contains_gold"], data["declined"], data["declined_offtopic"]) == (0.3333, 0.3333, 0.5)
    assert data["smalltalk_offtopic"] == 0.25  # of the half that got no answer
    assert data["median_ms"] == {"retrieval": 20.0, "first_token": 20.0, "answer": None}
    assert "recall_at_1" in report_text(data) and "near" not in report_text(data)


def test_near_misses_are_counted_apart_from_what_is_off_topic() -> None:
    near = Case("Is there a piano?", (), near=True)
    results = [
        Result(Case("Weather?", ()), outcome="declined"),
        *(Result(near, outcome=outcome) for outcome in ("answered", "declined", "smalltalk", "")),
    ]
    data = report(results)
    assert (data["offtopic_questions"], data["declined_offtopic"]) == (1, 1.0)
    assert (data["near_questions"], data["declined_near"]) == (4, 0.5)
    assert "declined_near          0.500" in report_text(data)


@pytest.mark.parametrize("line", ["{", "[]", '{"question": "x", "a": 1}', '{"question": "x", "answers": 1}'])
def test_a_line_that_is_no_case_is_named(tmp_path: Path, line: str) -> None:
    (tmp_path / "cases.jsonl").write_text('{"question": "x", "answers": []}\n\n' + line)
    with pytest.raises(BadInput, match="3"):
        cases_read(tmp_path / "cases.jsonl")


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch, settings: LazySettings) -> None:
    """The commands find everything prepared and a runtime elsewhere."""
    settings.RUNTIME_URL = "http://127.0.0.1:9"
    monkeypatch.setattr("config.prepare.prepare", lambda **_: "")
    for command in ("ask", "kb_evaluate"):
        for step in ("deployment_ensure", "embedder_ensure"):
            monkeypatch.setattr(f"apps.chat.management.commands.{command}.{step}", lambda **_: None)


def called(*words: str) -> str:
    out = StringIO()
    call_command(*words, stdout=out, stderr=StringIO())
    return out.getvalue()


def test_ask_prints_the_answer_its_sources_and_its_times(
    commands: None, assistant: Assistant, runtime: FakeRuntime
) -> None:
    shown = called("ask", "service", "How long for returns?")
    assert shown.startswith(f"{ONE} [1]\n\n[1] Returns › Shop › Returns\n")
    assert re.search(r"outcome answered, confidence 0\.\d\d, first token", shown)
    data = json.loads(called("ask", "service", "How long for returns?", "--json"))
    assert (data["text"], data["sources"][0]["number"], data["model"]) == (f"{ONE} [1]", 1, "tiny@1")
    assert data["first_token_ms"] > 0


def test_ask_says_in_one_line_what_went_wrong(commands: None, assistant: Assistant, runtime: FakeRuntime) -> None:
    runtime.error = RuntimeUnavailable("down")
    with pytest.raises(CommandError, match="cannot be reached"):
        called("ask", "service", "How long for returns?")
    with pytest.raises(CommandError, match="no assistant"):
        called("ask", "nobody", "How long for returns?")


def test_evaluating_reports_figures_and_each_answer(
    commands: None, assistant: Assistant, runtime: FakeRuntime, search: FakeSearch, tmp_path: Path
) -> None:
    Collection.objects.create(slug="shop", name="Shop")
    cases = [
        {"question": "How long for returns?", "answers": ["30 days"]},
        {"question": "When is the refund?", "answers": ["five working days"]},
        {"question": "What is on Mars?", "answers": []},
    ]
    (tmp_path / "cases.jsonl").write_text("\n".join(map(json.dumps, cases)))
    data = json.loads(called("kb_evaluate", "shop", str(tmp_path / "cases.jsonl"), "--json", "--each"))
    assert (data["questions"], data["offtopic_questions"], data["model"]) == (2, 1, "tiny@1")
    assert (data["recall_at_1"], data["recall_at_3"], data["answer_contains_gold"]) == (0.5, 1.0, 0.5)
    assert [result["found_at"] for result in data["results"]] == [1, 2, None]


def test_an_answer_that_fails_costs_no_other(
    commands: None, assistant: Assistant, runtime: FakeRuntime, search: FakeSearch, tmp_path: Path
) -> None:
    Collection.objects.create(slug="shop", name="Shop")
    (tmp_path / "cases.jsonl").write_text('{"question": "x", "answers": ["30 days"]}\n' * 2)
    told = called("kb_evaluate", "shop", str(tmp_path / "cases.jsonl"))
    assert "errors" not in told
    runtime.pieces = ["Sure, "]
    data = json.loads(called("kb_evaluate", "shop", str(tmp_path / "cases.jsonl"), "--json", "--each"))
    assert (data["errors"], data["recall_at_1"], data["answer_contains_gold"]) == (2, 1.0, 0.0)
    assert [result["error"] for result in data["results"]] == ["not_verbatim"] * 2


def test_ask_ends_when_nobody_can_answer(
    commands: None, assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(_generation_id: uuid.UUID) -> None:
        raise OperationalError("gone")

    monkeypatch.setattr("apps.chat.management.commands.ask.generation_run", broken)
    with pytest.raises(OperationalError):
        called("ask", "service", "How long for returns?")


def test_a_document_is_found_by_its_file_name(search: FakeSearch) -> None:
    from apps.chat.evaluation.run import Setting, _found_at
    from apps.knowledge.retrieval.types import Retrieval

    names = {search.passages[1].document_id: "en/refunds.md", uuid.uuid4(): "en/other.md"}
    setting = Setting((), names, target=None, threshold=0.2)
    found = Retrieval("?", "en", search.passages, 0.9)
    assert _found_at(found, Case("?", (THREE,), "refunds.md"), setting) == 2
    assert _found_at(found, Case("?", (THREE,), "funds.md"), setting) is None


TABLE = """question,answers,document,group,offtopic
How long for returns?,30 days|a month,returns.md,returns,
"Which one, then?",,faq.md,,
Weather?,,,,yes
"""


def test_a_table_gives_the_same_cases_as_lines_do() -> None:
    lines = [
        {
            "question": "How long for returns?",
            "answers": ["30 days", "a month"],
            "document": "returns.md",
            "group": "returns",
        },
        {"question": "Which one, then?", "answers": [], "document": "faq.md"},
        {"question": "Weather?", "answers": [], "document": None, "offtopic": True},
    ]
    cases = cases_parse(TABLE.encode(), "cases.CSV")
    assert cases == cases_parse("\n".join(map(json.dumps, lines)).encode("utf-8-sig"), "cases.jsonl")
    assert [case.kind for case in cases] == ["answerable", "answerable", "offtopic"]


def test_a_line_with_nothing_but_a_question_is_one_that_the_documents_do_not_answer() -> None:
    lines = b'{"question": "Weather?"}\n{"question": "And when?", "answer": "30 days", "before": ["Returns?"]}\n'
    alone, follow_up = cases_parse(lines, "cases.jsonl")
    assert (alone.kind, follow_up.kind) == ("offtopic", "answerable")
    assert (follow_up.answers, follow_up.before) == (("30 days",), ("Returns?",))


def test_a_question_says_what_kind_it_is_and_says_it_again_in_the_exported_file() -> None:
    lines = (
        '{"question": "Piano?", "kind": "near"}',
        '{"question": "Mars?", "kind": "offtopic"}',
        '{"question": "Sun?"}',
    )
    cases = cases_parse("\n".join(lines).encode(), "cases.jsonl")
    assert [case.kind for case in cases] == ["near", "offtopic", "offtopic"]
    assert cases == cases_parse(b"question,kind\nPiano?,near\nMars?,offtopic\nSun?,\n", "cases.csv")
    assert case_line(cases[0]) == '{"question": "Piano?", "kind": "near"}'
    assert cases_parse("\n".join(map(case_line, cases)).encode(), "again.jsonl") == cases


def test_a_table_may_call_its_one_answer_answer() -> None:
    (case,) = cases_parse(b"question,answer\nHow long for returns?,30 days\n", "cases.csv")
    assert case.answers == ("30 days",)


@pytest.mark.parametrize(
    ("data", "named"),
    [
        (b"question,answers\n,\n,sunny\nWeather?,", "Line 3"),
        (b'{"question": "x", "answers": ["a"], "offtopic": true}', "off topic"),
        (b"question,document,kind\nWho?,faq.md,near", "Line 2: a question off topic or a near miss has neither"),
        (b'{"question": "x", "kind": "answerable"}', "Line 1: an answerable question needs"),
        (b'{"question": "x", "kind": "close"}', "“close”; it may be one of these: answerable, offtopic, near"),
        (b'{"question": "x", "answers": "30 days"}', "Line 1: “answers” must be a list"),
        (b'{"question": "x", "passage": "7"}', "Line 1: “passage” is no id"),
        (b"\n", "no question"),
        (b'{"question": "Returns?", "anwsers": ["30 days"]}', "Line 1: a set does not have “anwsers”"),
        (b'{"query": "Returns?"}', "Line 1: “question” is missing, and a set does not have “query”"),
        (b"question,answered\nHow long for returns?,30 days\n", "Columns that a set does not have: answered"),
        (b'\xff\xfe{"question"', "cannot be read"),
        (b'{"question": " ", "answers": []}\n' * 9, "^Lines 1, 2, 3, 4, 5 …: “question” is missing.$"),
        (b'{"answers": []}\n[]\n{"answers": []}', "^Lines 1, 3: “question” is missing. Line 2: this is no JSON"),
        (b"[" * 5000, "Line 1"),
    ],
)
def test_an_unusable_file_is_refused_with_the_place(data: bytes, named: str) -> None:
    name = "x.csv" if data.startswith(b"question") else "x.jsonl"
    with pytest.raises(BadInput, match=named):
        cases_parse(data, name)


def test_a_case_with_a_document_and_no_wording_is_right_when_that_comes_first() -> None:
    case = Case("?", (), "faq.md")
    results = [Result(case, outcome="answered", found_at=1), Result(case, outcome="answered", found_at=2)]
    data = report(results)
    assert (data["questions"], data["recall_at_1"], data["answer_contains_gold"]) == (2, 0.5, None)
    assert [right(result) for result in results] == [True, False]


def test_a_stored_evaluation_is_the_same_and_can_be_read_later(
    commands: None, assistant: Assistant, runtime: FakeRuntime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for step in ("deployment_ensure", "embedder_ensure"):
        monkeypatch.setattr(f"apps.chat.evaluation.job.{step}", lambda **_: None)
    Collection.objects.create(slug="shop", name="Shop")
    (tmp_path / "cases.jsonl").write_text('{"question": "How long for returns?", "answers": ["30 days"]}')
    words = ("kb_evaluate", "shop", str(tmp_path / "cases.jsonl"), "--json")
    stored, plain = json.loads(called(*words, "--store", "Shop, English")), json.loads(called(*words))
    del stored["median_ms"], plain["median_ms"]
    assert stored == plain
    run = EvaluationRun.objects.get(set__name="Shop, English")
    assert (run.state, run.metrics["answer_contains_gold"], run.assistant) == ("done", 1.0, None)
    (tmp_path / "cases.jsonl").write_text('{"question": "When is the refund?", "answers": []}')
    with pytest.raises(CommandError, match="other questions"):
        called(*words, "--store", "Shop, English")


def test_a_blank_answer_is_none() -> None:
    (case,) = cases_parse(b'{"question": "Do you rent bicycles?", "answers": [" "]}', "set.jsonl")
    assert case.answers == () and case.kind == "offtopic"
