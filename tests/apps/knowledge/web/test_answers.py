"""What a server may send: bounded bytes, one packing, and a kind of file that can be read."""

import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.knowledge.ingest.blocks import Refused
from apps.knowledge.web.addresses import Address, address_permit
from apps.knowledge.web.formats import answer_suffix, answer_text
from apps.knowledge.web.http import Answer, fetched
from apps.knowledge.web.sitemap import MOST_PAGES, sitemap_kind, sitemap_locations

from .conftest import Site, reply


def get(site: Site, most: int = 1_000_000) -> Answer:
    return fetched(Address.parsed(f"{site.origin}/"), permit=address_permit, most=most)


def refusal(site: Site, most: int = 1_000_000) -> str:
    with pytest.raises(Refused) as error:
        get(site, most)
    return error.value.code


def test_a_packed_page_is_unpacked(opened: Site) -> None:
    opened.pages["/"] = reply(body=gzip.compress(b"<html>Hello</html>"), headers={"Content-Encoding": "gzip"})
    assert get(opened).data == b"<html>Hello</html>"


def test_a_page_that_is_too_long_is_refused_before_all_of_it_came(opened: Site) -> None:
    opened.pages["/"] = reply(body=b"x" * 2_000_000)
    assert refusal(opened) == "size"


def test_a_bomb_is_not_unpacked(opened: Site) -> None:
    bomb = gzip.compress(b"\0" * 20_000_000)
    opened.pages["/"] = reply(body=bomb, headers={"Content-Encoding": "gzip"})
    assert refusal(opened, most=100_000_000) == "bomb"
    assert refusal(opened) == "size"


@pytest.mark.parametrize("coding", ["br", "gzip, gzip", "deflate"])
def test_a_packing_that_nobody_asked_for_is_refused(opened: Site, coding: str) -> None:
    opened.pages["/"] = reply(body=zlib.compress(b"x"), headers={"Content-Encoding": coding})
    assert refusal(opened) == "coding"


@pytest.mark.parametrize("cut", [10, 1000])
def test_an_answer_that_breaks_off_is_no_page(opened: Site, cut: int) -> None:
    whole = b"<html>" + b"Hello " * 1000
    opened.pages["/"] = reply(body=whole[:cut], headers={"Content-Length": str(len(whole))})
    assert refusal(opened) == "broken_off"
    packed = gzip.compress(bytes(range(256)) * 10)
    opened.pages["/"] = reply(body=packed[:100], headers={"Content-Encoding": "gzip"})
    assert refusal(opened) == "broken_off"


def test_an_answer_that_is_not_packed_as_it_says_is_no_page(opened: Site) -> None:
    opened.pages["/"] = reply(body=b"<html>plain</html>", headers={"Content-Encoding": "gzip"})
    assert refusal(opened) == "broken_off"


@pytest.mark.parametrize(
    ("data", "media", "path", "suffix"),
    [
        (b"<!DOCTYPE html><p>x", "text/html", "/a", ".html"),
        (b"\xef\xbb\xbf<!-- x -->\n<html>", "text/plain", "/a.txt", ".html"),
        (b"<p>no head</p>", "text/html; charset=utf-8", "/a", ".html"),
        (b"%PDF-1.7", "text/html", "/a", ".pdf"),
        (b"PK\x03\x04...word/document.xml", "application/zip", "/a", ".docx"),
        (b"PK\x03\x04...xl/workbook.xml", "", "/a", ".xlsx"),
        (b"PK\x03\x04...a.md", "", "/a", ".zip"),
        (b"# Title", "text/plain", "/a.md", ".md"),
        (b"# Title", "text/markdown", "/a", ".md"),
        (b"question,answer", "application/octet-stream", "/faq.csv", ".csv"),
        (b"words", "text/plain", "/a", ".txt"),
    ],
)
def test_the_bytes_say_what_a_page_is_before_its_name_does(data: bytes, media: str, path: str, suffix: str) -> None:
    assert answer_suffix(data, media, path) == suffix


@pytest.mark.parametrize(
    ("data", "media", "path"),
    [
        (b"\x7fELF", "text/html", "/a.html"),
        (b"\x89PNG", "text/html", "/a.html"),
        (b'{"a": 1}', "application/json", "/a"),
        (b"alert(1)", "text/javascript", "/a.js"),
        (b"bytes", "application/octet-stream", "/setup.exe"),
        (b"<rss>", "application/xml", "/feed"),
    ],
)
def test_what_is_no_document_is_refused(data: bytes, media: str, path: str) -> None:
    with pytest.raises(Refused) as error:
        answer_suffix(data, media, path)
    assert error.value.code == "type"


def test_the_servers_word_for_the_encoding_counts_where_it_is_true() -> None:
    assert answer_text("退货".encode("gbk"), "text/html; charset=GB2312").decode() == "退货"
    assert answer_text("退货".encode(), 'text/html; charset="ascii"').decode() == "退货"
    assert answer_text(b"x", "text/html; charset=nonsense") == b"x"


XML = '<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{}</urlset>'
ENTITY = '<!DOCTYPE urlset [<!ENTITY x SYSTEM "file:///etc/passwd">]><urlset><url><loc>&x;</loc></url></urlset>'
ENTRY = "<url><loc>https://a.example/{}</loc></url>"


def test_a_sitemap_is_known_by_its_root_packed_or_not() -> None:
    xml = XML.format("<url><loc> https://a.example/1 </loc><lastmod>2026-01-01</lastmod></url>").encode()
    for data in (xml, gzip.compress(xml)):
        assert sitemap_kind(data) == "urlset"
        assert sitemap_locations(data) == ["https://a.example/1"]
    assert sitemap_kind(b"<html><body>urlset</body></html>") == sitemap_kind(b"\x1f\x8bnot gzip") == ""


@pytest.mark.parametrize(
    ("xml", "code"),
    [
        (ENTITY, "entities"),
        (XML.format("<url><loc>https://a.example/"), "malformed"),
        (XML.format("".join(map(ENTRY.format, range(MOST_PAGES + 1)))), "sitemap_pages"),
    ],
)
def test_a_hostile_sitemap_is_refused(xml: str, code: str) -> None:
    with pytest.raises(Refused) as error:
        sitemap_locations(xml.encode())
    assert error.value.code == code


def test_a_packed_sitemap_that_would_fill_the_memory_is_refused() -> None:
    with pytest.raises(Refused) as error:
        sitemap_locations(gzip.compress(b"<urlset>" + b" " * 40_000_000))
    assert error.value.code == "bomb"


@given(st.binary(max_size=300))
def test_any_bytes_are_a_sitemap_or_refused(data: bytes) -> None:
    for guess in (data, b"<urlset>" + data, gzip.compress(b"<urlset>" + data)):
        try:
            sitemap_locations(guess)
        except Refused as error:
            assert error.code in {"malformed", "entities", "bomb"}
