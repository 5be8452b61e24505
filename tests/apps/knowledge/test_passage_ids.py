"""What quoted a passage finds it after the document was imported again, or is told that it is gone."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from apps.accounts.models import Role, User
from apps.audit.selectors import audit_events
from apps.chat.models import Assistant, Audience
from apps.core.actor import SYSTEM, Actor
from apps.core.errors import NotFound
from apps.knowledge.errors import PassageGone
from apps.knowledge.ingest.replacing import ids_keep
from apps.knowledge.models import Collection, Document, FormerPassage, ImportItem, Passage, PassageVector
from apps.knowledge.retrieval.search import search
from apps.knowledge.selectors import access_passage, edits_replaced
from apps.knowledge.services import collection_import, documents_delete, passage_edit

OLGA = Actor(user_id=1, label="olga", role=Role.OPERATOR)
LAMP, FAN, KETTLE = "The lamp is warm at night.", "The fan makes no sound.", "The kettle boils in two minutes."
Bring = Callable[..., None]


@pytest.fixture
def bring(db: None, tmp_path: Path) -> Bring:
    def run(*sections: tuple[str, str]) -> None:
        text = "\n\n".join(f"# {heading}\n\n{words}" for heading, words in sections)
        (tmp_path / "things.md").write_text(f"---\ntitle: Things\n---\n\n{text}\n")
        assert not collection_import(actor=SYSTEM, collection="help", paths=[tmp_path / "things.md"]).failed

    return run


def ids() -> dict[str, object]:
    return dict(Passage.objects.values_list("text", "pk"))


def test_passages_that_did_not_change_keep_their_ids_and_are_found_by_them(bring: Bring) -> None:
    bring(("Lamp", LAMP), ("Fan", FAN))
    before = ids()
    bring(("News", KETTLE), ("Fan", FAN), ("Lamp", LAMP))
    after = ids()
    assert (after[LAMP], after[FAN]) == (before[LAMP], before[FAN])
    assert list(Passage.objects.values_list("text", flat=True)) == [KETTLE, FAN, LAMP]
    assert PassageVector.objects.count() == 3
    found = search(collection_ids=[Collection.objects.get().pk], question="Is the lamp warm at night?")
    assert found.passages[0].passage_id == before[LAMP]


def test_a_passage_under_another_heading_keeps_its_id(bring: Bring) -> None:
    bring(("Lamp", LAMP), ("Fan", FAN))
    before = ids()
    bring(("Lights", LAMP), ("Fan", FAN))
    assert ids() == before
    assert Passage.objects.get(text=LAMP).heading == "Lights"


def test_an_edited_passage_keeps_its_id_too(bring: Bring) -> None:
    bring(("Lamp", LAMP))
    passage = Passage.objects.get()
    passage_edit(actor=OLGA, passage_id=passage.pk, text="The lamp is warm, and bright by day.")
    bring(("Lamp", LAMP), ("Fan", FAN))
    assert Passage.objects.get(pk=passage.pk).text == "The lamp is warm, and bright by day."


def test_a_passage_that_is_gone_names_its_document_to_those_who_may_see_it(bring: Bring) -> None:
    bring(("Lamp", LAMP), ("Fan", FAN))
    gone = ids()[FAN]
    bring(("Lamp", LAMP), ("Fan", "The fan hums."))
    reviewer = User.objects.create(username="rita", role=Role.REVIEWER)
    with pytest.raises(PassageGone, match="no longer in “Things”") as told:
        access_passage(reviewer, gone)
    assert (told.value.document_id, told.value.position) == (Document.objects.get().pk, 1)
    with pytest.raises(NotFound) as hidden:
        access_passage(AnonymousUser(), gone)
    assert not isinstance(hidden.value, PassageGone)
    desk = Assistant.objects.create(slug="desk", name="Desk", audience=Audience.EVERYONE)
    desk.collections.set(Collection.objects.all())
    answer = Client().get(f"/api/knowledge/passages/{gone}/")
    assert answer.status_code == 404 and answer.json()["error"]["code"] == "passage_gone"
    documents_delete(actor=OLGA, document_ids=[Document.objects.get().pk])
    assert not FormerPassage.objects.exists()


def test_an_edit_that_an_import_replaced_is_told_and_its_words_are_kept(bring: Bring) -> None:
    bring(("Lamp", LAMP), ("Fan", FAN))
    passage = Passage.objects.get(text=LAMP)
    passage_edit(actor=OLGA, passage_id=passage.pk, text="The lamp is warm, and bright by day.")
    bring(("Lamp", "The lamp is cold."), ("Fan", FAN))
    event = audit_events(action="passage.edit_replaced").get()
    assert event.target == f"passage:{passage.pk}" and event.data["by"] == "olga"
    former = edits_replaced(Document.objects.get()).get()
    assert (former.text, former.edited_by) == ("The lamp is warm, and bright by day.", "olga")
    assert ImportItem.objects.latest("created_at").edits_replaced == 1


def test_a_document_that_says_by_now_what_staff_had_written_replaced_nothing(bring: Bring) -> None:
    bring(("Lamp", LAMP))
    passage = Passage.objects.get()
    passage_edit(actor=OLGA, passage_id=passage.pk, text="The lamp is cold.")
    bring(("Lamp", "The lamp is cold."))
    assert Passage.objects.get().pk == passage.pk
    assert not audit_events(action="passage.edit_replaced").exists()
    assert not edits_replaced(Document.objects.get()).exists()


WORDS = st.lists(st.tuples(st.sampled_from("hk"), st.sampled_from("abc")), max_size=8)


@given(old=WORDS, new=WORDS)
def test_every_id_is_given_once_and_to_the_same_words(
    old: list[tuple[str, str]], new: list[tuple[str, str]]
) -> None:
    document = Document().pk
    before = [Passage(document_id=document, heading=heading, text=text, spans=[]) for heading, text in old]
    rows = [Passage(document_id=document, heading=heading, text=text, spans=[]) for heading, text in new]
    left = ids_keep(before, rows)
    texts = {passage.pk: passage.text for passage in before}
    kept = [row for row in rows if row.pk in texts]
    assert all(texts[row.pk] == row.text for row in kept)
    assert len({row.pk for row in rows}) == len(rows)
    assert {row.pk for row in kept} | {passage.pk for passage in left} == set(texts)
    common = Counter(text for _, text in old) & Counter(text for _, text in new)
    assert len(kept) == common.total()
