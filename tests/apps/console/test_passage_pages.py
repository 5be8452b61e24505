"""Passages in the console: edited where they stand, and linked from wherever they were quoted."""

from collections.abc import Sequence

import numpy as np
import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import Role
from apps.chat.models import Message
from apps.inference import services as inference
from apps.knowledge.models import FormerPassage, Passage, PassageEdit

from .conftest import World, as_role


@pytest.fixture(autouse=True)
def embedder(monkeypatch: pytest.MonkeyPatch) -> None:
    def embed(*, texts: Sequence[str], purpose: str, language: str = "en") -> list[list[float]]:
        return [np.full(384, 384**-0.5).tolist() for _ in texts]

    monkeypatch.setattr(inference, "embed_sync", embed)


@pytest.fixture
def passage(world: World) -> Passage:
    return Passage.objects.get()


def edit_address(passage: Passage) -> str:
    return reverse("console:passage-edit", args=[passage.pk])


def place(passage: Passage) -> str:
    return reverse("console:passage", args=[passage.pk])


def save(client: Client, passage: Passage, text: str, **more: str):
    return client.post(edit_address(passage), {"text": text, "seen": passage.updated_at.isoformat(), **more})


def test_an_edit_is_marked_with_who_and_undone(operator: Client, passage: Passage) -> None:
    saved = save(operator, passage, "退货运费自 2026 年起由顾客承担。")
    assert saved.headers["Location"].endswith(f"#passage-{passage.pk}")
    page = operator.get(saved.headers["Location"]).content.decode()
    assert "2026 年起由顾客承担" in page and "Edited" in page and "operator-person" in page
    form = operator.get(edit_address(passage)).content.decode()
    assert passage.text in form and "When the document is imported again" in form
    operator.post(reverse("console:passage-restore", args=[passage.pk]))
    assert Passage.objects.get().text == passage.text and not PassageEdit.objects.exists()
    assert "Edited" not in operator.get(saved.headers["Location"]).content.decode()


def test_what_was_typed_is_kept_when_somebody_else_was_quicker(operator: Client, passage: Passage) -> None:
    save(operator, passage, "退货运费由平台承担。")
    refused = save(operator, passage, "退货运费由卖家承担。").content.decode()
    assert "Somebody else changed this passage" in refused
    assert "退货运费由卖家承担。" in refused and "退货运费由平台承担。" in refused
    assert Passage.objects.get().text == "退货运费由平台承担。"


@pytest.mark.parametrize("seen", ["", "yesterday"])
def test_a_form_that_does_not_say_what_was_read_changes_nothing(
    operator: Client, passage: Passage, seen: str
) -> None:
    assert "Open the passage anew" in save(operator, passage, "Other words.", seen=seen).content.decode()
    assert Passage.objects.get().text == passage.text


def test_the_transcript_links_to_the_passage_while_it_is_there(
    reviewer: Client, world: World, passage: Passage
) -> None:
    address = reverse("console:transcript", args=[world.conversation.pk])
    assert f'href="{place(passage)}"' in reviewer.get(address).content.decode()
    Passage.objects.all().delete()
    gone = reviewer.get(address).content.decode()
    assert f'href="{place(passage)}"' not in gone and "document was deleted or imported anew" in gone


def test_a_question_that_was_asked_links_to_what_came_nearest(
    reviewer: Client, world: World, passage: Passage
) -> None:
    Message.objects.filter(generation=world.generation).update(notes=[{"kind": "nearest", "places": []}])
    world.generation.outcome = "declined"
    world.generation.save()
    assert f'href="{place(passage)}"' in reviewer.get("/console/questions/").content.decode()
    Passage.objects.all().delete()
    assert f'href="{place(passage)}"' not in reviewer.get("/console/questions/").content.decode()


@pytest.mark.django_db(transaction=True)  # what would be said is found in another thread
def test_the_playground_links_to_the_passages_that_it_found(
    operator: Client, reviewer: Client, passage: Passage
) -> None:
    save(operator, passage, "退货运费由卖家承担。")  # which indexes it
    page = reviewer.get("/console/playground/", {"q": "退货运费由谁承担？", "a_where": "collection:shop"})
    assert f'href="{place(passage)}"' in page.content.decode()


def test_a_passage_that_is_gone_is_said_to_be_gone(reviewer: Client, passage: Passage) -> None:
    Passage.objects.all().delete()
    assert reviewer.get(place(passage)).status_code == 404


def test_a_passage_that_an_import_took_away_leads_to_its_document_which_says_so(
    reviewer: Client, world: World, passage: Passage
) -> None:
    FormerPassage.objects.create(pk=passage.pk, document=passage.document, position=passage.position)
    Passage.objects.all().delete()
    transcript = reviewer.get(reverse("console:transcript", args=[world.conversation.pk])).content.decode()
    assert f'href="{place(passage)}"' in transcript and "says something else there" in transcript
    page = reviewer.get(place(passage), follow=True)
    assert page.redirect_chain == [(reverse("console:document", args=[passage.document_id]), 302)]
    assert "This passage is no longer in" in page.content.decode()


def test_an_edit_that_an_import_replaced_is_shown_to_those_who_could_write_it_again(
    operator: Client, reviewer: Client, passage: Passage
) -> None:
    FormerPassage.objects.create(
        document=passage.document, position=0, text="退货运费由仓库承担。", edited_by="olga"
    )
    address = reverse("console:document", args=[passage.document_id])
    shown = operator.get(address).content.decode()
    assert "退货运费由仓库承担。" in shown and "olga" in shown
    assert "退货运费由仓库承担。" not in reviewer.get(address).content.decode()


@pytest.mark.parametrize("role", ["", Role.CUSTOMER, Role.REVIEWER])
def test_an_outsider_edits_no_passage(role: str, passage: Passage) -> None:
    client = as_role(role)
    assert save(client, passage, "Mine.").status_code == 403
    assert client.post(reverse("console:passage-restore", args=[passage.pk])).status_code == 403
    assert Passage.objects.get().text == passage.text
    if role == Role.REVIEWER:
        page = client.get(place(passage), follow=True).content.decode()
        assert passage.text in page and edit_address(passage) not in page
