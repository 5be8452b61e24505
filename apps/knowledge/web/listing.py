"""All pages that a sitemap stands for, through the sitemaps of an index too."""

from collections.abc import Iterator

from ..ingest.blocks import Refused
from .addresses import Address
from .http import Answer
from .sitemap import MOST_PAGES, MOST_SITEMAPS, sitemap_kind, sitemap_locations
from .visitor import Visitor


def listed_pages(visitor: Visitor, answer: Answer, kind: str) -> list[Address]:
    """In their order. All or none: raises Refused where a part of them cannot be known."""
    pages: dict[str, Address] = {}
    for texts in _lists(visitor, answer, kind):
        # Each list is judged before the next is fetched: two hundred of them would not fit into memory.
        pages |= {page.name: page for page in map(answer.address.joined, texts)}
        if len(pages) > MOST_PAGES:
            raise Refused("sitemap_pages", limit=MOST_PAGES)
    if not pages:
        raise Refused("sitemap_empty")
    return list(pages.values())


def _lists(visitor: Visitor, answer: Answer, kind: str) -> Iterator[list[str]]:
    found = sitemap_locations(answer.data)
    if kind != "sitemapindex":
        yield found
        return
    if len(found) > MOST_SITEMAPS:
        raise Refused("sitemaps", limit=MOST_SITEMAPS)
    for location in found:
        yield _part(visitor, answer.address, location)


def _part(visitor: Visitor, index: Address, location: str) -> list[str]:
    try:
        part = visitor.visit(index.joined(location))
    except Refused as error:
        raise Refused("sitemap_part", address=location) from error
    kind = sitemap_kind(part.data)
    if kind == "sitemapindex":
        raise Refused("sitemaps", limit=MOST_SITEMAPS)
    if not kind:
        raise Refused("sitemap_part", address=location)
    return sitemap_locations(part.data)
