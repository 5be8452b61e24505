"""An assistant is tried beside its form: what is typed there counts, and what is wrong there is said."""

import uuid
from collections.abc import Callable

import pytest
from playwright.sync_api import FrameLocator, Page, expect
from scripted import ANSWER, Socket
from test_accessibility import violations

from apps.chat.models import Assistant

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("assistants")]
OpenPage = Callable[..., Page]


Open = Callable[..., tuple[Page, FrameLocator, Socket]]


@pytest.fixture
def editor(operator: str, open_page: OpenPage) -> Open:
    """The page of an assistant, the frame beside its form, and the other end of the frame's socket."""

    def opened(path: str = "shop/", **options: object) -> tuple[Page, FrameLocator, Socket]:
        sockets: list[Socket] = []
        page = open_page(
            f"/console/assistants/{path}",
            session=operator,
            prepare=lambda page: sockets.append(Socket(page)),
            bypass_csp=True,
            **options,
        )
        chat = page.frame_locator("[data-trial-frame]")
        if not options.get("phone"):  # where the frame is hidden at first
            expect(chat.locator(".assistant h2")).to_be_visible()  # Enter sends by then
        return page, chat, sockets[0]

    return opened


def test_the_trial_follows_the_form_and_answers_with_what_it_holds(editor: Open) -> None:
    page, chat, socket = editor()
    state = chat.locator("[data-trial-state]")
    expect(state).to_have_text("Answers as it is saved.")
    assert page.evaluate("document.activeElement === document.body")  # the frame has taken no focus
    page.fill("#name", "Returns desk")
    page.fill("#starters", "Who pays?\nHow long for returns?")
    expect(chat.locator(".assistant h2")).to_have_text("Returns desk")
    expect(chat.locator("[data-question]")).to_have_attribute("placeholder", "Ask Returns desk")
    expect(state).to_have_text("Answers with your unsaved changes.")
    page.fill("#threshold", "0.6")
    chat.get_by_role("button", name="Who pays?").click()
    send = socket.expect("send")
    tried = Assistant.with_trials.get(slug=send["assistant"])
    assert (tried.name, tried.threshold, Assistant.objects.get(slug="shop").name) == (
        "Returns desk",
        0.6,
        "Shop help",
    )
    socket.accept(send)
    socket.events(send["generation"], *ANSWER)
    expect(chat.locator(".prose")).to_contain_text("You may return it within 30 days.")
    expect(chat.get_by_role("button", name="Answer again")).to_be_visible()
    expect(chat.get_by_role("button", name="Helpful", exact=True)).to_have_count(0)  # it would count nowhere
    page.fill("#threshold", "0.7")
    expect(state).to_have_text("Your changes count from the next question on.")
    chat.get_by_role("button", name="Answer again").click()
    socket.expect("again")
    tried.refresh_from_db()
    assert tried.threshold == 0.7
    assert violations(page) == []


def test_what_is_wrong_with_the_form_is_said_instead_of_an_answer(editor: Open) -> None:
    page, chat, socket = editor()
    page.fill("#threshold", "7")
    page.fill("#name", "")
    chat.locator("[data-question]").fill("How long for returns?")
    chat.locator("[data-question]").press("Enter")
    wrong = chat.locator("[data-trial-wrong]")
    expect(wrong).to_contain_text("Ensure this value is less than or equal to 1.")
    expect(chat.locator(".answer [role=alert]")).to_contain_text("The form cannot be tried like this.")
    assert socket.of_type("send") == []
    wrong.get_by_role("button", name="Name").click()
    expect(page.locator("#name")).to_be_focused()
    page.keyboard.type("Shop help")
    page.fill("#threshold", "0.2")
    chat.get_by_role("button", name="Ask again").click()
    assert socket.expect("send")["text"] == "How long for returns?"
    expect(wrong).to_be_hidden()


def test_a_wrong_field_that_is_folded_away_is_opened_by_its_name(editor: Open) -> None:
    page, chat, _socket = editor()
    page.locator("summary", has_text="Emergencies").click()
    page.fill("#emergency_words", "chest pain")
    page.locator("summary", has_text="Emergencies").click()
    expect(page.locator("#emergency")).to_be_hidden()
    chat.locator("[data-question]").fill("How long for returns?")
    chat.locator("[data-question]").press("Enter")
    chat.locator("[data-trial-wrong]").get_by_role("button", name="Said in an emergency").click()
    expect(page.locator("#emergency")).to_be_focused()


@pytest.mark.parametrize("path", ["shop/", "new/"])
def test_on_a_phone_form_and_trial_take_turns(editor: Open, path: str) -> None:
    page, chat, _socket = editor(path, phone=True, language="zh-CN", theme="dark")
    expect(page.locator("[data-trial-frame]")).to_be_hidden()
    page.fill("#name_zh", "退货服务")
    page.get_by_role("button", name="试一试").click()
    expect(chat.locator(".assistant h2")).to_have_text("退货服务")
    expect(page.locator("#name_zh")).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert violations(page) == []
    page.get_by_role("button", name="English").click()
    expect(chat.locator("html")).to_have_attribute("lang", "en")


def test_the_frame_opened_by_itself_leads_to_the_assistants(operator: str, open_page: OpenPage) -> None:
    page = open_page(f"/console/assistants/trials/{uuid.uuid4()}/", session=operator)
    page.wait_for_url("**/console/assistants/")


@pytest.mark.parametrize(
    ("task", "shown"),
    [
        ("answer", {"Answers from", "Declines where the search is less sure than"}),
        ("write", {"Answers from", "Instructions"}),
        ("translate", {"Glossary", "Instructions"}),
    ],
)
def test_the_form_shows_what_each_kind_of_assistant_knows(editor: Open, task: str, shown: set[str]) -> None:
    page, _chat, _socket = editor()
    page.select_option("#task", task)
    words = ["Answers from", "Declines where the search is less sure than", "Instructions", "Glossary"]
    assert {word for word in words if page.get_by_text(word, exact=True).first.is_visible()} == shown


def test_a_model_that_writes_is_given_instructions_and_the_chat_says_that_a_model_writes(editor: Open) -> None:
    page, chat, socket = editor()
    note, promise = chat.locator("[data-note]"), chat.locator("[data-promise]")
    expect(note).to_have_text("Answers quote the documents. Open a source to check.")
    expect(page.locator("#instructions")).to_be_hidden()
    page.uncheck("#verbatim")
    expect(note).to_have_text("A model writes from the documents. Open a source to check.")
    expect(promise).to_contain_text("in its own words")
    expect(page.locator("#min_sentences")).to_be_hidden()
    page.fill("#instructions", "Be brief.\nSay you.")
    chat.locator("[data-question]").fill("How long for returns?")
    chat.locator("[data-question]").press("Enter")
    tried = Assistant.with_trials.get(slug=socket.expect("send")["assistant"])
    assert (tried.verbatim, tried.instructions) == (False, "Be brief.\nSay you.")
    page.select_option("#task", "write")
    expect(page.locator("#instructions")).to_be_visible()
    expect(note).to_have_text("A model writes. Check what it says before you use it.")


def test_an_assistant_is_moved_by_the_keyboard_and_the_button_keeps_the_focus(
    operator: str, open_page: OpenPage
) -> None:
    Assistant.objects.create(slug="last", name="Last desk", position=9)
    page = open_page("/console/assistants/", session=operator)
    first = page.locator("tbody tr").first
    up = page.get_by_role("button", name="Move Last desk up")
    up.focus()
    for _step in range(Assistant.objects.count() - 1):
        with page.expect_navigation():
            page.keyboard.press("Enter")
        expect(up).to_be_focused()
    expect(first).to_contain_text("Last desk")
