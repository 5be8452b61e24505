"""A question is searched in one or two ways, with every score, and with what would be said."""

import uuid
from dataclasses import replace

import pytest
from django.test import Client

from apps.chat.evaluation.trying import Tried
from apps.chat.models import Assistant
from apps.core.errors import ApplicationError, NotFound
from apps.inference.errors import RuntimeUnavailable
from apps.knowledge.models import Collection
from apps.knowledge.retrieval.types import PassageScores, RankedPassage, RankedSentence, Retrieval

from .conftest import World

PAGE = "/console/playground/"


@pytest.fixture
def searched(monkeypatch: pytest.MonkeyPatch, world: World) -> list[dict]:
    asked: list[dict] = []
    shop = Collection.objects.get(slug="shop")
    Assistant.objects.get(slug="service").collections.add(shop)
    sentences = (RankedSentence(2, "Second best.", 0, 12, 0.5), RankedSentence(1, "The best <one>.", 13, 28, 1.25))
    document = shop.documents.get()
    scores = PassageScores(lexical_rank=4, dense_rank=None, bm25=7.25, cosine=0.512, fused=0.75)
    passage = RankedPassage(
        uuid.uuid4(), document.pk, "退货", "运费", "The whole text.", "en", 1.234, sentences, scores
    )

    def search(**call) -> Retrieval:
        asked.append(call)
        return Retrieval(call["question"], "en", (passage,), 0.42, {"embed": 7.0})

    monkeypatch.setattr("apps.console.reading.playground.search_wide", search)
    return asked


class Told:
    """What the pipeline says of a question; `asked` is how it was asked."""

    def __init__(self) -> None:
        self.tried = Tried("Nothing here.", [], "declined", "unsure", 0.42, 0.42)
        self.error: ApplicationError | None = None
        self.asked: list[dict] = []

    def __call__(self, **call) -> Tried:
        self.asked.append(call)
        if self.error:
            raise self.error
        return self.tried


@pytest.fixture(autouse=True)
def told(monkeypatch: pytest.MonkeyPatch) -> Told:
    told = Told()
    for name in ("assistant_tried", "collection_tried"):
        monkeypatch.setattr(f"apps.console.reading.playground.{name}", told)
    return told


def test_the_ranking_is_shown_with_its_scores(reviewer: Client, searched: list) -> None:
    page = reviewer.get(f"{PAGE}?q=why&a_where=assistant:service&a_threshold=0.4").content.decode()
    for shown in (
        "1.234",
        "1.25",
        "42.0%",
        "7 ms",
        "by words at 4",
        "BM25 7.25",
        "cosine 0.512",
        "returns.md",
        "The best &lt;one&gt;.",
    ):
        assert shown in page, shown
    assert "by meaning at" not in page and "reranked" not in page
    assert page.index("The best") < page.index("Second best")
    assert searched[0]["collection_ids"] == [Collection.objects.get(slug="shop").pk]


def test_an_assistant_and_a_collection_of_one_name_are_told_apart(operator: Client, searched: list) -> None:
    Assistant.objects.update(name="Shop")
    groups = operator.get(PAGE).content.decode().split("</select>")[0].split("<optgroup ")[1:]
    assert [group.split(">")[0] for group in groups] == ['label="Assistants"', 'label="Collections"']
    assert ['value="assistant:service"' in group for group in groups] == [True, False]
    assert ['value="collection:shop"' in group for group in groups] == [False, True]


def test_what_the_figures_mean_is_said_where_there_are_figures(operator: Client, searched: list) -> None:
    assert "What the figures mean" in operator.get(f"{PAGE}?q=why&a_where=collection:shop").content.decode()
    assert "What the figures mean" not in operator.get(PAGE).content.decode()


def test_the_answer_is_shown_as_customers_see_it_and_leads_to_what_it_quotes(
    reviewer: Client, searched: list, told: Told
) -> None:
    passage = str(uuid.uuid4())
    source = {"number": 1, "passage": passage, "title": "退货", "heading": "运费", "excerpt": "…", "rows": [12, 12]}
    told.tried = Tried("**Lamp** – 24 months <b> [1]", [source], "answered", "", 0.42, 0.9)
    page = reviewer.get(f"{PAGE}?q=why&a_where=assistant:service&a_threshold=0.4").content.decode()
    assert "Would answer" in page and "<strong>Lamp</strong> – 24 months &lt;b&gt;" in page
    assert page.count(f"/console/knowledge/passages/{passage}/?row=12") == 2  # its number, and its line
    assert "row 12" in page and "42.0% sure, and answers are given from 40.0% on" in page
    assert told.asked == [{"assistant": Assistant.objects.get(), "question": "why", "threshold": 0.4}]


@pytest.mark.parametrize(
    ("outcome", "why", "badge", "sentence"),
    [
        ("declined", "unsure", "Would decline", "only 42.0% sure"),
        ("declined", "alike", "Would decline", "below 50% something is only quoted if one sentence stands out"),
        ("declined", "form", "Would decline", "only answered where the documents state it outright"),
        ("declined", "model", "Would decline", "the model found no answer"),
        ("smalltalk", "price_of", "Would ask back", "No price of exactly this was found"),
        ("smalltalk", "subject", "Would ask back", "does not say what it is about"),
        ("smalltalk", "talk", "Small talk", "met in kind"),
        ("smalltalk", "itself", "Would answer for itself", "asked of the assistant itself"),
        ("blocked", "blocked", "Would block", "content rules"),
    ],
)
def test_what_decided_is_said_in_a_sentence(
    operator: Client, searched: list, told: Told, outcome: str, why: str, badge: str, sentence: str
) -> None:
    told.tried = Tried("…", [], outcome, why, 0.42, 0.42)
    page = operator.get(f"{PAGE}?q=why&a_where=collection:shop&a_threshold=0.4").content.decode()
    assert badge in page and sentence in page


def test_without_a_model_the_ranking_is_shown_all_the_same(operator: Client, searched: list, told: Told) -> None:
    told.error = NotFound("There is no model.")
    page = operator.get(f"{PAGE}?q=why&a_where=assistant:service").content.decode()
    assert "What would be said is not known now: There is no model." in page
    assert "1.234" in page and "Would" not in page


def test_an_assistant_that_does_not_answer_questions_only_searches(
    operator: Client, searched: list, told: Told
) -> None:
    Assistant.objects.update(task="translate")
    page = operator.get(f"{PAGE}?q=why&a_where=assistant:service").content.decode()
    assert told.asked == [] and "1.234" in page and "What would be said" not in page


def test_two_ways_stand_side_by_side(operator: Client, searched: list) -> None:
    query = "q=why&a_where=collection:shop&a_limit=3&b_where=assistant:service&b_threshold=0.9&b_limit=x"
    page = operator.get(f"{PAGE}?{query}").content.decode()
    assert [call["limit"] for call in searched] == [3, 5]
    assert page.count("What would be said") == 2
    assert "from 20.0%" in page and "from 90.0%" in page


@pytest.mark.parametrize(
    "query", ["", "q=why", "q=why&a_where=collection:none", "a_where=x&a_threshold=nan&a_limit=-"]
)
def test_without_a_place_or_a_question_nothing_is_searched(operator: Client, searched: list, query: str) -> None:
    assert "See what a question finds" in operator.get(f"{PAGE}?{query}").content.decode()
    assert searched == []


def test_a_search_that_fails_says_why(operator: Client, searched: list, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(**_call) -> None:
        raise RuntimeUnavailable("The runtime is away.")

    monkeypatch.setattr("apps.console.reading.playground.search_wide", broken)
    assert "The runtime is away." in operator.get(f"{PAGE}?q=why&a_where=collection:shop").content.decode()


@pytest.mark.parametrize("across", [True, False])
def test_what_is_listed_is_in_the_language_that_the_answer_is_made_from(
    reviewer: Client, searched: list, told: Told, across: bool
) -> None:
    document = Collection.objects.get(slug="shop").documents.get()
    passage = RankedPassage(uuid.uuid4(), document.pk, "Fees", "", "Of the answer.", "zh", 2.5)
    told.tried = replace(told.tried, found=Retrieval("why", "en", (passage,), 0.42, across=across))
    page = reviewer.get(f"{PAGE}?q=why&a_where=assistant:service").content.decode()
    assert ("Of the answer." in page) is across and ("The whole text." in page) is not across
    assert ("in another language than the question" in page) is across
    assert "returns.md" in page
