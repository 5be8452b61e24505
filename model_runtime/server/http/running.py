"""The requests under way, by their ids, so that they can be cancelled wherever they are."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from model_runtime.server.http.exchange import Exchange


class Running:
    """Used from the event loop only. Several requests may have the same id."""

    def __init__(self) -> None:
        self._exchanges: dict[str, list[Exchange]] = {}

    def add(self, exchange: "Exchange") -> None:
        """Keep a request until `remove`."""
        self._exchanges.setdefault(exchange.id, []).append(exchange)

    def remove(self, exchange: "Exchange") -> None:
        """Forget a request."""
        kept = self._exchanges[exchange.id]
        kept.remove(exchange)
        if not kept:
            del self._exchanges[exchange.id]

    def cancel(self, request_id: str) -> int:
        """Cancel all requests of this id that have not been decided; how many. Each of their clients is told."""
        found = [exchange for exchange in self._exchanges.get(request_id, ()) if not exchange.decided]
        for exchange in found:
            exchange.cancel()
        return len(found)

    def cancel_all(self) -> None:
        """Cancel whatever has not been decided."""
        for request_id in self._exchanges:
            self.cancel(request_id)
