"""The official client against our manager, or against any server of the protocol (docs/contract.md)."""

import os
from collections.abc import Callable, Iterator

import openai
import pytest

from tests.contract.capabilities import Capabilities
from tests.runtime.support.processes import TOKEN
from tests.runtime.support.shared import shared_manager

OURS = not os.environ.get("CONTRACT_BASE_URL")


@pytest.fixture(scope="session")
def base_url() -> str:
    return os.environ.get("CONTRACT_BASE_URL") or f"{shared_manager().url}/v1"


@pytest.fixture(scope="session")
def client(base_url: str) -> Iterator[openai.OpenAI]:
    key = os.environ.get("CONTRACT_API_KEY", TOKEN)
    with openai.OpenAI(base_url=base_url, api_key=key, max_retries=0, timeout=60) as one:
        yield one


@pytest.fixture(scope="session")
def model() -> str:
    return os.environ.get("CONTRACT_MODEL", "tiny@1")


@pytest.fixture(scope="session")
def embedding_model() -> str:
    return os.environ.get("CONTRACT_EMBEDDING_MODEL", "encoder")


@pytest.fixture(scope="session")
def capabilities(client: openai.OpenAI, model: str) -> Capabilities:
    embedding_model = "encoder" if OURS else os.environ.get("CONTRACT_EMBEDDING_MODEL")
    return Capabilities(client, model, embedding_model)


@pytest.fixture
def needs(capabilities: Capabilities) -> Callable[[str], None]:
    """Skips the test if the server lacks a capability. Ours may lack none, so there the test fails."""

    def require(name: str) -> None:
        if getattr(capabilities, name):
            return
        what = getattr(Capabilities, name).__doc__.splitlines()[0]
        if OURS:
            pytest.fail(f"our server must have {name}: {what}")
        pytest.skip(f"no {name}: {what}")

    return require
