"""The checks: each finds spans in normalised text and knows how much of a stream's end it must still see.

A new check is a module with a class of the shape of `base.Check` and a line in `ALL`.
"""

from .base import Check, Hit
from .injection import InjectionCheck
from .personal import PersonalCheck
from .words import WordCheck

ALL: dict[str, type[Check]] = {check.name: check for check in (WordCheck, PersonalCheck, InjectionCheck)}

__all__ = ["ALL", "Check", "Hit"]
