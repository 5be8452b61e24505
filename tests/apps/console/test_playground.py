"""A question is searched in one or two ways, with every score."""

import uuid

import pytest
from django.test import Client

from apps.chat.models import Assistant
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

    monkeypatch.setattr("apps.console.reading.playground.search", search)
    return asked


def test_the_ranking_is_shown_with_its_scores_and_what_would_follow(reviewer: Client, searched: list) -> None:
    page = reviewer.get(f"{PAGE}?q=why&a_where=assistant:service&a_threshold=0.4").content.decode()
    for shown in (
        "1.234",
        "1.25",
        "42.0%",
        "Would answer",
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


def test_two_ways_stand_side_by_side(operator: Client, searched: list) -> None:
    query = "q=why&a_where=collection:shop&a_limit=3&b_where=assistant:service&b_threshold=0.9&b_limit=x"
    page = operator.get(f"{PAGE}?{query}").content.decode()
    assert [call["limit"] for call in searched] == [3, 5]
    assert "Would answer" in page and "Would decline" in page


@pytest.mark.parametrize(
    "query", ["", "q=why", "q=why&a_where=collection:none", "a_where=x&a_threshold=nan&a_limit=-"]
)
def test_without_a_place_or_a_question_nothing_is_searched(operator: Client, searched: list, query: str) -> None:
    assert "See what a question finds" in operator.get(f"{PAGE}?{query}").content.decode()
    assert searched == []


def test_a_search_that_fails_says_why(operator: Client, searched: list, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(**_call) -> None:
        raise RuntimeUnavailable("The runtime is away.")

    monkeypatch.setattr("apps.console.reading.playground.search", broken)
    assert "The runtime is away." in operator.get(f"{PAGE}?q=why&a_where=collection:shop").content.decode()
