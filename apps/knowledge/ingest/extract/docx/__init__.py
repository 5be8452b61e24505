"""Word: its XML as a reader sees it on the page."""

from .document import check, extract

__all__ = ["check", "extract"]
