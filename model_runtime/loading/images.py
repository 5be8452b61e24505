"""Pictures from strangers: a few formats, bounded before anything is unpacked."""

import base64
import binascii
import io
import re

from PIL import Image, ImageOps, UnidentifiedImageError

MAX_BYTES = 10 * 1024 * 1024
"""Of a picture as it is sent, unpacked from base64."""
MAX_PIXELS = 16_000_000
FORMATS = ("PNG", "JPEG", "WEBP")

_DATA_URL = re.compile(r"data:image/(?:png|jpeg|jpg|webp);base64,")

# The size is judged below, as an error: PIL's own bound is laxer and in part only a warning.
Image.MAX_IMAGE_PIXELS = None


class BadImage(ValueError):
    """No picture that is read here. The message is shown to whoever sent it."""


def read_data_url(url: str) -> bytes:
    """The bytes in a data: URL. Raises BadImage; nothing is ever fetched."""
    match = _DATA_URL.match(url)
    if match is None:
        raise BadImage("a picture must come as data:image/png;base64,… (or jpeg, webp); nothing is fetched")
    if len(url) - match.end() > MAX_BYTES * 4 // 3 + 4:
        raise BadImage(f"a picture may have at most {MAX_BYTES} bytes")
    try:
        return base64.b64decode(url[match.end() :], validate=True)
    except binascii.Error as error:
        raise BadImage("the picture is not valid base64") from error


def decode(data: bytes) -> Image.Image:
    """The picture as RGB, upright, what is transparent in white. Raises BadImage."""
    if len(data) > MAX_BYTES:
        raise BadImage(f"a picture may have at most {MAX_BYTES} bytes")
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            width, height = image.size
            if width * height > MAX_PIXELS:
                raise BadImage(f"the picture has {width} × {height} pixels; at most {MAX_PIXELS} are read")
            upright = ImageOps.exif_transpose(image)
    except BadImage:
        raise
    except UnidentifiedImageError as error:
        raise BadImage(f"the picture is none of {', '.join(FORMATS)}") from error
    except (OSError, SyntaxError, ValueError, EOFError) as error:  # what PIL's readers raise for broken files
        raise BadImage(f"the picture is broken: {str(error)[:100]}") from error
    if not upright.has_transparency_data:
        return upright.convert("RGB")
    seen = upright.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", seen.size, "white"), seen).convert("RGB")
