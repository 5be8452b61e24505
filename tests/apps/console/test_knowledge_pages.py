"""The knowledge base in the console: collections."""

from django.test import Client

from apps.audit.selectors import audit_events
from apps.knowledge.models import Collection

from .conftest import World

PAGE = "/console/knowledge/"


def test_collections_are_listed_with_their_figures_and_who_uses_them(operator: Client, world: World) -> None:
    collection = Collection.objects.get(slug="shop")
    world.conversation.assistant.collections.add(collection)
    page = operator.get(PAGE).content.decode()
    assert f'href="{PAGE}shop/"' in page and "Service desk" in page
    assert "Service desk" in operator.get(f"{PAGE}shop/").content.decode()


def test_a_collection_is_made_renamed_and_deleted(operator: Client, world: World) -> None:
    made = operator.post(PAGE, {"name": "手册", "slug": "handbook"})
    assert made.headers["Location"] == f"{PAGE}handbook/"
    operator.post(f"{PAGE}handbook/rename/", {"name": "员工手册"})
    assert Collection.objects.get(slug="handbook").name == "员工手册"
    assert operator.post(f"{PAGE}handbook/delete/", {"slug": "Handbook"}).status_code == 400
    operator.post(f"{PAGE}handbook/delete/", {"slug": "handbook"})
    assert not Collection.objects.filter(slug="handbook").exists()
    assert audit_events(action="collection.deleted").get().actor_label == "operator-person"


def test_a_short_name_in_use_is_said_at_its_field(operator: Client, world: World) -> None:
    page = operator.post(PAGE, {"name": "Another", "slug": "shop"}).content.decode()
    assert "There is a collection shop already." in page and 'value="Another"' in page


def test_a_collection_in_use_offers_no_deletion_but_names_its_assistants(operator: Client, world: World) -> None:
    page = operator.get(f"{PAGE}shop/").content.decode()
    assert "Delete the collection" in page
    world.conversation.assistant.collections.add(Collection.objects.get(slug="shop"))
    page = operator.get(f"{PAGE}shop/").content.decode()
    assert "Delete the collection" not in page and "/console/assistants/service/" in page
    refused = operator.post(f"{PAGE}shop/delete/", {"slug": "shop"})
    assert refused.status_code == 409 and Collection.objects.filter(slug="shop").exists()


def test_a_collection_with_documents_that_no_assistant_has_leads_to_the_assistants(
    operator: Client, world: World
) -> None:
    address = f"{PAGE}shop/"
    link = '<a href="/console/assistants/?collection=shop">Give it to an assistant</a>'
    assert link in operator.get(address).content.decode()
    world.conversation.assistant.collections.add(Collection.objects.get(slug="shop"))
    assert link not in operator.get(address).content.decode()


def test_how_documents_are_cut_is_chosen_on_the_collections_page(operator: Client, world: World) -> None:
    address = "/console/knowledge/shop/splitting/"
    operator.post(address, {"size": "small", "overlap": "2"})
    page = operator.get("/console/knowledge/shop/").content.decode()
    assert '<option value="small" selected>' in page and "<option selected>2</option>" in page
    operator.post(address, {"size": "small", "characters": "700", "overlap": "0"})
    assert 'value="700"' in operator.get("/console/knowledge/shop/").content.decode()
    assert "700 characters" in operator.get("/console/knowledge/shop/imports/new/").content.decode()
    assert operator.post(address, {"size": "small", "characters": "7", "overlap": "0"}).status_code == 400
    refused = operator.post(address, {"size": "small", "overlap": "0", "anew": "1"})
    assert refused.status_code == 409 and "No original was kept" in refused.content.decode()
