"""POST /v1/classify."""

import contextlib
import functools
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, cast

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from model_runtime.engine.pooling import Row
from model_runtime.protocol.classify import ClassifyAnswer, ClassifyItem, ClassifyRequest, ClassifyUsage
from model_runtime.protocol.images import ImagePart
from model_runtime.server.answering.body import parse_request
from model_runtime.server.answering.images import image_errors
from model_runtime.server.answering.pool import read_and_pool
from model_runtime.server.http.errors import ApiError
from model_runtime.server.http.exchange import exchange_of
from model_runtime.server.runtime import Runtime

if TYPE_CHECKING:
    from model_runtime.backends.classifier import TextClassifier
    from model_runtime.backends.image_classifier import ImageClassifier
    from model_runtime.loading.multimodal import PixelMemory


async def classify(request: Request) -> Response:
    """The probabilities of the model's classes for each input, in their order."""
    runtime: Runtime = request.app.state.runtime
    body = await parse_request(request, ClassifyRequest)
    engine = runtime.need_classifier(body.model)
    classifier = engine.backend
    of_images = hasattr(classifier, "prepare")
    if of_images != isinstance(body.items[0], ImagePart):
        wanted = "images ({'type': 'image_url', …})" if of_images else "texts or token numbers"
        raise ApiError(400, f"This model classifies {wanted}.", param="input")
    # Reading takes time for long texts and large images: never on the event loop.
    work: Callable[..., Sequence[Any]] = _read_images if of_images else _read_texts
    memory = (
        _memory_for(cast("ImageClassifier", classifier), len(body.items)) if of_images else contextlib.nullcontext()
    )
    with memory:
        inputs, rows = await read_and_pool(request, engine, work, classifier, body)
    count = 0 if of_images else sum(map(len, inputs))
    exchange_of(request).prompt_tokens = count
    answer = ClassifyAnswer(
        model=runtime.name,
        data=[_item(index, row, classifier.labels.names) for index, row in enumerate(rows)],
        usage=ClassifyUsage(prompt_tokens=count, total_tokens=count),
    )
    return JSONResponse(answer.model_dump())


@functools.cache
def _memory() -> "PixelMemory":
    from model_runtime.loading.multimodal import PixelMemory

    return PixelMemory()


@contextlib.contextmanager
def _memory_for(classifier: "ImageClassifier", count: int) -> Iterator[None]:
    """Hold the memory of `count` prepared images. Raises ApiError 400 or 429."""
    size = count * 3 * classifier.prepare.height * classifier.prepare.width * 4  # float32
    with image_errors("input"):
        _memory().hold(size)
    try:
        yield
    finally:
        _memory().release(size)


def _read_images(classifier: "ImageClassifier", body: ClassifyRequest) -> list[Any]:
    from model_runtime.server.answering.image_data import EncodedImage

    return [
        classifier.prepare(EncodedImage(part.image_url.url, f"input.{index}").decode())
        for index, part in enumerate(body.items)
        if isinstance(part, ImagePart)
    ]


def _read_texts(classifier: "TextClassifier", body: ClassifyRequest) -> list[list[int]]:
    """Token numbers of each text. Raises ApiError 400 with the numbers for one that is too long."""
    window, limit = classifier.window, body.truncate_prompt_tokens
    if limit == -1:
        limit = window
    if limit is not None and not 0 < limit <= window:
        raise ApiError(400, f"truncate_prompt_tokens must be -1, or 1 to {window}.", param="truncate_prompt_tokens")
    texts = [item for item in body.items if isinstance(item, str)]
    read = classifier.tokenize(texts, limit)
    read += [item[:limit] for item in body.items if isinstance(item, list)]
    for index, tokens in enumerate(read):
        if len(tokens) > window:
            raise ApiError(
                400,
                f"Input {index} has {len(tokens)} tokens; this model reads {window}. "
                "Shorten it, or set truncate_prompt_tokens to -1.",
                param="input",
                code="context_length_exceeded",
            )
        if max(tokens) >= classifier.vocab_size:
            raise ApiError(400, f"input: tokens go from 0 to {classifier.vocab_size - 1}.", param="input")
    return read


def _item(index: int, row: Row, names: tuple[str, ...]) -> ClassifyItem:
    likeliest = max(range(len(row)), key=row.__getitem__)
    return ClassifyItem(index=index, label=names[likeliest], probs=row, num_classes=len(row))
