"""A reviewer says beside the conversation what was right, and has it measured and answered with."""

import re

import pytest
from django.test import Client

from apps.accounts.models import Role
from apps.chat.evaluation.cases import Case
from apps.chat.evaluation.services import set_create
from apps.chat.models import Assistant, Correction, EvaluationSet
from apps.core.actor import SYSTEM
from apps.inference import services as inference
from apps.knowledge.models import Collection, Document, FormerPassage, Passage

from .conftest import World, as_role


@pytest.fixture(autouse=True)
def shop(world: World, monkeypatch: pytest.MonkeyPatch) -> Collection:
    monkeypatch.setattr(
        inference, "embed_sync", lambda *, texts, purpose, language="en": [[0.1] * 384 for _ in texts]
    )
    found = Collection.objects.get(slug="shop")
    Assistant.objects.get(slug="service").collections.add(found)
    return found


def correct(client: Client, world: World, step: str = "", **fields: object) -> str:
    """What the page says afterwards."""
    response = client.post(f"/console/answers/{world.generation.pk}/correct/{step}", fields, follow=True)
    assert response.status_code == 200
    return response.content.decode()


def page_of(client: Client, world: World) -> str:
    return client.get(f"/console/conversations/{world.conversation.pk}/").content.decode()


def test_the_passage_is_chosen_among_those_found_or_by_its_address(reviewer: Client, world: World) -> None:
    passage = Passage.objects.get()
    assert f'<option value="{passage.pk}">1 · 退货 › 运费' in page_of(reviewer, world)
    page = correct(reviewer, world, kind="answers", answer="我们承担", passage=passage.pk)
    assert "我们承担" in page and "reviewer-person" in page and "returns.md" in page
    address = f"https://x.example/console/knowledge/documents/{passage.document_id}/#passage-{passage.pk}"
    correct(reviewer, world, kind="answers", answer="", link=address)
    kept = Correction.objects.get()
    assert (kept.passage, kept.answer) == (passage.pk, "")
    assert "no address of a passage" in correct(reviewer, world, kind="answers", link="退货")
    FormerPassage.objects.create(pk=passage.pk, document=passage.document, position=0)
    passage.delete()
    assert "has changed since" in page_of(reviewer, world)


def test_a_mistake_is_said_and_what_was_kept_stays(reviewer: Client, world: World) -> None:
    correct(reviewer, world, kind="declines")
    assert "Say what the answer should have been" in correct(reviewer, world, kind="answers", answer=" ")
    assert "no such passage" in correct(reviewer, world, kind="answers", link=world.generation.pk)
    assert Correction.objects.get().declines
    correct(reviewer, world, "remove/")
    assert not Correction.objects.exists()


def test_one_click_puts_it_into_the_assistants_own_set_or_another(reviewer: Client, world: World) -> None:
    correct(reviewer, world, kind="answers", answer="我们承担")
    for _again in range(2):
        assert "Added to “Corrections: Service desk”" in correct(reviewer, world, "case/")
    own = EvaluationSet.objects.get()
    case = own.cases.get()
    assert (own.origin, case.question, case.answers) == ("corrections", "运费怎么退？", ["我们承担"])
    other = set_create(actor=SYSTEM, name="Mine", cases=[Case("?", ())])
    correct(reviewer, world, "case/", set=other.pk)
    shown = reviewer.get(f"/console/evaluation/sets/{other.pk}/").content.decode()
    link = f"/console/conversations/{world.conversation.pk}/#answer-{world.generation.pk}"
    assert link in shown and "corrected by reviewer-person" in shown
    shown = as_role(Role.OPERATOR).get(f"/console/evaluation/sets/{other.pk}/").content.decode()
    assert link not in shown and "reviewer-person" not in shown and "from a conversation" in shown


def test_all_corrections_of_an_assistant_become_a_set_for_who_may_read_them(reviewer: Client, world: World) -> None:
    correct(reviewer, world, kind="answers", answer="我们承担")
    fields = {"name": "All", "origin": "corrections", "assistant": "service", "language": "en", "count": "9"}
    operator = as_role(Role.OPERATOR)
    assert "Reviewers’ corrections" not in operator.get("/console/evaluation/sets/new/").content.decode()
    operator.post("/console/evaluation/sets/new/", fields)
    assert not EvaluationSet.objects.exists()
    reviewer.post("/console/evaluation/sets/new/", fields | {"days": "7"})
    assert EvaluationSet.objects.get().cases.get().answers == ["我们承担"]
    none = reviewer.post("/console/evaluation/sets/new/", fields | {"name": "None", "assistant": "x"})
    assert none.status_code == 200 and EvaluationSet.objects.count() == 1


def test_the_knowledge_base_gets_the_pair_and_the_page_links_to_it(
    reviewer: Client, world: World, shop: Collection
) -> None:
    correct(reviewer, world, kind="answers", answer="我们承担")
    pair = {"collection": shop.pk, "question": "退货的运费谁出？", "answer": "退货的运费由我们承担。"}
    assert "can answer with it" in correct(reviewer, world, "into/", **pair)
    made = Document.objects.get(name="answers/退货的运费谁出？")
    assert f"/console/knowledge/documents/{made.pk}/" in page_of(reviewer, world)
    assert "written here by staff" in reviewer.get(f"/console/knowledge/documents/{made.pk}/").content.decode()
    assert "Choose a collection" in correct(
        reviewer, world, "into/", **pair | {"collection": Collection.objects.create(slug="o", name="O").pk}
    )
    Document.objects.filter(pk=made.pk).delete()
    assert str(made.pk) not in page_of(reviewer, world)


@pytest.mark.parametrize("role", ["", Role.CUSTOMER, Role.OPERATOR])
def test_nobody_else_corrects_an_answer(role: str, reviewer: Client, world: World, shop: Collection) -> None:
    correct(reviewer, world, kind="answers", answer="我们承担")
    for step in ("", "remove/", "case/", "into/"):
        fields = {"kind": "declines", "collection": shop.pk, "question": "退货的运费？", "answer": "由我们承担。"}
        response = as_role(role).post(f"/console/answers/{world.generation.pk}/correct/{step}", fields)
        assert response.status_code == 403
    assert Correction.objects.get().answer == "我们承担"
    assert not EvaluationSet.objects.exists() and Document.objects.count() == 1


def test_files_that_customers_brought_are_offered_nowhere_in_the_console(reviewer: Client, world: World) -> None:
    Collection.objects.create(slug="file-1", name="my-lease.pdf", personal=True)
    for address in ("evaluation/sets/new/", "playground/"):
        page = reviewer.get(f"/console/{address}").content.decode()
        assert not re.search("lease|file-1", page), address
    assert reviewer.get("/console/playground/?q=rent&a_where=collection:file-1").context["found"] == []


def test_the_collection_that_the_answer_came_from_is_chosen_already(
    reviewer: Client, world: World, shop: Collection
) -> None:
    first = Collection.objects.create(slug="a-first", name="A first one")
    assistant = Assistant.objects.get(slug="service")
    assistant.collections.add(first)
    correct(reviewer, world, kind="answers", answer="我们承担")
    chosen = f'<option value="{shop.pk}" selected>'
    assert chosen in page_of(reviewer, world)
    other = Document.objects.create(collection=first, name="other.md", title="Other")
    elsewhere = Passage.objects.create(
        collection=first, document=other, position=0, text="我们承担。", language="zh", spans=[0, 5], tokens_count=3
    )
    correct(reviewer, world, kind="answers", answer="我们承担", link=elsewhere.pk)
    assert f'<option value="{first.pk}" selected>' in page_of(reviewer, world)
