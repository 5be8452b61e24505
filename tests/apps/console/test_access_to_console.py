"""Every page of the console and every role: deny by default."""

import uuid

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import URLPattern

from apps.accounts.models import Role, User
from apps.accounts.permissions import can
from apps.console.urls import urlpatterns
from apps.moderation.word_lists import word_check

from .conftest import World, as_role

ROLES = ["", *Role.values]
# What each route is expected to ask for; a new route fails here until somebody has decided.
VERBS = {
    "home": "console.use",
    "overview": "console.use",
    "overview-export": "console.use",
    "conversations": "transcript.read",
    "transcript": "transcript.read",
    "image": "transcript.read",
    "inbox": "conversations.attend",
    "inbox-conversation": "conversations.attend",
    "inbox-lookup": "conversations.attend",
    "inbox-take": "conversations.attend",
    "inbox-reply": "conversations.attend",
    "inbox-resolve": "conversations.attend",
    "assistants": "assistants.manage",
    "assistant-new": "assistants.manage",
    "assistant": "assistants.manage",
    "assistant-back": "assistants.manage",
    "assistant-move": "assistants.manage",
    "demo-away": "assistants.manage",
    "demo-back": "assistants.manage",
    "assistant-trial": "assistants.manage",
    "knowledge": "knowledge.manage",
    "collection": "knowledge.manage",
    "collection-withheld": "knowledge.manage",
    "collection-rename": "knowledge.manage",
    "collection-splitting": "knowledge.manage",
    "collection-originals": "knowledge.manage",
    "document-split": "knowledge.manage",
    "collection-delete": "knowledge.manage",
    "document": "knowledge.read",
    "document-withheld": "knowledge.read",
    "document-text": "knowledge.read",
    "document-original": "knowledge.read",
    "document-rename": "knowledge.manage",
    "document-delete": "knowledge.manage",
    "passage": "knowledge.read",
    "passage-edit": "knowledge.manage",
    "passage-restore": "knowledge.manage",
    "address-import": "knowledge.manage",
    "pairs": "knowledge.manage",
    "pair-back": "knowledge.manage",
    "indexes": "knowledge.manage",
    "index-state": "knowledge.manage",
    "index-cancel": "knowledge.manage",
    "keys": "keys.manage",
    "key-revoke": "keys.manage",
    "webhooks": "webhooks.manage",
    "webhook-new": "webhooks.manage",
    "webhook": "webhooks.manage",
    "webhook-secret": "webhooks.manage",
    "webhook-test": "webhooks.manage",
    "webhook-delete": "webhooks.manage",
    "delivery-again": "webhooks.manage",
    "widgets": "widgets.manage",
    "widget-new": "widgets.manage",
    "widget": "widgets.manage",
    "widget-preview": "widgets.manage",
    "widget-stage": "widgets.manage",
    "widget-secret": "widgets.manage",
    "widget-secret-end": "widgets.manage",
    "models": "registry.read",
    "upload": "registry.upload",
    "endpoint-new": "registry.upload",
    "version-discard": "registry.upload",
    "upload-start": "registry.upload",
    "upload-state": "registry.upload",
    "upload-finish": "registry.upload",
    "upload-cancel": "registry.upload",
    "upload-file": "registry.upload",
    "version": "registry.read",
    "version-state": "registry.read",
    "version-check": "registry.upload",
    "version-try": "registry.upload",
    "version-activate": "registry.move_alias",
    "rollout-state": "registry.read",
    "alias": "registry.read",
    "alias-back": "registry.move_alias",
    "audit": "audit.read",
    "audit-export": "audit.read",
    "policy": "policy.manage",
    "words": "policy.manage",
    "words-add": "policy.manage",
    "word-save": "policy.manage",
    "word-remove": "policy.manage",
    "words-import": "policy.manage",
    "words-export": "policy.manage",
    "people": "people.manage",
    "person": "people.manage",
    "person-new": "people.manage",
    "person-link": "people.manage",
    "person-block": "people.manage",
    "person-sign-out": "people.manage",
    "person-delete": "people.manage",
    "person-second-step": "people.manage",
    "second-step": "people.manage",
    "sign-up": "people.manage",
    "evaluation": "evaluation.use",
    "evaluation-new": "evaluation.use",
    "evaluation-set": "evaluation.use",
    "evaluation-file": "evaluation.use",
    "evaluation-delete": "evaluation.use",
    "evaluation-run": "evaluation.use",
    "evaluation-state": "evaluation.use",
    "evaluation-cancel": "evaluation.use",
    "evaluation-compare": "evaluation.use",
    "playground": "evaluation.use",
    "insights": "transcript.read",
    "insight-add": "transcript.read",
    "gap-answer": "answers.correct",
    "gap-away": "answers.correct",
    "gap-back": "answers.correct",
    "correction": "answers.correct",
    "correction-remove": "answers.correct",
    "correction-case": "answers.correct",
    "correction-into": "answers.correct",
    "imports": "knowledge.manage",
    "import-new": "knowledge.manage",
    "import-start": "knowledge.manage",
    "import-upload": "knowledge.manage",
    "import-stream": "knowledge.manage",
    "import": "knowledge.manage",
    "import-state": "knowledge.manage",
    "import-finish": "knowledge.manage",
    "import-cancel": "knowledge.manage",
    "import-retry": "knowledge.manage",
    "import-preview": "knowledge.manage",
}
POSTED = {
    "key-revoke",
    "words-add",
    "word-save",
    "word-remove",
    "words-import",
    "person-new",
    "person-link",
    "person-block",
    "person-sign-out",
    "person-delete",
    "person-second-step",
    "second-step",
    "sign-up",
    "webhook-secret",
    "webhook-test",
    "webhook-delete",
    "delivery-again",
    "widget-preview",
    "widget-secret",
    "widget-secret-end",
    "inbox-take",
    "inbox-reply",
    "inbox-resolve",
    "upload-start",
    "upload-finish",
    "upload-cancel",
    "version-check",
    "version-try",
    "version-activate",
    "alias-back",
    "assistant-back",
    "assistant-move",
    "demo-away",
    "demo-back",
    "collection-rename",
    "collection-splitting",
    "document-split",
    "collection-delete",
    "document-rename",
    "document-delete",
    "passage-restore",
    "address-import",
    "pair-back",
    "index-cancel",
    "evaluation-delete",
    "evaluation-cancel",
    "insight-add",
    "gap-answer",
    "gap-away",
    "gap-back",
    "correction",
    "correction-remove",
    "correction-case",
    "correction-into",
    "import-start",
    "import-finish",
    "import-cancel",
    "import-retry",
}

BOTH = {"person"}  # a page and what its form saves


def address(pattern: URLPattern, world: World) -> str:
    values = {
        "conversation_id": world.conversation.pk,
        "generation_id": uuid.uuid4(),
        "trial_id": uuid.uuid4(),
        "page_id": uuid.uuid4(),
        "token": "guessed",
        "version_id": world.version.pk,
        "rollout_id": uuid.uuid4(),
        "set_id": uuid.uuid4(),
        "key_id": uuid.uuid4(),
        "webhook_id": uuid.uuid4(),
        "delivery_id": uuid.uuid4(),
        "inbox_id": uuid.uuid4(),
        "run_id": uuid.uuid4(),
        "name": "production",
        "collection": "shop",
        "document_id": uuid.uuid4(),
        "import_id": uuid.uuid4(),
        "item_id": uuid.uuid4(),
        "passage_id": uuid.uuid4(),
        "pair_id": uuid.uuid4(),
        "file_id": uuid.uuid4(),
        "index_id": uuid.uuid4(),
        "slug": "service",
        "user_id": User.objects.get(username="customer-person").pk,
    }
    from django.urls import reverse

    wanted = pattern.pattern.converters
    return reverse(f"console:{pattern.name}", kwargs={name: values[name] for name in wanted})


def test_every_route_says_who_may_open_it() -> None:
    assert {pattern.name: getattr(pattern.callback, "needs", None) for pattern in urlpatterns} == VERBS


def test_a_role_opens_what_it_may_and_nothing_else(world: World) -> None:
    """Each role finds the world as it was. What follows a commit does not run: who may is decided before it."""
    people = {role: as_role(role) for role in ROLES}
    users = {role: User.objects.get(username=f"{role}-person") for role in Role.values}
    wrong = {}
    for pattern in urlpatterns:
        opened = {role for role, client in people.items() if opens(client, pattern, world)}
        may = {role for role, user in users.items() if can(user, VERBS[pattern.name])}
        if opened != may:
            wrong[pattern.name] = (opened, may)
    assert wrong == {}


def opens(client: Client, pattern: URLPattern, world: World) -> bool:
    cache.clear()
    word_check.cache_clear()  # the one of this process that is kept by what stands in a row
    ways = {"post"} if pattern.name in POSTED else {"get", "post"} if pattern.name in BOTH else {"get"}
    refused = set()
    for way in ways:
        with transaction.atomic():
            response = getattr(client, way)(address(pattern, world), headers={"Accept": "application/json"})
            transaction.set_rollback(True)
        refused.add(response.status_code == 403)
        assert response.status_code != 403 or response.json()["error"]["code"] == "not_allowed", pattern.name
    assert len(refused) == 1, f"{pattern.name} is read by some who may not save it"
    return refused == {False}


@pytest.mark.parametrize("name", ["conversations", "models", "audit"])
def test_a_visitor_is_asked_to_sign_in_and_a_customer_is_refused_with_a_page(name: str, db: None) -> None:
    page = f"/console/{name}/"
    assert Client().get(page).headers["Location"] == f"/accounts/login/?next={page}"
    refused = as_role(Role.CUSTOMER).get(page)
    assert refused.status_code == 403 and b"role" in refused.content


def test_a_customer_sees_no_link_to_the_console(db: None) -> None:
    assert b"/console/" not in as_role(Role.CUSTOMER).get("/").content
    assert b"/console/" in as_role(Role.REVIEWER).get("/").content


def test_everybody_lands_on_a_page_that_they_may_see(db: None) -> None:
    assert as_role(Role.REVIEWER).get("/console/").headers["Location"] == "/console/conversations/"
    assert as_role(Role.OPERATOR).get("/console/").headers["Location"] == "/console/models/"


def test_a_form_without_its_token_is_refused(world: World) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(User.objects.create(username="olga", role=Role.OPERATOR))
    page = f"/console/models/versions/{world.version.pk}/activate/"
    assert client.post(page, {"alias": "production", "reason": "x"}).status_code == 403
