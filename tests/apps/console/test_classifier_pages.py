"""Load reports, kinds and labels in the console, and what a reviewer reads of a classifier's decision."""

import pytest
from django.test import Client

from apps.accounts.models import Role
from apps.chat.models import Generation
from apps.console.reading import models as reading
from apps.core.actor import SYSTEM
from apps.inference.models import Rollout
from apps.inference.selectors import Loaded
from apps.moderation.models import Decision
from apps.moderation.services import Verdict, decisions_store
from apps.moderation.verdict import Finding
from apps.registry.models import Kind, ModelVersion, RegisteredModel
from apps.registry.services import alias_move

from .conftest import ANSWER, QUESTION, World, as_role

REPORT = Loaded(
    id="tiny@1",
    state="ready",
    quantization="int8",
    memory_bytes=48_000_000,
    load_seconds=1.7,
    device="cpu",
    kernels="fbgemm",
    context_length=4096,
    prefill_tokens_per_second=3810.4,
    decode_tokens_per_second=231.0,
)


@pytest.fixture
def toxicity(db: None) -> ModelVersion:
    return ModelVersion.objects.create(
        model=RegisteredModel.objects.create(name="toxicity"),
        number=1,
        state="ready",
        source="path",
        kind=Kind.CLASSIFIER,
        labels=["fine", "toxic"],
        config={"architectures": ["BertForSequenceClassification"]},
        created_by="test",
    )


def page(version: ModelVersion) -> str:
    return f"/console/models/versions/{version.pk}/"


def loaded(monkeypatch: pytest.MonkeyPatch, *models: Loaded) -> None:
    monkeypatch.setattr(reading, "deployments", lambda: list(models))


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["Tokens written a second", "Tokens read a second", "fbgemm kernels", "Context, in tokens", "CPU"]),
        ("zh-hans", ["每秒输出词元数", "每秒读入词元数", "fbgemm 计算内核", "上下文（词元）", "CPU"]),
    ],
)
def test_the_load_report_of_a_version_is_shown_in_both_languages(
    operator: Client, world: World, monkeypatch: pytest.MonkeyPatch, language: str, words: list[str]
) -> None:
    loaded(monkeypatch, REPORT)
    operator.cookies["language"] = language
    text = operator.get(page(world.version)).content.decode()
    assert [word for word in words if word not in text] == []
    assert all(f"<dd>{figure}</dd>" in text for figure in ("231", "3,810", "4,096"))


def test_the_choice_of_kernels_is_offered_on_a_processor_only(
    operator: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded(monkeypatch, REPORT)
    assert "int8-bnb" in operator.get(page(world.version)).content.decode()
    loaded(monkeypatch, Loaded(id="tiny@1", state="ready", device="cuda:0"))
    text = operator.get(page(world.version)).content.decode()
    assert "int8-bnb" not in text and "GPU 0" in text and 'value="int8"' in text


def test_a_classifier_shows_its_labels_and_is_offered_the_name_that_takes_it(
    operator: Client, toxicity: ModelVersion
) -> None:
    text = operator.get(page(toxicity)).content.decode()
    assert "Text classifier" in text and "toxic" in text
    assert "<option>moderation</option>" in text and "<option>production</option>" not in text
    assert "how likely each of its labels" in text
    assert "Text classifier" in operator.get("/console/models/").content.decode()


def test_a_model_of_images_can_be_tried_but_is_offered_no_name(operator: Client, toxicity: ModelVersion) -> None:
    ModelVersion.objects.update(kind=Kind.IMAGE_CLASSIFIER)
    text = operator.get(page(toxicity)).content.decode()
    assert "test picture" in text and "Put into service" not in text


def test_a_classifier_is_refused_behind_production_with_the_reason(
    operator: Client, toxicity: ModelVersion
) -> None:
    answer = operator.post(f"{page(toxicity)}activate/", {"alias": "production", "reason": "why not"})
    assert answer.status_code == 409 and "takes a language model" in answer.content.decode()
    assert not Rollout.objects.exists()


def test_a_trial_of_a_classifier_shows_labels_with_probabilities(operator: Client, toxicity: ModelVersion) -> None:
    labels = [["toxic", 0.874], ["fine", 0.126]]
    Rollout.objects.create(
        version=toxicity,
        state="done",
        result={"question": "You fool", "text": "", "seconds": 0.02, "tokens": 0, "metrics": {}, "labels": labels},
    )
    text = operator.get(page(toxicity)).content.decode()
    assert "You fool" in text and "87.4%" in text and "12.6%" in text and "classified in 0.02 s" in text
    assert "tokens in" not in text


def test_a_card_of_a_classifier_says_labels_and_no_tokens_a_second(
    operator: Client, toxicity: ModelVersion
) -> None:
    alias_move(actor=SYSTEM, alias="moderation", version=toxicity, quantization="none", reason="first")
    card = (
        operator.get("/console/models/").content.decode().split('aria-label="moderation"')[1].split("</section>")[0]
    )
    assert "toxic" in card and "Tokens a second" not in card


def test_the_transcript_says_what_a_classifier_found_and_why_it_could_not_be_asked(
    reviewer: Client, world: World
) -> None:
    found = Finding("classifier", "toxic", "flag", 0, 8, 0.83, "toxicity@1")
    away = Finding(
        "classifier",
        "not_checked",
        "flag",
        0,
        8,
        version="toxicity@1",
        reason="The model runtime cannot be reached.",
    )
    decisions_store(
        world.generation.pk,
        [
            (
                "output",
                Verdict("flag", "", (found, away), policy_version=3),
            )
        ],
    )
    reviewer.cookies["language"] = "zh-hans"
    text = reviewer.get(f"/console/conversations/{world.conversation.pk}/").content.decode()
    assert "toxic 83.0%" in text and "toxicity@1" in text
    assert "未检查" in text and "连接不上推理服务" in text


def test_tokens_that_were_known_from_before_are_counted(reviewer: Client, world: World) -> None:
    world.generation.usage = {"prompt_tokens": 220, "cached_tokens": 180, "completion_tokens": 14}
    world.generation.save()
    text = reviewer.get(f"/console/conversations/{world.conversation.pk}/").content.decode()
    assert "known from before" in text and "180" in text


@pytest.mark.parametrize("role", ["", Role.CUSTOMER, Role.REVIEWER])
def test_an_outsider_neither_tries_a_classifier_nor_puts_it_into_service(role: str, toxicity: ModelVersion) -> None:
    client = as_role(role)
    for action, data in (("try", {"question": "x"}), ("activate", {"alias": "moderation", "reason": "x"})):
        answer = client.post(f"{page(toxicity)}{action}/", data, headers={"Accept": "application/json"})
        assert answer.status_code in {401, 403}, (role, action)
    assert not Rollout.objects.exists()


def test_a_finding_shows_the_words_with_score_and_threshold_and_where_they_stand(
    reviewer: Client, world: World
) -> None:
    row = world.generation.retrieval["passages"][0]
    place = f"text {row['passage']}"
    asked = Finding("classifier", "toxic", "flag", 0, 2, 0.83, "toxicity@1", least=0.7)
    quoted = Finding("classifier", "toxic", "flag", 2, 4, 0.91, "toxicity@1", least=0.9, place=place)
    told = [("input", Verdict("flag", "", (asked,), 3)), ("output", Verdict("flag", "", (quoted,), 3))]
    decisions_store(world.generation.pk, told)
    text = reviewer.get(f"/console/conversations/{world.conversation.pk}/").content.decode()
    assert "83.0% (threshold 70.0%)" in text and f'<q class="found-words">{QUESTION[:2]}</q>' in text
    assert "in a source ·" in text and f'<q class="found-words">{row["text"][2:4]}</q>' in text


def test_what_was_withheld_is_not_made_up_from_what_stands_there_instead(reviewer: Client, world: World) -> None:
    world.generation.outcome = "blocked"
    world.generation.save()
    found = Finding("classifier", "toxic", "block", 0, 4, 0.99, "toxicity@1", least=0.9)
    decisions_store(world.generation.pk, [("output", Verdict("block", "", (found,), 3))])
    text = reviewer.get(f"/console/conversations/{world.conversation.pk}/").content.decode()
    assert "are not kept" in text and f'<q class="found-words">{ANSWER[:4]}' not in text


def test_an_outage_has_its_own_word_filter_and_count_and_is_nothing_that_customers_said(
    reviewer: Client, world: World
) -> None:
    Decision.objects.all().delete()
    away = Finding("classifier", "check_failed", "block", 0, 8, version="toxicity@1", reason="gone")
    decisions_store(world.generation.pk, [("input", Verdict("block", "", (away,), 3))])
    Generation.objects.update(status="error", outcome="", error_code="check_unavailable")
    listed = reviewer.get("/console/conversations/?unchecked=1").content.decode()
    assert QUESTION in listed and '<span class="badge outage">Not checked</span>' in listed
    assert "Blocked" not in listed.partition("<tbody>")[2]
    assert (
        QUESTION not in reviewer.get("/console/conversations/?flagged=1").content.decode().partition("<tbody>")[2]
    )
    overview = reviewer.get("/console/overview/?days=1")
    numbers = overview.context["numbers"]
    assert (numbers.unchecked, numbers.flagged, numbers.failed) == (1, 0, 0)
    assert "/console/conversations/?unchecked=1" in overview.content.decode()
    transcript = reviewer.get(f"/console/conversations/{world.conversation.pk}/").content.decode()
    assert transcript.count('badge outage">Not checked') == 2 and "characters" not in transcript
