"""An image from the composer to the eyes of a real tiny model in the real runtime, and what it says of it."""

import shutil
import uuid
from pathlib import Path

import httpx
import pytest
from chat.conftest import cast, database, search  # noqa: F401
from chat.fakes import FakeSearch, events, said, send
from chat.test_images import bring, encoded
from django.conf import settings

from apps.chat.generation.runner import generation_run
from apps.chat.models import Assistant, StoredImage
from apps.core.actor import SYSTEM
from apps.core.db import in_database
from apps.inference.calls.trial import try_once
from apps.inference.services import deployment_ensure
from apps.registry.models import ABLE_BYTES, Alias
from apps.registry.selectors import alias_target
from apps.registry.services import model_register_path
from tests.runtime.support.checkpoints import edit_json
from tests.runtime.support.multimodal_checkpoints import make_multimodal


@pytest.fixture(scope="session")
def smolvlm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = make_multimodal(tmp_path_factory.mktemp("seeing") / "smolvlm", "smolvlm")
    edit_json(folder / "generation_config.json", eos_token_id=2)
    return folder


@pytest.fixture
def seeing(database: None, smolvlm: Path, runtime: str, runtime_root: Path) -> Assistant:  # noqa: F811
    folder = shutil.copytree(smolvlm, runtime_root / "smolvlm", dirs_exist_ok=True)
    version = model_register_path(actor=SYSTEM, name="smolvlm", path=folder)
    assert version.reads_images
    type(version).objects.filter(pk=version.pk).update(size_bytes=ABLE_BYTES)  # as if it were a large one
    Alias.objects.create(name="production", version=version)
    return Assistant.objects.create(slug="service", name="Service", verbatim=False)


@pytest.mark.asyncio
async def test_what_a_real_model_answers_depends_on_the_image(
    seeing: Assistant,
    cast,  # noqa: F811
    search: FakeSearch,  # noqa: F811
    runtime: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("apps.chat.generation.plan.FREE_TOKENS", 12)
    search.confidence = 0.0  # the documents say nothing of it
    actor, browser = cast["owner"]

    async def answered(*colours: str) -> str:
        def begin():
            images = [bring(browser, encoded(colour=colour)).json()["id"] for colour in colours]
            return send(actor, "What is this?", files=[uuid.UUID(image) for image in images])

        sent = await in_database(begin)
        await generation_run(sent.generation.pk)
        log = await in_database(events, sent.generation.pk)
        assert log[-1]["status"] == "done", log[-1]
        return said(log)

    red, blue, nothing = await answered("red"), await answered("blue"), await answered()
    assert len({red, blue, nothing}) == 3
    assert await answered("red") == red
    assert await in_database(StoredImage.objects.count) == 3


def test_the_same_model_is_asked_with_an_image_when_it_is_tried(seeing: Assistant, runtime: str) -> None:
    target = alias_target("production")
    deployment_ensure(target=target)
    before = _read(runtime)
    assert try_once(target, "Hello").text
    assert _read(runtime) - before > 65  # the tokens of an image


def _read(url: str) -> float:
    """How many tokens of prompts the runtime has read."""
    headers = {"Authorization": f"Bearer {settings.RUNTIME_TOKEN}"}
    text = httpx.get(f"{url}/metrics", headers=headers, trust_env=False).text
    lines = [line for line in text.splitlines() if line.startswith("parley_runtime_prompt_tokens")]
    return sum(float(line.split()[-1]) for line in lines)
