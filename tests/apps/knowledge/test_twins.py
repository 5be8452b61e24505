"""What both languages say is told in the asker's own."""

import uuid
from dataclasses import replace
from pathlib import Path

import pytest

from apps.knowledge.models import Collection
from apps.knowledge.retrieval import twins
from apps.knowledge.retrieval.across import search_across
from apps.knowledge.retrieval.search import search
from apps.knowledge.retrieval.types import RankedPassage, RankedSentence, Retrieval
from apps.knowledge.services import wider

from .conftest import Import
from .test_across import best


def test_how_sure_a_sentence_is_across_says_nothing_of_another_sentence_beside_its_twin() -> None:
    passage = RankedPassage(
        uuid.uuid4(), uuid.uuid4(), "会员", "", "会员享受九折优惠。会员免费停车十次。", "zh", 1.0
    )
    price, parking = (
        RankedSentence(1, "会员享受九折优惠。", 0, 9, 2.0),
        RankedSentence(2, "会员免费停车十次。", 9, 18, 1.0),
    )
    own = Retrieval("会员停车几次免费？", "zh", (replace(passage, sentences=(price, parking)),), 0.1)
    twin = replace(passage, sentences=(replace(parking, rank=1), replace(price, rank=2)))
    across = Retrieval(own.question, "zh", (passage,), 0.95, across=True, same=(twin,))
    assert best(wider(own, across, 0.2)) == parking.text
    first = replace(across, same=own.passages)
    assert (wider(own, first, 0.2).passages, wider(own, first, 0.2).confidence) == (own.passages, 0.95)


def test_what_both_languages_say_is_told_in_the_askers_own(
    db: None, tmp_path: Path, import_into: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(twins, "SAME", 0.3)  # the small model of the tests sees less in common
    monkeypatch.setattr(twins, "SAME_PLACE", -1.0)
    (tmp_path / "visit.md").write_text("# Opening hours\n\nThe pool is open daily from 6:30 to 22:00.\n")
    (tmp_path / "开放时间.md").write_text("# 开放时间\n\n泳池每天6:30至22:00开放。\n")
    import_into("pool", tmp_path / "visit.md", tmp_path / "开放时间.md")
    ids = [Collection.objects.get(slug="pool").pk]
    across = search_across(collection_ids=ids, question="泳池几点开门？")
    own = search(collection_ids=ids, question="泳池几点开门？")
    told = wider(replace(own, confidence=0.1), replace(across, confidence=0.9), 0.2)
    assert best(told) == "泳池每天6:30至22:00开放。"
    assert not told.across
    monkeypatch.setattr(twins, "SAME", 0.9)
    monkeypatch.setattr(twins, "SAME_PLACE", 0.9)
    alone = search_across(collection_ids=ids, question="泳池几点开门？")
    assert alone.placed and not alone.same
    assert not across.placed, "its own language has such a section"


def test_a_row_is_told_in_the_askers_own_language_only_with_the_same_figures(
    db: None, tmp_path: Path, import_into: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(twins, "SAME", -1.0)
    monkeypatch.setattr(twins, "SAME_PLACE", -1.0)
    head = "# 晚点赔偿\n\n| 晚点 | 赔偿 |\n| --- | --- |\n"
    (tmp_path / "delays.md").write_text(
        "# Delays\n\n| Late | Paid |\n| --- | --- |\n| 60 to 119 minutes | 100% |\n"
    )
    found = []
    for rows in (
        "| 15到29分钟 | 25% |\n",
        "| 15到29分钟 | 25% |\n| 60到119分钟 | 100% |\n| 120分钟以上 | 100% |\n",
    ):
        (tmp_path / "赔偿.md").write_text(head + rows)
        import_into("trains", tmp_path / "delays.md", tmp_path / "赔偿.md")
        ids = [Collection.objects.get(slug="trains").pk]
        found.append(search_across(collection_ids=ids, question="晚点一个半小时赔偿多少？").same)
    other, whole = found
    assert not other
    assert min(whole[0].sentences, key=lambda one: one.rank).text == "晚点: 60到119分钟; 赔偿: 100%"
