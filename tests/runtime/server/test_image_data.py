"""Images from strangers: only what is declared is decoded, and nothing that takes the machine down."""

import base64
import io
import struct
import tracemalloc
import zlib
from typing import Any

import numpy as np
import pytest
from PIL import Image

from model_runtime.server.answering.image_data import EncodedImage
from model_runtime.server.http.errors import ApiError


def decode_image(address: str, param: str) -> Image.Image:
    return EncodedImage(address, param).decode()


def encoded(image: Image.Image, kind: str, **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def url(raw: bytes, kind: str = "png") -> str:
    return f"data:image/{kind};base64,{base64.b64encode(raw).decode()}"


def refusal(address: str) -> str:
    with pytest.raises(ApiError) as refused:
        decode_image(address, "input.0")
    assert (refused.value.status, refused.value.param, refused.value.code) == (400, "input.0", "bad_image")
    return refused.value.message


def png(width: int, height: int, data: bytes = b"") -> bytes:
    """A PNG whose header says what it likes."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(data)) + chunk(b"IEND", b"")


COLOURS = Image.fromarray(np.random.default_rng(1).integers(0, 255, (20, 30, 3), dtype=np.uint8))


@pytest.mark.parametrize("kind", ["png", "webp"])
def test_pixels_come_out_as_they_went_in(kind: str) -> None:
    raw = encoded(COLOURS, kind, lossless=True) if kind == "webp" else encoded(COLOURS, kind)
    assert np.array_equal(decode_image(url(raw, kind), "input.0"), np.asarray(COLOURS))


@pytest.mark.parametrize("mode", ["L", "RGBA", "P", "1", "LA", "I;16"])
def test_every_kind_of_pixels_becomes_rgb(mode: str) -> None:
    image = Image.new(mode, (30, 20)) if mode == "I;16" else COLOURS.convert(mode)
    decoded = decode_image(url(encoded(image, "png")), "input.0")
    assert (decoded.mode, decoded.size) == ("RGB", (30, 20))


def test_a_photograph_taken_sideways_is_turned_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    decoded = decode_image(url(encoded(COLOURS, "jpeg", exif=exif), "jpeg"), "input.0")
    assert decoded.size == (20, 30)


@pytest.mark.parametrize("size", [(60_000, 60_000), (2**31 - 1, 2**31 - 1)])
def test_a_decompression_bomb_is_refused_before_it_unfolds(size: tuple[int, int]) -> None:
    raw = png(*size, b"\0" * 1000)
    tracemalloc.start()
    try:
        assert "cannot be read" in refusal(url(raw))
        assert tracemalloc.get_traced_memory()[1] < 10_000_000
    finally:
        tracemalloc.stop()


def test_an_image_of_more_pixels_than_are_taken_is_refused_with_the_numbers() -> None:
    raw = encoded(Image.new("1", (5000, 5000)), "png")
    assert len(raw) < 10_000, "small as a file"
    assert "5000 × 5000 pixels; at most 16777216" in refusal(url(raw))


def test_a_strip_is_refused_because_resizing_would_enlarge_it() -> None:
    assert "more than 20 times" in refusal(url(png(1, 10_000)))


def test_a_moving_image_is_refused_because_only_one_frame_would_be_seen() -> None:
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("white", "black")]
    for kind in ("png", "webp"):
        raw = encoded(frames[0], kind, save_all=True, append_images=frames[1:])
        assert "moves" in refusal(url(raw, kind))


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("http://example.org/x.png", "must begin with data:"),
        ("data:image/svg+xml;base64,eA==", "must begin with data:"),
        ("data:image/gif;base64,eA==", "must begin with data:"),
        ("data:image/png,eA==", "must begin with data:"),
        ("data:image/png;charset=x;base64,eA==", "must begin with data:"),
        ("data:image/png;base64", "must begin with data:"),
        ("data:image/png;base64,***", "not base64"),
        ("data:image/png;base64,eA==", "cannot be read"),
        ("data:image/png;base64,", "cannot be read"),
        ("data:image/png;base64," + "A" * 12_000_000, "larger than"),
        (url(encoded(COLOURS, "gif"), "png"), "cannot be read as image/png"),
        (url(encoded(COLOURS, "tiff"), "png"), "cannot be read as image/png"),
        (url(encoded(COLOURS, "png"), "jpeg"), "cannot be read as image/jpeg"),
        (url(encoded(COLOURS, "eps"), "png"), "cannot be read as image/png"),
        (url(encoded(COLOURS, "png")[:200]), "cannot be read"),
        (url(encoded(COLOURS, "jpeg")[:300], "jpeg"), "cannot be read"),
    ],
)
def test_what_is_not_the_declared_image_is_refused(address: str, why: str) -> None:
    assert why in refusal(address)


def test_any_damage_is_a_refusal_and_never_a_crash() -> None:
    rng = np.random.default_rng(2)
    for kind in ("png", "jpeg", "webp"):
        whole = encoded(COLOURS, kind)
        for _ in range(150):
            raw = bytearray(whole)
            for place in rng.integers(0, len(raw), 4):
                raw[place] = int(rng.integers(0, 256))
            try:
                decode_image(url(bytes(raw), kind), "input.0")
            except ApiError as refused:
                assert refused.status == 400


@pytest.mark.parametrize("kind", ["jpeg", "webp", "png"])
@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_the_size_of_the_upright_image_is_known_from_its_head(kind: str, orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    image = EncodedImage(url(encoded(COLOURS, kind, exif=exif), kind), "input.0")
    assert image.size == image.decode().size
