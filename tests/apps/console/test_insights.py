"""Owners see what is asked often and what gets no answer, and make it a case to measure with."""

import uuid

import pytest
from django.test import Client

from apps.accounts.models import Role
from apps.audit.selectors import audit_events
from apps.chat.evaluation.cases import Case
from apps.chat.evaluation.services import set_create
from apps.chat.models import Assistant, Conversation, Correction, EvaluationSet, Generation, Message, Rating
from apps.core.actor import SYSTEM
from apps.core.errors import Unavailable
from apps.inference import services as inference
from apps.knowledge.models import Collection

from .conftest import World, as_role

PAGE = "/console/questions/"


def ask(text: str, *, language: str = "en", assistant: str = "service", **columns) -> Generation:
    conversation = Conversation.objects.create(
        assistant=Assistant.objects.get(slug=assistant), title=text[:80], language=language
    )
    question, answer = (
        Message.objects.create(conversation=conversation, position=at, role=role, text=text, language=language)
        for at, role in enumerate(("user", "assistant"), 1)
    )
    values = {"status": "done", "outcome": "answered", "confidence": 0.9, **columns}
    return Generation.objects.create(conversation=conversation, question=question, answer=answer, **values)


def listed(client: Client, name: str, query: str = "") -> list[tuple[str, int]]:
    response = client.get(f"{PAGE}?{query}")
    assert response.status_code == 200
    rows = response.context[name]
    return [(asked.text, asked.count) for asked in getattr(rows, "rows", rows)]


def test_questions_that_ask_the_same_count_together(reviewer: Client, world: World) -> None:
    for text in ("How can I return a lamp?", "how do i return my lamp", "How do I return a kettle?"):
        ask(text)
    for text in ("请问怎么退货？", "怎么退货呢"):
        ask(text, language="zh")
    assert sorted(listed(reviewer, "frequent")) == [("how do i return my lamp", 2), ("怎么退货呢", 2)]


def test_who_has_a_question_answered_again_has_asked_it_once(reviewer: Client, world: World) -> None:
    before = reviewer.get("/console/overview/").context["numbers"].questions
    first = ask("Is it waterproof?")
    for _version in range(2):
        same = {"conversation": first.conversation, "question": first.question}
        Generation.objects.create(**same, status="done", outcome="declined")
    ask("Is it waterproof?")
    assert listed(reviewer, "frequent") == [("Is it waterproof?", 2)]
    assert "Is it waterproof?" not in dict(listed(reviewer, "unanswered"))
    assert reviewer.get("/console/overview/").context["numbers"].questions == before + 2


def test_a_question_whose_first_answer_failed_counts_by_the_first_that_was_finished(
    reviewer: Client, world: World
) -> None:
    Generation.objects.all().delete()
    for status in ("error", "stopped"):
        first = ask(f"Did it go {status}?", status=status, outcome="")
        for outcome in ("declined", "answered"):
            same = {"conversation": first.conversation, "question": first.question}
            Generation.objects.create(**same, status="done", outcome=outcome)
    alone = ask("Is it lost?", status="error", outcome="")
    Generation.objects.create(conversation=alone.conversation, question=alone.question, status="interrupted")
    missed = dict(listed(reviewer, "unanswered"))
    assert missed == {"Did it go error?": 1, "Did it go stopped?": 1}
    numbers = reviewer.get("/console/overview/").context["numbers"]
    assert numbers.questions == 3 and [(count, share) for _label, count, share in numbers.outcomes] == [(2, 1.0)]


def test_what_two_assistants_are_asked_is_counted_apart_and_says_of_whom(reviewer: Client, world: World) -> None:
    Assistant.objects.create(slug="returns", name="Returns desk")
    for assistant in ("service", "service", "returns", "returns", "returns"):
        ask("How do I return a lamp?", assistant=assistant)
    often = reviewer.get(PAGE).content.decode().split("Asked most")[1]
    rows = often.split('<a class="asked-question"')[1:]
    counted = [[shown in row for shown in ("Returns desk", "asked 3×", "Service desk", "asked 2×")] for row in rows]
    assert counted == [[True, True, False, False], [False, False, True, True]]


def test_what_was_declined_or_may_be_wrong_is_listed_with_its_conversation(reviewer: Client, world: World) -> None:
    declined = ask("Do you sell <sofas>?", outcome="declined", confidence=0.05)
    ask("Is it blue?", confidence=0.7, retrieval={"confidence": 0.25})
    ask("Is it red?", confidence=0.2, retrieval={"confidence": 0.7})  # written by a model, its own is another scale
    ask("Is it round?", confidence=0.59, retrieval={"confidence": 0.9, "quotes": True})
    ask("Is it square?", confidence=0.6, retrieval={"confidence": 0.25, "quotes": True})
    ask("Is it green?", confidence=0.2, retrieval={"confidence": 0.2, "cache": "exact"})
    ask("Hello", outcome="smalltalk", confidence=0.0)
    Rating.objects.create(generation=ask("Is it heavy?", confidence=0.7), value=-1)
    Rating.objects.create(generation=ask("Is it light?", confidence=0.7), value=1)
    listed_now = {text for text, _count in listed(reviewer, "unanswered")}
    assert {"Do you sell <sofas>?", "Is it blue?", "Is it round?", "Is it heavy?"} <= listed_now
    assert not listed_now & {"Is it red?", "Is it square?", "Is it green?", "Is it light?", "Hello"}
    page = reviewer.get(PAGE).content.decode()
    assert f"/console/conversations/{declined.conversation_id}/" in page and "&lt;sofas&gt;" in page
    Assistant.objects.create(slug="other", name="Other")
    assert listed(reviewer, "unanswered", "assistant=other") == []


def test_all_without_a_good_answer_can_be_reached_and_are_counted(reviewer: Client, world: World) -> None:
    Generation.objects.all().delete()
    for number in range(60):
        ask(f"Do you sell article {number}?", outcome="declined")
    first = reviewer.get(f"{PAGE}?days=7")
    assert first.context["unanswered_count"] == 60 and "days=7&amp;page=2" in first.content.decode()
    pages = [listed(reviewer, "unanswered", f"days=7&page={number}") for number in (1, 2)]
    assert [len(page) for page in pages] == [50, 10] and not set(pages[0]) & set(pages[1])


def test_a_follow_up_stands_below_what_was_asked_before_it(reviewer: Client, world: World) -> None:
    first = ask("How long is the warranty on lamps?")
    Message.objects.filter(pk=first.answer_id).update(parent=first.question)
    follow_up = ask("And kettles?", outcome="declined")
    Message.objects.filter(pk=follow_up.question_id).update(parent=first.answer)
    told = ask("And pans?", outcome="declined")
    turns = [{"role": "user", "content": "Do you sell pots?"}, {"role": "assistant", "content": "We do."}]
    Conversation.objects.filter(pk=told.conversation_id).update(given=turns)
    missed = reviewer.get(PAGE).content.decode().split("Asked most")[0]
    rows = {text: next(row for row in missed.split("<li") if text in row) for text in ("And kettles?", "And pans?")}
    assert "After “How long is the warranty on lamps?”" in rows["And kettles?"]
    assert "After “Do you sell pots?”" in rows["And pans?"]
    whole = ask("What is the weather like in London today?", outcome="declined")
    Message.objects.filter(pk=whole.question_id).update(parent=first.answer)
    assert reviewer.get(PAGE).content.decode().count("After “How long is the warranty on lamps?”") == 1


def test_a_question_becomes_a_case_with_or_without_an_expected_answer(reviewer: Client, world: World) -> None:
    asked = ask("Do you sell sofas?", outcome="declined")
    reviewer.post(f"{PAGE}add/", {"generation": asked.pk, "name": "From conversations", "answer": ""})
    made = EvaluationSet.objects.get()
    assert (made.origin, made.cases.get().question, made.cases.get().answers) == (
        "conversations",
        "Do you sell sofas?",
        [],
    )
    reviewer.post(f"{PAGE}add/", {"generation": asked.pk, "set": made.pk, "answer": "only lamps"})
    assert made.cases.get().answers == ["only lamps"]
    Assistant.objects.filter(slug="service").update(position=9)
    Assistant.objects.create(slug="first", name="First", position=0)
    page = reviewer.get(f"/console/evaluation/sets/{made.pk}/").content.decode()
    assert '<option value="service" selected>' in page
    for bad in ({"generation": uuid.uuid4()}, {"generation": "x"}, {"generation": asked.pk, "set": uuid.uuid4()}):
        assert reviewer.post(f"{PAGE}add/", bad).status_code in {400, 404}


def test_what_is_asked_in_nearly_the_same_words_is_one_question_with_its_wordings(
    reviewer: Client, world: World
) -> None:
    Generation.objects.all().delete()
    for text in ("whats the capital of mongolia", "Capital of Mongolia?", "What is the capital of Peru?"):
        ask(text, outcome="declined")
    for text in (
        "借书证丢了怎么办",
        "我的借书证丢失了",
        "借书证多久能补",
        "借书证没丢怎么办",
        "能不能补借书证",
        "可以补借书证吗",
    ):
        ask(text, language="zh", outcome="declined")
    rows = reviewer.get(PAGE).context["unanswered"].rows
    assert sorted(sorted([row.text, *row.others]) for row in rows) == [
        ["Capital of Mongolia?", "whats the capital of mongolia"],
        ["What is the capital of Peru?"],
        ["借书证丢了怎么办", "我的借书证丢失了"],
        ["借书证多久能补"],
        ["借书证没丢怎么办"],
        ["可以补借书证吗", "能不能补借书证"],
    ]


def test_what_is_not_ours_is_put_away_for_whoever_asks_it_again_and_can_be_brought_back(
    reviewer: Client, world: World
) -> None:
    Generation.objects.all().delete()
    ask("给我讲个笑话", language="zh", outcome="declined")
    ask("讲个笑话吧", language="zh", outcome="declined")
    ask("Do you sell sofas?", outcome="declined")
    row = next(one for one in reviewer.get(PAGE).context["unanswered"].rows if one.language == "zh")
    members = ",".join(map(str, row.members))
    told = reviewer.post(f"{PAGE}away/", {"generation": members, "back": "days=7"}, follow=True)
    assert told.redirect_chain[0][0] == f"{PAGE}?days=7" and "Bring it back" in told.content.decode()
    ask("请问给我讲个笑话？", language="zh", outcome="declined")
    Generation.objects.filter(pk__in=row.members).first().conversation.delete()
    page = reviewer.get(PAGE)
    assert [one.text for one in page.context["unanswered"].rows] == ["Do you sell sofas?"]
    (away,) = page.context["away"]
    assert audit_events(action="question.put_away").get().data == {"wordings": 2}
    reviewer.post(f"{PAGE}back/", {"generation": list(away.members)})
    assert len(reviewer.get(PAGE).context["unanswered"].rows) == 2 and not reviewer.get(PAGE).context["away"]
    assert reviewer.post(f"{PAGE}away/", {"generation": [uuid.uuid4()]}).status_code == 404


def test_a_gap_is_answered_into_a_collection_in_one_step_and_is_none_until_it_is_asked_in_vain_again(
    reviewer: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        inference, "embed_sync", lambda *, texts, purpose, language="en": [[0.1] * 384 for _ in texts]
    )
    shop = Collection.objects.get(slug="shop")
    Assistant.objects.get(slug="service").collections.add(shop)
    asked = ask("Do you sell sofas?", outcome="declined")
    fields = {"generation": asked.pk, "question": "Do you sell sofas?", "collection": shop.pk}
    assert f'<option value="{shop.pk}">' in reviewer.get(PAGE).content.decode()
    empty = reviewer.post(f"{PAGE}answer/", fields).content.decode()
    assert "Say what the answer should have been" in empty
    told = reviewer.post(f"{PAGE}answer/", {**fields, "answer": "We sell lamps alone."}, follow=True)
    assert "can answer with it" in told.content.decode()
    assert shop.passages.filter(text="We sell lamps alone.").exists()
    assert "Do you sell sofas?" not in dict(listed(reviewer, "unanswered"))
    ask("Do you sell sofas?", outcome="declined")
    assert "Do you sell sofas?" in dict(listed(reviewer, "unanswered"))


@pytest.mark.parametrize("collection", ["shop", "gone"])
def test_an_answer_to_a_gap_that_cannot_be_stored_stands_there_still(
    collection: str, reviewer: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def loading(**_given: object) -> list[list[float]]:
        raise Unavailable("The embedding model is loading.")

    monkeypatch.setattr(inference, "embed_sync", loading)
    shop, other = Collection.objects.get(slug="shop"), Collection.objects.create(slug="other", name="Other")
    Assistant.objects.get(slug="service").collections.set([other, shop])
    asked = ask("Do you sell sofas?", outcome="declined")
    into = shop.pk if collection == "shop" else uuid.uuid4()
    fields = {"generation": asked.pk, "question": "Are there sofas?", "answer": "We sell <lamps>.\nNo sofas."}
    response = reviewer.post(f"{PAGE}answer/", {**fields, "collection": into, "back": "days=7"})
    page = response.content.decode()
    assert response.status_code == (503 if collection == "shop" else 400)
    assert ("is loading" if collection == "shop" else "Choose a collection") in page
    assert "We sell &lt;lamps&gt;.\nNo sofas.</textarea>" in page and 'value="Are there sofas?"' in page
    assert page.count(f'<option value="{shop.pk}" selected>') == (collection == "shop")
    assert f'name="generation" value="{asked.pk}"' in page and response.context["wanted"].days == 7
    assert f'href="{PAGE}?days=90"' in page and not Correction.objects.exists()


def test_reading_what_people_asked_is_recorded(reviewer: Client, world: World) -> None:
    reviewer.get(PAGE)
    assert audit_events(action="insights.read").get().actor_label == "reviewer-person"


@pytest.mark.parametrize("role", ["", Role.CUSTOMER, Role.OPERATOR])
def test_who_may_not_read_conversations_sees_no_question(role: str, world: World) -> None:
    ask("How do I return it?")
    for query in ("", "?q=return&sort=newest", "?reason=far"):
        response = as_role(role).get(f"{PAGE}{query}")
        assert response.status_code in {302, 403} and b"return it" not in response.content
    made = set_create(actor=SYSTEM, name="Mine", cases=[Case("?", ())])
    fields = {"generation": Generation.objects.latest("created_at").pk, "set": made.pk}
    for path in ("add", "answer", "away", "back"):
        assert as_role(role).post(f"{PAGE}{path}/", fields).status_code == 403
    assert made.cases.count() == 1


def test_how_often_an_answer_came_from_the_cache_is_shown(reviewer: Client, world: World) -> None:
    for how, milliseconds in (("miss", 900), ("exact", 20), ("near", 30), ("miss", 800)):
        ask(f"{how}?", retrieval={"cache": how}, timings={"answer": milliseconds})
    ask("and that?", retrieval={})
    figures = reviewer.get(PAGE).context["cache"]
    assert (figures.looked, figures.share, figures.hit_ms, figures.miss_ms) == (4, 0.5, 25.0, 850.0)
    assert "50%" in reviewer.get(PAGE).content.decode()


def test_without_questions_the_page_says_so(reviewer: Client, world: World) -> None:
    Generation.objects.all().delete()
    assert "Nothing was asked" in reviewer.get(PAGE).content.decode()
