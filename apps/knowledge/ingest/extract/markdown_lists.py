"""Where one is in the lists of a Markdown page, and with which number."""

from dataclasses import dataclass, replace

from markdown_it.token import Token

from ..blocks import MOST_INSIDE, Block
from ..days import is_day, may_be_day

_LAST = 999  # of a step's numbers


@dataclass
class _List:
    """`number` is that of its item, `written` the one that stands before it, as `sign` has it; `due` where nothing
    was said of the item yet. Whether an item `counts` is known when something is.
    """

    ordered: bool
    counts: bool = False
    number: int = 0
    written: int = 0
    sign: str = ""
    leaps: bool = False  # the number does not follow on the one before
    due: bool = False

    def next(self, written: int, sign: str) -> None:
        """Lists of the same kind are one to Markdown, and all items may be written with 1."""
        self.leaps = written not in {1, self.written + 1}
        anew = written == 1 < self.written
        self.number = 1 if anew else max(self.number + 1, written if written <= _LAST else 0)
        self.written, self.sign = written, sign
        self.counts = self.due = True

    def holds_number(self, text: str) -> bool:
        """Whether what stands before the item is no step's number, but belongs to the text: a year, a day."""
        said = f"{self.sign} {text}"
        return self.written > _LAST or is_day(said) or (self.leaps and may_be_day(said))


class Lists:
    """Sees each token of a page in order."""

    def __init__(self) -> None:
        self._lists: list[_List] = []

    @property
    def depth(self) -> int:
        return len(self._lists)

    def see(self, token: Token) -> None:
        match token.type:
            case "bullet_list_open" | "ordered_list_open":
                self._lists.append(_List(ordered=token.type == "ordered_list_open"))
            case "list_item_open" if self._lists[-1].ordered:
                self._lists[-1].next(int(token.info), f"{token.info}{token.markup}")
            case "list_item_close":
                self._lists[-1].due = False
            case "bullet_list_close" | "ordered_list_close":
                self._lists.pop()

    def placed(self, block: Block) -> Block:
        """With the number of its item, which the first block has, and how many numbered items it stands in."""
        due = [one for one in self._lists if one.due]
        for one in due:
            one.due = False
        step = due[-1].number if due else 0
        if due and block.kind != "code" and due[-1].holds_number(block.text):
            due[-1].counts, step = False, 0
            block = replace(block, text=f"{due[-1].sign} {block.text}")
        inside = sum(one.counts for one in self._lists) - bool(step)
        return block if block.kind == "heading" else replace(block, step=step, inside=min(inside, MOST_INSIDE))
