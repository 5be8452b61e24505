"""Telling others after the commit: what was rolled back is never announced."""

from collections.abc import Callable

from django.db import transaction


def on_commit(callback: Callable[[], object]) -> None:
    """Run `callback` once the surrounding transaction has committed, at once when there is none."""
    transaction.on_commit(callback)
