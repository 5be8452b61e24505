"""Images inside a request, in OpenAI's shape. Nothing is ever fetched: the image itself is in the URL."""

from typing import Annotated, Literal

from pydantic import Field

from model_runtime.protocol.base import RequestModel


class ImageUrl(RequestModel):
    """`url` is `data:image/png;base64,…`, or jpeg or webp. `detail` is accepted and means nothing here."""

    url: Annotated[str, Field(min_length=1, pattern="^data:image/")]
    detail: Literal["auto", "low", "high"] = "auto"


class ImagePart(RequestModel):
    """An image."""

    type: Literal["image_url"]
    image_url: ImageUrl
