"""The official client against our manager, or against any server of the protocol.

Set CONTRACT_BASE_URL (with /v1), CONTRACT_API_KEY, CONTRACT_MODEL and CONTRACT_EMBEDDING_MODEL for another server.
"""

import os
from collections.abc import Iterator

import openai
import pytest

from tests.runtime.support.processes import TOKEN
from tests.runtime.support.shared import shared_manager


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
