"""The child that makes a sent image harmless. It has one image on its standard input and one answer on its output.

Whatever was sent is decoded here, under bounds on memory and (in the parent) on time, and encoded anew from its
pixels alone: no EXIF, no place where it was taken, no second frame, nothing behind the end. Knows no Django.
"""

import io
import json
import resource
import sys

from PIL import Image, ImageOps

MOST_PIXELS = 50_000_000
MOST_ASPECT = 20  # the longer side by the shorter: models enlarge the shorter one
LARGE, SMALL = 2048, 512  # the longest side of what models and people see, and of what stands beside a question
LOSSLESS_BYTES = 1_500_000  # drawn images, such as of screens, stay PNG below this
_MEMORY = 1024**3
_HEADS = {b"\x89PNG\r\n\x1a\n": "PNG", b"\xff\xd8\xff": "JPEG", b"GIF87a": "GIF", b"GIF89a": "GIF"}


class Refused(Exception):
    """Its text is a code: `type`, `broken`, `pixels` or `shape`."""


def remade(data: bytes) -> tuple[dict[str, str | int], bytes, bytes]:
    """What is told of the image (media type, width and height in pixels, bytes of the first), and its two sizes.

    Raises Refused.
    """
    try:
        with Image.open(io.BytesIO(data), formats=(_format(data),)) as image:
            upright = _upright(image)
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError) as error:
        raise Refused("broken") from error
    large, small = (_within(upright, side) for side in (LARGE, SMALL))
    media_type, encoded = _encoded(large, is_drawn=_format(data) in ("PNG", "GIF"))
    head: dict[str, str | int] = {"media_type": media_type, "width": large.width, "height": large.height}
    return head | {"bytes": len(encoded)}, encoded, _jpeg(small)


def _format(data: bytes) -> str:
    """By what it begins with; what its name or the browser says of it is not asked."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    for head, name in _HEADS.items():
        if data.startswith(head):
            return name
    raise Refused("type")


def _upright(image: Image.Image) -> Image.Image:
    """The first frame as RGB, turned as its camera was held, on white where it is transparent."""
    width, height = image.size
    if width * height > MOST_PIXELS:
        raise Refused("pixels")
    if max(width, height) > MOST_ASPECT * min(width, height):
        raise Refused("shape")
    image.draft("RGB", (LARGE, LARGE))  # a JPEG is decoded at a fraction of its size where that is enough
    ImageOps.exif_transpose(image, in_place=True)
    if image.mode == "I;16":  # sixteen bits of grey, such as of scans: Pillow would cut them off at white
        image = image.point(lambda grey: grey * (1 / 256)).convert("L")
    if not image.has_transparency_data:
        return image.convert("RGB")
    seen = image.convert("RGBA")
    seen.thumbnail((LARGE, LARGE), Image.Resampling.LANCZOS)  # two more of full size would not fit into the memory
    ground = Image.new("RGBA", seen.size, "white")
    return Image.alpha_composite(ground, seen).convert("RGB")


def _within(image: Image.Image, side: int) -> Image.Image:
    smaller = image.copy()
    smaller.info = {}  # comments and profiles, which an encoder would write again
    smaller.thumbnail((side, side), Image.Resampling.LANCZOS)
    return smaller


def _encoded(image: Image.Image, *, is_drawn: bool) -> tuple[str, bytes]:
    """PNG or JPEG, which every server of the protocol reads."""
    if is_drawn:
        file = io.BytesIO()
        image.save(file, "PNG")
        if file.tell() <= LOSSLESS_BYTES:
            return "image/png", file.getvalue()
    return "image/jpeg", _jpeg(image, quality=90)


def _jpeg(image: Image.Image, quality: int = 80) -> bytes:
    file = io.BytesIO()
    image.save(file, "JPEG", quality=quality)
    return file.getvalue()


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    try:
        head, large, small = remade(sys.stdin.buffer.read())
    except Refused as refused:
        head, large, small = {"refused": str(refused)}, b"", b""
    except MemoryError:
        head, large, small = {"refused": "pixels"}, b"", b""
    sys.stdout.buffer.write(json.dumps(head).encode() + b"\n" + large + small)


if __name__ == "__main__":
    main()
