"""The tree that is served, and the addresses of what is in it."""

import time
from functools import cache
from pathlib import Path

from django.conf import settings

from .tree import Tree, files_below, tree_read

LOOK_SECONDS = 0.5


class Assets:
    """The files below `root` as they were at the first look; with `follow` as they are now."""

    def __init__(self, root: Path, *, follow: bool) -> None:
        self.root, self.follow = root, follow
        self._tree = tree_read(root)
        self._seen = self._stamps()
        self._looked = time.monotonic()

    @property
    def tree(self) -> Tree:
        if self.follow and time.monotonic() - self._looked > LOOK_SECONDS:
            self._looked = time.monotonic()
            stamps = self._stamps()
            if stamps != self._seen:
                self._tree, self._seen = tree_read(self.root), stamps
        return self._tree

    def address(self, name: str) -> str:
        """The version stands before the path, so that what a file names relative to itself has the same one.

        Raises KeyError when there is no such file.
        """
        tree = self.tree
        if name not in tree.assets:
            raise KeyError(f"{self.root / name} does not exist")
        return f"{settings.STATIC_URL}{tree.version}/{name}"

    def _stamps(self) -> dict[Path, tuple[int, int]]:
        return {path: (stat.st_mtime_ns, stat.st_size) for path in files_below(self.root) for stat in [path.stat()]}


@cache
def assets() -> Assets:
    return Assets(settings.STATIC_DIR, follow=settings.STATIC_FOLLOWED)


class Addresses:
    """For `{% static %}`, in place of Django's storage of collected files."""

    def url(self, name: str) -> str:
        return assets().address(name)
