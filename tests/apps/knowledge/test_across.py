"""What documents in one language say to a question in the other, where its own do not answer it."""

import uuid
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from apps.inference import services as inference
from apps.inference.errors import RuntimeUnavailable
from apps.knowledge.models import Collection, PassageVector
from apps.knowledge.retrieval import search as searching
from apps.knowledge.retrieval.across import compare, search_across
from apps.knowledge.retrieval.across_weights import load_across
from apps.knowledge.retrieval.scope import scope_of
from apps.knowledge.retrieval.search import search
from apps.knowledge.retrieval.types import RankedPassage, Retrieval
from apps.knowledge.services import across_holds, search_wide, wider

from .conftest import Import

ENGLISH = (
    "# Spare parts\n\nThe wall bracket SP-1003 costs 7.80 euros.\n\n# Parcels\n\nA parcel arrives in two days.\n"
)
CHINESE = "# 退款\n\n仓库检查后 5 个工作日内原路退回。\n\n# 型号\n\n遥控器 LR-77 保修一年。\n"

READS_BOTH = {"task_specific_params": {"rerank": {"glossed": ["zh"], "places": True}}}


@pytest.fixture
def mixed(db: None, tmp_path: Path, import_into: Import) -> Collection:
    """English and Chinese pages that say different things."""
    (tmp_path / "parts.md").write_text(ENGLISH)
    (tmp_path / "退款.md").write_text(CHINESE)
    import_into("mixed", tmp_path / "parts.md", tmp_path / "退款.md")
    return Collection.objects.get(slug="mixed")


def best(found: Retrieval) -> str:
    return min((one for passage in found.passages for one in passage.sentences), key=lambda one: one.rank).text


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("墙壁支架 SP-1003 多少钱", "The wall bracket SP-1003 costs 7.80 euros."),
        ("包裹几天到", "A parcel arrives in two days."),
        ("How long is the LR-77 under warranty?", "遥控器 LR-77 保修一年。"),
    ],
)
def test_the_best_sentence_in_the_other_language_is_found_with_its_offsets(
    mixed: Collection, question: str, answer: str
) -> None:
    found = search_across(collection_ids=[mixed.pk], question=question)
    assert found.across
    assert best(found) == answer
    assert {passage.language for passage in found.passages} != {found.language}
    for passage in found.passages:
        assert all(passage.text[one.start : one.end] == one.text for one in passage.sentences)


def test_a_search_alone_keeps_to_the_questions_language(mixed: Collection) -> None:
    assert {one.language for one in search(collection_ids=[mixed.pk], question="SP-1003 的价格").passages} == {"zh"}


def test_a_search_tells_which_codes_no_page_in_its_language_has(mixed: Collection) -> None:
    assert "sp1003" in search(collection_ids=[mixed.pk], question="SP-1003 的价格").unknown
    assert "sp1003" not in search_across(collection_ids=[mixed.pk], question="SP-1003 的价格").unknown
    assert search(collection_ids=[mixed.pk], question="LR-77 保修多久").unknown == frozenset()


def test_other_collections_are_not_seen_across_languages_either(
    mixed: Collection, import_into: Import, tmp_path: Path
) -> None:
    (tmp_path / "secret.txt").write_text(
        "The secret price of the wall bracket SP-1003 is one euro. It arrives in two days."
    )
    before = search_across(collection_ids=[mixed.pk], question="墙壁支架 SP-1003 多少钱")
    import_into("secret", tmp_path / "secret.txt")
    after = search_across(collection_ids=[mixed.pk], question="墙壁支架 SP-1003 多少钱")
    assert replace(after, timings_ms={}) == replace(before, timings_ms={})
    nothing = search_across(collection_ids=[], question="墙壁支架 SP-1003 多少钱")
    assert (nothing.passages, nothing.confidence) == ((), 0.0)


def test_what_the_documents_do_not_speak_of_is_not_sure_across_languages(mixed: Collection) -> None:
    assert search_across(collection_ids=[mixed.pk], question="罗马帝国为何灭亡").confidence < 0.2
    assert search_across(collection_ids=[mixed.pk], question="Why did the Roman empire fall?").confidence < 0.2


def test_what_its_own_language_answers_is_never_looked_for_in_the_other(
    help_pages: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(**asked: object) -> Retrieval:
        raise AssertionError("searched across")

    monkeypatch.setattr(searching, "search_across", never)
    ids = [help_pages.pk]
    for question in ("Who founded the company?", "退货期有多少天"):
        alone = search(collection_ids=ids, question=question)
        wide = search_wide(collection_ids=ids, question=question, threshold=0.2)
        assert replace(wide, timings_ms={}) == replace(alone, timings_ms={})


def test_a_collection_wholly_in_the_other_language_is_searched_in_it(
    db: None, tmp_path: Path, import_into: Import
) -> None:
    (tmp_path / "parts.md").write_text(ENGLISH)
    import_into("parts", tmp_path / "parts.md")
    ids = [Collection.objects.get(slug="parts").pk]
    found = search_wide(collection_ids=ids, question="墙壁支架 SP-1003 多少钱", threshold=0.2)
    assert found.across
    assert best(found) == "The wall bracket SP-1003 costs 7.80 euros."


def test_documents_in_the_other_language_are_found_by_a_code_while_they_have_no_vectors(
    db: None, tmp_path: Path, import_into: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "parts.md").write_text(ENGLISH)
    import_into("parts", tmp_path / "parts.md")
    PassageVector.objects.all().delete()
    ids = [Collection.objects.get(slug="parts").pk]
    found = search_wide(collection_ids=ids, question="SP-1003 的价格", threshold=0.2)
    assert found.across
    assert best(found) == "The wall bracket SP-1003 costs 7.80 euros."


def test_while_a_model_is_away_the_own_language_answers_alone(
    mixed: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = inference.embed_sync

    def without_chinese(**asked):
        if asked.get("language") == "zh":
            raise RuntimeUnavailable("away")
        return whole(**asked)

    monkeypatch.setattr(inference, "embed_sync", without_chinese)
    found = search_wide(collection_ids=[mixed.pk], question="Why did the Roman empire fall?", threshold=0.2)
    assert not found.across
    assert {one.language for one in found.passages} == {"en"}


def test_sentences_that_were_compared_once_are_not_embedded_again(
    mixed: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    search_across(collection_ids=[mixed.pk], question="包裹几天到")
    whole, purposes = inference.embed_sync, []

    def counted(**asked):
        purposes.append(asked["purpose"])
        return whole(**asked)

    monkeypatch.setattr(inference, "embed_sync", counted)
    search_across(collection_ids=[mixed.pk], question="包裹什么时候到")
    assert set(purposes) == {"query"}


def test_the_other_language_answers_where_the_own_is_unsure_or_does_not_know_the_code() -> None:
    passage = RankedPassage(uuid.uuid4(), uuid.uuid4(), "Parts", "", "SP-1003", "en", 1.0)
    own = Retrieval("SP-1003 的价格", "zh", (passage,), 0.9, unknown=frozenset(["sp1003"]))
    across = Retrieval("SP-1003 的价格", "zh", (passage,), 0.85, across=True)
    assert wider(own, across, 0.2) is across
    assert wider(own, replace(across, unknown=frozenset(["sp1003"])), 0.2) is own
    assert wider(own, replace(across, confidence=0.5), 0.2) is own
    assert wider(replace(own, confidence=0.4), replace(across, confidence=0.5), 0.2).across
    known = replace(own, unknown=frozenset())
    assert wider(known, across, 0.2) is known
    neither = replace(across, confidence=0.6, unknown=frozenset(["sp1003"]))
    assert wider(replace(own, confidence=0.1), neither, 0.2) is neither


def test_a_code_that_is_written_in_two_words_is_known(db: None, tmp_path: Path, import_into: Import) -> None:
    (tmp_path / "parts.md").write_text(ENGLISH.replace("SP-1003", "SP 1003"))
    import_into("apart", tmp_path / "parts.md")
    ids = [Collection.objects.get(slug="apart").pk]
    assert search(collection_ids=ids, question="How much is the wall bracket SP-1003?").unknown == frozenset()
    assert search(collection_ids=ids, question="How much is the wall bracket SP-1004?").unknown == {"sp1004"}


def test_the_other_language_has_to_be_surer_where_the_own_one_speaks_as_well() -> None:
    passage = RankedPassage(uuid.uuid4(), uuid.uuid4(), "Parts", "", "A bracket.", "en", 1.0)
    own = Retrieval("墙壁支架多少钱", "zh", (passage,), 0.1)
    across = Retrieval("墙壁支架多少钱", "zh", (passage,), 0.5, across=True)
    assert wider(own, across, 0.2) is own
    assert wider(own, replace(across, confidence=0.6), 0.2).across
    alone = replace(own, passages=(), confidence=0.0)
    assert across_holds(alone, replace(across, confidence=0.2), 0.2)
    assert not across_holds(own, replace(across, confidence=0.99), 1.0)
    assert across_holds(own, replace(across, confidence=0.0), 0.0)


def test_the_other_language_answers_where_it_is_surer_by_far_than_a_doubtful_own_one() -> None:
    passage = RankedPassage(uuid.uuid4(), uuid.uuid4(), "Help", "Dogs", "Assistance dogs travel free.", "en", 1.0)
    own = Retrieval("Does my dog need a muzzle?", "en", (passage,), 0.3)
    there = (replace(passage, passage_id=uuid.uuid4()),)
    across = Retrieval(own.question, "en", there, 0.97, across=True, placed=True)
    assert wider(own, across, 0.2) is across
    assert wider(own, replace(across, placed=False), 0.2) is own, "its own language has such a section, too"
    assert wider(replace(own, confidence=0.4), across, 0.2).confidence == 0.4, "it is not asked again"
    assert wider(own, replace(across, confidence=0.75), 0.2) is own


def test_it_need_not_be_so_sure_where_its_heading_names_the_thing() -> None:
    passage = RankedPassage(uuid.uuid4(), uuid.uuid4(), "Parts", "Brackets", "A bracket.", "en", 1.0)
    own = Retrieval("墙壁支架多少钱", "zh", (passage,), 0.1)
    across = Retrieval("墙壁支架多少钱", "zh", (passage,), 0.4, across=True)
    assert wider(own, across, 0.2) is own
    assert wider(own, replace(across, placed=True), 0.2).across


def test_a_name_that_a_passage_lacks_makes_it_less_sure_and_one_that_it_holds_does_not(
    db: None, tmp_path: Path, import_into: Import
) -> None:
    (tmp_path / "歌手.md").write_text("# 娜塔莎\n\n娜塔莎（Natasha Bedingfield）的专辑在全球售出一千万张。\n")
    import_into("singers", tmp_path / "歌手.md")
    ids = [Collection.objects.get(slug="singers").pk]

    def strange(question: str) -> tuple[int, ...]:
        met = compare(scope_of(ids, "zh"), question, "en")
        assert met
        return met.features.strange

    assert strange("how many albums has beyoncé sold?") == (1,)
    assert strange("how many albums has bedingfield sold?") == (0,)
    assert strange("how many albums has the singer sold?") == (0,)

    weights, met = load_across(), compare(scope_of(ids, "zh"), "how many albums has the singer sold?", "en")
    assert met
    other = replace(met, features=replace(met.features, strange=(1,)))
    sentences = met.scored(weights)
    assert other.sure(weights, sentences) < met.sure(weights, sentences)


def test_a_reranker_that_reads_both_in_english_makes_it_surer_or_less_sure(
    mixed: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = SimpleNamespace(served_id="reranker", version=SimpleNamespace(config=READS_BOTH))
    monkeypatch.setattr(inference, "reranker_target", lambda: target)
    asked: list[tuple[str, list[str]]] = []

    def chances(chance: float) -> Any:
        def rerank(*, target: object, query: str, documents: list[str], seconds: float) -> list[float]:
            asked.append((query, documents))
            return [chance] * len(documents)

        return rerank

    sure = {}
    for chance in (0.01, 0.99):
        monkeypatch.setattr(inference, "rerank_sync", chances(chance))
        found = search_across(collection_ids=[mixed.pk], question="How long is the LR-77 under warranty?")
        sure[chance] = found.confidence
    assert sure[0.01] < sure[0.99]
    assert all(text.isascii() for text in (asked[0][0], *asked[0][1])), "what it reads is English"
    target.version.config = {}
    asked.clear()
    assert search_across(collection_ids=[mixed.pk], question="包裹几天到").confidence and not asked
