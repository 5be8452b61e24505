"""`policy_publish`, as typed in a shell."""

import io
import json
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.management import call_command
from django.core.management.base import CommandError

from apps.audit.selectors import audit_events
from apps.moderation.selectors import policy_active

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_starts(settings: LazySettings) -> None:
    settings.EMBEDDED_DATABASE = False
    settings.RUNTIME_URL = "http://127.0.0.1:9"


def publish(file: Path) -> str:
    out = io.StringIO()
    call_command("policy_publish", str(file), "--note", "stricter", stdout=out, stderr=io.StringIO())
    return out.getvalue()


def test_a_policy_in_a_file_is_in_force_and_recorded(tmp_path: Path) -> None:
    file = tmp_path / "policy.json"
    file.write_text(json.dumps({"input": {"words": {"abuse": "block"}}}))
    assert "Policy 1" in publish(file)
    assert policy_active().number == 1 and audit_events(action="policy.published").get().data == {
        "note": "stricter"
    }


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "cannot be read"),
        (b"{", "not JSON"),
        (b"\xff", "not JSON"),
        (b"[]", "made of objects"),
        (b'{"input": {"magic": {}}}', "magic"),
    ],
)
def test_a_file_that_is_no_policy_changes_nothing_and_says_why(
    tmp_path: Path, content: bytes | None, said: str
) -> None:
    file = tmp_path / "policy.json"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(CommandError, match=said) as raised:
        publish(file)
    assert "\n" not in str(raised.value) and policy_active().number == 0
