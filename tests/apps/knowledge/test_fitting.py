"""The two small models find what is there to be found, and are stored without loss that matters."""

from pathlib import Path

import numpy as np
import pytest

from apps.knowledge.fitting.associations import learn_associations
from apps.knowledge.fitting.help_pages import help_pages
from apps.knowledge.fitting.sections import HERE, Sections, heading_weights
from apps.knowledge.fitting.sets import Asking, KnowledgeSet, load_sets, load_unread, shortened
from apps.knowledge.fitting.train import averaged, fit_logistic, fit_ranker
from apps.knowledge.ingest.blocks import Extracted
from apps.knowledge.management.commands import kb_fit
from apps.knowledge.models import Collection
from apps.knowledge.retrieval import associations, weights
from apps.knowledge.retrieval.features import NAMES_OF

DATA = Path(__file__).parents[4] / "shared" / "data"


def lists(count: int, width: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """The right one of eight is where the second feature is largest; the last feature never differs."""
    rng = np.random.default_rng(3)
    made = []
    for _ in range(count):
        rows = rng.normal(size=(8, width))
        rows[:, -1] = 0
        made.append((rows, rows[:, 1] == rows[:, 1].max()))
    return made


def test_the_ranker_learns_which_feature_tells_the_right_sentence() -> None:
    ranker = fit_ranker(lists(200, 4), units=4, steps=150)
    hits = [bool(right[np.argmax(ranker(rows))]) for rows, right in lists(50, 4)]
    assert np.mean(hits) > 0.9


def test_averaged_rankers_score_as_the_mean_of_them() -> None:
    rankers = [fit_ranker(lists(60, 4), units=3, steps=30, seed=seed) for seed in (1, 2, 3)]
    rows = lists(1, 4)[0][0]
    assert averaged(rankers)(rows) == pytest.approx(np.mean([one(rows) for one in rankers], axis=0))


def test_the_confidence_declines_the_share_of_off_topic_questions_it_was_asked_to() -> None:
    rng = np.random.default_rng(3)
    on, off = rng.normal(2, 1, (300, 3)), rng.normal(0, 1, (300, 3))
    logistic = fit_logistic(on, off, columns=(0, 1), declined=0.95)
    assert np.mean([logistic(row) < 0.5 for row in off]) == pytest.approx(0.95, abs=0.01)
    assert np.mean([logistic(row) < 0.5 for row in on]) < 0.2
    assert logistic.weights[2] == 0


def test_columns_that_say_nearly_the_same_weigh_nearly_the_same_where_the_ridge_is_high() -> None:
    rng = np.random.default_rng(5)

    def rows(middle: float) -> np.ndarray:
        said = rng.normal(middle, 1, (60, 1))
        return said + rng.normal(0, 0.05, (60, 2))

    on, off = rows(2), rows(0)
    loose, held = (fit_logistic(on, off, columns=(0, 1), declined=0.95, ridge=ridge) for ridge in (0.01, 100))
    assert np.ptp(loose.weights) > 10 * np.ptp(held.weights)


def test_weights_come_back_from_their_file_as_they_were(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights, "FOLDER", tmp_path)
    ranker = fit_ranker(lists(50, 4), units=2, steps=20)
    one, other = (weights.Logistic(np.array([1.0, 2.0]), bias) for bias in (-0.5, 0.25))
    weights.save("zh", weights.Weights(ranker, one, other, weights.Logistic(np.array([3.0]), 0.75)))
    loaded = weights.load("zh")
    weights.load.cache_clear()
    rows = lists(1, 4)[0][0]
    assert loaded.ranker(rows) == pytest.approx(ranker(rows), abs=0.01)
    assert (loaded.confidence.bias, loaded.without_vectors.bias) == (-0.5, 0.25)
    assert loaded.standing_out and loaded.standing_out.bias == 0.75


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_weights_in_the_tree_fit_the_features_and_give_finite_scores(language: weights.Language) -> None:
    ranker = weights.load(language).ranker
    assert np.isfinite(ranker(np.zeros((2, len(NAMES_OF[language]))))).all()


def test_a_heading_weighs_as_much_as_it_takes_to_put_the_right_section_first() -> None:
    right = np.array([False, True])
    ask = Sections(np.array([1.0, 0.0]), np.array([[0.1, 0.4], [0.9, 0.4]]), right)
    weights = heading_weights([ask] * 5, np.zeros(2))
    assert np.argmax(ask.scores + ask.features @ weights) == 1
    assert weights[1] < 1e-9


def test_words_of_answers_are_learnt_from_those_who_asked_and_not_from_the_others() -> None:
    passages: list[str | list[str] | Extracted] = [f"甲{n}任局长。甲{n}生于海边。" for n in range(20)]
    asked = [Asking(f"甲{n}有何职务？", n, (f"甲{n}任局长",)) for n in range(20)]
    model = learn_associations([KnowledgeSet("made", "zh", passages, asked)])
    assert model["职务"]["任"] > 0 > model["职务"]["生"]


@pytest.mark.skipif(not DATA.is_dir(), reason="the data folder ../shared/data is missing")
@pytest.mark.parametrize("language", ["en", "zh"])
def test_sets_for_the_rerankers_part_ask_off_topic_too_and_know_the_titles(language: weights.Language) -> None:
    sets = load_unread(language, DATA)
    assert all(one.off_topic and len(one.titles) in (0, len(one.passages)) for one in sets)
    titled = [one for one in sets if one.titles]
    assert titled and all(sum(map(bool, one.titles)) == len(one.passages) for one in titled)


@pytest.mark.skipif(not DATA.is_dir(), reason="needs the public sets")
def test_no_english_set_asks_off_topic_what_its_passages_answer() -> None:
    fit, report = load_sets("en", DATA)
    for one in (*fit, *report, *load_unread("en", DATA)):
        assert not {asking.text for asking in one.questions} & set(one.off_topic), one.name


@pytest.mark.skipif(not DATA.is_dir(), reason="needs the public sets")
def test_what_others_measure_with_is_neither_fitted_on_nor_asked_off_topic() -> None:
    before = load_unread("en", DATA)[1]
    kept, off_topic = before.questions[0].text.rstrip("?"), before.off_topic[0].rstrip("?")
    after = load_unread("en", DATA, {kept, off_topic})[1]
    assert before.passages[before.questions[0].passage] not in after.passages
    assert before.off_topic[0] not in after.off_topic
    assert len(after.questions) < len(before.questions)


def test_associations_that_are_tried_reach_the_tree_only_when_they_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(associations, "PATH", tmp_path / "associations-zh.json")
    monkeypatch.setattr(associations, "_in_use", [])
    tried = {"职务": {"任": 1.5}}
    associations.use_associations(tried)
    assert associations.load_associations() == tried and not associations.PATH.exists()
    associations.save_associations()
    associations._in_use.clear()
    assert associations.load_associations() == tried


def test_a_shortened_set_asks_only_about_the_passages_it_has() -> None:
    asked = [Asking(f"question {number}", number % 4, ()) for number in range(8)]
    whole = KnowledgeSet("one", "zh", ["a", "b", "c", "d"], asked, off_topic=["x", "y", "z"])
    short = shortened(whole, 2)
    assert short.passages == ["a", "b"] and short.off_topic == ["x", "y"]
    assert {asking.passage for asking in short.questions} == {0, 1}


CLAUSES = (
    "灯泡功率为{n}瓦",
    "电源线长{n}米",
    "退货期是{n}天",
    "保修{n}年",
    "仓库有{n}名员工",
    "每箱装{n}个",
    "灯罩重{n}克",
)
ASKED = ("灯泡的功率是多少瓦", "电源线有多长", "退货期是多少天", "保修几年", "仓库有多少名员工")


def small_set(name: str) -> KnowledgeSet:
    """Five passages of six sentences, a question to each, and what none of them answers."""
    passages = [
        "".join(f"{name}{clause.format(n=10 * number + place)}。" for place, clause in enumerate(CLAUSES))
        for number in range(5)
    ]
    asked = [
        Asking(f"{name}{question}", number, (CLAUSES[number].format(n=11 * number),))
        for number, question in enumerate(ASKED)
    ]
    return KnowledgeSet(
        name, "zh", list(passages), asked, off_topic=["今天天气怎么样", "怎么做红烧肉", "帮我写一首诗"]
    )


@pytest.mark.django_db
def test_a_trial_goes_the_whole_way_and_leaves_the_tree_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    sets = [small_set(name) for name in ("甲厂", "乙厂", "丙厂", "丁厂")]
    monkeypatch.setattr(kb_fit, "load_sets", lambda *_: (sets, [small_set("戊厂")]))
    monkeypatch.setattr(kb_fit, "with_headings", lambda ranker, _data, every: (ranker, {}))
    monkeypatch.setattr(kb_fit, "standing_fit", lambda _ranker, every: None)
    monkeypatch.setattr(kb_fit, "reranker_target", lambda: None)
    monkeypatch.setattr(associations, "_in_use", [])
    before = {path: path.read_bytes() for path in weights.FOLDER.iterdir()}
    command = kb_fit.Command()
    command.as_json = False
    chosen = {
        "language": "zh",
        "data": tmp_path,
        "kept_out": [],
        "reranker": False,
        "centres": False,
        "standing": False,
    }
    command.run(**chosen, trial=True)
    assert "戊厂: {'passage'" in capsys.readouterr().out
    assert {path: path.read_bytes() for path in weights.FOLDER.iterdir()} == before
    assert not Collection.objects.exists()


def test_every_question_to_the_written_help_pages_names_a_section_of_its_page() -> None:
    pages, asked = help_pages()
    headings = [{block.text for block in page.blocks if block.kind == "heading"} for page in pages]
    assert len(pages) > 60
    assert len(asked) > 800
    assert [one for one in asked if one.heading not in headings[one.page]] == []


def test_no_page_that_sections_are_reported_on_is_one_that_they_are_fitted_on() -> None:
    """Dify's pages come twice, for its cloud and for one's own server."""

    def pages(name: str) -> set[str]:
        lines = (HERE / name).read_text(encoding="utf-8").splitlines()
        return {line.split("\t")[1].removeprefix("cloud/").removeprefix("self-host/") for line in lines}

    assert pages("sections_fit.tsv") & (pages("sections_dify.tsv") | pages("sections_faq.tsv")) == set()
