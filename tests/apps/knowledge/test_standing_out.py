"""Lists of questions asked in everyday words: how sure a search is of a section by its meaning alone."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from apps.inference import services as inference
from apps.knowledge.fitting.sections import COLUMNS, Sections
from apps.knowledge.fitting.standing import standing_weights
from apps.knowledge.models import Collection, Passage
from apps.knowledge.retrieval.candidates import Candidate
from apps.knowledge.retrieval.features import NAMES_OF
from apps.knowledge.retrieval.search import search
from apps.knowledge.retrieval.sentences import ScoredSentence
from apps.knowledge.retrieval.standing_out import standing_evidence, standing_out

from .conftest import Import, fake_embed

PAIRS = {
    "雨伞遗落在店里怎么领回？": "请到前台登记，我们保管六十天。",
    "可以携带宠物就餐吗？": "露台座位欢迎宠物，室内不可以。",
    "儿童座椅需要预约吗？": "每店四把，先到先用。",
    "包间最低消费是多少？": "六人间八百元，十人间一千五百元。",
    "如何开具电子发票？": "扫描小票上的二维码自助开具。",
    "生日当天有优惠吗？": "凭身份证赠送长寿面一碗。",
    "停车如何减免？": "消费满一百元免两小时停车费。",
    "素食者可以点什么？": "菜单上带绿叶标记的菜不含肉和蛋。",
}


def standing(cosines: list[float | None], heading: str = "标题", shared: int = 0) -> float:
    """Of the first of passages with these cosines, whose heading has `shared` characters of the question."""
    found = [Candidate(Passage(heading=heading), 0.0, 0.0, cosine, frozenset()) for cosine in cosines]
    named = {"section_place": 0.4, "heading_run": shared / 4}
    features = tuple(named.get(name, 0.0) for name in NAMES_OF["zh"])
    return standing_out(found, ScoredSentence(0, 0, 1, 1.0, features))


def test_a_section_is_believed_the_more_the_further_its_meaning_lies_above_the_others() -> None:
    alone, beside, among = (
        standing([0.5, *others])
        for others in ([0.2] * 7, [0.45, *[0.2] * 6], [0.5, 0.48, 0.46, 0.44, 0.42, 0.4, 0.38])
    )
    assert alone > 0.5 > beside > among
    assert among < 0.2


def test_nothing_is_believed_by_meaning_that_is_no_section_was_not_compared_or_has_words_in_common() -> None:
    clear = [0.6, *[0.2] * 7]
    assert standing(clear) > 0.5
    assert standing(clear, heading="") == 0
    assert standing(clear, shared=4) == 0
    assert standing([None, *[0.2] * 7]) == 0


@pytest.mark.django_db
def test_a_listed_question_is_known_in_words_that_it_does_not_share(
    import_into: Import, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a model that knows what the words mean."""
    means = {"东西忘你们那儿了": "雨伞遗落在店里怎么领回？", "毛孩子能跟着进来不": "可以携带宠物就餐吗？"}

    def embed(*, texts: Sequence[str], **options: str) -> list[list[float]]:
        return fake_embed(texts=[means.get(text, text) for text in texts], **options)

    monkeypatch.setattr(inference, "embed_sync", embed)
    rows = [f"{asked},{answer}" for asked, answer in PAIRS.items()]
    (tmp_path / "常见问题.csv").write_text("\n".join(["问题,答案", *rows]), encoding="utf-8")
    import_into("list", tmp_path / "常见问题.csv")
    ids = [Collection.objects.get(slug="list").pk]
    for question, heading in means.items():
        found = search(collection_ids=ids, question=question)
        assert found.passages[0].heading == heading
        assert found.confidence >= 0.2
    assert search(collection_ids=ids, question="怎么给轮胎打气").confidence < 0.2


def asked(lead: float, *, right: bool) -> Sections:
    """Of a question whose first section's cosine lies so far above those of the others."""
    cosines = np.array([0.3 + lead, 0.28 - 0.4 * lead, 0.22, 0.3, 0.25, 0.2, 0.24, 0.26])
    marks = np.array([right, *[False] * 7])
    features = np.full((8, len(COLUMNS)), 0.3)
    return Sections(np.array([2.0, 1.0, *[0.0] * 6]), features, marks, cosines)


def test_nearly_all_questions_whose_section_is_taken_away_are_declined() -> None:
    rng = np.random.default_rng(3)
    lists = [asked(0.2 * rng.random(), right=True) for _ in range(60)]
    lists += [asked(0.02 * rng.random(), right=False) for _ in range(20)]
    fitted = standing_weights(lists, np.zeros(len(COLUMNS)), np.zeros(len(COLUMNS)))
    known, gone = (
        [fitted(standing_evidence(one.cosines[first], one.cosines[first:], 0.3)) for one in lists[:60]]
        for first in (0, 1)
    )
    assert np.mean([sure >= 0.2 for sure in known]) > 0.5
    assert np.mean([sure < 0.2 for sure in gone]) > 0.9
