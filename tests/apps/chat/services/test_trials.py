"""An assistant is tried before it is saved: by its editor alone, and nothing of it counts."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from apps.accounts.models import Role, User
from apps.audit.models import AuditEvent
from apps.chat.generation.runner import generation_run
from apps.chat.happenings import Happening
from apps.chat.insights.questions import questions
from apps.chat.insights.rows import Scope
from apps.chat.models import Assistant, AssistantVersion, CachedAnswer, Conversation, Generation
from apps.chat.reading.history import history_page
from apps.chat.services import assistant_try, handover_request, handover_take, message_send, trials_forget
from apps.console.reading.conversations import Filters, conversations
from apps.console.reading.inbox import inbox_for
from apps.console.reading.numbers import numbers
from apps.core.actor import Actor, KeyActor
from apps.core.db import in_database
from apps.core.errors import BadInput, NotFound
from apps.webhooks.models import Delivery, Webhook

from ..conftest import person
from ..fakes import ONE, FakeRuntime, events, said

HELD: dict[str, Any] = {"name": "Returns desk", "threshold": 0.5, "texts": {"en": {"no": "Ask Lin."}}}


@pytest.fixture
def editor(assistant: Assistant) -> Actor:
    return person(Client(), User.objects.create_user("olga", password=None, role=Role.OPERATOR))[0]


@pytest.fixture
def trial(editor: Actor) -> Assistant:
    return assistant_try(actor=editor, trial_id=uuid.uuid4(), **HELD)


def ask(actor: Actor, trial: Assistant, **ids: uuid.UUID) -> Generation:
    ids = {"message_id": uuid.uuid4(), "generation_id": uuid.uuid4(), "conversation_id": uuid.uuid4()} | ids
    sent = message_send(
        actor=actor, assistant=trial.slug, text="How long for returns?", start=lambda generation: None, **ids
    )
    assert sent.generation
    return sent.generation


@pytest.mark.asyncio
async def test_it_answers_with_what_the_form_holds_by_the_same_way(
    editor: Actor, trial: Assistant, runtime: FakeRuntime, search
) -> None:
    search.confidence = 0.4  # enough for the saved assistant, too little for the form's threshold
    runtime.pieces = ["[no]", " Ask Lin."]
    asked = await in_database(ask, editor, trial)
    await generation_run(asked.pk)
    assert said(events := await in_database(_events, asked)) == "Ask Lin."
    assert events[-1]["outcome"] == "declined"


def _events(generation: Generation) -> list[dict]:
    return events(generation.pk)


@pytest.mark.asyncio
async def test_a_change_counts_from_the_next_question_of_the_same_conversation(
    editor: Actor, trial: Assistant, runtime: FakeRuntime, search
) -> None:
    search.confidence = 0.4
    runtime.pieces = ["[no]", " Ask Lin."]
    first = await in_database(ask, editor, trial)
    await generation_run(first.pk)
    await in_database(
        lambda: assistant_try(actor=editor, trial_id=trial.pk, **HELD | {"threshold": 0.1, "max_sentences": 5})
    )
    runtime.pieces = ["[1]", " " + ONE]
    second = await in_database(lambda: ask(editor, trial, conversation_id=first.conversation_id))
    await generation_run(second.pk)
    assert said(await in_database(_events, second)) == f"{ONE} [1]"
    assert not await in_database(CachedAnswer.objects.exists)


def test_what_is_saved_stays_as_it_is(editor: Actor, trial: Assistant) -> None:
    assert list(Assistant.objects.values_list("slug", flat=True)) == ["service"]
    assert not AssistantVersion.objects.exists()


def test_a_trial_with_the_id_of_a_saved_assistant_overwrites_nothing(editor: Actor, assistant: Assistant) -> None:
    with pytest.raises(NotFound):
        assistant_try(actor=editor, trial_id=assistant.pk, **HELD)
    assert Assistant.objects.get().name == "Service"


def test_what_cannot_be_saved_cannot_be_tried(editor: Actor, trial: Assistant) -> None:
    with pytest.raises(BadInput):
        assistant_try(actor=editor, trial_id=trial.pk, **HELD | {"threshold": 7})
    with pytest.raises(BadInput):
        assistant_try(actor=editor, trial_id=trial.pk, collections=["gone"], **HELD)


@pytest.mark.parametrize("outsider", ["owner", "stranger", "visitor", "reviewer", "colleague", "key"])
def test_nobody_but_its_editor_talks_to_it(cast, trial: Assistant, outsider: str) -> None:
    colleague = User.objects.create_user("ivan", password=None, role=Role.OPERATOR)
    others = {name: actor for name, (actor, _client) in cast.items()}
    others["colleague"] = Actor(user_id=colleague.pk, label="ivan", role=Role.OPERATOR)
    others["key"] = KeyActor(label="key", key_id=uuid.uuid4(), assistants=frozenset({trial.slug}))
    with pytest.raises(NotFound):
        ask(others[outsider], trial)
    with pytest.raises(NotFound):
        assistant_try(actor=others[outsider], trial_id=trial.pk, **HELD)


def test_an_editor_who_may_no_longer_set_assistants_up_gets_no_answer(editor: Actor, trial: Assistant) -> None:
    asked = ask(editor, trial)
    Generation.objects.update(status="done")
    demoted = Actor(user_id=editor.user_id, label=editor.label, role=Role.CUSTOMER)
    with pytest.raises(NotFound):
        ask(demoted, trial)
    with pytest.raises(NotFound):
        ask(demoted, trial, conversation_id=asked.conversation_id)


def test_it_counts_nowhere_and_is_listed_nowhere(editor: Actor, trial: Assistant) -> None:
    ask(editor, trial)
    Generation.objects.update(status="done", outcome="answered")
    assert history_page(editor)["conversations"] == []
    assert list(conversations(Filters())) == []
    figures = numbers(30)
    assert (figures.conversations, figures.questions, figures.outcomes) == (0, 0, [])
    assert questions(Scope(days=30)) == ([], False)


def test_other_systems_hear_nothing_of_it(editor: Actor, trial: Assistant) -> None:
    Webhook.objects.create(name="All", address="https://hook.example/", events=Happening.values)
    ask(editor, trial)
    assert not Delivery.objects.exists()


def test_asking_for_a_person_in_a_trial_calls_nobody(cast, editor: Actor) -> None:
    trial = assistant_try(actor=editor, trial_id=uuid.uuid4(), handover=True, **HELD)
    for _ in range(4):  # nor does it use up how often one may ask for a person
        asked = handover_request(actor=editor, conversation_id=uuid.uuid4(), assistant=trial.slug)
    lin = cast["reviewer"][0]
    shown = inbox_for(lin.user_id)
    assert (asked.standing, shown.waiting) == ("waiting", [])
    with pytest.raises(NotFound):
        handover_take(actor=lin, conversation_id=asked.pk)


def test_the_audit_log_marks_trials(editor: Actor, trial: Assistant) -> None:
    ask(editor, trial)
    assistant_try(actor=editor, trial_id=trial.pk, **HELD)
    tried = AuditEvent.objects.get(action="assistant.tried")
    assert tried.actor_label == "olga" and {"name", "threshold", "texts"} <= set(tried.data["fields"])
    assert AuditEvent.objects.get(action="message.sent").data["trial"] is True


def test_what_was_tried_a_day_ago_is_forgotten_with_what_was_said(editor: Actor, trial: Assistant) -> None:
    ask(editor, trial)
    assert trials_forget() == 0
    Assistant.with_trials.filter(pk=trial.pk).update(updated_at=timezone.now() - timedelta(days=1, minutes=1))
    assert trials_forget() == 1
    assert not Conversation.objects.exists()
    assert Assistant.with_trials.get().slug == "service"


def test_an_account_that_is_deleted_takes_its_trials_along(editor: Actor, trial: Assistant) -> None:
    ask(editor, trial)
    User.objects.get(pk=editor.user_id).delete()
    assert Assistant.with_trials.get().slug == "service"
