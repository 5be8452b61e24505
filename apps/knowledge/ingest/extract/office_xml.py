"""The XML parts of an office file, and how they name each other."""

import posixpath
from typing import Any
from zipfile import ZipFile

from lxml import etree

LINKED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
SAFE: dict[str, Any] = {"resolve_entities": False, "no_network": True, "load_dtd": False}  # for a parser


def part(archive: ZipFile, name: str) -> Any:
    """The root element of a part. Raises KeyError, BadZipFile and XMLSyntaxError."""
    return etree.fromstring(archive.read(name), etree.XMLParser(**SAFE))


def linked_parts(archive: ZipFile, name: str) -> dict[str, str]:
    """The parts inside the archive that the part `name` links to, by the link's id. Raises what `part` does."""
    folder, file = posixpath.split(name)
    return {
        link.get("Id", ""): posixpath.normpath(posixpath.join("/", folder, link.get("Target", ""))).lstrip("/")
        for link in part(archive, f"{folder}/_rels/{file}.rels")
        if link.get("TargetMode") != "External"
    }


def whole_number(said: str | None, most_digits: int = 3) -> int:
    """What no program may write there counts as 0."""
    return int(said) if said and said.isdecimal() and len(said) <= most_digits else 0
