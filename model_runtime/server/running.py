"""The answers that are being written, by the id of their request, so that they can be cancelled."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from model_runtime.server.submit import Answers


class Running:
    """Used from the event loop only. Several requests may have the same id."""

    def __init__(self) -> None:
        self._answers: dict[str, list[Answers]] = {}

    def add(self, request_id: str, answers: "Answers") -> None:
        """Keep `answers` until `end`."""
        self._answers.setdefault(request_id, []).append(answers)

    def end(self, request_id: str, answers: "Answers") -> None:
        """Close `answers` and forget them."""
        answers.close()
        kept = self._answers[request_id]
        kept.remove(answers)
        if not kept:
            del self._answers[request_id]

    def cancel(self, request_id: str) -> int:
        """Cancel all answers of this id; how many requests they belong to. Those who wait for them are told."""
        found = self._answers.get(request_id, ())
        for answers in found:
            answers.close()
        return len(found)
