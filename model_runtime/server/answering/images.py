"""Images of a conversation: into the prompt, and before the model's eyes."""

import asyncio
import contextlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from starlette.requests import Request

from model_runtime.protocol.chat import ChatRequest
from model_runtime.server.answering.waiting import while_wanted
from model_runtime.server.answering.wishes import limits_of
from model_runtime.server.http.errors import ApiError

if TYPE_CHECKING:
    from PIL.Image import Image

    from model_runtime.loading.multimodal import ImagePrompter, PromptImages


@dataclass
class ImageReading:
    """What reads images: `prompter` makes tokens and pixels of them, `see` what they are to the text model.

    `see` takes seconds on a CPU, so it has a thread of its own, beside the engine that goes on writing.
    """

    prompter: "ImagePrompter"
    see: "Callable[[PromptImages], None]"
    thread: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "images"))


def insert_images(
    body: ChatRequest, prompt: list[int], reading: ImageReading, context_length: int
) -> "tuple[list[int], PromptImages | None]":
    """The prompt with the images' tokens, and the images; takes time. Raises ApiError 400 or 429.

    What is longer than `context_length` is refused before any pixel is decoded, and images are decoded one by one.
    """
    from model_runtime.server.answering.image_data import EncodedImage, OneByOne

    images = [
        EncodedImage(url, f"messages.{turn}.content.{place}")
        for turn, message in enumerate(body.messages)
        for place, url in message.images
    ]
    if not images:
        return prompt, None
    sizes = cast("list[Image]", [image.size for image in images])  # whose width and height is all it looks at
    limits_of(body, reading.prompter.length(prompt, sizes), context_length, "messages")
    with image_errors("messages"):
        return reading.prompter.expand(prompt, OneByOne(images))


@contextlib.contextmanager
def image_errors(param: str) -> Iterator[None]:
    """Tell clients of images in the field `param` that cannot be taken, ever (400) or now (429)."""
    from model_runtime.loading.multimodal import TooManyImages

    try:
        yield
    except ValueError as error:
        raise ApiError(400, str(error)[:500], param=param, code="bad_image") from error
    except TooManyImages as error:
        raise ApiError(
            429,
            "The images of other requests fill the memory for them.",
            code="queue_full",
            headers={"Retry-After": "5"},
        ) from error


def refuse_images(body: ChatRequest) -> None:
    """Raise ApiError 400 if a message holds an image, because the model reads text only."""
    for turn, message in enumerate(body.messages):
        for place, _ in message.images:
            raise ApiError(
                400,
                f"The model {body.model} reads text only; it cannot see images.",
                param=f"messages.{turn}.content.{place}",
                code="images_unsupported",
            )


async def look(request: Request, images: "PromptImages", reading: ImageReading) -> None:
    """Have the model look at the images of a prompt. Raises ApiError 499 or 504."""
    looked = asyncio.get_running_loop().run_in_executor(reading.thread, reading.see, images)
    await while_wanted(request, _until(looked))


async def _until(looked: "asyncio.Future[None]") -> None:
    await looked
