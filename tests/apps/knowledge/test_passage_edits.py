"""A passage in staff's words: found and quoted by them at once, kept by imports, put back."""

from datetime import timedelta
from pathlib import Path

import pytest

from apps.accounts.models import Role
from apps.audit.selectors import audit_events
from apps.core.actor import SYSTEM, Actor
from apps.core.errors import BadInput, Conflict, NotAllowed, NotFound, Unavailable
from apps.inference import services as inference
from apps.knowledge.models import Collection, Document, DroppedPair, Passage, PassageEdit, PassageVector
from apps.knowledge.retrieval.search import search
from apps.knowledge.selectors import document_text
from apps.knowledge.services import collection_import, documents_delete, pair_restore, passage_edit, passage_restore

pytestmark = pytest.mark.django_db
OLGA = Actor(user_id=1, label="olga", role=Role.OPERATOR)
OUTSIDERS = [Actor(user_id=2, label="rita", role=Role.REVIEWER), Actor(user_id=3, label="carl", role=Role.CUSTOMER)]
EDITED = "Goods can be returned within 75 days of delivery. Parcels go to the Kunshan depot."


@pytest.fixture
def passage(help_pages: Collection) -> Passage:
    return Passage.objects.get(document__name="en/returns.md", position=0)


def best(collection_id: object, question: str) -> str:
    return search(collection_ids=[collection_id], question=question).passages[0].text


def reimport(pages: Path, name: str, text: str) -> None:
    (pages / name).write_text(text)
    assert collection_import(actor=SYSTEM, collection="help", paths=[pages]).replaced == [name]


def test_an_edited_passage_is_answered_as_edited(passage: Passage) -> None:
    vector = PassageVector.objects.get(passage=passage)
    edited = passage_edit(actor=OLGA, passage_id=passage.pk, text=EDITED)
    assert edited.pk == passage.pk  # what quoted it finds it again
    assert best(passage.collection_id, "Where is the Kunshan depot that parcels go to?") == EDITED
    assert best(passage.collection_id, "How long can goods be returned?") == EDITED
    now = PassageVector.objects.get(passage=passage)
    assert list(now.vector) != list(vector.vector)
    assert not Passage.objects.filter(text__contains="within 30 days").exists()


def test_a_stray_fence_that_staff_write_stays_as_they_wrote_it(passage: Passage) -> None:
    said = "Run it like this:\n``` bash\nmake  run\n```\nIt is ready  at once.\n```\nGoods come back."
    edited = passage_edit(actor=OLGA, passage_id=passage.pk, text=said)
    assert edited.text == ("Run it like this:\n```\nmake  run\n```\nIt is ready at once.\n```\nGoods come back.")


def test_a_passage_may_be_edited_into_the_other_language(passage: Passage) -> None:
    passage_edit(actor=OLGA, passage_id=passage.pk, text="退回的包裹统一寄到昆山仓库，运费由商家承担。")
    assert "昆山仓库" in best(passage.collection_id, "退回的包裹寄到哪个仓库？")
    assert PassageVector.objects.get(passage=passage).language == "zh"


def test_an_edit_says_who_and_stands_in_the_audit_log(passage: Passage) -> None:
    passage_edit(actor=OLGA, passage_id=passage.pk, text=EDITED)
    assert PassageEdit.objects.get().actor_label == "olga"
    event = audit_events(action="passage.edited").get()
    assert event.actor_label == "olga" and event.target == f"passage:{passage.pk}"


def test_the_documents_own_text_is_put_back_as_it_was(passage: Passage) -> None:
    vector = PassageVector.objects.get(passage=passage).vector
    passage_edit(actor=OLGA, passage_id=passage.pk, text=EDITED)
    passage_edit(actor=OLGA, passage_id=passage.pk, text="Nothing can be returned any more at all.")
    passage_restore(actor=OLGA, passage_id=passage.pk)
    back = Passage.objects.get(pk=passage.pk)
    same = ("text", "spans", "language", "lexemes", "tokens_count", "heading", "page", "position")
    assert [getattr(back, name) for name in same] == [getattr(passage, name) for name in same]
    assert list(PassageVector.objects.get(passage=passage).vector) == list(vector)
    assert not PassageEdit.objects.exists()
    with pytest.raises(Conflict):
        passage_restore(actor=OLGA, passage_id=passage.pk)


def test_an_edit_outlives_an_import_that_says_the_same_there(passage: Passage, pages: Path) -> None:
    passage_edit(actor=OLGA, passage_id=passage.pk, text=EDITED)
    text = (pages / "en/returns.md").read_text()
    reimport(
        pages,
        "en/returns.md",
        text.replace("# Returns", "# Returns\n\n## News\n\nThis page has news.\n\n# Returns"),
    )
    kept = Passage.objects.get(document=passage.document_id, text=EDITED)
    assert PassageEdit.objects.get().position == kept.position != passage.position
    passage_restore(actor=OLGA, passage_id=kept.pk)
    assert Passage.objects.get(pk=kept.pk).text == passage.text


def test_where_the_document_says_something_new_its_text_takes_the_place_of_the_edit(
    passage: Passage, pages: Path
) -> None:
    passage_edit(actor=OLGA, passage_id=passage.pk, text=EDITED)
    text = (pages / "en/returns.md").read_text()
    reimport(pages, "en/returns.md", text.replace("30 days", "14 days"))
    assert "14 days" in best(passage.collection_id, "How long can goods be returned?")
    assert not PassageEdit.objects.exists()


def test_of_two_passages_with_the_same_words_the_edited_one_stays_edited(
    help_pages: Collection, pages: Path
) -> None:
    section = "Please write to the office in Kunshan about it."
    name = "en/twice.md"
    (pages / name).write_text(
        f"# Twice\n\n## Help\n\n{section}\n\n## More\n\nOther words here.\n\n## Help\n\n{section}\n"
    )
    collection_import(actor=SYSTEM, collection="help", paths=[pages])
    first, last = Passage.objects.filter(document__name=name, text=section).order_by("position")
    passage_edit(actor=OLGA, passage_id=last.pk, text="Please write to the office in Suzhou about it.")
    reimport(pages, name, (pages / name).read_text() + "\n## End\n\nThis is the end.\n")
    texts = dict(Passage.objects.filter(document__name=name).values_list("position", "text"))
    assert texts[first.position] == section and "Suzhou" in texts[last.position]
    both = Passage.objects.get(document__name=name, position=first.position)
    passage_edit(actor=OLGA, passage_id=both.pk, text="Please ring the office in Nanjing about it.")
    assert PassageEdit.objects.count() == 2


def test_an_edited_pair_that_was_taken_back_outlives_an_import(help_pages: Collection, pages: Path) -> None:
    rows = (pages / "en/faq.csv").read_text()
    reimport(
        pages, "en/faq.csv", rows + "Who founded the company?,Lin Yu founded Lanternfield in 2016 in Kunshan.,x\n"
    )
    pair_restore(actor=OLGA, pair_id=DroppedPair.objects.get().pk)
    taken_back = Passage.objects.filter(document__name="en/faq.csv").order_by("position").last()
    assert taken_back is not None
    passage_edit(actor=OLGA, passage_id=taken_back.pk, text="Lin Yu founded it, with her sister.")
    reimport(
        pages,
        "en/faq.csv",
        (pages / "en/faq.csv").read_text() + "Is there a shop?,There is one shop in Suzhou.,x\n",
    )
    assert Passage.objects.filter(text="Lin Yu founded it, with her sister.").count() == 1


def test_the_text_as_it_was_read_is_without_edits(passage: Passage) -> None:
    passage_edit(actor=OLGA, passage_id=passage.pk, text=EDITED)
    text = "".join(document_text(Document.objects.get(pk=passage.document_id)))
    assert "within 30 days" in text and "75 days" not in text


@pytest.mark.parametrize("text", ["", " \n\t", "\0", "x" * 4001])
def test_a_passage_keeps_a_text_that_can_be_quoted(passage: Passage, text: str) -> None:
    with pytest.raises(BadInput):
        passage_edit(actor=OLGA, passage_id=passage.pk, text=text)
    assert not PassageEdit.objects.exists()


def test_two_who_edit_at_once_do_not_overwrite_each_other(passage: Passage) -> None:
    seen = passage.updated_at
    passage_edit(actor=OLGA, passage_id=passage.pk, text=EDITED, seen=seen)
    with pytest.raises(Conflict):
        passage_edit(actor=OLGA, passage_id=passage.pk, text="Other words, typed meanwhile.", seen=seen)
    assert Passage.objects.get(pk=passage.pk).text == EDITED


def test_without_an_embedder_nothing_is_half_changed(passage: Passage, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(**_: object) -> None:
        raise Unavailable("The model runtime is away.")

    monkeypatch.setattr(inference, "embed_sync", away)
    with pytest.raises(Unavailable):
        passage_edit(actor=OLGA, passage_id=passage.pk, text=EDITED)
    assert Passage.objects.get(pk=passage.pk).text == passage.text
    assert not PassageEdit.objects.exists()


def test_saving_what_stands_there_is_no_edit(passage: Passage) -> None:
    passage_edit(actor=OLGA, passage_id=passage.pk, text=passage.text)
    assert not PassageEdit.objects.exists() and not audit_events(action="passage.edited").exists()


def test_an_edit_goes_with_its_document(passage: Passage) -> None:
    passage_edit(actor=OLGA, passage_id=passage.pk, text=EDITED)
    documents_delete(actor=OLGA, document_ids=[passage.document_id])
    assert not PassageEdit.objects.exists()
    with pytest.raises(NotFound):
        passage_edit(actor=OLGA, passage_id=passage.pk, text="Again.")


@pytest.mark.parametrize("actor", OUTSIDERS, ids=lambda actor: actor.label)
def test_an_outsider_neither_edits_nor_puts_back(passage: Passage, actor: Actor) -> None:
    with pytest.raises(NotAllowed):
        passage_edit(actor=actor, passage_id=passage.pk, text=EDITED)
    edited = passage_edit(actor=OLGA, passage_id=passage.pk, text=EDITED)
    assert edited.updated_at - passage.updated_at > timedelta()
    with pytest.raises(NotAllowed):
        passage_restore(actor=actor, passage_id=passage.pk)
    assert Passage.objects.get(pk=passage.pk).text == EDITED


def test_code_that_staff_write_keeps_its_lines_and_is_quoted_whole(passage: Passage) -> None:
    typed = "Start  it. Like this:\n\n```bash\nif up:\n    go. now.\n\n  end\n```\nDone for today. It works."
    edited = passage_edit(actor=OLGA, passage_id=passage.pk, text=typed.replace("\n", "\r\n"))
    code = "Like this:\n```\nif up:\n    go. now.\n\n  end\n```"
    assert edited.text == f"Start it. {code}\nDone for today. It works."
    spans = zip(edited.spans[::2], edited.spans[1::2], strict=True)
    assert [edited.text[start:end] for start, end in spans] == [
        "Start it.",
        code,
        "Done for today.",
        "It works.",
    ]
    again = passage_edit(actor=OLGA, passage_id=passage.pk, text=edited.text)
    assert again.updated_at == edited.updated_at, "saved unchanged it is no edit"
