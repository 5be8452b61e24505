"""uvicorn's fast HTTP parser, with a bound on the head of a request, which it has not."""

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MAX_HEAD = 65_536


class BoundedHttp(HttpToolsProtocol):
    """Answers 400 and closes when a request's target and headers take more than MAX_HEAD bytes together."""

    _in_head = False
    _size = 0
    _awaited = 0

    def data_received(self, data: bytes) -> None:
        """Parse `data`. The parser keeps an unfinished header, so the wait for its end is bounded too."""
        in_head = self._in_head
        super().data_received(data)
        if in_head and self._in_head and not self.transport.is_closing():
            self._awaited += len(data)
            if self._awaited > MAX_HEAD:
                self.send_400_response("The request's head is too large.")

    def on_message_begin(self) -> None:
        """A request's first byte came."""
        super().on_message_begin()
        self._in_head, self._size, self._awaited = True, 0, 0

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header, or a trailer after a body in chunks, is complete. Raises ValueError as below."""
        self._size += len(name) + len(value)
        if self._size > MAX_HEAD:
            raise ValueError("The request's head is too large.")
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """The head is complete. Raises ValueError, which the parser answers with 400, if it is too large."""
        self._in_head = False
        if self._size + len(self.url) > MAX_HEAD:
            raise ValueError("The request's head is too large.")
        super().on_headers_complete()
