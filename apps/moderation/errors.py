"""The one thing that moderation raises."""

from .verdict import Verdict


class Blocked(Exception):
    """The text must not be shown; `verdict` says why and what the person is told instead."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict.message)
        self.verdict = verdict
