"""Sitemaps: the pages that a site lists, as XML or gzip of it."""

import re
import zlib

from lxml import etree

from ..ingest.blocks import Refused
from ..ingest.sniff import MAX_BYTES

MOST_PAGES = 10_000
MOST_SITEMAPS = 200  # of an index
_GZIP = b"\x1f\x8b"
_ROOT = re.compile(rb"<(?:\w+:)?(urlset|sitemapindex)[\s>]")


def sitemap_kind(data: bytes) -> str:
    """ "urlset" (pages), "sitemapindex" (sitemaps), or "" for what is no sitemap."""
    match = _ROOT.search(_start(data))
    return match[1].decode() if match else ""


def sitemap_locations(data: bytes) -> list[str]:
    """The addresses in it, in their order, each once. Raises Refused for broken XML and for too many of them."""
    xml = _unpacked(data) if data.startswith(_GZIP) else data
    plain = xml.replace(b"\0", b"")  # UTF-16 as well
    if b"<!DOCTYPE" in plain or b"<!ENTITY" in plain:
        raise Refused("entities")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(xml, parser)
    except etree.XMLSyntaxError as error:
        raise Refused("malformed", kind="XML") from error
    texts = (str(place.text or "").strip() for entry in root for place in entry if _local(place) == "loc")
    found = list(dict.fromkeys(text for text in texts if text))
    if len(found) > MOST_PAGES:
        raise Refused("sitemap_pages", limit=MOST_PAGES)
    return found


def _local(element: etree._Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _start(data: bytes) -> bytes:
    if not data.startswith(_GZIP):
        return data[:4096].replace(b"\0", b"")
    try:
        return zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(data[:65536], 4096)
    except zlib.error:
        return b""


def _unpacked(data: bytes) -> bytes:
    unpack = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        xml = unpack.decompress(data, MAX_BYTES + 1)
    except zlib.error as error:
        raise Refused("malformed", kind="gzip") from error
    if len(xml) > MAX_BYTES:
        raise Refused("bomb")
    if not unpack.eof:
        raise Refused("malformed", kind="gzip")
    return xml
