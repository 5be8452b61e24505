"""One style sheet in place of a request for each one that it imports."""

import posixpath
import re
from collections.abc import Mapping

_IMPORT = re.compile(r'^@import url\("([^"]+)"\) layer\((\w+)\);$', re.MULTILINE)
_ADDRESS = re.compile(r'url\("(?!\w+:|/|#)([^"]+)"\)')


def merged(name: str, bodies: Mapping[str, bytes]) -> bytes:
    """`name` with what it imports in its place, each in its layer. Raises KeyError for one that is not there."""

    def placed(found: re.Match[str]) -> str:
        path = _beside(name, found[1])
        return f"@layer {found[2]} {{\n{_moved(bodies[path].decode(), path, name)}}}"

    return _IMPORT.sub(placed, bodies[name].decode()).encode()


def _moved(text: str, path: str, to: str) -> str:
    """The addresses in it lead where they led from `path`, now that it stands in `to`."""

    def address(found: re.Match[str]) -> str:
        return f'url("{posixpath.relpath(_beside(path, found[1]), posixpath.dirname(to) or ".")}")'

    return _ADDRESS.sub(address, text)


def _beside(name: str, address: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(name), address))
