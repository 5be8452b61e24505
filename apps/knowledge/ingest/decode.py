"""Bytes to text: UTF-8 first, then what the bytes look like."""

import codecs
from functools import lru_cache

from charset_normalizer import from_bytes

from .blocks import Refused

_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


def decode(data: bytes) -> str:
    """Raises Refused for bytes that are no text in any encoding in use."""
    text = data.decode(encoding_of(data))
    if "\0" in text:
        raise Refused("binary")
    return text.replace("\r\n", "\n").replace("\r", "\n")


@lru_cache(maxsize=1)  # asked by whoever decodes, and by whoever tells the reader
def encoding_of(data: bytes) -> str:
    """By the name that Python knows it by; raises Refused where there is none."""
    encoding = next((name for mark, name in _MARKS.items() if data.startswith(mark)), "utf-8")
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        guess = from_bytes(data).best()
        if guess is None or guess.could_be_from_charset == []:
            raise Refused("encoding") from None
        return guess.encoding
    return encoding
