"""Where one is in the lists of a Markdown page, and with which number."""

from dataclasses import dataclass, replace

from markdown_it.token import Token

from ..blocks import MOST_INSIDE, Block


@dataclass
class _List:
    """`number` is that of its item, `written` the one that stands before it."""

    counts: bool
    number: int = 0
    written: int = 0

    def next(self, written: int) -> int:
        """Lists of the same kind are one to Markdown, and all items may be written with 1."""
        anew = written == 1 < self.written
        self.number = 1 if anew else max(self.number + 1, written)
        self.written = written
        return self.number


class Lists:
    """Sees each token of a page in order."""

    def __init__(self) -> None:
        self._lists: list[_List] = []
        self._due = 0  # the number of an item of which nothing was said yet

    @property
    def depth(self) -> int:
        return len(self._lists)

    def see(self, token: Token) -> None:
        match token.type:
            case "bullet_list_open" | "ordered_list_open":
                self._lists.append(_List(counts=token.type == "ordered_list_open"))
            case "list_item_open" if self._lists[-1].counts:
                self._due = self._lists[-1].next(int(token.info) if len(token.info) < 4 else 0)
            case "bullet_list_close" | "ordered_list_close":
                self._lists.pop()

    def placed(self, block: Block) -> Block:
        """With the number of its item, which the first block has, and how many numbered items it stands in."""
        step, self._due = self._due, 0
        inside = sum(one.counts for one in self._lists) - bool(step)
        return block if block.kind == "heading" else replace(block, step=step, inside=min(inside, MOST_INSIDE))
