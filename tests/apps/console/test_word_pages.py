"""The page of the word lists: finding, adding, changing, taking out, files, and trying a sentence."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from lxml import html

from apps.audit.selectors import audit_events
from apps.core.actor import SYSTEM
from apps.moderation.selectors import words_listed
from apps.moderation.services import check_text, policy_publish, words_put

from .conftest import as_role

pytestmark = pytest.mark.django_db
PAGE = "/console/policy/words/"


def shown(client: Client, query: str = "", language: str = "en") -> Any:
    answer = client.get(PAGE + query, headers={"accept-language": language})
    assert answer.status_code == 200
    return html.fromstring(answer.content.decode())


def said(client: Client, do: str, back: str = "", **fields: Any) -> str:
    """What the page says once the form was sent."""
    answer = client.post(f"{PAGE}{do}", {"back": back, **fields}, follow=True, headers={"accept-language": "en"})
    assert answer.status_code == 200
    return answer.content.decode()


def rows(page: Any) -> list[tuple[str, ...]]:
    return [
        tuple(" ".join(cell.text_content().split()) for cell in row.xpath("td")[:3])
        for row in page.xpath("//table[contains(@class, 'words')]/tbody/tr")
    ]


def listed() -> dict[str, str]:
    return {word.term: word.category for word in words_listed() if word.category}


def flagged(text: str) -> bool:
    return check_text(text=text, stage="input", language="en").action == "flag"


def test_words_are_added_one_a_line_and_in_force_at_once(operator: Client) -> None:
    page = said(operator, "add/", words="Acme\r\n\r\n  竞品 \r\nbullshit\r\n", category="other")
    assert "2 words added · 1 moved to another list" in page
    assert {"Acme": "other", "竞品": "other", "bullshit": "other"}.items() <= listed().items()
    assert flagged("有竞品吗") and flagged("buy ACME")
    events = audit_events(action="word.added")
    assert {event.target for event in events} == {"word:Acme", "word:竞品"}
    assert events[0].actor_label == "operator-person"
    assert "1 was there already" in said(operator, "add/", words="Acme", category="other")


def test_what_cannot_be_listed_is_said_and_stays_in_the_field(operator: Client) -> None:
    page = html.fromstring(said(operator, "add/", words="fine\r\na, b", category="slur"))
    assert "has a comma" in page.xpath("string(//aside)")
    assert page.xpath("string(//textarea[@name='words'])").split() == ["fine", "a,", "b"]
    assert page.xpath("string(//aside//select[@name='category']/option[@selected]/@value)") == "slur"
    assert "fine" not in listed()


def test_lists_are_filtered_searched_and_paged(operator: Client) -> None:
    words_put(actor=SYSTEM, words=[("Acme", "other")])
    assert rows(shown(operator, "?of=other")) == [("Acme", "Other words", "system · just now")]
    assert rows(shown(operator, "?of=own")) == rows(shown(operator, "?q=acm"))
    assert rows(shown(operator, "?q=bullsh")) == [("bullshit", "Insults", "Parley")]
    assert rows(shown(operator, "?of=nonsense&q=%00&page=x&edit=%00"))
    first = shown(operator, "?of=all")
    (after,) = first.xpath("//a[@rel='next']/@href")
    assert len(rows(first)) == 50 and not set(rows(first)) & set(rows(shown(operator, after)))
    assert rows(shown(operator, "?q=nowhere")) == []


def test_a_list_says_what_follows_from_it(operator: Client) -> None:
    policy_publish(actor=SYSTEM, rules={"input": {"words": {"other": "mask"}}})
    text = shown(operator, "?of=other").text_content()
    assert "In questions: masked. In answers: let pass." in text
    assert "提问中：遮盖；回答中：放行。" in shown(operator, "?of=other", "zh-hans").text_content()


def test_what_follows_from_each_list_stands_beside_the_form_before_a_word_is_added(operator: Client) -> None:
    table = shown(operator).xpath("//table[contains(@class, 'follows')]/tbody/tr")
    assert ["Other words", "noted for reviewers", "blocked"] in [row.xpath("*/text()") for row in table]


def test_who_lists_words_is_told_what_follows_from_them_and_warned_where_nothing_does(operator: Client) -> None:
    page = said(operator, "add/", words="Acme", category="other")
    assert "Other words · In questions: noted for reviewers. In answers: blocked." in page
    policy_publish(actor=SYSTEM, rules={"input": {"words": {"slur": "block"}}})
    nothing = "The content rules let “Other words” pass, so nothing follows from its words."
    page = html.fromstring(said(operator, "add/", words="Zeta", category="other"))
    assert nothing in page.xpath("string(//div[contains(@class, 'warn')])")
    assert nothing in said(operator, "save/", was="Zeta", term="Eta", category="other")
    page = said(operator, "import/", file=file(b"slur: dolts\nother: Theta"))
    assert "Slurs · In questions: blocked. In answers: let pass." in page and nothing in page


def test_a_word_that_is_in_no_list_is_not_said_to_have_been_taken_out(operator: Client) -> None:
    page = said(operator, "remove/", term="Acme")
    assert "“Acme” is in no list." in page and "“Acme” is no longer" not in page


def test_a_word_is_edited_where_it_stands_and_the_filter_stays(operator: Client) -> None:
    words_put(actor=SYSTEM, words=[("Acme & Co", "other")])
    (edit,) = shown(operator, "?of=other").xpath("//a[starts-with(., 'Edit')]/@href")
    (form,) = shown(operator, edit).xpath("//form[@id='edit']")
    sent = {field.get("name"): field.get("value") for field in form.xpath(".//input[@type='hidden']")}
    assert (sent["was"], sent["back"]) == ("Acme & Co", "of=other")
    page = said(operator, "save/", back=sent["back"], was=sent["was"], term="Acme Ltd", category="slur")
    assert "“Acme Ltd” is looked for from now on." in page and 'name="of" value="other"' in page
    assert listed()["Acme Ltd"] == "slur" and "Acme & Co" not in listed()
    assert "Nothing was changed." in said(operator, "save/", was="Acme Ltd", term="Acme Ltd", category="slur")
    assert "listed already" in said(operator, "save/", was="Acme Ltd", term="bullshit", category="slur")
    assert "meanwhile" in said(operator, "save/", was="Acme & Co", term="x y", category="slur")


def test_a_word_of_the_release_is_taken_out_and_put_back(operator: Client) -> None:
    assert "“bullshit” is no longer looked for." in said(operator, "remove/", term="bullshit")
    assert not flagged("bullshit") and "bullshit" not in {row[0] for row in rows(shown(operator, "?of=all"))}
    page = shown(operator, "?of=off")
    assert rows(page) == [("bullshit", "Insults", "operator-person · just now")]
    (form,) = page.xpath("//table//form")
    sent = {field.get("name"): field.get("value") for field in form.xpath(".//input")}
    assert "1 word added" in said(operator, "add/", words=sent["words"], category=sent["category"])
    assert flagged("bullshit") and rows(shown(operator, "?q=bullshit")) == [("bullshit", "Insults", "Parley")]


def test_a_sentence_is_tried_and_kept_nowhere(operator: Client) -> None:
    words_put(actor=SYSTEM, words=[("go to Acme", "other"), ("Acme", "slur")])
    policy_publish(actor=SYSTEM, rules={"input": {"words": {"other": "flag"}}})
    page = html.fromstring(said(operator, "", sentence="Well, <b>go to ACME</b>\r\nthen"))
    assert page.xpath("//p[@class='tried-sentence']//mark/text()") == ["go to ACME"]
    assert page.xpath("string(//p[@class='tried-sentence'])") == "Well, <b>go to ACME</b>\nthen"
    found = [" ".join(row.text_content().split()) for row in page.xpath("//ul[contains(@class, 'tried-words')]/li")]
    assert found == [
        "go to ACME · Other wordsIn questions: noted for reviewers. In answers: let pass.",
        "ACME · SlursIn questions: let pass. In answers: let pass.",
    ]
    assert "No listed word" in said(operator, "", sentence="Scunthorpe")
    assert not audit_events().exclude(action__in=["word.added", "policy.published"]).exists()


def file(text: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("words.txt", text)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_file_is_imported_whatever_editor_it_was_saved_in(operator: Client, encoding: str) -> None:
    page = said(
        operator, "import/", file=file("# 我们的\r\nother: 竞品\r\n废话连篇\r\n".encode(encoding)), category="abuse"
    )
    assert "2 words added" in page
    assert (listed()["竞品"], listed()["废话连篇"]) == ("other", "abuse")


def test_an_export_that_is_imported_again_changes_nothing_and_one_that_replaces_takes_the_others_out(
    operator: Client,
) -> None:
    words_put(actor=SYSTEM, words=[("Acme", "other")])
    before = listed()
    answer = operator.get(f"{PAGE}export/")
    assert "attachment" in answer["Content-Disposition"] and b"other: Acme\n" in answer.content
    page = said(operator, "import/", file=file(answer.content), replace="on")
    assert f"{len(before)} were there already" in page and "taken out" not in page and listed() == before
    page = said(operator, "import/", file=file(b"other: only this"), replace="on")
    assert f"1 word added · {len(before)} taken out" in page and listed() == {"only this": "other"}


@pytest.mark.parametrize(
    "content, why",
    [
        (b"Acme\n", "These lines do not begin with the name of a list"),
        (b"other: x" + b"y" * 70, "too long"),
        (b"# nothing\n", "There is no word in it."),
        (b"\xff\xfe\x00", "not a text file"),
        (b"other: a b\n" * 100_000, "1 MB at most"),
    ],
)
def test_a_file_with_a_fault_changes_nothing_and_says_which(operator: Client, content: bytes, why: str) -> None:
    before = listed()
    assert why in said(operator, "import/", file=file(content), replace="on")
    assert listed() == before and not audit_events().exists()


def test_the_audit_log_says_in_words_what_was_done_to_which_word(operator: Client) -> None:
    said(operator, "save/", was="bullshit", term="bullshit", category="slur")
    page = as_role("reviewer").get("/console/audit/", headers={"accept-language": "zh-hans"}).content.decode()
    assert "修改词表中的词语" in page and "word:bullshit" in page and "原词表" in page and "辱骂" in page


def test_who_only_opens_the_page_meets_own_words_and_none_of_the_slurs(operator: Client) -> None:
    assert rows(shown(operator)) == [] and "Choose a list to see its words." in shown(operator).text_content()
    words_put(actor=SYSTEM, words=[("Acme", "other")])
    assert [row[0] for row in rows(shown(operator))] == ["Acme"]
    assert (
        shown(operator).xpath("string(//a[@aria-current='true'][contains(@class, 'chip')])").startswith("Changed")
    )
