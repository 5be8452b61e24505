"""A version goes into service only after it has loaded and answered; otherwise nothing moves."""

import re
import shutil
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.utils import translation

from apps import inference
from apps.audit.selectors import audit_events
from apps.core.actor import SYSTEM, Actor
from apps.core.errors import ApplicationError, BadInput, Conflict, NotFound
from apps.inference.calls.trial import Trial, try_once
from apps.inference.deployment import activation, reconcile
from apps.inference.deployment import rollout as rollout_module
from apps.inference.deployment.rollout import rollout_run, rollout_start
from apps.inference.errors import RuntimeRefused
from apps.inference.models import Rollout, RolloutState
from apps.inference.selectors import deployments, error_shown
from apps.inference.services import alias_activate, deployment_ensure, version_try
from apps.registry.models import ModelVersion
from apps.registry.selectors import alias_moves, alias_previous, alias_target, target_for
from apps.registry.services import alias_move

pytestmark = pytest.mark.django_db
MakeVersion = Callable[..., ModelVersion]
OPERATOR = Actor(user_id=7, label="olga", role="operator")


@pytest.fixture
def broken(new_version: MakeVersion) -> ModelVersion:
    """Damaged after its check, as a disk would do it: only loading finds it."""
    version = new_version("broken")
    weights = Path(version.path) / "model.safetensors"
    weights.write_bytes(b"\0" * 64)
    return version


def activate(version: ModelVersion, reason: str = "better answers", **changes: str) -> None:
    wish = {"alias": "production", "quantization": "none", **changes}
    alias_activate(actor=OPERATOR, version=version, reason=reason, **wish)


def states() -> dict[str, str]:
    return {model.id: model.state for model in deployments()}


def test_activating_loads_tries_and_moves_with_history_and_audit(runtime: str, new_version: MakeVersion) -> None:
    version = new_version("fox")
    trial = alias_activate(actor=OPERATOR, alias="production", version=version, quantization="none", reason="first")
    assert Rollout.objects.get().state == RolloutState.DONE and trial.tokens > 0
    assert alias_target("production").version == version and states()["fox@1"] == "ready"
    move, event = alias_moves("production").get(), audit_events(action="alias.moved").get()
    assert (move.actor_label, move.reason, move.from_version) == ("olga", "first", None)
    assert (event.actor_user_id, event.data["to"], event.data["reason"]) == (7, "fox@1", "first")


def test_a_version_that_does_not_load_leaves_the_old_one_serving(
    runtime: str, new_version: MakeVersion, broken: ModelVersion
) -> None:
    good = new_version("fox")
    activate(good)
    with pytest.raises(RuntimeRefused) as raised:
        activate(broken)
    assert raised.value.extra["cause"]
    assert alias_target("production").version == good and alias_moves().count() == 1
    assert version_try(version=good, quantization="none").tokens > 0


def test_the_previous_version_can_be_put_back(runtime: str, new_version: MakeVersion) -> None:
    first, second = new_version("fox"), new_version("owl")
    activate(first)
    activate(second)
    previous = alias_previous("production")
    assert previous is not None and previous.version == first
    activate(previous.version, reason="back")
    assert [move.reason for move in alias_moves("production")] == ["back", "better answers", "better answers"]


def test_reconciling_keeps_the_version_to_put_back_and_unloads_the_one_before_it_after_a_while(
    runtime: str, new_version: MakeVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reconcile, "packaged_folder", lambda model, make: None)
    for name in ("fox", "owl"):
        activate(new_version(name))
    activate(ModelVersion.objects.get(model__name="owl"), quantization="int8")
    reconcile.reconcile_now()
    assert (states()["fox@1"], states()["owl@1"], states()["owl@1+int8"]) == ("ready", "ready", "ready")
    monkeypatch.setattr(reconcile, "GRACE", reconcile.GRACE * 0)
    reconcile.reconcile_now()
    assert states().get("fox@1") != "ready" and (states()["owl@1"], states()["owl@1+int8"]) == ("ready", "ready")


def test_reconciling_loads_what_an_alias_asks_for(
    runtime: str, new_version: MakeVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reconcile, "packaged_folder", lambda model, make: None)
    version = new_version("hen")
    alias_move(actor=OPERATOR, alias="production", version=version, quantization="none", reason="as if loaded")
    reconcile.reconcile_now()
    assert states()["hen@1"] in ("loading", "ready")


def test_a_rollout_leaves_its_outcome_in_the_row(
    runtime: str, new_version: MakeVersion, broken: ModelVersion
) -> None:
    good = new_version("fox")
    wish = {"actor": OPERATOR, "quantization": "none", "alias": "production", "reason": "try it"}
    done = rollout_run(rollout_start(version=good, **wish).id)
    assert done.state == RolloutState.DONE and done.result["tokens"] > 0
    failed = rollout_run(rollout_start(version=broken, **wish).id)
    assert failed.state == RolloutState.FAILED and "did not load" in failed.error
    assert alias_target("production").version == good


def test_while_a_command_puts_a_version_into_service_the_loop_does_not_unload_it(
    runtime: str, new_version: MakeVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reconcile, "packaged_folder", lambda model, make: None)
    monkeypatch.setattr(reconcile, "TRIED", reconcile.TRIED * 0)

    def answer_later(*args: Any) -> Trial:
        reconcile.reconcile_now()
        return try_once(*args)

    monkeypatch.setattr(activation, "try_once", answer_later)
    activate(new_version("fox"))
    assert states()["fox@1"] == "ready"


@pytest.mark.parametrize("quantization", ["int8", "int8-bnb", "nf4"])
def test_the_shipped_model_answers_in_every_quantization(
    runtime: str, new_version: MakeVersion, runtime_root: Path, quantization: str
) -> None:
    """Not the tiny one: its layers are narrower than a block of nf4."""
    shutil.copytree(settings.STARTER_DIR, runtime_root / "starter", dirs_exist_ok=True)
    version = new_version("starter")
    assert version_try(version=version, quantization=quantization).tokens > 0
    assert states()[f"starter@1+{quantization}"] == "ready"


def test_what_an_attempt_stored_is_shown_in_the_readers_language() -> None:
    with translation.override("zh-hans"):
        shown = error_shown("The model did not load: The weights do not fit the config.")
        assert shown == "模型加载失败：权重与配置不符。"


def test_every_error_of_an_attempt_is_known_to_those_who_show_it() -> None:
    """The sentences are said in one place and listed in another: the list must not fall behind."""
    room = Path(inference.__file__).parent
    names = ("runtime/control", "runtime/transport", "runtime/waiting", "calls/trial", "runtime/endpoints")
    code = "".join((room / f"{name}.py").read_text() for name in names)
    sayings = (room / "deployment/sayings.py").read_text()
    said = re.findall(r'_\(\s*"([^"]+)"', code)
    assert len(said) > 10 and [sentence for sentence in said if f'"{sentence}"' not in sayings] == []


def test_a_trial_moves_nothing(runtime: str, new_version: MakeVersion) -> None:
    version = new_version("fox")
    rollout = rollout_start(actor=OPERATOR, version=version, quantization="none", question="你好")
    assert rollout_run(rollout.id).state == RolloutState.DONE
    with pytest.raises(NotFound):
        alias_target("production")


def test_one_version_is_not_brought_in_twice_at_once(new_version: MakeVersion) -> None:
    version = new_version("fox")
    rollout_start(actor=SYSTEM, version=version, quantization="none")
    with pytest.raises(Conflict):
        rollout_start(actor=SYSTEM, version=version, quantization="none")
    assert Rollout.objects.count() == 1


@pytest.mark.parametrize("changes", [{"reason": " "}, {"alias": "../etc"}, {"quantization": "fp4"}])
def test_a_move_that_makes_no_sense_is_refused_before_loading(
    new_version: MakeVersion, changes: dict[str, str]
) -> None:
    with pytest.raises(BadInput):
        activate(new_version("fox"), **changes)


@pytest.mark.django_db(transaction=True)
def test_the_lock_of_a_click_does_not_hold_up_the_commit_of_a_move(new_version: MakeVersion) -> None:
    """A move's commit looks at the version's row while it holds the audit log, for which the click then waits."""
    version = new_version("fox")

    def move() -> None:
        alias_move(actor=OPERATOR, alias="production", version=version, quantization="none", reason="meanwhile")
        connection.close()

    moving = threading.Thread(target=move)
    with transaction.atomic():
        rollout_module._create(OPERATOR, version, "none", alias="", reason="", question="")
        moving.start()
        moving.join(60)
        assert alias_moves("production").count() == 1
    moving.join(60)


@pytest.mark.django_db(transaction=True)
def test_no_request_fails_while_versions_change_places(
    runtime: str, new_version: MakeVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reconcile, "packaged_folder", lambda model, make: None)
    versions = [new_version("fox"), new_version("owl")]
    activate(versions[0])
    deployment_ensure(target=target_for(versions[1]))
    failures: list[str] = []
    answered = 0
    over = threading.Event()

    def customers() -> None:
        nonlocal answered
        while not over.is_set():
            try:
                try_once(alias_target("production"))
                answered += 1
            except ApplicationError as error:
                failures.append(str(error))
        connection.close()

    asking = threading.Thread(target=customers)
    asking.start()
    try:
        for turn in range(6):
            activate(versions[(turn + 1) % 2])
            reconcile.reconcile_now()
    finally:
        over.set()
        asking.join(60)
    assert failures == [] and answered >= 6
