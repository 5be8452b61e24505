"""Collecting makes hundreds of thousands of objects that stay: the garbage collector, which would look through all
of them again and again, waits until they are there and leaves them alone afterwards. A third of the time of it all.

A plugin (`-p` in pyproject.toml), because conftests are read while tests are collected.
"""

import gc
from collections.abc import Generator

import pytest


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection() -> Generator[None, object, object]:
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()
