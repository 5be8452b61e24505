"""What people decide about a document while a new version of it is being read is not lost to that version."""

from collections.abc import Callable
from pathlib import Path

import pytest

from apps.accounts.models import Role
from apps.core.actor import SYSTEM, Actor
from apps.knowledge.ingest import hand
from apps.knowledge.models import Document, DroppedPair, Import, Passage, PassageEdit
from apps.knowledge.services import collection_import, documents_delete, pair_restore, passage_edit, passage_restore

pytestmark = pytest.mark.django_db
OLGA = Actor(user_id=1, label="olga", role=Role.OPERATOR)
OWN, EDITED = "The lamp is warm at night.", "The lamp is warm at night and bright by day."
During = Callable[[Callable[[], object]], None]


@pytest.fixture
def during(monkeypatch: pytest.MonkeyPatch) -> During:
    """What is done while the next import waits for the embedder, once."""

    def do(act: Callable[[], object]) -> None:
        acts, embed = [act], hand._embed

        def embed_meanwhile(results: object) -> None:
            if acts:
                acts.pop()()
            embed(results)  # type: ignore[arg-type]

        monkeypatch.setattr(hand, "_embed", embed_meanwhile)

    return do


@pytest.fixture
def bring(tmp_path: Path) -> Callable[..., None]:
    def run(name: str, text: str) -> None:
        (tmp_path / "pages").mkdir(exist_ok=True)
        (tmp_path / "pages" / name).write_text(text)
        report = collection_import(actor=SYSTEM, collection="help", paths=[tmp_path / "pages"])
        assert not report.failed

    return run


def test_an_edit_is_kept(bring: Callable[..., None], during: During) -> None:
    bring("lamp.md", f"# Lamp\n\n{OWN}")
    passage = Passage.objects.get()
    during(lambda: passage_edit(actor=OLGA, passage_id=passage.pk, text=EDITED))
    bring("lamp.md", f"# Lamp\n\n{OWN}\n\n# Fan\n\nThe fan is silent.")
    assert EDITED in Passage.objects.values_list("text", flat=True)
    assert PassageEdit.objects.get().original_text == OWN


def test_a_text_that_was_put_back_stays_so(bring: Callable[..., None], during: During) -> None:
    bring("lamp.md", f"# Lamp\n\n{OWN}")
    passage = Passage.objects.get()
    passage_edit(actor=OLGA, passage_id=passage.pk, text=EDITED)
    during(lambda: passage_restore(actor=OLGA, passage_id=passage.pk))
    bring("lamp.md", f"# Lamp\n\n{OWN}\n\n# Fan\n\nThe fan is silent.")
    assert set(Passage.objects.values_list("text", flat=True)) == {OWN, "The fan is silent."}


def test_a_document_that_is_deleted_while_the_same_file_comes_again_is_imported_anew(
    bring: Callable[..., None], during: During
) -> None:
    bring("lamp.md", f"# Lamp\n\n{OWN}")
    before = Document.objects.get().pk
    during(lambda: documents_delete(actor=OLGA, document_ids=[before]))
    bring("lamp.md", f"# Lamp\n\n{OWN}")
    assert Document.objects.get().pk != before
    assert Passage.objects.get().text == OWN
    item = Import.objects.latest("created_at").items.get()
    assert (item.state, item.document) == ("ready", Document.objects.get())


def test_a_pair_that_was_taken_back_is_still_found(bring: Callable[..., None], during: During) -> None:
    table = (
        "question,answer\nHow long may I return goods?,Thirty days.\nHow long may I return goods?,Thirty days.\n"
    )
    bring("faq.csv", table)
    pair = DroppedPair.objects.get()
    during(lambda: pair_restore(actor=OLGA, pair_id=pair.pk))
    bring("faq.csv", f"{table}Where is the shop?,It stands in Kunshan near the river.\n")
    assert DroppedPair.objects.get().restored
    assert Passage.objects.count() == 3
