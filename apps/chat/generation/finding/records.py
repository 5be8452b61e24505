"""What of a search is kept with the answer, for reviewers."""

from typing import Any

from apps.knowledge.retrieval.types import Retrieval


def retrieval_record(retrieval: Retrieval, *, quotes: bool) -> dict[str, Any]:
    """The few passages with their scores, best first, the confidence, and whether the answer `quotes` them.

    With their texts: a document may be imported anew, and the answer was made from what it said then.
    """
    return {
        "quotes": quotes,
        "confidence": round(retrieval.confidence, 4),
        "language": retrieval.language,
        "passages": [
            {
                "passage": str(passage.passage_id),
                "title": passage.title,
                "heading": passage.heading,
                "text": passage.text,
                "score": round(passage.score, 4),
            }
            for passage in retrieval.passages
        ],
    }
