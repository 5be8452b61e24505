"""PDF: letters and their places to lines, paragraphs, headings and tables."""

from .pages import check, extract

__all__ = ["check", "extract"]
