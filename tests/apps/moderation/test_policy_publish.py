"""`policy_publish`, as typed in a shell."""

import io
import json
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.management import call_command
from django.core.management.base import CommandError

from apps.audit.selectors import audit_events
from apps.core.actor import SYSTEM
from apps.moderation.policy import DEFAULT_RULES
from apps.moderation.selectors import policy_active
from apps.registry.models import Kind, ModelVersion, RegisteredModel, Source, VersionState
from apps.registry.services import alias_move

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


def shipped(labels: list[str]) -> None:
    version = ModelVersion.objects.create(
        model=RegisteredModel.objects.create(name="parley-moderation"),
        number=1,
        state=VersionState.READY,
        source=Source.PATH,
        path="/models/moderation",
        kind=Kind.CLASSIFIER,
        labels=labels,
        created_by="test",
    )
    alias_move(actor=SYSTEM, alias="moderation", version=version, quantization="none", reason="test")


def test_the_shipped_classifier_is_added_to_the_rules_in_force_without_a_file() -> None:
    shipped(["harmless", "offensive"])
    call_command("policy_publish", "--classifier", stdout=io.StringIO(), stderr=io.StringIO())
    policy = policy_active()
    assert [policy.asking(stage)[0].model for stage in ("input", "output")] == ["moderation", "moderation"]
    assert policy.action("input", "words", "slur") == "block" and "classifier" not in DEFAULT_RULES["input"]
    [classifier] = policy.asking("input")
    assert [classifier.action("offensive", chance)[0] for chance in (0.5, 0.8, 0.95)] == ["allow", "flag", "block"]


def test_the_shipped_classifier_is_not_asked_where_another_model_took_its_name() -> None:
    shipped(["toxic"])
    with pytest.raises(CommandError, match="does not know the label “offensive”"):
        call_command("policy_publish", "--classifier", stdout=io.StringIO(), stderr=io.StringIO())
    assert policy_active().number == 0


def test_nothing_is_published_where_nothing_was_asked_for() -> None:
    with pytest.raises(CommandError, match="Nothing changes"):
        call_command("policy_publish", stdout=io.StringIO(), stderr=io.StringIO())
    assert policy_active().number == 0
