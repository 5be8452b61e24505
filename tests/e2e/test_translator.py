"""A translation stands beside its source, while it is written and after a reload."""

import uuid
from collections.abc import Callable, Iterator

import docx
import pytest
from django.test import Client
from playwright.sync_api import Page, expect
from scripted import Frame, Socket, delta, end
from test_accessibility import violations

from apps.accounts.models import User
from apps.chat.models import Assistant, Conversation, Generation, Message
from apps.chat.services import share_create
from apps.core.actor import Actor

Chat = Callable[..., tuple[Page, Socket]]
SOURCE = ["Your desk lamp is ready.", "Please bring the receipt."]
PARAGRAPHS = {"kind": "paragraphs", "texts": SOURCE}
MISSED = {"kind": "terms", "paragraph": 0, "missed": [["desk lamp", "台灯"]]}
TRANSLATION = "您的书桌灯可以取了。\n\n请带上小票。"
WRITTEN: Frame = end(outcome="written")


@pytest.fixture
def translator(able_model: None) -> Iterator[Assistant]:
    made = Assistant.objects.create(
        slug="translator", alias="writer", name="Translator", name_zh="翻译", task="translate", position=2
    )
    yield made
    made.conversations.all().delete()
    made.delete()


def test_paragraphs_stand_beside_each_other_while_they_come(chat: Chat, translator: Assistant) -> None:
    page, socket = chat("/?assistant=translator", bypass_csp=True)
    expect(page.locator("[data-question]")).to_have_attribute("placeholder", "Paste English or Chinese")
    page.fill("[data-question]", "\n\n".join(SOURCE))
    page.keyboard.press("Enter")
    send = socket.expect("send")
    socket.accept(send)
    socket.events(send["generation"], PARAGRAPHS, delta("您的书桌灯可以取了。"), MISSED)
    rows = page.locator(".pairs li")
    expect(rows.nth(0).locator("p[lang='zh-Hans']")).to_have_text("您的书桌灯可以取了。")
    expect(rows.nth(0).locator(".pair-terms")).to_have_text("Not as in the glossary: desk lamp → 台灯")
    expect(rows.nth(1)).to_have_text("Please bring the receipt.")
    socket.events(send["generation"], delta("\n\n请带上小票。"), WRITTEN, first=4)
    expect(rows.nth(1).locator("p[lang='zh-Hans']")).to_have_text("请带上小票。")
    expect(page.locator(".support")).to_have_count(0)
    assert violations(page) == []


Translated = tuple[Conversation, str]


@pytest.fixture
def translated(translator: Assistant) -> Iterator[Translated]:
    """A conversation with one translation, and the session of who asked for it."""
    user = User.objects.create_user("interpreter", password="correct horse 9")
    conversation = Conversation.objects.create(
        id=uuid.uuid4(), assistant=translator, owner=user, title="Letter", language="en"
    )
    question = Message.objects.create(
        conversation=conversation, position=1, role="user", text="\n\n".join(SOURCE), language="en"
    )
    answer = Message.objects.create(
        conversation=conversation, parent=question, position=2, role="assistant", text=TRANSLATION, language="zh"
    )
    Message.objects.filter(pk=answer.pk).update(notes=[PARAGRAPHS, MISSED])
    Generation.objects.create(
        conversation=conversation, question=question, answer=answer, status="done", outcome="written"
    )
    Conversation.objects.filter(pk=conversation.pk).update(head=answer)
    client = Client()
    client.force_login(user)
    yield conversation, client.cookies["sessionid"].value
    user.delete()


def test_a_reload_shows_the_same_columns_and_terms(translated: Translated, chat: Chat) -> None:
    conversation, session = translated
    page, _ = chat(f"/c/{conversation.pk}/", session=session, fresh=True, language="zh-CN")
    expect(page.locator(".pairs li p[lang='zh-Hans']")).to_have_text(TRANSLATION.split("\n\n"))
    expect(page.locator(".pair-terms").nth(0)).to_have_text("与术语表不一致：desk lamp → 台灯")


def beside(page: Page) -> bool:
    """Whether each translation stands to the right of its source, at the same height."""
    return page.evaluate(
        """() => [...document.querySelectorAll(".pairs li")].every((row) => {
            const [source, target] = [...row.children].map((child) => child.getBoundingClientRect());
            return source.width > 0 && target.left >= source.right && source.top === target.top;
        })"""
    )


def test_who_reads_a_share_or_its_print_sees_the_translation_beside_its_source(
    translated: Translated, chat: Chat, open_page: Callable[..., Page]
) -> None:
    conversation, session = translated
    share = share_create(actor=Actor(user_id=conversation.owner_id, label=""), conversation_id=conversation.pk)
    page = open_page(f"/s/{share.token}/", fresh=True)
    expect(page.locator(".pairs li p[lang='zh-Hans']")).to_have_text(TRANSLATION.split("\n\n"))
    expect(page.locator(".pair-terms").nth(0)).to_contain_text("desk lamp → 台灯")
    assert beside(page)
    own, _ = chat(f"/c/{conversation.pk}/", session=session, fresh=True)
    for paper in (page, own):
        paper.emulate_media(media="print")
        paper.set_viewport_size({"width": 660, "height": 1000})  # what A4 leaves between its margins
        expect(paper.locator(".pairs")).to_be_visible()
        assert beside(paper)


def test_the_menu_saves_a_conversation_and_the_foot_an_answer_as_word(translated: Translated, chat: Chat) -> None:
    conversation, session = translated
    page, _ = chat(f"/c/{conversation.pk}/", session=session, fresh=True)
    page.hover(".conversation-list li")
    page.click("[aria-label='More about “Letter”']")
    named = {
        "text=Save as Word": "Letter.docx",
        "[aria-label='Save the answer as Word']": "Your desk lamp is ready. Please bring the receipt.docx",
    }
    for start, name in named.items():
        with page.expect_download() as saved:
            page.click(start)
        assert saved.value.suggested_filename == name
        assert len(docx.Document(saved.value.path()).tables) == 1


def test_a_text_file_becomes_the_text_that_is_translated(chat: Chat, translator: Assistant) -> None:
    page, socket = chat("/?assistant=translator")
    letter = {"name": "letter.txt", "mimeType": "text/plain", "buffer": "\n\n".join(SOURCE).encode()}
    page.set_input_files("[data-file-input]", [letter])
    expect(page.locator("#question")).to_have_value("\n\n".join(SOURCE))
    expect(page.locator(".file-chip")).to_have_count(0)
    page.press("#question", "Enter")
    send = socket.expect("send")
    assert (send["text"], send["files"]) == ("\n\n".join(SOURCE), [])
    page.set_input_files("[data-file-input]", [letter | {"buffer": b"Lamps are bright. " * 300}])
    expect(page.locator(".file-chip")).to_contain_text("Longer than the 4000 characters")
    page.set_input_files("[data-file-input]", [letter | {"name": "letter.pdf"}])
    expect(page.locator(".file-chip").last).to_contain_text("Only text files can be translated")
    chinese = page.locator("#question")
    page.set_input_files("[data-file-input]", [letter | {"buffer": "灯到了。".encode("gb18030")}])
    expect(chinese).to_have_value("灯到了。")


def test_a_translator_whose_model_is_gone_says_so_before_anything_is_written(
    chat: Chat, translator: Assistant, customer: tuple[User, str]
) -> None:
    user, session = customer
    conversation = Conversation.objects.create(assistant=translator, owner=user, title="Letter", language="en")
    Assistant.objects.filter(pk=translator.pk).update(alias="gone")
    page, _ = chat(f"/c/{conversation.pk}/", session=session, bypass_csp=True)
    expect(page.locator("[data-note]")).to_have_text(
        "This assistant cannot answer now. Begin a new chat with another."
    )
    expect(page.locator("#question")).to_be_hidden()
    assert violations(page) == []
    page.goto("/?assistant=translator")
    expect(page.locator(".toast")).to_contain_text("This assistant cannot answer now.")
    expect(page.locator("#question")).to_be_enabled()
