"""Reviewers read conversations, and every reading is recorded."""

import re
import uuid
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from lxml import html

from apps.accounts.models import User
from apps.audit.selectors import audit_events
from apps.chat.models import Assistant, Conversation, Generation, QuestionFile, StoredImage
from apps.moderation.models import Decision
from apps.widget.models import Inbox

from .conftest import ANSWER, QUESTION, World


def text_of(client: Client, page: str) -> str:
    response = client.get(page)
    assert response.status_code == 200
    return response.content.decode()


def test_a_transcript_shows_what_was_behind_the_answer(reviewer: Client, world: World) -> None:
    page = text_of(reviewer, f"/console/conversations/{world.conversation.pk}/")
    for expected in (QUESTION, ANSWER, "87%", "0.912", "tiny@1", "int8", "Masked", "312 ms", "1.2 s", "220"):
        assert expected in page, expected
    assert "退货运费由我们承担。" in page and "policy 0" in page and "recorded" in page


def test_a_transcript_tells_how_sure_the_search_was_from_how_likely_the_answer_is_right(
    reviewer: Client, world: World
) -> None:
    address = f"/console/conversations/{world.conversation.pk}/"
    page = text_of(reviewer, address)
    assert "search 63% sure · 87% likely right" in page
    chinese = reviewer.get(address, headers={"accept-language": "zh-hans"}).content.decode()
    assert "检索置信度 63% · 回答正确的概率 87%" in chinese
    kept = world.generation.retrieval
    Generation.objects.update(retrieval=kept | {"cache": "exact"})
    again = text_of(reviewer, address)
    assert "answer · 87% likely right" in re.sub(r"<[^>]+>", "", again) and "63%" not in again
    Generation.objects.update(outcome="declined", confidence=0.63, retrieval=kept | {"cache": "miss"})
    assert "search 63% sure · tiny@1" in text_of(reviewer, address)


@pytest.mark.parametrize("quoted", [True, False])
def test_an_answer_is_likely_right_by_how_it_was_made_whatever_its_assistant_does_since(
    reviewer: Client, world: World, quoted: bool
) -> None:
    Generation.objects.update(retrieval=world.generation.retrieval | {"quotes": quoted})
    Assistant.objects.update(verbatim=not quoted)
    page = text_of(reviewer, f"/console/conversations/{world.conversation.pk}/")
    assert "search 63% sure" in page and ("87% likely right" in page) is quoted


def test_a_transcript_says_where_an_assistants_own_rules_judged_too(reviewer: Client, world: World) -> None:
    page = f"/console/conversations/{world.conversation.pk}/"
    assert "own rules" not in text_of(reviewer, page)
    Decision.objects.update(own_version=4)
    assert "policy 0 · the assistant’s own rules, version 4" in text_of(reviewer, page)


FINDINGS = {
    ("words", "abuse"): ("Word lists · Insults", "词表 · 辱骂"),
    ("words", "self_harm"): ("Word lists · Self-harm", "词表 · 自伤内容"),
    ("personal", "card"): ("Personal data · Bank card numbers", "个人信息 · 银行卡号"),
    ("injection", "instruction"): ("Attempts to redirect the assistant", "试图操控助手的指令"),
    ("own_words", "word"): ("Words that the assistant blocks", "该助手的屏蔽词"),
    ("classifier", "offensive"): ("Classifier · offensive", "分类模型 · 冒犯性"),
    ("classifier", "abuse"): ("Classifier · abuse", "分类模型 · abuse"),  # somebody's own label
    ("words", "check_failed"): ("Word lists · the check failed", "词表 · 检查失败"),
    ("classifier", "not_checked"): ("Classifier · not checked", "分类模型 · 未检查"),
}


@pytest.mark.parametrize("check, rule", FINDINGS)
def test_a_finding_is_said_in_words_and_in_the_pages_language(
    reviewer: Client, world: World, check: str, rule: str
) -> None:
    Decision.objects.update(findings=[{"check": check, "rule": rule, "action": "flag", "start": 0, "end": 2}])
    address = f"/console/conversations/{world.conversation.pk}/"
    for language, words in zip(("en", "zh-hans"), FINDINGS[check, rule], strict=True):
        page = reviewer.get(address, headers={"accept-language": language}).content.decode()
        (said,) = html.fromstring(page).xpath("//p[starts-with(@class, 'finding')]/text()[1]")
        assert said.split("→")[0].strip() == words


def test_each_reading_is_one_event_with_the_conversation_and_no_text(reviewer: Client, world: World) -> None:
    for _reading in range(2):
        reviewer.get(f"/console/conversations/{world.conversation.pk}/")
    events = list(audit_events(action="transcript.read"))
    assert [event.target for event in events] == [f"conversation:{world.conversation.pk}"] * 2
    assert events[0].actor_label == "reviewer-person" and QUESTION not in str(events[0].data)


def test_a_reviewer_opens_an_image_that_a_customer_brought_and_each_look_is_recorded(
    reviewer: Client, operator: Client, world: World
) -> None:
    question = world.conversation.messages.filter(role="user").first()
    columns = {"message": question, "name": "lamp.png", "size": 3, "width": 60, "height": 40}
    file = QuestionFile.objects.create(**columns)
    StoredImage.objects.create(file=file, media_type="image/png", data=b"abc", small=b"c")
    address = f"/console/conversations/{world.conversation.pk}/images/{file.pk}/"
    page = text_of(reviewer, f"/console/conversations/{world.conversation.pk}/")
    assert f'href="{address}"' in page and "lamp.png" in page and "60 × 40" in page
    assert not audit_events(action="image.read").exists()
    shown = reviewer.get(address)
    assert (shown.content, shown["Content-Type"]) == (b"abc", "image/png")
    assert audit_events(action="image.read").get().data == {"file": str(file.pk)}
    assert operator.get(address).status_code == 403
    other = f"/console/conversations/00000000-0000-4000-8000-000000000000/images/{file.pk}/"
    assert reviewer.get(other).status_code == 404


def test_what_the_holder_of_a_key_told_of_before_stands_before_the_question(reviewer: Client, world: World) -> None:
    told = [{"role": "user", "content": "我买了一盏灯。"}, {"role": "assistant", "content": "<b>好的。</b>"}]
    Conversation.objects.update(given=told)
    page = text_of(reviewer, f"/console/conversations/{world.conversation.pk}/")
    body = page.partition("</dl>")[2]  # behind the head, which has the title
    assert body.index("我买了一盏灯。") < body.index("&lt;b&gt;好的。&lt;/b&gt;") < body.index(QUESTION)
    Conversation.objects.update(given=[])
    assert "told of" not in text_of(reviewer, f"/console/conversations/{world.conversation.pk}/")


def test_megabytes_that_the_holder_of_a_key_told_of_before_are_not_marked_up(
    reviewer: Client, world: World
) -> None:
    said = ["**first**", "|a|\n|-|\n" + "|b|\n" * 2_000, *["|c|\n|-|\n" + "|d|\n" * 4_000] * 3, "**last**"]
    Conversation.objects.update(given=[{"role": "assistant", "content": text} for text in said])
    page = text_of(reviewer, f"/console/conversations/{world.conversation.pk}/")
    assert "<strong>first</strong>" in page and "<td>b</td>" in page
    assert "<td>d</td>" not in page and "**last**" in page
    Conversation.objects.update(given=[{"role": "user", "content": "**first**"}])
    assert "**first**" in text_of(reviewer, f"/console/conversations/{world.conversation.pk}/")


def test_a_conversation_that_is_not_there_is_said_so_and_not_recorded(reviewer: Client, world: World) -> None:
    missing = "/console/conversations/00000000-0000-4000-8000-000000000000/"
    assert reviewer.get(missing).status_code == 404
    assert not audit_events(action="transcript.read").exists()


@pytest.mark.parametrize(
    "query, found",
    [
        ("", True),
        ("q=运费", True),
        ("q=我们承担", True),
        ("q=refund", False),
        ("assistant=service", True),
        ("assistant=other", False),
        ("outcome=answered&language=zh&status=done", True),
        ("outcome=declined", False),
        ("language=en", False),
        ("flagged=1", True),
        ("rated=-1", True),
        ("rated=1", False),
        ("customer=mia", True),
        ("customer=noah", False),
        ("owner=999999999999999999", False),
        ("owner=nobody", True),
        ("since=2026-03-02&until=2026-03-02", True),
        ("since=2026-03-03", False),
        ("until=2026-03-01", False),
        ("since=soon&customer=%00", True),
        ("outcome=nonsense&before=nonsense", True),
        ("q=%00&assistant=%00", True),
    ],
)
def test_filters_find_what_they_name(reviewer: Client, world: World, query: str, found: bool) -> None:
    Conversation.objects.filter(pk=world.conversation.pk).update(
        inbox_id=uuid.uuid4(), visitor_name="Mia Lang", updated_at=datetime(2026, 3, 2, 12, tzinfo=UTC)
    )
    assert (
        f"/console/conversations/{world.conversation.pk}/" in text_of(reviewer, f"/console/conversations/?{query}")
    ) == found


def test_a_customer_is_found_by_name_address_or_id(reviewer: Client, world: World) -> None:
    lin = User.objects.create(username="lin", email="lin@example.org", first_name="Wei", last_name="Lin")
    for asked in ("lin", "LIN@Example.org", "Wei Lin", str(world.conversation.visitor_id)):
        owner = None if asked == str(world.conversation.visitor_id) else lin
        Conversation.objects.filter(pk=world.conversation.pk).update(owner=owner)
        response = reviewer.get("/console/conversations/", {"customer": asked})
        assert [row.pk for row in response.context["page"].rows] == [world.conversation.pk], asked
    assert audit_events(action="transcript.searched").count() == 4


def test_a_search_through_texts_is_recorded_without_its_words(reviewer: Client, world: World) -> None:
    reviewer.get("/console/conversations/?q=13812345678")
    event = audit_events(action="transcript.searched").get()
    assert "138" not in str(event.data) + event.target


def test_looking_at_the_list_is_recorded_once_because_it_shows_what_was_asked(
    reviewer: Client, world: World
) -> None:
    reviewer.get("/console/conversations/")
    assert audit_events(action="transcript.listed").get().actor_label == "reviewer-person"


def test_no_page_of_the_console_stays_in_the_browsers_cache(reviewer: Client, world: World) -> None:
    for page in ("conversations/", f"conversations/{world.conversation.pk}/", "audit/", "models/", "overview/"):
        assert "no-store" in reviewer.get(f"/console/{page}").headers["Cache-Control"]


def test_the_list_counts_questions_not_messages(reviewer: Client, world: World) -> None:
    (row,) = reviewer.get("/console/conversations/").context["page"].rows
    assert row.questions_count == 1


def test_pages_follow_each_other_without_a_gap(
    reviewer: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apps.console.views.conversations.PAGE_SIZE", 4)
    more = [Conversation(assistant=world.conversation.assistant, title=f"c{n}", language="en") for n in range(9)]
    Conversation.objects.bulk_create(more)
    now = timezone.now()
    Conversation.objects.update(updated_at=now)  # all at the same moment: the id decides
    seen: list[object] = []
    query = ""
    while True:
        context = reviewer.get(f"/console/conversations/?{query}").context
        seen += [conversation.pk for conversation in context["page"].rows]
        if not context["after"]:
            break
        query = context["after"]
    assert len(seen) == len(set(seen)) == 10


def test_the_list_takes_the_same_number_of_queries_however_long_it_is(reviewer: Client, world: World) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            reviewer.get("/console/conversations/")
        return len(captured)

    before = queries()
    more = [Conversation(assistant=world.conversation.assistant, title=f"c{n}", language="en") for n in range(20)]
    Conversation.objects.bulk_create(more)
    assert queries() == before


def test_nothing_yet_and_nothing_found_are_told_apart(reviewer: Client) -> None:
    assert "No conversations yet" in text_of(reviewer, "/console/conversations/")
    assert "Nothing matches" in text_of(reviewer, "/console/conversations/?language=en")


def test_a_text_that_looks_like_html_stays_text(reviewer: Client, world: World) -> None:
    world.generation.question.text = world.conversation.title = "<script>alert(1)</script>"
    world.generation.question.save()
    world.conversation.save()
    for page in ("/console/conversations/", f"/console/conversations/{world.conversation.pk}/"):
        assert "<script>alert" not in text_of(reviewer, page)


def test_a_reviewer_reads_what_the_person_thought_of_the_answer(reviewer: Client, world: World) -> None:
    page = reviewer.get(f"/console/conversations/{world.conversation.pk}/").content.decode()
    assert "Not helpful" in page and "Something is missing" in page and "到账要几天？" in page


def test_the_list_names_the_widget_that_a_visitor_came_through(reviewer: Client, world: World) -> None:
    Inbox.objects.create(name="Main shop")
    assert "Main shop" not in text_of(reviewer, "/console/conversations/")
    Conversation.objects.filter(pk=world.conversation.pk).update(inbox_id=Inbox.objects.get().pk)
    assert "Main shop" in text_of(reviewer, "/console/conversations/")


def test_an_address_is_not_found_out_by_its_parts(reviewer: Client, world: World) -> None:
    lin = User.objects.create(username="lin", email="wei@example.org")
    Conversation.objects.filter(pk=world.conversation.pk).update(owner=lin)
    for asked in ("wei", "example.org", "wei@example.or"):
        assert reviewer.get("/console/conversations/", {"customer": asked}).context["page"].rows == [], asked


def test_a_transcript_leads_to_the_conversations_of_its_customer_alone(reviewer: Client, world: World) -> None:
    people = [User.objects.create(username=name, email=f"{name}@berlin.example") for name in ("lin", "colin")]
    lins, _colins = (
        Conversation.objects.create(assistant=world.conversation.assistant, owner=person) for person in people
    )
    page = text_of(reviewer, f"/console/conversations/{lins.pk}/")
    address = f"/console/conversations/?owner={people[0].pk}"
    assert f'href="{address}" title="All conversations of this customer"' in page
    response = reviewer.get(address)
    assert [row.pk for row in response.context["page"].rows] == [lins.pk]
    assert [chip["label"] for chip in response.context["chips"]] == ["lin"]
    assert f'<input type="hidden" name="owner" value="{people[0].pk}">' in response.content.decode()
    page = text_of(reviewer, f"/console/conversations/{world.conversation.pk}/")
    assert f"?customer={world.conversation.visitor_id}" in page
