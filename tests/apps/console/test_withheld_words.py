"""Words of documents that the rules withhold from answers: told where they stand and where they are listed."""

from typing import Any

import pytest
from django.db.models import F
from django.test import Client
from lxml import html

from apps.accounts.models import Role
from apps.chat.models import Assistant
from apps.core.actor import SYSTEM
from apps.knowledge.models import Collection, Document, Passage
from apps.moderation.selectors import Withholding
from apps.moderation.services import decisions_store, policy_publish, word_remove, words_put
from apps.moderation.verdict import Finding, Verdict

from .conftest import World, as_role
from .test_import_pages import help_collection, preview_of, sent  # noqa: F401  (a fixture)


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


def told(address: str, role: str = Role.ADMIN, language: str = "en") -> str:
    """The notice that a page asks for, its words alone."""
    answer = as_role(role).get(address, headers={"accept": "application/json", "accept-language": language})
    assert answer.status_code == 200
    return answer.json()["html"]


def words(shown: str) -> str:
    return " ".join(html.fromstring(f"<div>{shown}</div>").text_content().split())


def said(text: str, **fields: Any) -> Passage:
    """The passage says `text` from now on, as after an edit or an import."""
    Passage.objects.update(text=text, **fields)
    Collection.objects.update(version=F("version") + 1)
    return Passage.objects.get()


def test_a_collection_and_a_document_tell_the_words_that_answers_are_withheld_for_until_that_is_mended(
    world: World,
) -> None:
    shop = "/console/knowledge/shop/withheld/"
    assert told(shop).strip() == ""
    passage = said("A pregnant bitch is wormed weekly.")
    document = f"/console/knowledge/documents/{passage.document_id}/"
    notice = "1 passage holds words that the content rules withhold from answers: bitch An answer"
    for address in (shop, f"{document}withheld/"):
        assert notice in words(told(address)) and "/console/policy/words/?q=bitch" in told(address)
        assert "1 个段落含有会被内容规则拦下、不能出现在回答中的词语：bitch" in words(
            told(address, language="zh-hans")
        )
    assert f'href="{document}"' in told(shop) and f"{document}#passage-{passage.pk}" in told(f"{document}withheld/")
    word_remove(actor=SYSTEM, term="bitch")
    assert told(shop).strip() == "" and told(f"{document}withheld/").strip() == ""
    words_put(actor=SYSTEM, words=[("wormed weekly", "other")])
    assert "answers: wormed weekly" in words(told(shop))
    policy_publish(actor=SYSTEM, rules={"output": {"words": {"other": "flag"}}})
    assert told(shop).strip() == ""


def test_titles_headings_and_words_of_one_assistants_own_are_told_too(world: World) -> None:
    said("Fine.", heading="About shit")
    Document.objects.update(title="Scunthorpe assholes")
    Collection.objects.update(version=F("version") + 1)
    assert "answers: asshole, shit" in words(told("/console/knowledge/shop/withheld/")).replace(
        "assholes", "asshole"
    )
    Assistant.objects.update(blocked_words=["Fine"])
    shown = told("/console/knowledge/shop/withheld/?assistant=service")
    assert "Fine" in words(shown) and "?q=Fine" not in shown
    said_where = words(shown).split("is not shown.")[1]
    assert "take it out of its list" in said_where and "“Words that are blocked here”" in said_where


def test_more_words_than_the_notice_names_are_counted(world: World) -> None:
    many = [f"quux{letter}" for letter in "abcdefghijklmn"]
    words_put(actor=SYSTEM, words=[(word, "other") for word in many])
    said(" ".join(many))
    shown = words(told("/console/knowledge/shop/withheld/"))
    assert "quuxa, quuxb" in shown and "quuxl and 2 more An answer" in shown and "quuxm" not in shown
    assert "blocked here" not in shown


def test_who_may_not_change_the_rules_sees_the_notice_without_the_way_there(world: World) -> None:
    address = f"/console/knowledge/documents/{said('You bitch.').document_id}/withheld/"
    shown = told(address, Role.REVIEWER)
    assert "answers: bitch" in words(shown) and "policy" not in shown and "whoever keeps" in shown


def test_many_collections_are_looked_through_once_for_each_state_of_them(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    said("You bitch.")
    looked, find = [], Withholding.terms
    monkeypatch.setattr(Withholding, "terms", lambda rules, text: [looked.append(text), find(rules, text)][1])
    passage = Passage.objects.get()
    document = passage.document
    names = [f"shelf-{number}" for number in range(20)]
    for name in names:
        collection = Collection.objects.create(slug=name, name=name)
        document.pk, document.collection = None, collection
        document.save(force_insert=True)
        passage.pk, passage.document, passage.collection = None, document, collection
        passage.save(force_insert=True)
    for _time in range(2):
        assert all("answers: bitch" in words(told(f"/console/knowledge/{name}/withheld/")) for name in names)
    assert looked.count("You bitch.") == 20
    Collection.objects.update(version=F("version") + 1)
    told(f"/console/knowledge/{names[0]}/withheld/")
    assert looked.count("You bitch.") == 21


@pytest.mark.parametrize("role", ["", Role.CUSTOMER])
def test_outsiders_learn_of_no_word(world: World, role: str) -> None:
    document = said("You bitch.").document_id
    for address in (f"documents/{document}", "shop"):
        answer = as_role(role).get(
            f"/console/knowledge/{address}/withheld/", headers={"accept": "application/json"}
        )
        assert answer.status_code in {401, 403} and "bitch" not in answer.content.decode()


def test_pages_ask_for_the_notice_once_they_stand(world: World) -> None:
    document = said("Fine.").document
    Document.objects.update(passages_count=1)
    Assistant.objects.get().collections.add(document.collection)
    asked = {
        f"/console/knowledge/documents/{document.pk}/": f"/console/knowledge/documents/{document.pk}/withheld/",
        "/console/knowledge/shop/": "/console/knowledge/shop/withheld/",
        "/console/assistants/service/": "/console/knowledge/shop/withheld/?assistant=service",
    }
    for page, later in asked.items():
        assert f'data-later="{later}"' in as_role(Role.ADMIN).get(page).content.decode(), page
    assert "No passage holds" in as_role(Role.ADMIN).get("/console/knowledge/shop/withheld/").content.decode()


def test_the_preview_of_a_file_tells_them_before_it_is_imported(
    operator: Client,
    help_collection: Collection,  # noqa: F811
) -> None:
    state = sent(operator, ("worming.md", b"# Worming\n\nA pregnant bitch is wormed weekly.\n"))
    page = preview_of(operator, state)
    assert "1 passage holds words that the content rules withhold from answers" in words(page)
    assert "withheld from answers</span>" in page and "Where they stand" not in page
