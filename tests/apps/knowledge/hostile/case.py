"""A file that is after the reader, and what becomes of it."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Case:
    """`make` gives the file's bytes. `cause` is the code of the reason that it is refused with, or a zip file's
    members; empty for one that comes in without doing harm. A `slow` one takes seconds to be refused.
    """

    make: Callable[[], bytes]
    cause: str = ""
    slow: bool = False
