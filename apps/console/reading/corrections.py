"""What reviewers said was right, beside the answers of a conversation."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from apps.chat.evaluation.corrections import case_asked
from apps.chat.models import Correction, Generation
from apps.core.errors import BadInput
from apps.knowledge.models import Document
from apps.knowledge.selectors import passages_collections, passages_there


@dataclass(frozen=True)
class Corrected:
    """`question` is without the customer's personal data. `taught` is the document that the knowledge base has it
    as, None once that is deleted. Of the passage: whether it `stands` in its document now, whether a link to it
    leads anywhere (`traced`), and whether the search had not found it (`elsewhere`). `collection` is where it, or
    else what the answer quotes or was made from, stands.
    """

    correction: Correction
    question: str
    taught: UUID | None
    stands: bool
    traced: bool
    elsewhere: bool
    collection: UUID | None


def corrected(generations: Iterable[Generation]) -> dict[UUID, Corrected]:
    """By the id of the answer's generation, those that were corrected."""
    found = {row.pk: row for row in generations if hasattr(row, "correction")}
    taught = Document.objects.filter(pk__in=[row.correction.taught for row in found.values()])
    kept: dict[UUID | None, UUID] = dict(taught.values_list("pk", "collection"))
    near = {pk: _near(row) for pk, row in found.items()}
    holds = passages_collections(passage for ids in near.values() for passage in ids)
    there = passages_there(row.correction.passage for row in found.values() if row.correction.passage)
    return {
        pk: Corrected(
            correction=row.correction,
            question=_question(row),
            taught=row.correction.taught if row.correction.taught in kept else None,
            stands=row.correction.passage in there and there[row.correction.passage],
            traced=row.correction.passage in there,
            elsewhere=str(row.correction.passage) not in _found(row),
            collection=kept.get(row.correction.taught) or next(filter(None, map(holds.get, near[pk])), None),
        )
        for pk, row in found.items()
    }


def _found(generation: Generation) -> set[str]:
    return {passage["passage"] for passage in generation.retrieval.get("passages", [])}


def _near(generation: Generation) -> list[UUID]:
    """Passages that tell where the right answer belongs, the surest first."""
    chosen = [generation.correction.passage] if generation.correction.passage else []
    quoted = generation.answer.sources if generation.answer else []
    return [*chosen, *(UUID(row["passage"]) for row in [*quoted, *generation.retrieval.get("passages", [])])]


def _question(generation: Generation) -> str:
    try:
        return case_asked(generation).question
    except BadInput:  # moderation blocks it: there is nothing to suggest
        return ""
