"""The loop between the rows and the runtime, against a runtime of rows."""

from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from types import SimpleNamespace

import pytest
from django.db.models import F
from django.utils import timezone

from apps.core.actor import SYSTEM
from apps.inference.calls import packaged
from apps.inference.calls.packaged import CHINESE
from apps.inference.deployment import activation, holding, needs, reconcile
from apps.inference.errors import NoControl, RuntimeRefused
from apps.inference.models import Rollout, RolloutState
from apps.inference.runtime.control import Loaded
from apps.registry.models import AliasMove, Kind, ModelVersion, RegisteredModel, Source, VersionState
from apps.registry.selectors import Target, target_for
from apps.registry.services import alias_move, model_register_endpoint

pytestmark = pytest.mark.django_db
NO_ROOM_WORDS = "The model needs about 3.1 GB with quantization none; 1.0 GB are free here."


@dataclass
class FakeRuntime:
    """What was asked of it, in order."""

    states: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    refuses: set[str] = field(default_factory=set)
    errors: dict[str, str] = field(default_factory=dict)

    def load(self, *, served_id: str, path: str, quantization: str) -> None:
        self.asked.append(f"load {served_id}")
        if served_id in self.refuses:
            raise RuntimeRefused("no")
        self.states[served_id] = "loading"

    def unload(self, *, served_id: str) -> None:
        self.asked.append(f"unload {served_id}")
        del self.states[served_id]

    def models(self) -> list[Loaded]:
        return [
            Loaded(id=served_id, state=state, error=self.errors.get(served_id, ""))
            for served_id, state in self.states.items()
        ]


@pytest.fixture
def runtime(monkeypatch: pytest.MonkeyPatch) -> FakeRuntime:
    fake = FakeRuntime()
    for name, function in {
        "model_load": fake.load,
        "model_unload": fake.unload,
        "loaded_models": fake.models,
    }.items():
        monkeypatch.setattr(reconcile, name, function)
    monkeypatch.setattr(reconcile, "packaged_folder", lambda model, make: None)
    monkeypatch.setattr(reconcile, "_not_before", {})
    monkeypatch.setattr(reconcile, "_tidied", Event())
    return fake


def serving(name: str, alias: str = "production") -> ModelVersion:
    version = ModelVersion.objects.create(
        model=RegisteredModel.objects.create(name=name),
        number=1,
        state=VersionState.READY,
        source=Source.PATH,
        path=f"/models/{name}",
        created_by="test",
    )
    alias_move(actor=SYSTEM, alias=alias, version=version, quantization="none", reason="test")
    return version


def classifier(name: str) -> ModelVersion:
    return ModelVersion.objects.create(
        model=RegisteredModel.objects.create(name=name),
        number=1,
        state=VersionState.READY,
        source=Source.PATH,
        path=f"/models/{name}",
        kind=Kind.CLASSIFIER,
        labels=["bad", "good"],
        created_by="test",
    )


def test_what_an_alias_asks_for_is_loaded_once(runtime: FakeRuntime) -> None:
    serving("fox")
    reconcile.reconcile_now()
    reconcile.reconcile_now()
    assert runtime.asked == ["load fox@1"]


def test_after_a_restart_of_the_runtime_all_is_loaded_again_at_once(runtime: FakeRuntime) -> None:
    serving("fox")
    reconcile.reconcile_now()
    runtime.states.clear()
    reconcile.reconcile_now()
    assert runtime.asked == ["load fox@1", "load fox@1"]


def test_one_model_that_is_refused_does_not_keep_the_others_out(runtime: FakeRuntime) -> None:
    serving("fox", "canary")
    serving("owl")
    runtime.refuses = {"fox@1"}
    for _round in range(3):
        reconcile.reconcile_now()
    assert runtime.asked == ["load fox@1", "load owl@1"]


def test_a_model_that_failed_is_tried_again_but_not_every_round(
    runtime: FakeRuntime, monkeypatch: pytest.MonkeyPatch
) -> None:
    serving("fox")
    runtime.states["fox@1"] = "failed"
    for _round in range(3):
        reconcile.reconcile_now()
        runtime.states["fox@1"] = "failed"
    assert runtime.asked == ["load fox@1"]
    monkeypatch.setattr(reconcile, "_not_before", {})
    reconcile.reconcile_now()
    assert runtime.asked == ["load fox@1"] * 2


def test_the_chinese_embedding_model_of_another_release_goes_and_nobody_elses_does(runtime: FakeRuntime) -> None:
    former = [CHINESE.name, f"{CHINESE.name}-0123abcd"]
    kept = [CHINESE.served_id, f"{CHINESE.name}-finetuned", "all-minilm-l6-v2"]
    runtime.states = dict.fromkeys([*former, *kept], "ready")
    reconcile.reconcile_now()
    assert sorted(runtime.states) == sorted(kept)


def test_two_releases_at_once_do_not_go_on_unloading_each_others_chinese_model(
    runtime: FakeRuntime, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = f"{CHINESE.name}-0123abcd", f"{CHINESE.name}-4567cdef"
    processes = {old: Event(), new: Event()}
    monkeypatch.setattr(reconcile, "packaged_folder", lambda model, make: Path("/e5") if model.adapter else None)

    def look(served_id: str) -> None:
        release = SimpleNamespace(name=CHINESE.name, served_id=served_id, quantization="int8", adapter=True)
        monkeypatch.setattr(reconcile, "CHINESE", release)
        monkeypatch.setattr(packaged, "CHINESE", release)
        monkeypatch.setattr(reconcile, "_tidied", processes[served_id])
        reconcile.reconcile_now()

    look(old)
    assert list(runtime.states) == [old]
    for _round in range(3):
        look(new)
        look(old)
    assert runtime.asked == [f"load {old}", f"unload {old}", f"load {new}", f"load {old}"]


def test_what_a_name_would_be_put_back_to_stays_and_what_was_tried_longer_ago_goes(runtime: FakeRuntime) -> None:
    serving("fox")
    serving("owl")
    hen = serving("hen")
    Rollout.objects.create(version=hen, quantization="int8", state=RolloutState.DONE)
    Rollout.objects.update(updated_at=timezone.now() - reconcile.TRIED)
    AliasMove.objects.update(created_at=F("created_at") - reconcile.GRACE)
    runtime.states = dict.fromkeys(["fox@1", "owl@1", "hen@1", "hen@1+int8"], "ready")
    reconcile.reconcile_now()
    assert runtime.asked == ["unload fox@1", "unload hen@1+int8"]


def test_what_is_not_needed_goes_before_what_is_missing_comes(runtime: FakeRuntime) -> None:
    serving("fox")
    runtime.states = {"old@3": "ready"}
    reconcile.reconcile_now()
    assert runtime.asked == ["unload old@3", "load fox@1"]


def test_a_version_to_put_back_gives_way_to_one_in_service_that_has_no_room(runtime: FakeRuntime) -> None:
    serving("fox")
    serving("owl")
    AliasMove.objects.update(created_at=F("created_at") - reconcile.GRACE)
    runtime.states = {"fox@1": "ready", "owl@1": "failed"}
    runtime.errors["owl@1"] = "The weights lack 1 tensors."
    reconcile.reconcile_now()
    assert runtime.asked == ["load owl@1"]
    runtime.states["owl@1"] = "failed"
    runtime.errors["owl@1"] = NO_ROOM_WORDS
    reconcile.reconcile_now()
    assert runtime.asked[1:] == ["unload fox@1"]


def test_to_try_a_version_the_unused_give_way_first_and_then_the_one_to_put_back(
    runtime: FakeRuntime, monkeypatch: pytest.MonkeyPatch
) -> None:
    serving("fox")
    hen = serving("hen")
    runtime.states = dict.fromkeys(["fox@1", "hen@1", "hen@1+int8", "theirs"], "ready")
    tried: list[list[str]] = []

    def ensure(*, target: Target) -> None:
        tried.append(sorted(runtime.states))
        raise RuntimeRefused("no", extra={"cause": NO_ROOM_WORDS})

    monkeypatch.setattr(holding, "loaded_models", runtime.models)
    monkeypatch.setattr(holding, "model_unload", runtime.unload)
    monkeypatch.setattr(activation, "deployment_ensure", ensure)
    with pytest.raises(RuntimeRefused):
        activation.version_try(version=hen, quantization="nf4")
    assert tried == [
        ["fox@1", "hen@1", "hen@1+int8", "theirs"],
        ["fox@1", "hen@1", "theirs"],
        ["hen@1", "theirs"],
    ]


def test_what_nothing_asks_for_is_unloaded_and_what_is_not_ours_stays(runtime: FakeRuntime) -> None:
    runtime.states = {"old@3": "ready", "broken@1": "failed", "new@2": "loading", "somebody-elses": "ready"}
    reconcile.reconcile_now()
    assert runtime.asked == ["unload old@3", "unload broken@1"]


def test_a_classifier_is_held_while_a_policy_asks_for_it_and_no_longer(
    runtime: FakeRuntime, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = classifier("mood")
    wanted = [target_for(version)]
    monkeypatch.setattr(needs, "_NEEDS", [lambda: wanted])
    reconcile.reconcile_now()
    assert runtime.asked == ["load mood@1"]
    runtime.states["mood@1"] = "ready"
    wanted.clear()
    reconcile.reconcile_now()
    assert runtime.asked[1:] == ["unload mood@1"]


def test_a_classifier_behind_a_name_is_not_loaded_before_a_policy_asks_for_it(runtime: FakeRuntime) -> None:
    alias_move(actor=SYSTEM, alias="moderation", version=classifier("mood"), quantization="none", reason="test")
    reconcile.reconcile_now()
    assert runtime.asked == []


def test_a_classifier_that_was_just_put_behind_a_name_waits_for_its_policy(
    runtime: FakeRuntime, monkeypatch: pytest.MonkeyPatch
) -> None:
    rollout = Rollout.objects.create(version=classifier("mood"), alias="moderation", state=RolloutState.DONE)
    runtime.states["mood@1"] = "ready"
    reconcile.reconcile_now()
    assert runtime.asked == []
    Rollout.objects.update(updated_at=rollout.updated_at.replace(year=2020))
    reconcile.reconcile_now()
    assert runtime.asked == ["unload mood@1"]


def test_a_version_that_is_being_tried_stays(runtime: FakeRuntime) -> None:
    version = serving("fox")
    Rollout.objects.create(version=version, quantization="int8", state=RolloutState.TRYING)
    runtime.states = {"fox@1": "ready", "fox@1+int8": "ready"}
    reconcile.reconcile_now()
    assert runtime.asked == []


def test_a_rollout_whose_worker_died_is_said_to_have_failed(runtime: FakeRuntime) -> None:
    rollout = Rollout.objects.create(version=serving("fox"), state=RolloutState.LOADING)
    Rollout.objects.update(updated_at=rollout.updated_at.replace(year=2020))
    reconcile.reconcile_now()
    rollout.refresh_from_db()
    assert rollout.state == RolloutState.FAILED and rollout.error


def test_a_model_of_another_server_is_left_to_that_server(runtime: FakeRuntime) -> None:
    far = model_register_endpoint(actor=SYSTEM, name="far", base_url="https://x/v1", remote_model="m")
    alias_move(actor=SYSTEM, alias="production", version=far, quantization="none", reason="test")
    reconcile.reconcile_now()
    assert runtime.asked == []


def test_a_runtime_without_control_is_left_alone(runtime: FakeRuntime, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> list[Loaded]:
        raise NoControl("it cannot")

    serving("fox")
    monkeypatch.setattr(reconcile, "loaded_models", refuse)
    reconcile.reconcile_now()
    assert runtime.asked == []
