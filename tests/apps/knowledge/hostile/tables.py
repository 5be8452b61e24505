"""CSV and JSON lines: formulas, cells and rows without end, nesting, numbers that are none."""

import random

from .case import Case

_NOISE = random.Random(4).randbytes(20_000)

TABLES = {
    "formula.csv": Case(lambda: b"name,power\n\"=cmd|' /C calc'!A0\",nine watts\n+1+1,@SUM(A1:A9)\n"),
    "null.csv": Case(lambda: b"name,power\nlamp,\0\0\0\n", "binary"),
    "cell.csv": Case(lambda: b"name\n" + b"a" * 2_000_000, "malformed"),
    "open-quote.csv": Case(lambda: b'name,power\n"lamp,' + b"nine watts\n" * 200_000, "malformed"),
    "million-columns.csv": Case(lambda: b"a," * 1_000_000 + b"b\n", "wide"),
    "tall.csv": Case(lambda: b"lamp,nine watts\n" * 20_001, "rows"),
    "commas.csv": Case(lambda: b",,,,\n" * 1_000, "empty"),
    "noise.csv": Case(lambda: b"\x81\x8d\x8f" + _NOISE.replace(b"\0", b"\x81"), "encoding"),
    "blank-quotes.csv": Case(lambda: b'"' * 400_000),
    "no-mark-utf16.csv": Case(lambda: "name,power\nlamp,nine\n".encode("utf-16-le"), "binary"),
    "deep.jsonl": Case(lambda: b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}", "malformed"),
    "deep-objects.jsonl": Case(lambda: b'{"a":' * 50_000 + b"1" + b"}" * 50_000, "malformed"),
    "list.jsonl": Case(lambda: b"[1, 2, 3]\n", "malformed"),
    "cut.jsonl": Case(lambda: b'{"question": "Is it warm?", "answer": "It is', "malformed"),
    "number.jsonl": Case(lambda: b'{"a": ' + b"9" * 100_000 + b"}", "malformed"),
    "not-a-number.jsonl": Case(lambda: b'{"lamp power": NaN, "other lamp": Infinity}\n'),
    "surrogate.jsonl": Case(lambda: b'{"lamp": "warm \\ud800\\u0000 at night, nine watts"}\n'),
    "keys.jsonl": Case(lambda: b"{" + b",".join(b'"k%d": 1' % n for n in range(100_000)) + b"}", "wide"),
}
