"""A name moves with a reason, and every move stays."""

import pytest
from django.utils import translation

from apps.audit.selectors import audit_events
from apps.core.actor import SYSTEM, Actor
from apps.core.errors import BadInput, Conflict, NotFound
from apps.registry.models import Kind, ModelVersion, RegisteredModel, VersionState
from apps.registry.selectors import alias_moves, alias_previous, alias_target, alias_targets, target_named
from apps.registry.services import alias_move, model_register_endpoint

pytestmark = pytest.mark.django_db
OPERATOR = Actor(user_id=7, label="olga", role="operator")


def version(number: int, state: str = VersionState.READY) -> ModelVersion:
    model, _ = RegisteredModel.objects.get_or_create(name="tiny")
    return ModelVersion.objects.create(model=model, number=number, state=state, source="path", created_by="test")


def move(to: ModelVersion, quantization: str = "none", reason: str = "why not") -> None:
    alias_move(actor=OPERATOR, alias="production", version=to, quantization=quantization, reason=reason)


def test_moves_are_kept_with_who_why_and_from_where() -> None:
    first, second = version(1), version(2)
    move(first)
    move(second, "int8", "smaller")
    newest, oldest = alias_moves("production")
    assert (newest.from_version, newest.to_version, newest.quantization) == (first, second, "int8")
    assert (newest.actor_label, newest.reason, oldest.from_version) == ("olga", "smaller", None)
    assert alias_target("production").served_id == "tiny@2+int8"
    previous = alias_previous("production")
    assert previous is not None and previous.served_id == "tiny@1"
    assert [event.data["to"] for event in audit_events(action="alias.moved")] == ["tiny@2", "tiny@1"]


@pytest.mark.parametrize("state", [VersionState.UPLOADING, VersionState.CHECKING, VersionState.REJECTED])
def test_only_a_ready_version_can_stand_behind_a_name(state: str) -> None:
    with pytest.raises(Conflict):
        move(version(1, state))
    with pytest.raises(NotFound):
        alias_target("production")


def test_a_move_needs_a_reason_and_a_known_quantization() -> None:
    for changes in ({"reason": "  "}, {"quantization": "fp4"}):
        with pytest.raises(BadInput):
            move(version(len(changes) + ModelVersion.objects.count()), **changes)


def test_a_model_that_is_too_short_for_questions_with_passages_cannot_serve() -> None:
    short = version(1)
    short.config = {"max_position_embeddings": 512}
    short.save()
    with pytest.raises(Conflict, match="512"):
        move(short)


def test_a_second_click_does_not_make_a_version_its_own_predecessor() -> None:
    first, second = version(1), version(2)
    move(first)
    move(second, "int8")
    with pytest.raises(Conflict):
        move(second, "int8")
    previous = alias_previous("production")
    assert previous is not None and previous.version == first
    move(second, "none")  # another deployment of the same version is a move


def test_a_model_of_another_server_keeps_its_name_there_and_no_key() -> None:
    far = model_register_endpoint(
        actor=SYSTEM, name="far", base_url="https://llm.example/v1/", remote_model="big-70b", key_env="LLM_KEY"
    )
    move(far, "int8")
    target = alias_target("production")
    assert (target.served_id, target.quantization, far.base_url) == ("big-70b", "none", "https://llm.example/v1")
    assert [t.served_id for t in alias_targets(Kind.GENERATOR)] == ["big-70b"]


@pytest.mark.parametrize(
    "changes",
    [
        {"base_url": "ftp://x/v1"},
        {"base_url": "https://user:pass@x/v1"},
        {"base_url": "https://x/v1?key=1"},
        {"base_url": "nonsense"},
        {"remote_model": " "},
        {"key_env": "sk-verysecret"},
    ],
)
def test_an_endpoint_that_cannot_be_meant_is_refused(changes: dict[str, str]) -> None:
    wish = {"base_url": "https://x/v1", "remote_model": "m", "key_env": "", **changes}
    with pytest.raises(BadInput):
        model_register_endpoint(actor=SYSTEM, name="far", **wish)


def classifier(name: str, *labels: str, kind: Kind = Kind.CLASSIFIER) -> ModelVersion:
    model = RegisteredModel.objects.create(name=name)
    return ModelVersion.objects.create(
        model=model,
        number=1,
        state=VersionState.READY,
        source="path",
        kind=kind,
        labels=list(labels),
        config={"max_position_embeddings": 512},
        created_by="test",
    )


def behind(alias: str, to: ModelVersion) -> None:
    alias_move(actor=OPERATOR, alias=alias, version=to, quantization="none", reason="why not")


def test_a_name_takes_only_a_model_of_its_kind_and_says_so_in_the_readers_language() -> None:
    mood = classifier("mood", "bad", "good")
    with pytest.raises(Conflict, match="takes a language model, and mood@1 is a text classifier"):
        behind("production", mood)
    with pytest.raises(Conflict, match="takes a text classifier"):
        behind("moderation", version(1))
    behind("canary", version(2))
    with pytest.raises(Conflict, match="takes a language model"):
        behind("canary", mood)
    with (
        translation.override("zh-hans"),
        pytest.raises(Conflict, match="只能指向语言模型，而 mood@1 是文本分类模型"),
    ):
        behind("production", mood)


def test_a_classifier_replaces_another_only_if_it_knows_its_labels() -> None:
    """Its context may be short: it reads no documents."""
    behind("moderation", classifier("first", "bad", "good"))
    with pytest.raises(Conflict, match="second@1 does not know: good"):
        behind("moderation", classifier("second", "bad", "fine"))
    behind("moderation", classifier("third", "good", "spam", "bad"))
    assert target_named("moderation").served_id == "third@1"


def test_a_model_of_images_stands_behind_no_name() -> None:
    with pytest.raises(Conflict, match="images"):
        behind("photos", classifier("photos", "cat", "dog", kind=Kind.IMAGE_CLASSIFIER))


def test_a_version_goes_by_its_own_name_too_once_it_is_ready() -> None:
    version(3)
    version(4, VersionState.REJECTED)
    assert target_named("tiny@3+int8").served_id == "tiny@3+int8"
    for name in ("tiny@4", "tiny@5", "tiny@x", "tiny@3+fp4", "nobody", "tiny@" + "9" * 30):
        with pytest.raises(NotFound):
            target_named(name)


def test_an_assistant_gets_no_classifier_to_answer() -> None:
    behind("judge", classifier("mood", "bad", "good"))
    with pytest.raises(NotFound, match="does not write text"):
        alias_target("judge")
