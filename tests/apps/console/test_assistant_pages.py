"""Setting assistants up in the console."""

import re

import pytest
from django.test import Client

from apps.chat.models import Assistant, Task
from apps.knowledge.models import Collection, Document

from .conftest import World

pytestmark = pytest.mark.django_db
FIELDS = {
    "name": "Returns desk",
    "name_zh": "退货服务",
    "description": "Everything about returns.",
    "starters": "How long do I have?\n\n  Who pays?  ",
    "collections": ["shop"],
    "audience": "members",
    "task": "answer",
    "alias": "production",
    "verbatim": "on",
    "threshold": "0.4",
    "min_sentences": "1",
    "max_sentences": "3",
    "declines_zh": "请联系人工客服。",
    "hours": "From 9 to 17.",
    "enabled": "on",
}


def test_an_operator_makes_an_assistant_over_a_collection(operator: Client, world: World) -> None:
    response = operator.post("/console/assistants/new/", {"slug": "returns", **FIELDS})
    assert response.status_code == 302, response.content
    made = Assistant.objects.get(slug="returns")
    assert made.starters == ["How long do I have?", "Who pays?"]
    assert (made.audience, made.threshold, made.max_sentences) == ("members", 0.4, 3)
    assert made.texts == {"en": {"hours": "From 9 to 17."}, "zh": {"no": "请联系人工客服。"}}
    assert list(made.collections.all()) == [Collection.objects.get(slug="shop")]


def test_a_new_assistant_is_asked_its_name_first(operator: Client, world: World) -> None:
    page = operator.get("/console/assistants/new/").content.decode()
    assert page.index('name="name"') < page.index('name="slug"') < page.index('name="description"')


def test_a_collection_is_given_to_an_assistant_by_choosing_one_and_saving(operator: Client, world: World) -> None:
    shop, service = Collection.objects.get(slug="shop"), Assistant.objects.get(slug="service")
    own = Collection.objects.create(slug="own", name="Own")
    service.collections.add(own)
    page = operator.get("/console/knowledge/shop/").content.decode()
    (listed,) = set(re.findall(r'href="(/console/assistants/[^"]*)">Give it', page))
    listing = operator.get(listed).content.decode()
    assert f"answer from “{shop.name}”" in listing
    edit, new = "/console/assistants/service/?collection=shop", "/console/assistants/new/?collection=shop"
    assert edit in listing and new in listing
    for address, chosen in ((edit, {"own", "shop"}), (new, {"shop"})):
        page = operator.get(address).content.decode()
        boxes = re.findall(r'<input type="checkbox" name="collections" value="(\w+)"[^>]*checked', page)
        assert set(boxes) == chosen, address
        assert "“Shop” is chosen below" in page
    assert list(service.collections.all()) == [own]  # looking changes nothing


@pytest.mark.parametrize("collection", ["none", "%00", "a%00b", "x" * 5000])
def test_a_collection_that_there_is_not_is_given_to_nobody(operator: Client, world: World, collection: str) -> None:
    for address in ("/console/assistants/", "/console/assistants/new/", "/console/assistants/service/"):
        response = operator.get(f"{address}?collection={collection}")
        assert response.status_code == 200, address
        page = response.content.decode()
        assert "is chosen below" not in page and "Choose which assistant" not in page


def test_nothing_is_said_to_be_chosen_where_the_assistant_has_it_or_reads_no_documents(
    operator: Client, world: World
) -> None:
    shop, service = Collection.objects.get(slug="shop"), Assistant.objects.get(slug="service")
    address = f"/console/assistants/{service.slug}/?collection={shop.slug}"
    assert "is chosen below" in operator.get(address).content.decode()
    service.collections.add(shop)
    page = operator.get(address).content.decode()
    assert "is chosen below" not in page and "data-unsaved" not in page
    service.collections.clear()
    Assistant.objects.update(task=Task.TRANSLATE)
    assert "is chosen below" not in operator.get(address).content.decode()
    assert address not in operator.get(f"/console/assistants/?collection={shop.slug}").content.decode()


def test_a_short_name_is_offered_where_the_name_has_no_letter_for_one(operator: Client, world: World) -> None:
    def offered() -> str:
        page = operator.get("/console/assistants/new/").content.decode()
        return re.findall(r'data-otherwise="([^"]*)"', page)[0]

    assert offered() == "assistant-2"
    Assistant.objects.create(slug="assistant-3", name="三")
    assert offered() == "assistant-4"


def test_rarely_used_fields_are_folded_away_until_they_say_something_or_are_wrong(
    operator: Client, world: World
) -> None:
    def opened(page: str) -> list[str]:
        return re.findall(r"<details open><summary>(.*?)</summary>", page)

    new = operator.get("/console/assistants/new/").content.decode()
    assert opened(new) == [] and "<details><summary>Emergencies</summary>" in new
    Assistant.objects.update(blocked_words=["sofa"])
    assert opened(operator.get("/console/assistants/service/").content.decode()) == ["Blocked words"]
    wrong = {**FIELDS, "declines_zh": "", "emergency_words": "chest pain"}
    page = operator.post("/console/assistants/service/", wrong).content.decode()
    assert "Say what is to be done" in page and opened(page) == ["Emergencies"]


def test_a_mistake_is_named_beside_its_field_and_what_was_typed_stays(operator: Client, world: World) -> None:
    wrong = {**FIELDS, "threshold": "7", "min_sentences": "4"}
    page = operator.post("/console/assistants/service/", wrong).content.decode()
    assert "less than or equal to 1" in page and "must not be less" in page and "退货服务" in page
    assert Assistant.objects.get(slug="service").name == "Service desk"


def test_what_is_wrong_with_a_switch_is_said_below_it(operator: Client, world: World) -> None:
    page = operator.post("/console/assistants/service/", {**FIELDS, "escalates": "on"}).content.decode()
    assert "Let customers ask for a person, too" in page
    assert "come to the inbox" in page


def test_a_name_that_is_taken_makes_no_second_assistant(operator: Client, world: World) -> None:
    page = operator.post("/console/assistants/new/", {"slug": "service", **FIELDS}).content.decode()
    assert "such an assistant already" in page
    assert Assistant.objects.get(slug="service").name == "Service desk"


def test_editing_keeps_texts_that_the_form_does_not_show(operator: Client, world: World) -> None:
    Assistant.objects.update(texts={"en": {"hello": "Welcome!", "no": "Sorry."}})
    operator.post("/console/assistants/service/", FIELDS)
    assert Assistant.objects.get(slug="service").texts == {
        "en": {"hello": "Welcome!", "hours": "From 9 to 17."},
        "zh": {"no": "请联系人工客服。"},
    }


def test_an_earlier_version_is_put_back_with_one_click(operator: Client, world: World) -> None:
    operator.post("/console/assistants/service/", FIELDS)
    operator.post("/console/assistants/service/", {**FIELDS, "name": "Worse"})
    operator.post("/console/assistants/service/back/", {"number": "1"})
    assert Assistant.objects.get(slug="service").name == "Returns desk"
    assert operator.post("/console/assistants/service/back/", {"number": "99"}).status_code == 404


def test_closing_an_assistant_takes_it_from_the_chat(operator: Client, world: World) -> None:
    assert b"Service desk" in operator.get("/").content
    operator.post("/console/assistants/service/", {key: FIELDS[key] for key in FIELDS if key != "enabled"})
    assert b"Returns desk" not in operator.get("/").content
    assert b"Returns desk" in operator.get("/console/assistants/").content


def test_a_press_of_a_button_moves_an_assistant_and_the_button_keeps_the_focus(
    operator: Client, world: World
) -> None:
    operator.post("/console/assistants/new/", {"slug": "returns", **FIELDS})
    names = lambda: [one.slug for one in Assistant.objects.all()]  # noqa: E731
    assert names() == ["service", "returns"]
    moved = operator.post("/console/assistants/returns/move/", {"towards": "up"})
    assert (names(), moved.headers["Location"]) == (["returns", "service"], "/console/assistants/#up-returns")
    page = operator.get("/console/assistants/").content.decode()
    assert 'id="up-returns"' in page and page.index("Returns desk") < page.index("Service desk")
    assert operator.post("/console/assistants/returns/move/", {"towards": "left"}).status_code == 400
    assert operator.post("/console/assistants/nobody/move/", {"towards": "up"}).status_code == 404


def test_instructions_may_be_as_long_as_the_form_says_however_a_browser_ends_its_lines(
    operator: Client, world: World
) -> None:
    long = "\r\n".join(["Be kind."] * 444)
    operator.post("/console/assistants/service/", {**FIELDS, "instructions": long, "instructions_zh": "请用敬语。"})
    kept = Assistant.objects.get(slug="service")
    assert (kept.instructions, kept.instructions_zh) == ("\n".join(["Be kind."] * 444), "请用敬语。")
    page = operator.post("/console/assistants/service/", {**FIELDS, "instructions": "x" * 4001}).content.decode()
    assert "at most 4000 characters" in page


def test_an_assistants_own_rules_are_set_in_its_form_and_kept_with_its_versions(
    operator: Client, world: World
) -> None:
    operator.post("/console/assistants/service/", {**FIELDS, "blocked_words": " Mars \n\n极光二代", "strict": "on"})
    kept = Assistant.objects.get(slug="service")
    assert (kept.blocked_words, kept.strict) == (["Mars", "极光二代"], True)
    operator.post("/console/assistants/service/", FIELDS)
    operator.post("/console/assistants/service/back/", {"number": "1"})
    kept.refresh_from_db()
    assert (kept.blocked_words, kept.strict) == (["Mars", "极光二代"], True)
    page = operator.post("/console/assistants/service/", {**FIELDS, "blocked_words": "x" * 61}).content.decode()
    assert "each of at most 60 characters" in page


def test_the_demo_is_put_away_and_brought_back_in_the_list_of_assistants(operator: Client, world: World) -> None:
    page = "/console/assistants/"
    Document.objects.create(collection=Collection.objects.get(slug="shop"), name="ours.md")
    assert "hold documents of yours" in operator.get(page).content.decode()
    Collection.objects.get(slug="shop").documents.all().delete()
    Collection.objects.filter(slug="shop").update(name="Lanternfield shop")
    assert "hold documents of yours" not in operator.get(page).content.decode()
    assert "customers find nobody to ask" in operator.get(page).content.decode()
    own = Collection.objects.create(slug="own", name="Own")
    operator.post(f"{page}new/", {"slug": "mine", **FIELDS, "name": "Mine", "collections": [own.slug]})
    assert "customers find nobody" not in operator.get(page).content.decode()
    away = operator.post(f"{page}demo/away/", {"documents": "1"}, follow=True).content.decode()
    assert "The demo is put away." in away and "demo_load --again" in away and "Bring the demo back" in away
    assert set(Assistant.objects.filter(enabled=True).values_list("slug", flat=True)) == {"mine"}
    assert set(Collection.objects.values_list("slug", flat=True)) == {"own"}
    operator.post(f"{page}demo/back/")
    assert (
        Assistant.objects.get(slug="service").enabled and "Put the demo away" in operator.get(page).content.decode()
    )
