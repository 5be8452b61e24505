"""Images that are brought to a question: made anew, private, shown to models that see, refused by others."""

import base64
import io
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import ExifTags, Image

from apps.audit.models import AuditEvent
from apps.chat.files import LIMITS
from apps.chat.generation.runner import generation_run
from apps.chat.image_child import LARGE, Refused, remade
from apps.chat.images import image_remade
from apps.chat.models import Assistant, CachedAnswer, Generation, QuestionFile, StoredImage
from apps.chat.services import conversation_delete, message_again
from apps.chat.services.images import Unseen
from apps.core.db import in_database
from apps.core.errors import NotFound
from apps.moderation.services import Finding, Verdict
from apps.registry.models import ModelVersion

from .fakes import FakeRuntime, events, send

pytestmark = pytest.mark.usefixtures("assistant")


def encoded(kind: str = "PNG", size: tuple[int, int] = (60, 40), colour="red", **options) -> bytes:
    file = io.BytesIO()
    Image.new(options.pop("mode", "RGB"), size, colour).save(file, kind, **options)
    return file.getvalue()


def photo() -> bytes:
    """A camera's JPEG, held upright, that says where it was taken."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    exif[ExifTags.Base.Make] = "Camera of Li Hua"
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitudeRef] = "N"
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (31.0, 14.0, 9.0)
    return encoded("JPEG", exif=exif, comment=b"a secret")


def bring(browser, content: bytes | None = None, name: str = "lamp.png"):
    content = encoded() if content is None else content
    return browser.post("/api/chat/files/", {"file": SimpleUploadedFile(name, content)})


def brought(browser) -> uuid.UUID:
    return uuid.UUID(bring(browser).json()["id"])


@pytest.fixture
def seeing(assistant: Assistant) -> None:
    ModelVersion.objects.update(config={"vision_config": {}}, size_bytes=10**9)
    Assistant.objects.update(verbatim=False)


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_what_is_kept_is_the_pixels_alone_however_it_was_sent(kind: str) -> None:
    head, data, small = remade(encoded(kind))
    image = opened(data)
    assert (image.size, head["width"], head["height"]) == ((60, 40), 60, 40)
    red, green, blue = image.convert("RGB").getpixel((5, 5))
    assert red > 249 and max(green, blue) < 6
    assert opened(small).format == "JPEG"


def test_a_photo_stands_upright_and_no_longer_says_where_it_was_taken() -> None:
    sent = photo()
    assert b"Li Hua" in sent and opened(sent).getexif().get_ifd(ExifTags.IFD.GPSInfo)
    _head, data, small = remade(sent)
    for kept in (opened(data), opened(small)):
        assert kept.size == (40, 60)
        assert not kept.getexif() and not kept.info.get("comment")
    assert b"Li Hua" not in data + small


def test_a_large_image_becomes_smaller_and_what_is_transparent_white() -> None:
    head, data, _small = remade(encoded(size=(3000, 1500), mode="RGBA", colour=(0, 0, 0, 0)))
    assert (head["width"], head["height"]) == (LARGE, LARGE // 2)
    assert opened(data).getpixel((10, 10)) == (255, 255, 255)


def test_a_scan_of_sixteen_bits_a_pixel_keeps_its_greys() -> None:
    kept = opened(remade(encoded(mode="I;16", colour=0x8000))[1])
    assert kept.getpixel((10, 10)) == (0x80, 0x80, 0x80)


def test_a_transparent_image_of_nearly_as_many_pixels_as_allowed_is_read_within_the_memory() -> None:
    made = image_remade(encoded(size=(7000, 6900), mode="RGBA", colour=(0, 0, 0, 0)))
    assert made.width == LARGE and opened(made.data).getpixel((10, 10)) == (255, 255, 255)


def test_of_a_moving_image_the_first_frame_is_kept() -> None:
    file, frames = io.BytesIO(), [Image.new("RGB", (30, 30), colour) for colour in ("red", "blue")]
    frames[0].save(file, "GIF", save_all=True, append_images=frames[1:])
    kept = opened(remade(file.getvalue())[1])
    assert kept.getpixel((3, 3)) == (255, 0, 0) and getattr(kept, "n_frames", 1) == 1


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"GIF89a", "broken"),
        (encoded()[:60], "broken"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "type"),
        (encoded("BMP"), "type"),
        (b"", "type"),
        (encoded(size=(900, 30)), "shape"),
        (encoded(size=(8000, 6300), mode="1", colour=0), "pixels"),
    ],
)
def test_what_is_no_image_or_would_not_fit_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(Refused, match=code):
        remade(content)


def test_an_image_is_brought_seen_by_its_owner_and_by_nobody_else(cast) -> None:
    _actor, browser = cast["visitor"]
    file = bring(browser, photo(), "IMG_1.JPG").json()
    assert (file["name"], file["image"]) == ("IMG_1.JPG", {"width": 40, "height": 60})
    address = f"/api/chat/files/{file['id']}/image/"
    large, small = browser.get(address), browser.get(address, {"size": "small"})
    assert (large["Content-Type"], small["Content-Type"]) == ("image/jpeg", "image/jpeg")
    assert large["X-Content-Type-Options"] == "nosniff" and "sandbox" in large["Content-Security-Policy"]
    assert opened(large.content).size == (40, 60)
    for name in ("owner", "stranger", "passer_by", "reviewer"):
        assert cast[name][1].get(address).status_code == 404
    assert AuditEvent.objects.filter(action="file.brought", data__image=True).exists()


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.png", encoded()[:60], "damaged or not complete"),
        ("a.svg", b"<svg/>", "Bring PNG, JPEG, WebP or GIF"),
        ("a.heic", b"\x00\x00\x00\x18ftypheic", "Bring PNG, JPEG, WebP or GIF"),
        ("a.jpg", b"MZ", "Bring PNG, JPEG, WebP or GIF"),
    ],
)
def test_what_is_no_image_is_refused_in_words(cast, name: str, content: bytes, words: str) -> None:
    response = bring(cast["visitor"][1], content, name)
    assert response.status_code == 400 and words in response.json()["error"]["message"]
    assert not QuestionFile.objects.exists()


def test_an_image_counts_among_the_files_of_a_question(cast, monkeypatch: pytest.MonkeyPatch) -> None:
    _actor, browser = cast["owner"]
    monkeypatch.setitem(LIMITS, "files", 1)
    assert [bring(browser).status_code for _ in range(2)] == [201, 429]


def test_an_assistant_that_cannot_see_says_so_and_keeps_nothing(cast) -> None:
    actor, browser = cast["owner"]
    image = brought(browser)
    with pytest.raises(Unseen, match="cannot see images"):
        send(actor, files=[image])
    assert not Generation.objects.exists() and QuestionFile.objects.get(pk=image).message is None


@pytest.mark.asyncio
@pytest.mark.usefixtures("seeing")
async def test_the_model_sees_the_image_again_in_later_turns_and_when_it_answers_anew(
    cast, runtime: FakeRuntime
) -> None:
    actor, browser = cast["owner"]
    runtime.pieces = ["A red lamp."]

    async def ask(**how):
        sent = await in_database(lambda: send(actor, "What is this?", **how))
        await generation_run(sent.generation.pk)
        return sent

    image = await in_database(brought, browser)
    first = await ask(files=[image])
    conversation = first.conversation.pk
    part, text = runtime.calls[0]["messages"][-1]["content"]
    head, _comma, data = part["image_url"]["url"].partition(",")
    assert (part["type"], head, text["text"]) == ("image_url", "data:image/png;base64", "What is this?")
    assert opened(base64.b64decode(data)).size == (60, 40)
    assert "images" in runtime.calls[0]["messages"][0]["content"]
    await ask(conversation_id=conversation)
    messages = runtime.calls[1]["messages"]
    assert messages[1]["content"][0]["type"] == "image_url" and messages[-1]["content"] == "What is this?"
    again = await in_database(
        lambda: message_again(
            actor=actor,
            question_id=first.message.pk,
            generation_id=uuid.uuid4(),
            conversation_id=conversation,
            start=lambda _: None,
        )
    )
    await generation_run(again.generation.pk)
    assert runtime.calls[2]["messages"][-1]["content"][0]["type"] == "image_url"
    assert not await in_database(CachedAnswer.objects.exists)


@pytest.mark.asyncio
@pytest.mark.usefixtures("seeing")
async def test_a_question_in_other_words_is_asked_about_the_same_image(cast, runtime: FakeRuntime) -> None:
    actor, browser = cast["owner"]

    def edited():
        sent = send(actor, files=[brought(browser)])
        Generation.objects.update(status="done")
        return sent, send(actor, "Which lamp is it?", conversation_id=sent.conversation.pk, edits=sent.message.pk)

    sent, again = await in_database(edited)
    await generation_run(again.generation.pk)
    assert runtime.calls[0]["messages"][-1]["content"][0]["type"] == "image_url"
    shown = (await in_database(browser.get, f"/api/chat/conversations/{sent.conversation.pk}/")).json()
    (file,) = shown["messages"][0]["files"]
    assert (await in_database(browser.get, f"/api/chat/files/{file['id']}/image/")).status_code == 200
    assert await in_database(StoredImage.objects.count) == 2


@pytest.mark.asyncio
@pytest.mark.usefixtures("seeing")
async def test_a_model_that_became_blind_meanwhile_ends_the_answer_with_a_clear_sentence(
    cast, runtime: FakeRuntime
) -> None:
    actor, browser = cast["owner"]
    sent = await in_database(lambda: send(actor, files=[brought(browser)]))
    await in_database(lambda: ModelVersion.objects.update(config={}))
    await generation_run(sent.generation.pk)
    end = (await in_database(events, sent.generation.pk))[-1]
    assert (end["status"], end["code"]) == ("error", "images_unseen") and not runtime.calls


@pytest.mark.usefixtures("seeing")
def test_a_sent_image_stays_private_and_goes_with_its_conversation(cast) -> None:
    actor, browser = cast["owner"]
    image = brought(browser)
    with pytest.raises(NotFound):
        send(cast["stranger"][0], files=[image])
    sent = send(actor, files=[image])
    address = f"/api/chat/files/{image}/image/"
    assert browser.get(address).status_code == 200
    for name in ("stranger", "visitor", "reviewer"):
        assert cast[name][1].get(address).status_code == 404
    conversation_delete(actor=actor, conversation_id=sent.conversation.pk)
    assert not StoredImage.objects.exists() and browser.get(address).status_code == 404


def test_an_image_that_moderation_blocks_is_refused_and_recorded(cast, monkeypatch: pytest.MonkeyPatch) -> None:
    async def blocked(*, url: str, language: str) -> Verdict:
        assert url.startswith("data:image/png;base64,")
        return Verdict("block", "", (Finding("classifier", "nude", "block", 0, 0, 0.9),), 1, "Not this one.")

    monkeypatch.setattr("apps.chat.services.images.image_check", blocked)
    response = bring(cast["owner"][1])
    assert (response.status_code, response.json()["error"]["message"]) == (400, "Not this one.")
    assert not QuestionFile.objects.exists()
    assert AuditEvent.objects.get(action="file.refused").data["labels"] == ["nude"]
