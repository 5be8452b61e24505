"""Images over HTTP: a real tiny model in a process, answers as transformers' own; and what is refused."""

import dataclasses
import threading
import weakref
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
import transformers
from openai import OpenAI
from PIL import Image

from model_runtime.loading import multimodal
from model_runtime.loading.judging.check import check_folder
from model_runtime.loading.multimodal import ImagePrompter
from model_runtime.loading.tokenizer import ChatTokenizer
from model_runtime.protocol.chat import ChatRequest
from model_runtime.server.answering.image_data import EncodedImage
from model_runtime.server.answering.images import ImageReading, insert_images
from model_runtime.server.http.errors import ApiError
from tests.runtime.support.multimodal_checkpoints import make_multimodal
from tests.runtime.support.pictures import data_url, picture, prompt_of_transformers
from tests.runtime.support.pooled_checkpoints import make_image_classifier
from tests.runtime.support.processes import TOKEN, RuntimeProcess, eventually
from tests.runtime.support.serving import loaded, serving

QUESTION = "You can return an item within 30 days."


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_multimodal(tmp_path_factory.mktemp("seeing") / "smolvlm", "smolvlm")


@pytest.fixture(scope="module")
def seeing(folder: Path) -> Iterator[RuntimeProcess]:
    process = RuntimeProcess("--model", str(folder), "--exit-with-parent", "--context-length", "400")
    eventually(lambda: process.client.get("/ready").status_code == 200)
    yield process
    process.close()


def image(**options: int) -> dict[str, Any]:
    return {"type": "image_url", "image_url": {"url": data_url(picture(**options)), "detail": "low"}}


def ask(process: RuntimeProcess, *parts: dict[str, Any], **fields: Any) -> httpx.Response:
    content = [*parts, {"type": "text", "text": QUESTION}]
    body = {
        "model": "smolvlm",
        "messages": [{"role": "user", "content": content}],
        "temperature": 0,
        "max_tokens": 12,
    }
    return process.client.post("/v1/chat/completions", json=body | {"ignore_eos": True} | fields)


def answer_of_transformers(folder: Path, *seeds: int) -> str:
    tokenizer = transformers.PreTrainedTokenizerFast.from_pretrained(str(folder))
    model = transformers.SmolVLMForConditionalGeneration.from_pretrained(str(folder)).eval()
    content = [*({"type": "image"} for _ in seeds), {"type": "text", "text": QUESTION}]
    pictures = [picture(seed=seed) for seed in seeds]
    prompt = prompt_of_transformers(folder, "smolvlm", [{"role": "user", "content": content}], pictures)
    written = model.generate(**prompt, max_new_tokens=12, do_sample=False, eos_token_id=None)
    text: str = tokenizer.decode(written[0, prompt["input_ids"].shape[1] :], skip_special_tokens=True)
    return text.rstrip("\ufffd")  # a character that was not completed


def test_streamed_answers_to_images_and_texts_at_once_are_those_of_transformers(
    seeing: RuntimeProcess, folder: Path
) -> None:
    client = OpenAI(base_url=f"{seeing.url}/v1", api_key=TOKEN, max_retries=0)

    def stream(seeds: tuple[int, ...]) -> str:
        content: Any = [*(image(seed=seed) for seed in seeds), {"type": "text", "text": QUESTION}]
        chunks = client.chat.completions.create(
            model="smolvlm",
            messages=[{"role": "user", "content": content}],
            temperature=0,
            max_tokens=12,
            stream=True,
            extra_body={"ignore_eos": True},
        )
        return "".join(chunk.choices[0].delta.content or "" for chunk in chunks)

    asked: list[tuple[int, ...]] = [(1, 2), (), (3,), (1,)]
    with ThreadPoolExecutor(4) as threads:
        written = list(threads.map(stream, asked))
    client.close()
    assert written == [answer_of_transformers(folder, *seeds) for seeds in asked]
    assert len(set(written)) == 4


def test_all_n_answers_see_the_images_and_image_tokens_count(seeing: RuntimeProcess) -> None:
    one, three = ask(seeing, image()).json(), ask(seeing, image(), n=3).json()
    texts = {choice["message"]["content"] for choice in three["choices"]}
    assert texts == {one["choices"][0]["message"]["content"]}
    assert one["usage"]["prompt_tokens"] == ask(seeing).json()["usage"]["prompt_tokens"] + 65


def test_more_images_than_the_context_holds_are_refused_with_the_numbers(seeing: RuntimeProcess) -> None:
    refused = ask(seeing, *[image()] * 6)
    assert refused.status_code == 400
    error = refused.json()["error"]
    assert error["code"] == "context_length_exceeded"
    assert "415 tokens" in error["message"]
    assert "400 tokens" in error["message"]


@pytest.mark.parametrize(
    ("part", "message"),
    [
        ({"type": "image_url", "image_url": {"url": "https://example.org/cat.png"}}, "match pattern"),
        ({"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw0KGgo="}}, "cannot be read"),
        ({"type": "input_audio", "input_audio": {}}, "'text', 'image_url'"),
    ],
)
def test_what_is_no_image_is_refused_by_its_place(
    seeing: RuntimeProcess, part: dict[str, Any], message: str
) -> None:
    refused = ask(seeing, part)
    assert refused.status_code == 400
    assert message in refused.json()["error"]["message"]
    assert refused.json()["error"]["param"].startswith("messages.0.content.0")


def test_nobody_can_write_an_image_token(seeing: RuntimeProcess) -> None:
    content = [{"type": "text", "text": "<image> <fake_token_around_image>"}, image()]
    answered = ask(seeing, messages=[{"role": "user", "content": content}])
    assert answered.status_code == 200


def test_only_users_show_images_and_not_too_many(seeing: RuntimeProcess) -> None:
    system = ask(seeing, messages=[{"role": "system", "content": [image()]}])
    assert "only messages of the user" in system.json()["error"]["message"]
    many = ask(seeing, *[image(width=8, height=8)] * 17)
    assert "at most 16 images" in many.json()["error"]["message"]


def test_a_model_of_text_says_that_it_cannot_see(served: Any) -> None:
    content = [{"type": "text", "text": "What is it?"}, image()]
    refused = served.chat(messages=[{"role": "user", "content": content}])
    assert refused.status_code == 400
    error = refused.json()["error"]
    assert error["message"] == "The model fake reads text only; it cannot see images."
    assert error["param"] == "messages.0.content.1"


def prompter_of(folder: Path, **arguments: Any) -> tuple[ImagePrompter, int]:
    """What reads the folder's images, and the image token."""
    vision = check_folder(folder).vision
    assert vision is not None
    vision = dataclasses.replace(vision, arguments=vision.arguments | arguments)
    return ImagePrompter(vision, ChatTokenizer(folder, parts=True)), vision.image_token


def test_images_longer_than_the_context_are_refused_before_pixels_are_prepared(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prompter, token = prompter_of(folder)
    monkeypatch.setattr(prompter, "_prepare", None)
    messages = [{"role": "user", "content": [image()] * 6}]
    body = ChatRequest.model_validate({"model": "m", "messages": messages})
    with pytest.raises(ApiError, match="has 390 tokens; this model's context is 300 tokens") as refused:
        insert_images(body, [token] * 6, ImageReading(prompter, print), 300)
    assert (refused.value.status, refused.value.code) == (400, "context_length_exceeded")


@pytest.mark.parametrize("splits", [True, False])
@pytest.mark.parametrize("longest", [32, 96, 100, 150])
def test_the_length_known_from_sizes_is_that_of_the_prompt(folder: Path, longest: int, splits: bool) -> None:
    prompter, token = prompter_of(folder, size={"longest_edge": longest}, do_image_splitting=splits)
    for size in ((1, 1), (8, 160), (31, 90), (33, 32), (64, 64), (65, 97), (97, 65), (200, 67), (301, 100)):
        prompt, images = [token, 5], [picture(*size)]
        assert prompter.length(prompt, images) == len(prompter.expand(prompt, images)[0]), size


def test_images_to_classify_hold_memory_until_they_are_answered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runtime = loaded(make_image_classifier(tmp_path / "model"))
    assert runtime.classifier is not None
    backend: Any = runtime.classifier.backend
    monkeypatch.setattr(multimodal, "MAX_PIXEL_BYTES", 3 * backend.prepare.height * backend.prepare.width * 4)
    begun, gate, run = threading.Event(), threading.Event(), backend.run

    def gated(batch: Any) -> Any:
        begun.set()
        assert gate.wait(60)
        return run(batch)

    monkeypatch.setattr(backend, "run", gated)
    with serving(runtime) as client, ThreadPoolExecutor(1) as threads:

        def classify(*parts: Any) -> httpx.Response:
            return client.post("/v1/classify", json={"model": "m", "input": parts})

        first = threads.submit(classify, image())
        try:
            assert begun.wait(60)
            full, large = classify(image()), classify(image(), image())
        finally:
            gate.set()
        assert first.result().status_code == 200
        assert (full.status_code, full.json()["error"]["code"]) == (429, "queue_full")
        assert large.status_code == 400
        assert "Send fewer or smaller ones" in large.json()["error"]["message"]
        assert classify(image()).status_code == 200


def test_images_are_in_memory_one_by_one(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    alive: set[int] = set()
    most = 0
    decode = EncodedImage.decode

    def noted(self: EncodedImage) -> Image.Image:
        nonlocal most
        decoded = decode(self)
        alive.add(id(decoded))
        weakref.finalize(decoded, alive.discard, id(decoded))
        most = max(most, len(alive))
        return decoded

    monkeypatch.setattr(EncodedImage, "decode", noted)
    prompter, token = prompter_of(folder)
    body = ChatRequest.model_validate(
        {"model": "m", "messages": [{"role": "user", "content": [image(seed=seed) for seed in range(6)]}]}
    )
    prompt, images = insert_images(body, [token] * 6, ImageReading(prompter, print), 400)
    assert images is not None
    assert (len(prompt), len(images.pixels)) == (390, 6)
    assert 1 <= most <= 2, "the next may be decoded before the last is let go"


def test_images_longer_than_the_context_are_refused_before_any_is_decoded(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prompter, token = prompter_of(folder)
    monkeypatch.setattr(EncodedImage, "decode", None)
    body = ChatRequest.model_validate({"model": "m", "messages": [{"role": "user", "content": [image()] * 6}]})
    with pytest.raises(ApiError, match="has 390 tokens"):
        insert_images(body, [token] * 6, ImageReading(prompter, print), 300)
