"""A file over HTTP, whole or in parts: a viewer asks for the page that it shows and need not wait for the rest."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.cache import get_conditional_response

_BLOCK = 64 * 1024
_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})", re.ASCII)


class Part:
    """`size` bytes of a file from `start` on, which it closes."""

    def __init__(self, file: BinaryIO, start: int, size: int) -> None:
        self._file, self._left = file, size
        file.seek(start)

    def __iter__(self) -> Iterator[bytes]:
        while self._left and (block := self._file.read(min(self._left, _BLOCK))):
            self._left -= len(block)
            yield block

    def close(self) -> None:
        self._file.close()


def file_response(request: HttpRequest, path: Path, *, tag: str, headers: dict[str, str]) -> HttpResponseBase:
    """What a GET or HEAD asks of the file: all of it, one part (206), or nothing where the browser has it (304).

    `tag` names its very bytes. Of several parts at once nobody is given any: it gets the whole, as it may.
    Raises FileNotFoundError.
    """
    size = path.stat().st_size
    etag = f'"{tag}"'
    kept = {"ETag": etag, "Cache-Control": "private, no-cache"}
    if answer := get_conditional_response(request, etag):
        for name, value in kept.items():
            answer[name] = value
        return answer
    asked = request.headers.get("Range", "") if request.headers.get("If-Range", etag) == etag else ""
    start, end = _wanted(asked, size)
    if start >= end and asked:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    headers = {**headers, **kept, "Accept-Ranges": "bytes"}
    response = StreamingHttpResponse(Part(path.open("rb"), start, end - start), headers=headers)
    response["Content-Length"] = str(end - start)
    if end - start < size:
        response.status_code = 206
        response["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    return response


def _wanted(asked: str, size: int) -> tuple[int, int]:
    """Where the part begins, and where it ends; the whole for what is no range of bytes."""
    found = _RANGE.fullmatch(asked.strip())
    if not found or found[0] == "bytes=-":
        return 0, size
    first, last = found.groups()
    if not first:
        return max(0, size - int(last)), size
    if last and int(last) < int(first):
        return 0, size
    return int(first), min(size, int(last) + 1 if last else size)
