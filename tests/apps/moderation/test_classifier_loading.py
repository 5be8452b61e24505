"""A policy's classifiers are brought in when it is put into force."""

import pytest

from apps.core.actor import SYSTEM
from apps.moderation.services import policy_publish
from apps.registry.models import ModelVersion


@pytest.mark.django_db(transaction=True)
def test_a_policys_classifier_is_asked_for_as_soon_as_it_is_in_force(
    toxicity: ModelVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(
        "apps.inference.deployment.activation.model_load", lambda served_id, **_rest: asked.append(served_id)
    )
    rule = {"moderation": {"labels": {"toxic": {"block": 0.9}}}}
    policy_publish(actor=SYSTEM, rules={"input": {"classifier": rule}})
    assert asked == ["toxicity@1"]
