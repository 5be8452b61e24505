"""What stands between words and sentences, which Chinese writes with signs of its own."""

from django.utils.translation import get_language


def gap() -> str:
    """The blank after a colon or between sentences: none in Chinese, whose signs are wide enough."""
    return "" if _is_chinese() else " "


def comma() -> str:
    """Between the parts of a list."""
    return "、" if _is_chinese() else ", "


def _is_chinese() -> bool:
    return (get_language() or "").startswith("zh")
