"""HTML: what of a page is its own, as Markdown."""

from .page import extract

__all__ = ["extract"]
