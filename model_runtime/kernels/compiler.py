"""numba, as the kernels use it.

What it compiled is kept where NUMBA_CACHE_DIR says, or in `__pycache__`, or where that cannot be written in the
user's own cache; failing all three, what an installer left in `__pycache__` is used. What is kept is run: nobody
may be able to write there who could not change the sources as well.
"""

import grp
import hashlib
import logging
import os
import pwd
import stat
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from llvmlite.binding import get_host_cpu_features
from numba import njit
from numba.core import config as numba_config
from numba.core.caching import CacheImpl, InTreeCacheLocator
from numba.extending import intrinsic as numba_intrinsic

logger = logging.getLogger(__name__)

# numba's types describe Python's side of a call; between compiled functions there is another one.
intrinsic: Any = numba_intrinsic
_config: Any = numba_config


class _LeftByInstaller(InTreeCacheLocator):
    """A `__pycache__` that can be read but not written."""

    def ensure_cache_path(self) -> None:
        if not os.access(self.get_cache_path(), os.R_OK | os.X_OK):
            raise FileNotFoundError(self.get_cache_path())


# Only where numba finds nowhere to write: it would compile at every start rather than read what is there.
CacheImpl._locator_classes = [*CacheImpl._locator_classes, _LeftByInstaller]


def _compiler(**options: Any) -> Any:
    def compiled(function: Callable[..., Any]) -> Any:
        try:
            dispatcher: Any = njit(nogil=True, cache=True, **options)(function)
            cache = dispatcher._cache
            _refuse_foreign(Path(cache.cache_path), Path(function.__code__.co_filename))
        except RuntimeError as error:
            _warn_once(str(error))
            return njit(nogil=True, **options)(function)
        # numba looks for changes in the function's own file, but what it calls is part of the compiled code.
        cache._cache_file._source_stamp = _state_of(Path(function.__code__.co_filename).parent)
        cache.save_overload = _forgiving(cache.save_overload)
        return dispatcher

    return compiled


def _refuse_foreign(folder: Path, source: Path) -> None:
    """Raises RuntimeError where somebody may put code into `folder` that this process would run, and could not
    change `source` as well: who may write in a folder above both may exchange either.
    """
    above = {*folder.absolute().parents, *folder.resolve().parents} - {*source.absolute().parents}
    for place in (folder, *sorted(above, reverse=True)):
        found = place.stat()
        owners = {0, os.geteuid(), Path(__file__).stat().st_uid}
        is_sticky = bool(found.st_mode & stat.S_ISVTX)  # as /tmp: what is in it is exchanged by its owners only
        if found.st_uid not in owners or (_is_shared(found) and (place == folder or not is_sticky)):
            raise RuntimeError(f"others may write in {place}")


def _is_shared(found: os.stat_result) -> bool:
    """Whether others than its owner may write there."""
    if found.st_mode & stat.S_IWOTH:
        return True
    return bool(found.st_mode & stat.S_IWGRP) and not _is_private(found.st_gid, found.st_uid)


def _is_private(group_id: int, owner_id: int) -> bool:
    """Whether a group is its owner alone: Debian gives each user one, and umask 002 where that is asked for."""
    try:
        group, owner = grp.getgrgid(group_id), pwd.getpwuid(owner_id).pw_name
    except KeyError:  # without a name, as in some containers
        return False
    return group.gr_name == owner and set(group.gr_mem) <= {owner}


def _forgiving(save: Callable[..., None]) -> Callable[..., None]:
    """What cannot be kept, because the disk is full for example, can be used all the same."""

    def save_or_not(*arguments: Any) -> None:
        try:
            save(*arguments)
        except OSError as error:
            _warn_once(str(error))

    return save_or_not


@cache
def _warn_once(reason: str) -> None:
    if _warn_once.cache_info().currsize == 0:
        logger.warning("what is compiled cannot be kept, so every start takes longer (NUMBA_CACHE_DIR): %s", reason)


@cache
def _state_of(folder: Path) -> str:
    """Differs when a source of the kernels does, or one in the folder of their user."""
    sources = sorted({*Path(__file__).parent.glob("*.py"), *folder.glob("*.py")})
    return hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()


def is_ready(function: Any) -> bool:
    """Whether this process has some form of a compiled function already, or one for its processor is kept that is
    up to date."""
    if function.signatures:
        return True
    file = getattr(function._cache, "_cache_file", None)  # there is none where nothing can be kept
    processor = function.targetctx.codegen().magic_tuple()
    return file is not None and any(key[1] == processor for key in file._load_index())


def features() -> frozenset[str]:
    """What the processor can do that numba compiles for, in LLVM's names."""
    if _config.CPU_FEATURES is not None:  # NUMBA_CPU_FEATURES
        return frozenset(name[1:] for name in _config.CPU_FEATURES.split(",") if name.startswith("+"))
    return frozenset(name for name, present in get_host_cpu_features().items() if present)


compiled = _compiler()

inlined = _compiler(forceinline=True)
"""Becomes part of what calls it. All that calls `vectorised` functions must, up to what Python calls: a function of
its own has two forms, of which a process uses one if it compiled it and the other if it found it kept."""

vectorised = _compiler(forceinline=True, fastmath={"reassoc", "nsz", "contract", "arcp"}, error_model="numpy")
"""LLVM may add up in an order of its own, many numbers at once; it is the same one whenever the code runs."""
