"""Pages of a site become documents of an import: one each, once, and again only where they changed."""

import gzip
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from apps.core.actor import SYSTEM
from apps.knowledge.ingest.blocks import Refused
from apps.knowledge.models import Collection, Document, Import, Passage
from apps.knowledge.services import (
    ImportReport,
    collection_import,
    import_retry,
)
from apps.knowledge.web import fetching, listing, visitor
from apps.knowledge.web.addresses import Address
from apps.knowledge.web.http import Answer, fetched

from .conftest import Site, html, reply

RETURNS = "Goods can be returned within 30 days."


def bring(*addresses: str) -> ImportReport:
    return collection_import(actor=SYSTEM, collection="help", addresses=addresses)


def test_a_page_becomes_a_document_that_says_where_it_stands(opened: Site, help_collection: Collection) -> None:
    opened.pages["/returns"] = html(RETURNS)
    report = bring(f"{opened.origin}/returns")
    assert (report.imported, report.failed) == ([f"127.0.0.1:{opened.port}/returns"], [])
    document = Document.objects.get()
    assert (document.address, document.title, document.media_type) == (
        f"{opened.origin}/returns",
        "Help",
        "text/html",
    )
    assert Passage.objects.get().text == RETURNS


def test_all_pages_of_a_sitemap_come_in_politely(
    opened: Site, help_collection: Collection, hurried: list[float]
) -> None:
    for name in ("/a", "/b", "/c"):
        opened.pages[name] = html(f"The lamp {name[1:]} is warm.")
    opened.pages["/sitemap.xml"] = opened.sitemap("/a", "/b", "/c", "/a")
    opened.pages["/robots.txt"] = b"User-agent: *\nCrawl-delay: 2"
    report = bring(f"{opened.origin}/sitemap.xml")
    assert len(report.imported) == 3 and not report.failed
    assert Document.objects.count() == 3  # the sitemap itself is none
    assert opened.paths() == ["/sitemap.xml", "/a", "/b", "/c"]
    assert hurried[-3:] == [2, 2, 2]


def test_the_sitemaps_of_an_index_are_followed_packed_or_not_but_no_further(
    opened: Site, help_collection: Collection
) -> None:
    opened.pages["/a"] = html("The lamp is warm.")
    opened.pages["/1.xml"] = opened.sitemap("/a")
    opened.pages["/2.xml.gz"] = reply(body=gzip.compress(opened.sitemap("/b").encode()), media="application/gzip")
    opened.pages["/index.xml"] = opened.sitemap("/1.xml", "/2.xml.gz", root="sitemapindex")
    report = bring(f"{opened.origin}/index.xml")
    assert [name.rpartition("/")[2] for name in report.imported] == ["a"]
    assert [name.rpartition("/")[2] for name, _why in report.failed] == ["b"]
    opened.pages["/loop.xml"] = opened.sitemap("/loop.xml", root="sitemapindex")
    assert "lists that list others again" in bring(f"{opened.origin}/loop.xml").failed[0][1]
    opened.pages["/broken.xml"] = opened.sitemap("/1.xml", "/gone.xml", root="sitemapindex")
    assert "gone.xml" in bring(f"{opened.origin}/broken.xml").failed[0][1]


def test_an_index_is_given_up_as_soon_as_it_lists_too_much(
    opened: Site, help_collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "MOST_PAGES", 3)
    opened.pages["/1.xml"], opened.pages["/2.xml"] = opened.sitemap("/a", "/b"), opened.sitemap("/c", "/d")
    opened.pages["/index.xml"] = opened.sitemap("/1.xml", "/2.xml", "/3.xml", root="sitemapindex")
    assert "more than 3 pages" in bring(f"{opened.origin}/index.xml").failed[0][1]
    assert opened.paths() == ["/index.xml", "/1.xml", "/2.xml"]


def test_a_sitemap_that_lists_itself_ends(opened: Site, help_collection: Collection) -> None:
    opened.pages["/sitemap.xml"] = opened.sitemap("/sitemap.xml")
    report = bring(f"{opened.origin}/sitemap.xml")
    assert "lists no pages" in report.failed[0][1] and opened.paths() == ["/sitemap.xml"]


def test_what_a_sitemap_lists_is_taken_for_a_page(opened: Site, help_collection: Collection) -> None:
    opened.pages["/1.xml"], opened.pages["/2.xml"] = opened.sitemap("/2.xml"), opened.sitemap("/1.xml", "/a")
    report = bring(f"{opened.origin}/1.xml")  # two that list each other would never end
    assert [name.rpartition("/")[2] for name, _why in report.failed] == ["2.xml"]
    assert opened.paths() == ["/1.xml", "/2.xml"]


def test_a_page_that_has_not_changed_is_not_read_again(opened: Site, help_collection: Collection) -> None:
    def page(handler: BaseHTTPRequestHandler) -> None:
        same = handler.headers.get("If-None-Match") == '"1"'
        reply(304 if same else 200, b"" if same else html(RETURNS).encode(), headers={"ETag": '"1"'})(handler)

    opened.pages["/a"], opened.pages["/b"] = page, html("The lamp is warm.")
    opened.pages["/sitemap.xml"] = opened.sitemap("/a", "/b")
    bring(f"{opened.origin}/sitemap.xml")
    passages = set(Passage.objects.values_list("pk", flat=True))
    version = Collection.objects.get().version
    report = bring(f"{opened.origin}/sitemap.xml")  # one by its tag, the other by its bytes
    assert len(report.unchanged) == 2
    assert set(Passage.objects.values_list("pk", flat=True)) == passages
    assert Collection.objects.get().version == version
    opened.pages["/b"] = html("The lamp is cold.")
    assert [name.rpartition("/")[2] for name in bring(f"{opened.origin}/sitemap.xml").replaced] == ["b"]


def test_a_page_that_failed_is_fetched_again_in_full(
    opened: Site, help_collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened.pages["/a"] = reply(body=html(RETURNS).encode(), headers={"ETag": '"1"'})
    bring(f"{opened.origin}/a")
    opened.pages["/a"] = reply(500)
    assert "status 500" in bring(f"{opened.origin}/a").failed[0][1]
    assert Passage.objects.get().text == RETURNS  # the version before goes on being quoted
    opened.pages["/a"] = reply(body=html(RETURNS).encode(), headers={"ETag": '"1"'})
    opened.asked.clear()
    bring(f"{opened.origin}/a")
    assert all("if-none-match" not in headers for _path, headers in opened.asked)
    assert Document.objects.get().state == "ready"


def test_robots_txt_is_respected_and_one_that_cannot_be_read_closes_the_site(
    opened: Site, help_collection: Collection
) -> None:
    opened.pages["/robots.txt"] = b"User-agent: *\nDisallow: /private"
    opened.pages["/private"] = html("Secret.")
    assert "robots.txt" in bring(f"{opened.origin}/private").failed[0][1]
    assert opened.paths() == []


def test_a_robots_txt_that_cannot_be_read_closes_the_site(opened: Site, help_collection: Collection) -> None:
    opened.pages["/robots.txt"] = reply(503)
    opened.pages["/a"] = html(RETURNS)
    assert "robots.txt" in bring(f"{opened.origin}/a").failed[0][1]
    assert opened.paths() == []


def test_a_host_that_is_away_is_asked_once_for_all_pages_of_a_sitemap_and_again_when_tried_again(
    opened: Site, help_collection: Collection, settings: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[str] = []

    def away(address: Address, **how: Any) -> Answer:
        if address.port == opened.port:
            return fetched(address, **how)
        how["permit"](address)
        tried.append(address.target)
        raise Refused("silent", host=address.host)

    monkeypatch.setattr(visitor, "fetched", away)
    settings.KNOWLEDGE_HOSTS += ["127.0.0.1:9"]  # type: ignore[attr-defined]
    pages = "".join(f"<url><loc>http://127.0.0.1:9/{name}</loc></url>" for name in "abc")
    opened.pages["/sitemap.xml"] = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{pages}</urlset>'
    report = bring(f"{opened.origin}/sitemap.xml")
    assert len(report.failed) == 3 and all("does not answer" in why for _name, why in report.failed)
    assert tried == ["/robots.txt"]
    import_retry(actor=SYSTEM, import_id=Import.objects.get().pk)
    fetching.fetches_run()
    assert tried == ["/robots.txt"] * 2


def test_a_busy_site_is_asked_once_more_when_it_said(
    opened: Site, help_collection: Collection, hurried: list[float]
) -> None:
    answers = [reply(429, headers={"Retry-After": "7"}), reply(body=html(RETURNS).encode())]

    def page(handler: BaseHTTPRequestHandler) -> None:
        answers.pop(0)(handler)

    opened.pages["/a"] = page
    assert len(bring(f"{opened.origin}/a").imported) == 1
    assert max(hurried) == 7
    opened.pages["/a"] = reply(503)
    assert "busy" in bring(f"{opened.origin}/a").failed[0][1]


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (reply(404), "no such page"),
        (reply(403), "not open to everybody"),
        (reply(500), "status 500"),
        (reply(302, headers={"Location": "http://169.254.169.254/"}), "169.254.169.254"),
        (reply(body=b"\x7fELF"), "type"),
        (reply(body=b""), "no text"),
        (reply(body=b"<html><body><nav><a href='/'>Home</a></nav></body></html>"), "no text"),
        (reply(body=b"%PDF-1.7 broken", media="application/pdf"), "PDF"),
        (reply(body=b"x", headers={"Content-Encoding": "br"}), "packs"),
    ],
)
def test_whatever_a_server_sends_is_one_clear_error(
    opened: Site, help_collection: Collection, answer: Callable[..., None], why: str
) -> None:
    opened.pages["/a"] = answer
    opened.pages["/b"] = html(RETURNS)
    opened.pages["/sitemap.xml"] = opened.sitemap("/a", "/b")
    report = bring(f"{opened.origin}/sitemap.xml")
    assert len(report.imported) == len(report.failed) == 1
    assert why in report.failed[0][1]


def test_all_that_was_refused_is_said_in_chinese_too(opened: Site, help_collection: Collection) -> None:
    from django.utils import translation

    from apps.knowledge.ingest.reasons import REASONS

    with translation.override("zh-hans"):
        assert all(translation.gettext(text) != text for text in REASONS.values())


def test_a_chinese_page_in_an_old_encoding_is_read(opened: Site, help_collection: Collection) -> None:
    page = "<html><body><main><h1>退货</h1><p>签收后三十天内可以退货。</p></main></body></html>".encode("gbk")
    opened.pages["/zh"] = reply(body=page, media="text/html; charset=gb2312")
    bring(f"{opened.origin}/zh")
    assert Passage.objects.get().text == "签收后三十天内可以退货。"
