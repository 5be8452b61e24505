"""Files are brought to a question by dropping, pasting and a button, and say what became of them."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect
from scripted import ANSWER, Socket, wait_until

from apps.chat.models import QuestionFile

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("assistants")]

Chat = Callable[..., tuple[Page, Socket]]
LEASE = {
    "name": "lease.md",
    "mimeType": "text/markdown",
    "buffer": b"# Lease\n\nThe notice period is three months.\n",
}
BY_HAND = """([kind, name]) => {
    const carried = new DataTransfer();
    carried.items.add(new File(["The notice period is three months."], name, { type: "text/markdown" }));
    const event = kind === "paste"
        ? new ClipboardEvent("paste", { clipboardData: carried, bubbles: true, cancelable: true })
        : new DragEvent(kind, { dataTransfer: carried, bubbles: true, cancelable: true });
    document.querySelector("#question").dispatchEvent(event);
}"""


A_DRAFT = """() => {
    const kept = Object.keys(localStorage).find((key) => key.startsWith("draft:"));
    localStorage.setItem(kept.replace(/[^:]*$/, "new"), "half a thou");
}"""


@pytest.fixture(autouse=True)
def no_vectors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apps.knowledge.services.personal.embed_pieces", lambda title, pieces: [{} for _ in pieces])


def test_a_dropped_file_goes_with_the_question(chat: Chat) -> None:
    page, socket = chat()
    page.fill("#question", "What is the notice period?")
    page.evaluate(BY_HAND, ["dragenter", "lease.md"])
    expect(page.locator("[data-drop]")).to_contain_text("up to 8 MB each")
    page.evaluate(BY_HAND, ["drop", "lease.md"])
    expect(page.locator("[data-drop]")).to_be_hidden()
    expect(page.locator(".composer .file-chip[data-state=ready]")).to_contain_text("lease.md")
    page.press("#question", "Enter")
    send = socket.expect("send")
    assert send["files"] == [str(QuestionFile.objects.get().pk)]
    socket.accept(send)
    socket.events(send["generation"], *ANSWER)
    expect(page.locator(".question .file-chip")).to_contain_text("lease.md")
    expect(page.locator(".composer .file-chip")).to_have_count(0)


def test_a_pasted_file_is_taken_back_and_what_is_typed_stays(chat: Chat) -> None:
    page, socket = chat()
    page.fill("#question", "half a question")
    page.evaluate(BY_HAND, ["paste", "lease.md"])
    expect(page.locator(".file-chip[data-state=ready]")).to_have_count(1)
    page.click("[aria-label='Remove “lease.md”']")
    expect(page.locator(".file-chip")).to_have_count(0)
    expect(page.locator("#question")).to_have_value("half a question")
    page.press("#question", "Enter")
    assert socket.expect("send")["files"] == []


def test_what_cannot_be_read_says_so_and_does_not_hold_up_the_question(chat: Chat) -> None:
    page, socket = chat(language="zh-CN")
    picture = {"name": "cat.png", "mimeType": "image/png", "buffer": b"\x89PNG"}
    program = {"name": "a.exe", "mimeType": "application/x-msdownload", "buffer": b"MZ"}
    page.set_input_files("[data-file-input]", [picture, program])
    chips = page.locator(".file-chip[data-state=failed]")
    expect(chips.nth(0)).to_contain_text("该助手看不了图片")
    expect(chips.nth(1)).to_contain_text("无法读取这种类型的文件")
    page.fill("#question", "可以退货吗？")
    page.press("#question", "Enter")
    assert socket.expect("send")["files"] == []
    expect(chips).to_have_count(2)  # they did not go, and are not gone


def test_a_question_that_is_sent_while_its_file_is_read_goes_with_it(chat: Chat) -> None:
    page, socket = chat()
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/api/chat/files/", hold)
    page.fill("#question", "What is the notice period?")
    page.set_input_files("[data-file-input]", [LEASE])
    page.press("#question", "Enter")
    expect(page.locator(".toast")).to_have_text("The question goes once its files are read.")
    expect(page.locator("#question")).to_have_value("What is the notice period?")
    wait_until(page, lambda: held)
    held[0].continue_()
    assert socket.expect("send")["files"] == [str(QuestionFile.objects.get().pk)]


def test_a_text_that_is_too_long_is_not_cut_and_goes_as_a_file(chat: Chat) -> None:
    page, socket = chat()
    long = "The notice period is three months. " * 200
    page.fill("#question", long)
    page.press("#question", "Enter")
    said = page.locator("[data-length]")
    expect(said).to_contain_text("6999 of 4000 characters: please leave out 2999.")
    expect(page.locator("#question")).to_have_value(long)
    said.get_by_role("button", name="Bring it as a file").click()
    expect(said).to_be_hidden()
    expect(page.locator(".composer .file-chip[data-state=ready]")).to_contain_text("Pasted text.txt")
    page.fill("#question", "How long is the notice period?")
    page.press("#question", "Enter")
    send = socket.expect("send")
    assert (send["text"], send["files"]) == ("How long is the notice period?", [str(QuestionFile.objects.get().pk)])


def test_a_question_that_waits_for_its_file_is_not_sent_from_another_conversation(chat: Chat) -> None:
    page, socket = chat()
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/api/chat/files/", hold)
    page.fill("#question", "May I sublet?")
    page.press("#question", "Enter")
    send = socket.expect("send")
    socket.accept(send)
    socket.events(send["generation"], *ANSWER)
    page.fill("#question", "What is the notice period?")
    page.set_input_files("[data-file-input]", [LEASE])
    page.press("#question", "Enter")
    page.evaluate(A_DRAFT)
    page.locator(".sidebar-new").click()
    expect(page.locator("#question")).to_have_value("half a thou")
    wait_until(page, lambda: held)
    held[0].continue_()
    expect(page.locator(".composer .file-chip[data-state=ready]")).to_be_visible()
    expect(page.locator("#question")).to_have_value("half a thou")
    assert len(socket.of_type("send")) == 1


def test_a_text_that_could_not_go_as_a_file_is_still_there(chat: Chat) -> None:
    page, _ = chat()
    page.set_input_files("[data-file-input]", [{**LEASE, "name": f"{n}.md"} for n in range(5)])
    expect(page.locator(".composer .file-chip[data-state=ready]")).to_have_count(5)
    long = "The notice period is three months. " * 200
    page.fill("#question", long)
    page.get_by_role("button", name="Bring it as a file").click()
    expect(page.locator(".toast")).to_have_text("At most 5 files go with a question.")
    expect(page.locator("#question")).to_have_value(long)


def test_more_files_than_go_with_a_question_are_left_out(chat: Chat) -> None:
    page, _ = chat()
    page.set_input_files("[data-file-input]", [{**LEASE, "name": f"{n}.exe"} for n in range(5)] + [LEASE])
    expect(page.locator(".toast")).to_have_text("At most 5 files go with a question.")
