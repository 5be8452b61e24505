"""What moderation raises about a text."""

from apps.core.errors import Unavailable

from .verdict import Verdict


class CheckUnavailable(Unavailable):
    """A text could not be judged, so it goes nowhere: that says nothing of the text, and trying again may help."""

    code = "check_unavailable"


class Blocked(Exception):
    """The text must not be shown; `verdict` says why and what the person is told instead."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict.message)
        self.verdict = verdict
