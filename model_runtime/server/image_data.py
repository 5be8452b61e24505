"""A data: URL to an image, under limits that hold before any pixel is decoded."""

import base64
import binascii
import io

from PIL import Image, ImageOps, UnidentifiedImageError

from model_runtime.server.errors import ApiError

MAX_BYTES = 8 * 1024 * 1024
MAX_PIXELS = 16 * 1024 * 1024
MAX_ASPECT = 20
"""Longer side by shorter: a strip would be enlarged without bound when its shorter side is resized."""

_FORMATS = {"image/png": "PNG", "image/jpeg": "JPEG", "image/webp": "WEBP"}


def decode_image(url: str, param: str) -> Image.Image:
    """The RGB image, turned upright. Raises ApiError 400, with `param` as the field at fault. Takes time."""
    kind, raw = _split(url, param)
    try:
        # Only the decoder of the declared format is tried; the size is known before anything is decoded.
        with Image.open(io.BytesIO(raw), formats=(_FORMATS[kind],)) as image:
            _check_size(image, param)
            return ImageOps.exif_transpose(image).convert("RGB")
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
