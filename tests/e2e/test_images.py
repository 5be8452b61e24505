"""Images in the composer: small beside the question, large in a dialog, and said clearly where nobody sees them."""

import io
from collections.abc import Callable

import pytest
from PIL import Image
from playwright.sync_api import Page, expect
from scripted import ANSWER, Socket

from apps.chat.models import QuestionFile

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("assistants")]

Chat = Callable[..., tuple[Page, Socket]]


def photo(name: str = "lamp.png", size: tuple[int, int] = (600, 400)) -> dict:
    file = io.BytesIO()
    Image.linear_gradient("L").resize(size).save(file, "PNG")
    return {"name": name, "mimeType": "image/png", "buffer": file.getvalue()}


PASTED = """async (html) => {
    const canvas = new OffscreenCanvas(30, 20);
    canvas.getContext("2d").fillRect(0, 0, 20, 20);
    const carried = new DataTransfer();
    carried.items.add(new File([await canvas.convertToBlob()], "image.png", { type: "image/png" }));
    if (html) for (const kind of ["text/html", "text/plain"]) carried.setData(kind, html);
    const event = new ClipboardEvent("paste", { clipboardData: carried, bubbles: true, cancelable: true });
    return document.querySelector("#question").dispatchEvent(event);
}"""


@pytest.mark.usefixtures("seeing_model")
def test_a_pasted_image_goes_with_the_question_and_opens_large(chat: Chat) -> None:
    page, socket = chat()
    page.fill("#question", "What is this?")
    assert page.evaluate(PASTED, "") is False  # taken
    chip = page.locator(".composer .image-chip")
    expect(chip.get_by_role("img", name="Image: image.png")).to_be_visible()
    expect(page.locator(".composer .image-chip[data-state=ready]")).to_be_visible()
    page.press("#question", "Enter")
    send = socket.expect("send")
    assert send["files"] == [str(QuestionFile.objects.get().pk)]
    socket.accept(send)
    socket.events(send["generation"], *ANSWER)
    expect(page.locator(".composer .image-chip")).to_have_count(0)
    small = page.locator(".question .image-button")
    expect(small.get_by_role("img", name="Image: image.png")).to_be_visible()
    small.click()
    large = page.locator("dialog.image-view img")
    expect(large).to_be_visible()
    expect(large).to_have_js_property("naturalWidth", 30)
    page.keyboard.press("Escape")
    expect(page.locator("dialog.image-view")).to_have_count(0)
    expect(small).to_be_focused()
    page.click("[aria-label='Edit question']")
    page.fill(".question textarea", "Which lamp is this?")
    page.click("text=Ask this")
    assert socket.expect("send", 2)["files"] == []  # the server keeps them with the new wording
    expect(page.locator(".question .image-button")).to_be_visible()


@pytest.mark.usefixtures("seeing_model")
def test_how_much_has_gone_is_shown_and_an_image_on_its_way_is_taken_back(chat: Chat) -> None:
    page, socket = chat()
    page.route("**/api/chat/files/", lambda route: None)  # is on its way for ever
    page.fill("#question", "half a question")
    page.set_input_files("[data-file-input]", [photo()])
    expect(page.get_by_role("progressbar", name="Sending “lamp.png”")).to_be_visible()
    page.click("[data-send]")
    expect(page.locator(".toast")).to_have_text("The question goes once its files are read.")
    page.click("[aria-label='Remove “lamp.png”']")
    expect(page.locator(".image-chip")).to_have_count(0)
    expect(page.locator("#question")).to_have_value("half a question")
    expect(page.locator("#question")).to_be_focused()
    page.press("#question", "Enter")
    assert socket.expect("send")["files"] == []


@pytest.mark.usefixtures("seeing_model")
def test_words_that_are_pasted_with_their_picture_stay_words(chat: Chat) -> None:
    page, _ = chat()
    assert page.evaluate(PASTED, "<b>42</b>") is True  # left to the browser
    expect(page.locator(".image-chip, .file-chip")).to_have_count(0)


@pytest.mark.parametrize(
    ("language", "words"), [("en-GB", "This assistant cannot see images"), ("zh-CN", "该助手看不了图片")]
)
def test_an_assistant_that_cannot_see_says_so_before_sending_and_the_text_stays(
    chat: Chat, language: str, words: str
) -> None:
    page, socket = chat(language=language)
    page.fill("#question", "What is this?")
    page.evaluate(PASTED, "")
    expect(page.locator(".file-chip[data-state=failed]")).to_contain_text(words)
    expect(page.locator("#question")).to_have_value("What is this?")
    assert not QuestionFile.objects.exists()
    page.press("#question", "Enter")
    assert socket.expect("send")["files"] == []
