"""A data: URL to an image, under limits that hold before any pixel is decoded."""

import base64
import binascii
import contextlib
import io
from collections.abc import Iterator, Sequence
from typing import NamedTuple, overload

from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from model_runtime.server.http.errors import ApiError

MAX_BYTES = 8 * 1024 * 1024
MAX_PIXELS = 16 * 1024 * 1024
MAX_ASPECT = 20
"""Longer side by shorter: a strip would be enlarged without bound when its shorter side is resized."""

_FORMATS = {"image/png": "PNG", "image/jpeg": "JPEG", "image/webp": "WEBP"}


class Size(NamedTuple):
    """In pixels."""

    width: int
    height: int


class EncodedImage:
    """An image as it was sent, not decoded yet. Raises ApiError 400, with `param` as the field at fault."""

    def __init__(self, url: str, param: str) -> None:
        self._kind, self._raw = _split(url, param)
        self._param = param
        with self._opened() as image:
            _check_size(image, param)
            self.size = _upright(image)
            """Of the upright image, by its head alone."""

    def decode(self) -> Image.Image:
        """The RGB image, turned upright. Takes time, and three bytes a pixel."""
        with self._opened() as image:
            return ImageOps.exif_transpose(image).convert("RGB")

    @contextlib.contextmanager
    def _opened(self) -> Iterator[Image.Image]:
        # Only the decoder of the declared format is tried; the size is known before anything is decoded.
        formats = (_FORMATS[self._kind],)
        with _reading(self._kind, self._param), Image.open(io.BytesIO(self._raw), formats=formats) as image:
            yield image


class OneByOne(Sequence[Image.Image]):
    """Images that are decoded when they are looked at: only those that somebody holds are in memory."""

    def __init__(self, images: Sequence[EncodedImage]) -> None:
        self._images = images

    def __len__(self) -> int:
        return len(self._images)

    @overload
    def __getitem__(self, index: int) -> Image.Image: ...

    @overload
    def __getitem__(self, index: slice) -> "OneByOne": ...

    def __getitem__(self, index: int | slice) -> "Image.Image | OneByOne":
        return OneByOne(self._images[index]) if isinstance(index, slice) else self._images[index].decode()


def _upright(image: Image.Image) -> Size:
    # As ImageOps.exif_transpose turns it. PNG's own method would decode the image, to look behind its pixels.
    turned = Image.Image.getexif(image).get(ExifTags.Base.Orientation) in (5, 6, 7, 8)
    return Size(*image.size[::-1]) if turned else Size(*image.size)


@contextlib.contextmanager
def _reading(kind: str, param: str) -> Iterator[None]:
    try:
        yield
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise _refused(f"The image cannot be read as {kind}.", param) from error


def _split(url: str, param: str) -> tuple[str, bytes]:
    head, comma, data = url.partition(",")
    kind = head.removeprefix("data:").removesuffix(";base64")
    if not comma or kind not in _FORMATS or head != f"data:{kind};base64":
        raise _refused(
            f"The URL must begin with data:<type>;base64, and the type be one of {', '.join(_FORMATS)}.", param
        )
    if len(data) * 3 // 4 > MAX_BYTES:
        raise _refused(f"The image is larger than {MAX_BYTES} bytes.", param)
    try:
        return kind, base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError) as error:
        raise _refused("The image is not base64.", param) from error


def _check_size(image: Image.Image, param: str) -> None:
    width, height = image.size
    if width * height > MAX_PIXELS:
        raise _refused(f"The image has {width} × {height} pixels; at most {MAX_PIXELS} are taken.", param)
    if max(width, height) > MAX_ASPECT * min(width, height):
        raise _refused(
            f"The image is {width} × {height}: one side is more than {MAX_ASPECT} times the other.", param
        )
    if getattr(image, "n_frames", 1) != 1:
        raise _refused("The image moves; send one frame of it.", param)


def _refused(message: str, param: str) -> ApiError:
    return ApiError(400, message, param=param, code="bad_image")
