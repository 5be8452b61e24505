"""Words of documents that the rules withhold from answers: told where they stand and where they are listed."""

from apps.accounts.models import Role
from apps.knowledge.models import Document, Passage
from apps.moderation.services import decisions_store
from apps.moderation.verdict import Finding, Verdict

from .conftest import World, as_role


def test_a_withheld_answer_names_the_passage_that_the_word_stands_in_and_who_may_the_lists_line(
    world: World,
) -> None:
    passage = Passage.objects.get()
    world.generation.retrieval["passages"][0]["text"] = "A pregnant bitch is wormed."
    world.generation.outcome = "blocked"
    world.generation.save()
    found = Finding("words", "abuse", "block", 11, 16, place=f"text {passage.pk}")
    decisions_store(world.generation.pk, [("output", Verdict("block", "", (found,), 3))])
    address = f"/console/conversations/{world.conversation.pk}/"
    shown = as_role(Role.REVIEWER).get(address).content.decode()
    assert f'in a source · <a href="/console/knowledge/passages/{passage.pk}/">退货 › 运费</a>' in shown
    assert "?q=bitch" not in shown
    assert "/console/policy/words/?q=bitch" in as_role(Role.ADMIN).get(address).content.decode()
    Document.objects.all().delete()
    assert f"/console/knowledge/passages/{passage.pk}/" not in as_role(Role.ADMIN).get(address).content.decode()
