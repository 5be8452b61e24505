"""PDF: loops, bombs, passwords, pages without text or with text that nobody can read."""

import zlib

from .case import Case

_PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>"
_PAGES = b"<</Type/Pages/Count 1/Kids[3 0 R]>>"
_FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
_TEXT = b"BT /F 12 Tf 20 200 Td (The lamp is warm at night.) Tj ET"


def stream(data: bytes, filters: bytes = b"") -> bytes:
    return b"<</Length %d%s>>stream\n%s\nendstream" % (len(data), filters, data)


def pdf(
    contents: bytes = b"",
    *more: bytes,
    catalog: bytes = b"",
    pages: bytes = _PAGES,
    page: bytes = _PAGE,
    font: bytes = _FONT,
    trailer: bytes = b"",
) -> bytes:
    """Objects 1 to 5 (catalogue, page tree, page, its contents, its font), then `more`, with a table of places."""
    first = b"<</Type/Catalog/Pages 2 0 R%s>>" % catalog
    data, places = b"%PDF-1.7\n", []
    for number, each in enumerate((first, pages, page, contents or stream(_TEXT), font, *more), 1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1)
    end = b"trailer<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF" % (len(places) + 1, trailer, len(data))
    return data + head + table + end


def _packed(data: bytes, times: int = 1) -> bytes:
    for _ in range(times):
        data = zlib.compress(data, 9)
    return stream(data, b"/Filter[" + b"/FlateDecode" * times + b"]")


_SELF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Count 100000/Kids[2 0 R]>>endobj\ntrailer<</Root 1 0 R/Prev 9>>\nstartxref\n9\n%%EOF"
)
_PRIVATE = (  # a map that sends every letter to the private area, as some programs write it
    b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap 1 begincodespacerange <00> <FF> "
    b"endcodespacerange 1 beginbfrange <00> <FF> <E000> endbfrange endcmap end end"
)
# Numbers of glyphs instead of letters, with no table that says which letters they are.
_COMPOSITE = b"<</Type/Font/Subtype/Type0/BaseFont/Lamp/Encoding/Identity-H/DescendantFonts[6 0 R]>>"
_CID = (
    b"<</Type/Font/Subtype/CIDFontType2/BaseFont/Lamp"
    b"/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
    b"/FontDescriptor<</Type/FontDescriptor/FontName/Lamp/Flags 4>>>>"
)
_GLYPHS = b"BT /F 12 Tf 20 200 Td <%s> Tj ET" % b"".join(
    b"%04x" % (ord(letter) - 29) for letter in "The lamp is warm at night and cold by day."
)
_LOCK = (
    b"/Encrypt<</Filter/Standard/V 2/R 3/Length 128/P -44/O(%s)/U(%s)>>/ID[(0123456789abcdef)(0123456789abcdef)]"
    % (b"o" * 32, b"u" * 32)
)

PDFS = {
    "loop.pdf": Case(lambda: _SELF, "pages"),
    "prev.pdf": Case(lambda: pdf(trailer=b"/Prev 9")),
    "own-child.pdf": Case(lambda: pdf(pages=b"<</Type/Pages/Count 3/Kids[2 0 R 2 0 R 3 0 R]>>"), "malformed"),
    "hundred-thousand.pdf": Case(lambda: pdf(pages=b"<</Type/Pages/Count 100000/Kids[3 0 R]>>"), "pages"),
    "many-pages.pdf": Case(
        lambda: pdf(pages=b"<</Type/Pages/Count 2001/Kids[" + b"3 0 R " * 2001 + b"]>>"), "pages"
    ),
    "no-pages.pdf": Case(lambda: pdf(pages=b"<</Type/Pages/Count 0/Kids[]>>"), "malformed"),
    "zeros.pdf": Case(lambda: pdf(_packed(b"\0" * 400_000_000)), "no_text", slow=True),
    "packed-twice.pdf": Case(lambda: pdf(_packed(b" " * 300_000_000, times=3)), "no_text", slow=True),
    "letters.pdf": Case(
        lambda: pdf(_packed(b"BT /F 1 Tf " + b"(The lamp is warm at night. ) Tj " * 1_500_000 + b"ET")),
        "crashed",
        slow=True,
    ),
    "parted-word.pdf": Case(  # a word as long as eight strings, and one that is parted at a line's end
        lambda: pdf(
            _packed(b"BT /F 1 Tf 1 200 Td" + b" (%s) Tj" % (b"ab" * 5_000) * 8 + b" ( ful-) Tj 0 -2 Td (fil) Tj ET")
        )
    ),
    "huge-page.pdf": Case(lambda: pdf(page=_PAGE.replace(b"300 300", b"1e30 1e30"))),
    "form-loop.pdf": Case(
        lambda: pdf(
            stream(b"/X Do"),
            stream(b"/X Do", b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 6 0 R>>>>"),
            page=_PAGE.replace(b"/Resources<<", b"/Resources<</XObject<</X 6 0 R>>"),
        ),
        "no_text",
    ),
    "nesting.pdf": Case(lambda: pdf(catalog=b"/X" + b"[" * 100_000)),
    "locked.pdf": Case(lambda: pdf(trailer=_LOCK), "password"),
    "scanned.pdf": Case(lambda: pdf(stream(b"0 0 9 9 re f")), "no_text"),
    "gibberish.pdf": Case(lambda: pdf(b"", stream(_PRIVATE), font=_FONT[:-2] + b"/ToUnicode 6 0 R>>"), "garbled"),
    "glyphs.pdf": Case(lambda: pdf(stream(_GLYPHS), _CID, font=_COMPOSITE), "garbled"),
    "launch.pdf": Case(
        lambda: pdf(catalog=b"/OpenAction<</S/Launch/F(calc.exe)>>/AA<</WC<</S/JavaScript/JS(x)>>>>")
    ),
    "cut.pdf": Case(lambda: pdf()[:120], "malformed"),
    "program.pdf": Case(lambda: b"\x7fELF\x02\x01\x01" + b"\0" * 100, "content"),
    "page.pdf": Case(lambda: b"<html><body>The lamp is warm.</body></html>", "content"),
    "mark-only.pdf": Case(lambda: b"%PDF-1.7\n", "malformed"),
}
