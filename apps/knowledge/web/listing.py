"""All pages that a sitemap stands for, through the sitemaps of an index too."""

from ..ingest.blocks import Refused
from .addresses import Address
from .http import Answer
from .sitemap import MOST_PAGES, MOST_SITEMAPS, sitemap_kind, sitemap_locations
from .visitor import Visitor


def listed_pages(visitor: Visitor, answer: Answer, kind: str) -> list[Address]:
    """In their order. All or none: raises Refused where a part of them cannot be known."""
    texts = sitemap_locations(answer.data)
    if kind == "sitemapindex":
        if len(texts) > MOST_SITEMAPS:
            raise Refused("sitemaps", limit=MOST_SITEMAPS)
        texts = [page for part in texts for page in _part(visitor, answer.address, part)]
    if not texts:
        raise Refused("sitemap_empty")
    if len(texts) > MOST_PAGES:
        raise Refused("sitemap_pages", limit=MOST_PAGES)
    pages = [answer.address.joined(text) for text in texts]
    return list({page.name: page for page in pages}.values())


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
