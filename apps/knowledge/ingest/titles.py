"""What a document is called: by its own words, unless a program put them there."""

import re
from pathlib import PurePath

_NOTHING = re.compile(
    r"about:blank"
    r"|microsoft \w+ - .*"
    r"|.*\.(?:docx?|xlsx?|pptx?|pdf|html?|rtf|odt|wps|indd|tex)"
    r"|\((?:anonymous|unspecified)\)"
    r"|untitled(?: (?:document|page))?[ -]*\d*"
    r"|(?:word |pdf |new |microsoft word |powerpoint )?(?:document|presentation|slide)[ -]*\d*"
    r"|(?:无标题|未命名|新建)?\s*(?:DOCX?|Word|WPS|PDF|Microsoft Word)?\s*(?:文档|文件|演示文稿)?\s*\d*"
    r"|(?:https?|file)://\S*",
    re.I,
)

_LANGUAGE = re.compile(r"(?<=\S) +(?:en|eng|zh|cn|zh (?:cn|hans))$", re.I)


def title_of(said: str, name: str) -> str:
    """`said` is the title that the file names, `name` the file's: "shop/delivery-times.txt" is called "Delivery
    times" where the file says nothing that names it ("about:blank", "Microsoft Word - x.docx", "未命名").
    """
    return said if is_title(said) else _of_name(name)


def is_title(said: str) -> bool:
    """Whether it is what a person called it."""
    return bool(said) and not _NOTHING.fullmatch(said)


def _of_name(name: str) -> str:
    """Capitals stay as they are written, and a language at the end is no part of what a document is called."""
    words = PurePath(name).stem.replace("_", " ").replace("-", " ").strip()
    said = re.sub(r"\bfaq\b", "FAQ", _LANGUAGE.sub("", words))
    return said[:1].upper() + said[1:]
