"""Who asks for another answer does not want the one of the cache."""

import uuid

import pytest

from apps.chat.generation.runner import generation_run
from apps.chat.models import Generation
from apps.chat.services import message_again
from apps.core.actor import Actor
from apps.core.db import in_database

from .fakes import FakeRuntime, send

pytestmark = pytest.mark.usefixtures("assistant")


@pytest.mark.asyncio
async def test_who_asks_for_another_answer_gets_a_new_one(owner: Actor, runtime: FakeRuntime) -> None:
    sent = await in_database(send, owner)
    await generation_run(sent.generation.pk)
    first = await in_database(Generation.objects.get, pk=sent.generation.pk)
    again = await in_database(
        lambda: message_again(
            actor=owner,
            question_id=first.question_id,
            generation_id=uuid.uuid4(),
            conversation_id=first.conversation_id,
            start=lambda _id: None,
        )
    )
    await generation_run(again.generation.pk)
    assert len(runtime.calls) == 2
