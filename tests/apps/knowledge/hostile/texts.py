"""Plain text that is none, or goes on without end."""

import gzip
import random

from .case import Case
from .word import OLE

_NOISE = random.Random(5).randbytes(50_000)

TEXTS = {
    "empty.txt": Case(lambda: b"", "empty"),
    "blank.txt": Case(lambda: b" \n\t\r\n" * 5_000, "empty"),
    "mark.txt": Case(lambda: b"\xef\xbb\xbf", "empty"),
    "invisible.txt": Case(lambda: "\u200b\u200d\ufeff\u2060".encode() * 1_000, "empty"),
    "controls.txt": Case(lambda: b"\x01\x02\x1b\x07\n" * 1_000, "empty"),
    "null.txt": Case(lambda: b"plain\0text " * 50, "binary"),
    "late-null.txt": Case(lambda: b"The lamp is warm. " * 1_000 + b"\0", "binary"),
    "noise.txt": Case(lambda: b"\x81\x8d" + _NOISE.replace(b"\0", b"\x8f"), "encoding"),
    "half-utf16.txt": Case(lambda: "灯是暖的。".encode("utf-16")[:-1] + b"\xd8\x00\xd8", "encoding"),
    "program.txt": Case(lambda: b"\x7fELF\x02\x01\x01" + b"\0" * 100, "content"),
    "picture.txt": Case(lambda: b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "content"),
    "packed.txt": Case(lambda: gzip.compress(b"\0" * 1_000_000), "content"),
    "rich.txt": Case(lambda: b"{\\rtf1\\ansi The lamp}", "content"),
    "old-word.txt": Case(lambda: OLE, "content"),
    "large.txt": Case(lambda: b"The lamp is warm. " * 1_900_000, "size", slow=True),
    "line.txt": Case(lambda: b"a" * 4_000_000, slow=True),
    "line-zh.txt": Case(lambda: "灯".encode() * 1_000_000, slow=True),
    "lines.txt": Case(lambda: b"\n" * 1_000_000 + b"The lamp is warm at night."),
    "brackets.txt": Case(lambda: b"(The lamp is warm.) " * 20_000),
    "open-brackets.txt": Case(lambda: b"(" * 300_000 + b" the lamp is warm at night."),
    "stops.txt": Case(lambda: b"a. " * 100_000, slow=True),
    "zalgo.txt": Case(lambda: b"e" + "\u0301".encode() * 200_000 + b" the lamp is warm at night"),
    "page.exe": Case(lambda: b"MZ", "type"),
}
