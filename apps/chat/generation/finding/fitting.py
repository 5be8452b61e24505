"""What of that which was found may answer at all, in whichever language and words it was looked for."""

from apps.knowledge.retrieval.types import Retrieval

from ..quoting.deeds import of_the_deed
from ..quoting.ranged_rows import of_its_range


def fitting(found: Retrieval, question: str, meant: str) -> Retrieval:
    """Without rows for other amounts and steps for a contrary deed. `meant` is the question with what it leaves
    unsaid, never the words that documents have for it.
    """
    return of_the_deed(of_its_range(found, question, meant), question, meant)
