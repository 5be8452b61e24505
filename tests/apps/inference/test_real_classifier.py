"""Classifiers from their files to a decision, with the real judge and the real runtime."""

import asyncio
import json
import shutil
from pathlib import Path

import pytest
from django.conf import LazySettings

from apps.core.actor import SYSTEM, Actor
from apps.core.errors import Conflict
from apps.inference.deployment import reconcile
from apps.inference.errors import RuntimeRefused, RuntimeUnavailable
from apps.inference.selectors import deployments
from apps.inference.services import alias_activate, classify, classify_sync, deployment_ensure, version_try
from apps.moderation.selectors import policy_active
from apps.moderation.services import AnswerWindow, check_text, policy_publish, verdict_complete
from apps.registry.models import Kind, ModelVersion, RegisteredModel, Source, VersionState
from apps.registry.selectors import Target, target_for
from apps.registry.services import model_register_path
from tests.runtime.support.pooled_checkpoints import make_classifier, make_image_classifier

pytestmark = pytest.mark.django_db
OPERATOR = Actor(user_id=7, label="olga", role="operator")
TEXTS = ["Returns are free.", "退货要多久？", "You are rude.", "x"]


@pytest.fixture(scope="session")
def checkpoints(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    root = tmp_path_factory.mktemp("classifiers")
    return {"mood": make_classifier(root / "mood"), "photos": make_image_classifier(root / "photos")}


@pytest.fixture
def versions(checkpoints: dict[str, Path], runtime: str, runtime_root: Path) -> dict[str, ModelVersion]:
    """Versions as the intake leaves them; in every test the same folders, so that what is loaded stays."""
    found = {}
    kinds = {
        "mood": (Kind.CLASSIFIER, ["fine", "rude", "危险"]),
        "photos": (Kind.IMAGE_CLASSIFIER, ["cat", "dog", "crane"]),
    }
    for name, (kind, labels) in kinds.items():
        folder = shutil.copytree(checkpoints[name], runtime_root / name, dirs_exist_ok=True)
        found[name] = ModelVersion.objects.create(
            model=RegisteredModel.objects.create(name=name),
            number=1,
            state=VersionState.READY,
            source=Source.PATH,
            path=str(folder),
            kind=kind,
            labels=labels,
            config=json.loads((folder / "config.json").read_text()),
            created_by="test",
        )
    return found


@pytest.fixture
def mood(versions: dict[str, ModelVersion]) -> Target:
    """The text classifier, loaded."""
    target = target_for(versions["mood"])
    deployment_ensure(target=target)
    return target


def test_the_intake_tells_kinds_and_labels(
    checkpoints: dict[str, Path], tmp_path: Path, settings: LazySettings
) -> None:
    settings.MODELS_DIR = tmp_path / "models"
    for name, kind, labels in (
        ("mood", Kind.CLASSIFIER, ["fine", "rude", "危险"]),
        ("photos", Kind.IMAGE_CLASSIFIER, ["cat", "dog", "crane"]),
    ):
        version = model_register_path(actor=OPERATOR, name=name, path=checkpoints[name])
        assert (version.state, version.kind, version.labels) == (VersionState.READY, kind, labels)


def test_texts_are_classified_the_same_by_both_doors(mood: Target) -> None:
    found = classify_sync(target=mood, inputs=TEXTS, seconds=60)
    assert asyncio.run(classify(target=mood, inputs=TEXTS, seconds=60, loading=60)) == found
    for item in found:
        assert list(item.probabilities) == ["fine", "rude", "危险"]
        assert sum(item.probabilities.values()) == pytest.approx(1)
        assert item.probability == item.probabilities[item.label] == max(item.probabilities.values())
    (report,) = [model for model in deployments() if model.id == mood.served_id]
    assert (report.state, report.context_length) == ("ready", 130) and report.device and report.kernels


def test_a_text_beyond_the_context_is_refused_and_not_cut(mood: Target) -> None:
    with pytest.raises(RuntimeRefused):
        classify_sync(target=mood, inputs=["word " * 400], seconds=60)


def test_a_trial_shows_labels_of_a_text_and_of_a_test_picture(versions: dict[str, ModelVersion]) -> None:
    for name, question, first in (("mood", "You are rude.", "rude"), ("photos", "", "cat")):
        trial = version_try(version=versions[name], quantization="none", question=question)
        assert first in dict(trial.labels) and trial.text == "" and trial.question == question
        assert [p for _label, p in trial.labels] == sorted((p for _label, p in trial.labels), reverse=True)


def test_an_outsiders_wish_to_answer_customers_with_a_classifier_is_refused(
    versions: dict[str, ModelVersion],
) -> None:
    for name in ("mood", "photos"):
        with pytest.raises(Conflict):
            alias_activate(
                actor=OPERATOR, alias="production", version=versions[name], quantization="none", reason="why not"
            )


def test_a_policy_decides_by_what_the_real_classifier_says(mood: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the intake over the name and the loop to a decision about a question and an answer."""
    monkeypatch.setattr(reconcile, "packaged_folder", lambda model, make: None)
    alias_activate(
        actor=OPERATOR, alias="moderation", version=mood.version, quantization="none", reason="in service"
    )
    quiet, loud = sorted(TEXTS[:3], key=lambda text: rude(mood, text))[:: len(TEXTS) - 2]
    between = (rude(mood, quiet) + rude(mood, loud)) / 2
    rule = {"moderation": {"labels": {"rude": {"block": between}}}}
    policy_publish(actor=SYSTEM, rules={"input": {"classifier": rule}, "output": {"classifier": rule}})
    assert (judged(quiet), judged(loud)) == ("allow", "block")

    in_force = policy_active()

    async def streamed(text: str) -> str:
        window = AnswerWindow(in_force, language="en")
        return "".join([await window.feed(character) for character in text]) + await window.finish()

    assert asyncio.run(streamed(quiet)) == quiet
    reconcile.reconcile_now()
    assert mood.served_id in {model.id for model in deployments() if model.state == "ready"}


def rude(target: Target, text: str) -> float:
    return classify_sync(target=target, inputs=[text], seconds=60)[0].probabilities["rude"]


def judged(text: str) -> str:
    policy = policy_active()
    verdict = check_text(text=text, stage="input", language="en", policy=policy.without_classifiers())
    complete = verdict_complete(verdict=verdict, text=text, stage="input", language="en", policy=policy)
    return asyncio.run(complete).action


def test_without_the_runtime_the_question_is_refused(
    versions: dict[str, ModelVersion], settings: LazySettings
) -> None:
    policy_publish(actor=SYSTEM, rules={"input": {"classifier": {"mood@1": {"labels": {"rude": {"block": 0.99}}}}}})
    settings.RUNTIME_URL = "http://127.0.0.1:9"
    assert judged("Hello") == "block"
    with pytest.raises(RuntimeUnavailable):
        classify_sync(target=target_for(versions["mood"]), inputs=["Hello"], seconds=2)
