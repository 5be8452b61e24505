"""A reranker changes the order of sentences where one is there, and nothing hangs on it."""

import logging
from pathlib import Path
from typing import Any

import pytest

from apps.inference import services as inference
from apps.inference.errors import RuntimeUnavailable
from apps.knowledge.models import Collection
from apps.knowledge.retrieval.search import search
from apps.knowledge.retrieval.types import RankedSentence, Retrieval
from apps.registry.models import Kind, ModelVersion, RegisteredModel, Source
from apps.registry.selectors import target_for

from .conftest import Import

pytestmark = pytest.mark.django_db

QUESTION = "How many days do members have to return goods?"


class Reranker:
    """Stands in for the model: what holds `favourite` is right, all else is wrong."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, favourite: str, **wishes: Any) -> None:
        self.favourite, self.read, self.asked = favourite, [], []
        version = ModelVersion(
            model=RegisteredModel(name="judge"),
            number=1,
            source=Source.PATH,
            kind=Kind.CLASSIFIER,
            labels=["answers"],
            config={"task_specific_params": {"rerank": wishes}} if wishes else {},
        )
        monkeypatch.setattr(inference, "reranker_target", lambda: target_for(version))
        monkeypatch.setattr(inference, "rerank_sync", self.score)

    def score(self, *, query: str, documents: list[str], **_: Any) -> list[float]:
        self.read.append(documents)
        self.asked.append(query)
        return [0.999 if self.favourite in document else 0.001 for document in documents]


def sentences(found: Retrieval) -> list[RankedSentence]:
    return sorted((one for passage in found.passages for one in passage.sentences), key=lambda one: one.rank)


def test_what_the_reranker_finds_right_comes_first_and_its_passage_too(
    help_pages: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = "Do members have 45 days to return goods?"
    before = search(collection_ids=[help_pages.pk], question=question)
    Reranker(monkeypatch, "Return shipping is free", weight=5)
    after = search(collection_ids=[help_pages.pk], question=question)
    assert "45 days" in sentences(before)[0].text
    assert "Return shipping is free" in sentences(after)[0].text
    assert "Return shipping is free" in after.passages[0].text
    assert {one.text for one in sentences(after)} == {one.text for one in sentences(before)}
    assert after.confidence == before.confidence
    assert after.passages[0].scores is not None and after.passages[0].scores.rerank == 0.999
    assert "rerank" in after.timings_ms and "rerank" not in before.timings_ms


def test_what_the_reranker_finds_makes_the_search_surer_or_less_so_where_its_config_says_how(
    help_pages: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = search(collection_ids=[help_pages.pk], question=QUESTION).confidence
    Reranker(monkeypatch, "45 days", confidence=[1, 0.5, 0, 0, 0])
    surer = search(collection_ids=[help_pages.pk], question=QUESTION).confidence
    Reranker(monkeypatch, "nothing holds this", confidence=[1, 0.5, 0, 0, 0])
    less = search(collection_ids=[help_pages.pk], question=QUESTION).confidence
    assert less < plain < surer


def test_long_prose_under_no_heading_may_make_the_search_surer_in_another_way(
    import_into: Import, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = " ".join(f"The mill of the {n}th village was built of red brick by its own people." for n in range(30))
    rows = "".join(
        f"| Field {n} | Mill number {n} was built of red brick by its own people. |\n" for n in range(30)
    )
    days = "Members have 45 days to return goods. Others have fewer."
    pages = {
        "goes-on": f"# Mills\n\n{days} {long}\n",
        "headed": f"# Mills\n\n{days} {long}\n\n## Fees\n\nThere are none.\n",
        "one-page": f"# Mills\n\n{days} {long[:400]}\n",
        "rows": f"# Mills\n\n| Who | Says |\n| --- | --- |\n| Mills | {days} |\n{rows}",
    }
    sure = {}
    for name, source in pages.items():
        folder = tmp_path / name
        folder.mkdir()
        (folder / "a.md").write_text(source)
        import_into(name, folder)
        home = Collection.objects.get(slug=name)
        for language in ("en", "zh"):
            weights = {"confidence": [0, 0, 0, 0, 1], "without_heading": {language: [0, 0, 0, 0, -1]}}
            Reranker(monkeypatch, "45 days", **weights)
            sure[name, language] = search(collection_ids=[home.pk], question=QUESTION).confidence > 0.5
    assert [one for one, surer in sure.items() if not surer] == [("goes-on", "en")]


def test_only_the_ten_best_are_read_and_the_others_stay_behind_in_their_order(
    help_pages: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = [one.text for one in sentences(search(collection_ids=[help_pages.pk], question=QUESTION, limit=20))]
    judge = Reranker(monkeypatch, "nothing holds this")
    after = [one.text for one in sentences(search(collection_ids=[help_pages.pk], question=QUESTION, limit=20))]
    assert judge.read == [before[:10]]
    assert after == before


def test_the_model_is_not_asked_about_languages_that_it_does_not_read(
    help_pages: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    judge = Reranker(monkeypatch, "x", languages=["en"])
    search(collection_ids=[help_pages.pk], question="退货期有多少天？")
    assert judge.read == []
    search(collection_ids=[help_pages.pk], question=QUESTION)
    assert len(judge.read) == 1


def test_a_model_that_reads_english_only_gets_chinese_word_by_word_with_the_heading_above(
    help_pages: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    judge = Reranker(monkeypatch, "x", glossed=["zh"], places=True, weight={"zh": 5}, confidence={"en": [1] * 5})
    plain = search(collection_ids=[help_pages.pk], question="退货期有多少天？")
    assert judge.asked[0].isascii() and "day" in judge.asked[0]
    assert judge.read[0] and all(text.isascii() for text in judge.read[0])
    search(collection_ids=[help_pages.pk], question=QUESTION)
    assert judge.asked[1] == QUESTION
    heading = plain.passages[0].heading or plain.passages[0].title
    assert heading and all(": " in text for text in judge.read[1])


@pytest.mark.parametrize(
    "wishes", ["all", {"languages": "en", "weight": "much", "confidence": [1, "x", 0, 0, 0]}, ["en"]]
)
def test_a_config_that_says_something_else_there_changes_nothing(
    help_pages: Collection, monkeypatch: pytest.MonkeyPatch, wishes: Any
) -> None:
    judge = Reranker(monkeypatch, "45 days")
    target = inference.reranker_target()
    assert target is not None
    target.version.config = {"task_specific_params": {"rerank": wishes}}
    monkeypatch.setattr(inference, "reranker_target", lambda: target)
    found = search(collection_ids=[help_pages.pk], question=QUESTION)
    assert len(judge.read) == 1 and "45 days" in sentences(found)[0].text


def test_a_reranker_that_fails_is_logged_and_the_search_goes_on_without(
    help_pages: Collection, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    plain = search(collection_ids=[help_pages.pk], question=QUESTION)
    Reranker(monkeypatch, "x")

    def fails(**_: Any) -> list[float]:
        raise RuntimeUnavailable("busy")

    monkeypatch.setattr(inference, "rerank_sync", fails)
    with caplog.at_level(logging.WARNING):
        found = search(collection_ids=[help_pages.pk], question=QUESTION)
    assert found.passages == plain.passages
    assert "rerank" not in found.timings_ms
    assert "judge@1" in caplog.text and "busy" in caplog.text
