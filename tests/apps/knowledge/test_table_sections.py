"""A search tells of a table how many passages it was cut into."""

from pathlib import Path

import pytest

from apps.knowledge.models import Collection, Passage
from apps.knowledge.retrieval.search import search

from .conftest import Import

pytestmark = pytest.mark.django_db


def test_all_passages_of_a_table_are_counted_be_they_found_or_not(import_into: Import, tmp_path: Path) -> None:
    rows = "\n".join(f"| Room {number} | {number} seats | yes | on floor {number} |" for number in range(1, 120))
    table = f"# Rooms\n\n| Room | Size | Projector | Place |\n| --- | --- | --- | --- |\n{rows}\n"
    (tmp_path / "rooms.md").write_text(f"{table}\n# Keys\n\nThe key of a room hangs at the desk.\n")
    import_into("house", tmp_path / "rooms.md")
    found = search(
        collection_ids=[Collection.objects.get(slug="house").pk], question="Which room has a projector?", limit=1
    )
    (home,) = found.passages
    there = Passage.objects.filter(document=home.document_id, heading=home.heading).count()
    assert home.section == there > 1
