"""What reviewers say was right: kept, measured by, and answered with."""

import asyncio
import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from apps.accounts.models import Role
from apps.audit.selectors import audit_events
from apps.chat.evaluation.cases import Case
from apps.chat.evaluation.corrections import case_asked, case_corrected, cases_corrected
from apps.chat.evaluation.files import case_line, cases_parse
from apps.chat.evaluation.job import run_carry_out
from apps.chat.evaluation.services import case_add, run_start, set_create, set_ensure
from apps.chat.models import Assistant, Conversation, Correction, EvaluationRun, EvaluationSet, Generation, Message
from apps.chat.services.correcting import correction_clear, correction_set, correction_teach
from apps.core.actor import SYSTEM, Actor
from apps.core.errors import BadInput, Conflict, NotAllowed, NotFound
from apps.inference import services as inference
from apps.knowledge.models import Collection, Document, Passage
from apps.knowledge.retrieval.search import search
from apps.knowledge.services import answer_write, collection_import, documents_delete

from ..fakes import FakeRuntime, FakeSearch

RITA = Actor(user_id=1, label="rita", role=Role.REVIEWER)
OUTSIDERS = [Actor(user_id=2, role=Role.OPERATOR), Actor(user_id=3, role=Role.CUSTOMER), Actor(label="visitor")]


@pytest.fixture(autouse=True)
def embedder(monkeypatch: pytest.MonkeyPatch) -> None:
    """All texts mean the same: words decide."""
    monkeypatch.setattr(
        inference, "embed_sync", lambda *, texts, purpose, language="en": [[0.1] * 384 for _ in texts]
    )


@pytest.fixture
def shop(assistant: Assistant) -> Collection:
    made = Collection.objects.create(slug="shop", name="Shop")
    assistant.collections.add(made)
    return made


def asked(*texts: str, status: str = "done") -> Generation:
    """The last question of a conversation, with its answer."""
    conversation = Conversation.objects.create(assistant=Assistant.objects.get(), title="t", language="en")
    last = None
    for position, text in enumerate(texts, 1):
        last = Message.objects.create(
            conversation=conversation, parent=last, position=position, role="user", text=text, language="en"
        )
    answer = Message.objects.create(
        conversation=conversation, parent=last, position=9, role="assistant", text="No.", language="en"
    )
    return Generation.objects.create(conversation=conversation, question=last, answer=answer, status=status)


def passage_of(collection: Collection, name: str, text: str) -> Passage:
    document = Document.objects.create(collection=collection, name=name, title=name)
    return Passage.objects.create(
        collection=collection,
        document=document,
        position=0,
        text=text,
        language="en",
        spans=[0, len(text)],
        lexemes="",
        tokens_count=3,
    )


def test_a_correction_is_kept_with_its_author_and_the_log_can_prove_its_words(shop: Collection) -> None:
    generation, passage = asked("How long for returns?"), passage_of(shop, "returns.md", "30 days.")
    correction_set(
        actor=RITA, generation_id=generation.pk, answer=" 30  days\n\nthirty days ", passage_id=passage.pk
    )
    kept = Correction.objects.get()
    assert (kept.wordings, kept.document, kept.actor_label) == (["30 days", "thirty days"], "returns.md", "rita")
    event = audit_events(action="answer.corrected").get()
    assert event.actor_label == "rita" and len(event.data["sha256"]) == 64
    correction_set(actor=RITA, generation_id=generation.pk, declines=True)
    assert (Correction.objects.get().declines, Correction.objects.get().answer) == (True, "")
    correction_clear(actor=RITA, generation_id=generation.pk)
    assert not Correction.objects.exists() and audit_events(action="answer.uncorrected").exists()


@pytest.mark.parametrize("actor", OUTSIDERS, ids=lambda actor: actor.role or "visitor")
def test_nobody_but_reviewers_corrects_answers(shop: Collection, actor: Actor) -> None:
    generation = asked("How long for returns?")
    with pytest.raises(NotAllowed):
        correction_set(actor=actor, generation_id=generation.pk, answer="30 days")
    correction_set(actor=RITA, generation_id=generation.pk, answer="30 days")
    with pytest.raises(NotAllowed):
        correction_clear(actor=actor, generation_id=generation.pk)
    with pytest.raises(NotAllowed):
        correction_teach(
            actor=actor,
            generation_id=generation.pk,
            collection_id=shop.pk,
            question="How long for returns?",
            answer="Long.",
        )
    with pytest.raises(NotAllowed):
        answer_write(actor=actor, collection_id=shop.pk, question="How long for returns?", answer="Long.")
    assert Correction.objects.count() == 1 and not Document.objects.exists()


def test_what_is_no_correction_is_refused(shop: Collection) -> None:
    generation = asked("How long for returns?")
    own = Collection.objects.create(slug="file-1", name="mine.txt", personal=True)
    brought = passage_of(own, "mine.txt", "My secret.")
    for wrong, error in (
        ({}, BadInput),
        ({"declines": True, "answer": "30 days"}, BadInput),
        ({"answer": "x" * 4001}, BadInput),
        ({"passage_id": uuid4()}, NotFound),
        ({"passage_id": brought.pk}, NotFound),
    ):
        with pytest.raises(error):
            correction_set(actor=RITA, generation_id=generation.pk, **wrong)
    with pytest.raises(NotFound):
        correction_set(actor=RITA, generation_id=uuid4(), answer="30 days")
    with pytest.raises(Conflict):
        correction_set(actor=RITA, generation_id=asked("Now?", status="running").pk, answer="30 days")


def test_personal_data_of_the_customer_enters_neither_sets_nor_the_knowledge_base(shop: Collection) -> None:
    generation = asked("I am 13812345678.", "Where is my parcel? Call 138 1234 5678")
    with pytest.raises(BadInput, match="personal data"):
        correction_set(actor=RITA, generation_id=generation.pk, answer="We call 13812345678.")
    correction_set(actor=RITA, generation_id=generation.pk, answer="Our hotline is 13900001111.")
    case = case_corrected(Correction.objects.get())
    assert "1234" not in str(case) and "Where is my parcel?" in case.question and len(case.before) == 1
    assert case.answers == ("Our hotline is 13900001111.",)
    with pytest.raises(BadInput, match="personal data"):
        correction_teach(
            actor=RITA,
            generation_id=generation.pk,
            collection_id=shop.pk,
            question="Where is the parcel of 13812345678?",
            answer="On its way.",
        )


def test_a_set_of_all_corrections_has_each_question_once_with_the_latest_word(shop: Collection) -> None:
    for text, answer in (
        ("How long for returns?", "14 days"),
        ("How  long for returns", "30 days"),
        ("How much?", "5 euros"),
    ):
        correction_set(actor=RITA, generation_id=asked(text).pk, answer=answer)
    follow_up = asked("Returns?", "How long for returns?")
    Generation.objects.filter(pk=follow_up.pk).update(outcome="answered")
    correction_set(actor=RITA, generation_id=follow_up.pk, declines=True)
    asked("What is not corrected?")
    found = cases_corrected(Assistant.objects.get(), days=30)
    assert [(case.question, case.answers, case.before) for case in found] == [
        ("How  long for returns", ("30 days",), ()),
        ("How much?", ("5 euros",), ()),
        ("How long for returns?", (), ("Returns?",)),
    ]
    assert (found[2].kind, found[2].asked_in) == ("near", follow_up.pk)  # documents were quoted
    Correction.objects.update(updated_at="2020-01-01T00:00Z")
    assert cases_corrected(Assistant.objects.get(), days=30) == []


def test_a_question_that_is_in_a_set_already_is_not_asked_twice(shop: Collection) -> None:
    made = set_create(actor=SYSTEM, name="Returns", cases=[Case("How long for returns?", ("14 days",))])
    generation = asked("how long for returns")
    correction_set(actor=RITA, generation_id=generation.pk, answer="30 days")
    case_add(actor=RITA, set_id=made.pk, case=case_corrected(Correction.objects.get()))
    (row,) = made.cases.all()
    assert (row.answers, row.asked_in_id, row.position) == (["30 days"], generation.pk, 1)
    case_add(actor=RITA, set_id=made.pk, case=case_asked(asked("Returns?", "How long for returns?")))
    assert made.cases.count() == 2  # the same words, asked of something else
    generation.delete()
    assert made.cases.get(position=1).asked_in is None


def test_of_two_reviewers_who_begin_a_set_at_once_both_have_their_case_in_it(
    assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    def overtaken(**asked: Any) -> EvaluationSet:
        set_create(**asked | {"cases": [Case("How long for returns?", ("14 days",))]})
        return set_create(**asked)

    monkeypatch.setattr("apps.chat.evaluation.sets.set_create", overtaken)
    case = Case("How much?", ("4 euros",))
    made = set_ensure(actor=RITA, name="Corrections", case=case, origin="corrections")
    assert [row.question for row in made.cases.order_by("position")] == ["How long for returns?", "How much?"]


def run_with(assistant: Assistant, case: Case, monkeypatch: pytest.MonkeyPatch) -> EvaluationRun:
    for step in ("deployment_ensure", "embedder_ensure"):
        monkeypatch.setattr(f"apps.chat.evaluation.job.{step}", lambda **_: None)
    made = set_create(actor=SYSTEM, name=f"Set {uuid4()}", cases=[case])
    run = run_start(actor=SYSTEM, set_id=made.pk, assistant=assistant)
    asyncio.run(run_carry_out(run.pk))
    return EvaluationRun.objects.get(pk=run.pk)


def test_the_expected_passage_is_known_by_its_id_and_by_its_document_once_it_is_gone(
    shop: Collection, runtime: FakeRuntime, search: FakeSearch, monkeypatch: pytest.MonkeyPatch
) -> None:
    assistant = Assistant.objects.get()
    for place, found in enumerate(search.passages):
        document = Document.objects.create(
            pk=found.document_id, collection=shop, name=f"{place}/returns.md", title="Returns"
        )
        Passage.objects.create(
            pk=found.passage_id,
            collection=shop,
            document=document,
            position=0,
            text=found.text,
            language="en",
            spans=[0, 1],
            lexemes="",
            tokens_count=1,
        )
    second = search.passages[1].passage_id
    metrics = run_with(
        assistant, Case("How long for returns?", (), "returns.md", passage=str(second)), monkeypatch
    ).metrics
    assert (metrics["recall_at_1"], metrics["recall_at_3"]) == (0.0, 1.0)
    Passage.objects.filter(pk=second).delete()
    metrics = run_with(
        assistant, Case("How long for returns?", (), "returns.md", passage=str(second)), monkeypatch
    ).metrics
    assert metrics["recall_at_1"] == 1.0


def test_a_passage_goes_through_a_file_and_back() -> None:
    case = Case("How long for returns?", ("30 days",), "returns.md", passage=str(uuid4()))
    assert cases_parse(case_line(case).encode(), "set.jsonl") == [case]
    for wrong in ("x", 7, ["a"]):
        line = json.loads(case_line(case)) | {"passage": wrong}
        with pytest.raises(BadInput):
            cases_parse(json.dumps(line).encode(), "set.jsonl")


def teach(
    generation: Generation, shop: Collection, answer: str, question: str = "How long is the warranty?"
) -> Document:
    return correction_teach(
        actor=RITA, generation_id=generation.pk, collection_id=shop.pk, question=question, answer=answer
    )


def found_in(shop: Collection) -> list[str]:
    return [one.text for one in search_for(shop)]


def search_for(shop: Collection) -> list:
    return list(search(collection_ids=[shop.pk], question="How long is the warranty?").passages)


def test_a_correction_is_answered_with_at_once_and_its_newer_words_take_its_place(shop: Collection) -> None:
    generation = asked("warranty how long")
    with pytest.raises(Conflict):
        teach(generation, shop, "Two years.")
    correction_set(actor=RITA, generation_id=generation.pk, answer="two years")
    made = teach(generation, shop, "The warranty lasts two years.")
    assert found_in(shop) == ["The warranty lasts two years."]
    assert Correction.objects.get().taught == made.pk and made.collection.version < Collection.objects.get().version
    again = teach(generation, shop, "The warranty lasts three years.")
    assert (again.pk, found_in(shop)) == (made.pk, ["The warranty lasts three years."])
    with pytest.raises(BadInput):
        teach(generation, shop, "https://example.com/")
    with pytest.raises(BadInput):
        teach(generation, Collection.objects.create(slug="other", name="Other"), "Ten years, they say.")
    documents_delete(actor=SYSTEM, document_ids=[made.pk])
    assert found_in(shop) == []


def test_what_staff_wrote_stays_when_a_folder_is_imported_as_everything(shop: Collection, tmp_path: Path) -> None:
    answer_write(actor=RITA, collection_id=shop.pk, question="保修多久？", answer="保修期为两年，从签收之日算起。")
    (tmp_path / "page.md").write_text("# Lamps\n\nThe lamp draws nine watts at full brightness.\n")
    collection_import(actor=SYSTEM, collection="shop", paths=[tmp_path], prune=True)
    assert sorted(Document.objects.values_list("name", flat=True)) == ["answers/保修多久？", "page.md"]
    found = search(collection_ids=[shop.pk], question="保修多久？").passages[0]
    assert (found.title, found.heading) == ("人工答复", "保修多久？")
