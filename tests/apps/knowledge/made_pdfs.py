"""PDFs for tests: pages with letters at their places, and with what a tagged file says of itself."""

from collections.abc import Iterable, Sequence
from itertools import count

from .hostile.pdfs import pdf as made_pdf
from .hostile.pdfs import stream

_KIND = (
    b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents %d 0 R"
    b"/Resources<</Font<</F 5 0 R/B 6 0 R/C 7 0 R>>>>>>"
)
_CHINESE = (
    b"<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[8 0 R]>>",
    b"<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/DW 1000"
    b"/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>"
    b"/FontDescriptor<</Type/FontDescriptor/FontName/STSong-Light/Flags 4/Ascent 880/Descent -120>>>>",
)

Said = tuple[float, float, str]  # from the left, from the foot, what; "*" before it makes it bold


def made(*pages: Iterable[Said], drawn: str = "") -> bytes:
    """A page each, what is said in the order in which it is written."""
    contents = [stream(f"{drawn}\n{chr(10).join(map(_shown, page))}".encode()) for page in pages]
    bold = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica-Bold>>"
    first = 9  # the number of the first object after those that every file has
    more = [part for place, each in enumerate(contents[1:]) for part in (_KIND % (first + 2 * place + 1), each)]
    kids = b" ".join(b"%d 0 R" % number for number in (3, *range(first, first + len(more), 2)))
    tree = b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(contents), kids)
    return made_pdf(contents[0], bold, *_CHINESE, *more, pages=tree, page=_KIND % 4)


def rows_at(rows: Iterable[Sequence[str]], top: float, lefts: Sequence[float] = (50, 200, 300)) -> list[Said]:
    """A table without lines, row by row."""
    return [
        (left, top - 18 * number, text)
        for number, row in enumerate(rows)
        for left, text in zip(lefts, row, strict=True)
        if text
    ]


def _shown(one: Said) -> str:
    x, y, text = one
    if not text.isascii():
        return f"BT /C 10 Tf {x} {y} Td <{text.encode('utf-16-be').hex()}> Tj ET"
    font = "B" if text.startswith("*") else "F"
    text = text.removeprefix("*").replace("(", "\\(").replace(")", "\\)")
    return f"BT /{font} 10 Tf {x} {y} Td ({text}) Tj ET"


Element = tuple[str, "str | list[Element]"]  # its kind, and what it says or holds


def tagged(elements: Sequence[Element], aside: str = "") -> bytes:
    """A page of one font, a line each, of which the file says what it is; `aside` is a running head."""
    shown, parts, parents, heights = [], dict[int, bytes](), list[int](), iter(range(760, 0, -12))
    numbers = count(12)

    def element(kind: str, held: str | list[Element], above: int) -> int:
        own = next(numbers)
        if isinstance(held, str):
            kids = str(len(parents))
            shown.append(f"/{kind} <</MCID {kids}>> BDC {_shown((50, next(heights), held))} EMC")
            parents.append(own)
        else:
            kids = "[" + " ".join(f"{element(*one, own)} 0 R" for one in held) + "]"
        parts[own] = f"<</Type/StructElem/S/{kind}/P {above} 0 R/Pg 3 0 R/K {kids}>>".encode()
        return own

    if aside:
        shown.append(f"/Artifact BMC {_shown((50, 780, aside))} EMC")
    root = "[" + " ".join(f"{element(*one, 9)} 0 R" for one in elements) + "]"
    tree = f"<</Type/StructTreeRoot/K {root}/ParentTree 10 0 R/ParentTreeNextKey 1>>"
    owners = "<</Nums[0 11 0 R]>>", "[" + " ".join(f"{number} 0 R" for number in parents) + "]"
    more = [tree.encode(), *(owner.encode() for owner in owners), *(parts[number] for number in sorted(parts))]
    bold = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica-Bold>>"
    page = (_KIND % 4)[:-2] + b"/StructParents 0>>"
    catalog = b"/MarkInfo<</Marked true>>/StructTreeRoot 9 0 R"
    return made_pdf(stream("\n".join(shown).encode()), bold, *_CHINESE, *more, page=page, catalog=catalog)


def tagged_over(first: Sequence[tuple[str, str]], second: Sequence[tuple[str, str]]) -> bytes:
    """Two tagged pages; the last element of the first page and the first one of the second are one."""
    owners = [*range(15, 15 + len(first)), *range(14 + len(first), 14 + len(first) + len(second))]
    own = owners[: len(first)], owners[len(first) :]
    kids: dict[int, list[str]] = {}
    shown: list[bytes] = []
    for lines, numbers, page in ((first, own[0], 3), (second, own[1], 13)):
        parts = []
        for content, ((kind, text), number) in enumerate(zip(lines, numbers, strict=True)):
            kids.setdefault(number, []).append(f"<</Type/MCR/Pg {page} 0 R/MCID {content}>>")
            parts.append(f"/{kind} <</MCID {content}>> BDC {_shown((50, 700 - 12 * content, text))} EMC")
        shown.append(stream("\n".join(parts).encode()))
    kinds = dict(zip(owners, [kind for kind, _text in (*first, *second)], strict=True))
    elements = [
        f"<</Type/StructElem/S/{kinds[number]}/P 9 0 R/Pg 3 0 R/K[{' '.join(own)}]>>"
        for number, own in kids.items()
    ]
    listed = [" ".join(f"{number} 0 R" for number in numbers) for numbers in (kids, *own)]
    tree = f"<</Type/StructTreeRoot/K[{listed[0]}]/ParentTree 10 0 R/ParentTreeNextKey 2>>"
    more = [tree, "<</Nums[0 11 0 R 1 12 0 R]>>", f"[{listed[1]}]", f"[{listed[2]}]"]
    bold = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica-Bold>>"
    page_of = [(_KIND % content)[:-2] + b"/StructParents %d>>" % place for place, content in enumerate((4, 14))]
    objects = [*(part.encode() for part in more), page_of[1], shown[1], *(part.encode() for part in elements)]
    return made_pdf(
        shown[0],
        bold,
        *_CHINESE,
        *objects,
        pages=b"<</Type/Pages/Count 2/Kids[3 0 R 13 0 R]>>",
        page=page_of[0],
        catalog=b"/MarkInfo<</Marked true>>/StructTreeRoot 9 0 R",
    )
