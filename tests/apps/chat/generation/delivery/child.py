"""Run as a process of its own: answers one generation so slowly that the test can kill it in the middle."""

import asyncio
import os
import sys
import uuid

os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"

import django
from django.conf import settings

settings.DATABASES["default"]["NAME"] = sys.argv[1]
django.setup()

from apps.chat.generation import speaking  # noqa: E402
from apps.chat.generation.finding import crossing, searching  # noqa: E402
from apps.chat.generation.runner import generation_run  # noqa: E402
from apps.inference.services import Delta  # noqa: E402
from chat.fakes import ONE, FakeSearch  # noqa: E402


async def slowly(**_call):
    for letter in ["[1] ", *ONE]:
        yield Delta(letter)
        await asyncio.sleep(0.05)


searching.asearch, speaking.chat_stream = FakeSearch(), slowly
crossing.asearch_across = FakeSearch().across
asyncio.run(generation_run(uuid.UUID(sys.argv[2])))
