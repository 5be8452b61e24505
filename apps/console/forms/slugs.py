"""Short names that are proposed where the name has no letter for one."""

from collections.abc import Iterable
from itertools import count

from django import forms


def otherwise(field: forms.Field, prefix: str, taken: Iterable[str]) -> None:
    """Has the page propose the first free one of prefix-1, prefix-2, …, counted from how many there are."""
    known = set(taken)
    free = next(name for number in count(len(known) + 1) if (name := f"{prefix}-{number}") not in known)
    field.widget.attrs["data-otherwise"] = free
