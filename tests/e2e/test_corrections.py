"""A reviewer reads a conversation, says what the answer should have been, and finds it in a set of questions."""

import uuid
from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from playwright.sync_api import Page, expect
from test_accessibility import violations

from apps.accounts.models import User
from apps.chat.models import Assistant, Conversation, EvaluationSet, Generation, Message

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("assistants")]
OpenPage = Callable[..., Page]
LANGUAGES = {
    "en-GB": {
        "correct": "Correct this answer",
        "said": "What it should have said",
        "keep": "Keep the correction",
        "add": "Add to the evaluation set",
        "declined": "It should have been declined: the documents do not answer this.",
    },
    "zh-CN": {
        "correct": "更正这条回答",
        "said": "应当怎样回答",
        "keep": "保存更正",
        "add": "加入问题集",
        "declined": "本应谢绝回答：文档里没有答案。",
    },
}


@pytest.fixture
def reviewer(assistants: None) -> Iterator[str]:
    user = User.objects.create(username=f"rui-{uuid.uuid4().hex[:8]}", role="reviewer")
    client = Client()
    client.force_login(user)
    yield client.cookies["sessionid"].value
    EvaluationSet.objects.all().delete()
    user.delete()


@pytest.fixture
def answered(reviewer: str) -> Conversation:
    shop = Assistant.objects.get(slug="shop")
    conversation = Conversation.objects.create(assistant=shop, title="How long for returns?", language="en")
    question = Message.objects.create(
        conversation=conversation, position=1, role="user", text="How long may I return it?", language="en"
    )
    answer = Message.objects.create(
        conversation=conversation, parent=question, position=2, role="assistant", text="It is blue.", language="en"
    )
    Generation.objects.create(
        conversation=conversation, question=question, answer=answer, status="done", outcome="answered"
    )
    conversation.head = answer
    conversation.save()
    return conversation


@pytest.mark.parametrize(("language", "theme", "phone"), [("en-GB", "light", False), ("zh-CN", "dark", True)])
def test_a_corrected_answer_goes_into_a_set_which_evaluation_then_knows(
    reviewer: str, answered: Conversation, open_page: OpenPage, language: str, theme: str, phone: bool
) -> None:
    words = LANGUAGES[language]
    page = open_page(
        f"/console/conversations/{answered.pk}/",
        session=reviewer,
        language=language,
        theme=theme,
        phone=phone,
        bypass_csp=True,
    )
    page.get_by_text(words["correct"], exact=True).click()
    page.get_by_label(words["declined"]).check()
    expect(page.get_by_label(words["said"])).to_be_hidden()  # declining says nothing
    page.get_by_label(words["declined"]).locator("xpath=../../label[1]//input").check()
    page.get_by_label(words["said"]).fill("30 days\nthirty days")
    assert violations(page) == []
    page.get_by_role("button", name=words["keep"]).click()
    expect(page.locator(".right-words")).to_have_text("30 days\nthirty days", use_inner_text=True)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name=words["add"]).click()
    expect(page.get_by_role("status").first).to_be_visible()
    made = EvaluationSet.objects.get()
    page.goto("/console/evaluation/")
    page.get_by_role("link", name=made.name).first.click()
    expect(page.get_by_text("How long may I return it?").first).to_be_visible()
    expect(page.get_by_text("30 days").first).to_be_visible()
    (case,) = made.cases.all()
    assert case.answers == ["30 days", "thirty days"]
