"""Why a question finds what it finds."""

import json

import pytest
from django.core.management import call_command

from apps.knowledge.management.commands.kb_search import Command
from apps.knowledge.models import Collection
from apps.knowledge.retrieval.explain import explain
from apps.knowledge.retrieval.search import search

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("question", ["Who founded the company?", "退货期有多少天？"])
def test_every_candidate_tells_its_ranks_and_scores(help_pages: Collection, question: str) -> None:
    why = explain(collection_ids=[help_pages.pk], question=question)
    fused = [one.scores.fused for one in why.candidates]
    assert fused == sorted(fused, reverse=True)
    assert {one.scores.lexical_rank for one in why.candidates} - {None} == set(
        range(1, sum(one.scores.lexical_rank is not None for one in why.candidates) + 1)
    )
    assert all(one.scores.cosine is not None for one in why.candidates)
    assert why.embedder
    first = why.candidates[0]
    assert first.held
    assert set(first.held) <= set(why.words)
    assert first.features["cover"] > 0


def test_the_best_sentence_of_the_explanation_is_the_searchs(help_pages: Collection) -> None:
    question = "Who founded the company?"
    found = search(collection_ids=[help_pages.pk], question=question)
    best = max(
        explain(collection_ids=[help_pages.pk], question=question).candidates, key=lambda one: one.sentence_score
    )
    assert best.passage_id == found.passages[0].passage_id
    assert best.sentence_score == found.passages[0].score


def test_the_command_prints_the_numbers_of_each_candidate(
    help_pages: Collection, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Command, "needs_runtime", False)
    call_command("kb_search", "help", "Who founded the company?", "--explain")
    out = capsys.readouterr().out
    assert "words #1 BM25" in out
    assert "compared by all-minilm-l6-v2" in out
    call_command("kb_search", "help", "Who founded the company?", "--explain", "--json")
    assert json.loads(capsys.readouterr().out)["explanation"]["candidates"][0]["scores"]["dense_rank"] == 1
