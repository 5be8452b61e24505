"""Searching a small knowledge base in two languages."""

import asyncio
from pathlib import Path

import pytest

from apps.core.errors import Unavailable
from apps.inference import services as inference
from apps.knowledge.models import Collection, Passage
from apps.knowledge.retrieval.scope import scope_of
from apps.knowledge.retrieval.search import search
from apps.knowledge.services import asearch

from .conftest import Import

pytestmark = pytest.mark.django_db

QUESTIONS = [
    ("How many days do members have to return goods?", "en/returns.md", "45 days"),
    ("How much power does the Ember lamp draw?", "en/lamp.html", "9 W"),
    ("Who founded the company?", "en/faq.csv", "Lin Yu"),
    ("What is in the box of the Harbor H1?", "en/box.txt", "USB-C cable"),
    ("Is return shipping free for a faulty product?", "en/returns.md", "free"),
    ("退货期有多少天？", "zh/returns.md", "30 天"),
    ("Ember 台灯的功率是多少？", "zh/lamp.md", "9 瓦"),
    ("公司的创办人是谁？", "zh/faq.csv", "林羽"),
    ("周末值班由几个人负责？", "zh/staff.txt", "两人"),
    ("退货运费由谁承担？", "zh/returns.md", "我们承担"),
]


@pytest.mark.parametrize(("question", "name", "answer"), QUESTIONS)
def test_the_right_page_comes_first_and_one_of_two_best_sentences_answers(
    help_pages: Collection, question: str, name: str, answer: str
) -> None:
    found = search(collection_ids=[help_pages.pk], question=question)
    first = Passage.objects.get(pk=found.passages[0].passage_id)
    sentences = sorted((s for p in found.passages for s in p.sentences), key=lambda sentence: sentence.rank)
    assert first.document.name == name
    assert any(answer in sentence.text for sentence in sentences[:2])


def test_ranks_are_one_to_n_over_all_passages_and_offsets_are_exact(help_pages: Collection) -> None:
    found = search(collection_ids=[help_pages.pk], question="Can the lamp be returned?")
    ranks = sorted(sentence.rank for passage in found.passages for sentence in passage.sentences)
    assert ranks == list(range(1, len(ranks) + 1))
    for passage in found.passages:
        assert list(passage.sentences) == sorted(passage.sentences, key=lambda sentence: sentence.start)
        assert all(passage.text[s.start : s.end] == s.text for s in passage.sentences)


def test_passages_of_other_collections_are_never_found(
    help_pages: Collection, import_into: Import, tmp_path
) -> None:
    (tmp_path / "secret.txt").write_text("The secret launch date of the Ember lamp is the first of May.")
    import_into("secret", tmp_path / "secret.txt")
    found = search(collection_ids=[help_pages.pk], question="What is the secret launch date of the Ember lamp?")
    assert all("secret" not in passage.text for passage in found.passages)


def test_without_a_collection_nothing_is_found_and_nothing_is_sure(help_pages: Collection) -> None:
    found = search(collection_ids=[], question="Who founded the company?")
    assert found.passages == ()
    assert found.confidence == 0


def test_a_question_is_answered_from_pages_in_its_language(help_pages: Collection) -> None:
    found = search(collection_ids=[help_pages.pk], question="Ember 台灯 lamp")
    assert {passage.language for passage in found.passages} == {"zh"}


SECTIONS = """# 帮助

## 退款多久到账

退款在三个工作日内到账。

## 怎么开发票

在订单页面点击申请发票。

## 营业时间

周一至周五九点到十八点。

## 保修

灯具保修两年，自签收之日起算。
"""


@pytest.mark.parametrize(
    "question", ["护照办理多久到账", "医保报销多久到账", "信用卡还款多久到账", "火星营业时间是什么"]
)
def test_a_section_that_asks_alike_of_another_thing_is_not_believed(
    db: None, import_into: Import, tmp_path: Path, question: str
) -> None:
    (tmp_path / "帮助.md").write_text(SECTIONS)
    import_into("few", tmp_path / "帮助.md")
    found = search(collection_ids=[Collection.objects.get(slug="few").pk], question=question)
    assert found.confidence < 0.5


TABLE = """# Ceiling lamps

The C40 and the C60 belong to a series that we have made since 2019.

| Article | Price (EUR) | Power (W) |
| --- | --- | --- |
| C40 | 99 | 18 |
| C60 | 149 | 24 |
| C80 | 199 | 36 |
"""


@pytest.mark.parametrize(
    ("question", "rows"),
    [
        ("price of C40 and C60", {"C40", "C60"}),
        ("What is the price of the C40 compared to the C60?", {"C40", "C60"}),
        ("price of C80", {"C80"}),
    ],
)
def test_the_rows_of_all_articles_that_are_asked_for_are_among_the_first(
    db: None, import_into: Import, tmp_path: Path, question: str, rows: set[str]
) -> None:
    (tmp_path / "lamps.md").write_text(TABLE)
    import_into("lamps", tmp_path / "lamps.md")
    found = search(collection_ids=[Collection.objects.get(slug="lamps").pk], question=question)
    best = sorted((s for p in found.passages for s in p.sentences), key=lambda sentence: sentence.rank)
    assert rows <= {one.text.removeprefix("Article: ")[:3] for one in best[: max(len(rows), 3)]}
    assert best[0].text.removeprefix("Article: ")[:3] in rows


def test_what_was_imported_a_moment_ago_is_found(help_pages: Collection, import_into: Import, tmp_path) -> None:
    question = "Which colours does the ribbon have?"
    search(collection_ids=[help_pages.pk], question=question)
    (tmp_path / "ribbon.txt").write_text("The ribbon comes in ochre, moss green and midnight blue.")
    import_into("help", tmp_path / "ribbon.txt")
    assert "ochre" in search(collection_ids=[help_pages.pk], question=question).passages[0].text


def test_words_that_no_passage_holds_are_not_remembered(help_pages: Collection) -> None:
    search(collection_ids=[help_pages.pk], question="Does the lamp like zyzzyva, qwerty and xylophones?")
    assert set(scope_of([help_pages.pk], "en").frequencies) == {"lamp"}


@pytest.mark.parametrize(
    "question", ["'; DROP TABLE", "a:* & !b", "\\", "' || '", "？？？", "   ", "%s %(x)s", "x" * 3000]
)
def test_no_question_breaks_the_search(help_pages: Collection, question: str) -> None:
    search(collection_ids=[help_pages.pk], question=question)


@pytest.mark.parametrize("question", ["How long can I return goods?", "退货期多久"])
def test_a_question_needs_the_runtime_and_says_so(help_pages: Collection, monkeypatch, question: str) -> None:
    def away(**_: object) -> list[list[float]]:
        raise Unavailable("no runtime answers")

    monkeypatch.setattr(inference, "embed_sync", away)
    with pytest.raises(Unavailable):
        search(collection_ids=[help_pages.pk], question=question)


@pytest.mark.parametrize(
    ("on", "off"),
    [("Who founded the company?", "Why did the Roman empire fall?"), ("退货期有多少天", "罗马帝国为何灭亡")],
)
def test_a_question_off_the_topic_is_less_sure_than_one_on_it(help_pages: Collection, on: str, off: str) -> None:
    ids = [help_pages.pk]
    assert (
        search(collection_ids=ids, question=on).confidence
        > 0.5
        > search(collection_ids=ids, question=off).confidence
    )


@pytest.mark.django_db(transaction=True)
def test_the_event_loop_goes_on_while_a_search_runs(help_pages: Collection) -> None:
    async def both() -> int:
        searching = asyncio.create_task(asearch(collection_ids=[help_pages.pk], question="退货期有多少天"))
        turns = 0
        while not searching.done():
            turns += 1
            await asyncio.sleep(0)
        assert (await searching).passages
        return turns

    assert asyncio.run(both()) > 3
