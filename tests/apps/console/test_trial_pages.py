"""The frame beside an assistant's form, and what it tells the server of the form."""

import uuid

from django.test import Client
from django.urls import reverse

from apps.accounts.models import Role
from apps.chat.models import Assistant, Conversation, Correction, EvaluationSet, QuestionFile, StoredImage

from .conftest import World, as_role
from .test_assistant_pages import FIELDS


def address(trial_id: uuid.UUID, of: str = "service") -> str:
    return f"/console/assistants/trials/{trial_id}/?of={of}"


def test_the_form_is_tried_as_it_is_now_and_nothing_is_saved(operator: Client, world: World) -> None:
    Assistant.objects.update(texts={"en": {"hello": "Welcome!"}})
    trial = uuid.uuid4()
    assert operator.post(address(trial), FIELDS).json() == {"errors": []}
    tried = Assistant.with_trials.get(pk=trial)
    assert (tried.name, tried.threshold, tried.editor.username) == ("Returns desk", 0.4, "operator-person")
    assert tried.texts == {"en": {"hello": "Welcome!", "hours": "From 9 to 17."}, "zh": {"no": "请联系人工客服。"}}
    assert Assistant.objects.get().name == "Service desk"


def test_a_new_assistant_is_tried_before_it_has_a_short_name(operator: Client, world: World) -> None:
    trial = uuid.uuid4()
    assert operator.post(address(trial, of=""), {"slug": "", **FIELDS}).status_code == 200
    assert Assistant.with_trials.get(pk=trial).name == "Returns desk"


def test_what_is_wrong_with_the_form_is_told_field_by_field(operator: Client, world: World) -> None:
    response = operator.post(address(uuid.uuid4()), {**FIELDS, "name": "", "threshold": "7"})
    wrong = {error["field"]: error for error in response.json()["errors"]}
    assert set(wrong) == {"name", "threshold"} and wrong["name"]["label"] == "Name"
    assert "less than or equal to 1" in wrong["threshold"]["text"]
    assert Assistant.with_trials.count() == 1


def test_an_assistant_that_there_is_not_is_not_found(operator: Client, world: World) -> None:
    for of in ("none", "a%00b"):
        assert operator.post(address(uuid.uuid4(), of), FIELDS).status_code == 404


def test_only_our_own_pages_may_frame_it(operator: Client, world: World) -> None:
    response = operator.get(address(uuid.uuid4()))
    assert response.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in response.headers["Content-Security-Policy"]
    around = operator.get("/console/assistants/service/").headers["Content-Security-Policy"]
    assert "frame-src 'self'" in around and "frame-ancestors 'none'" in around


def test_the_frame_speaks_the_language_that_is_chosen_beside_it(operator: Client, world: World) -> None:
    page = operator.get(address(uuid.uuid4()) + "&language=zh").content.decode()
    assert '<html lang="zh-Hans">' in page and "试用" in page


def test_another_operator_changes_nothing_of_a_trial(operator: Client, world: World) -> None:
    operator.post(address(trial := uuid.uuid4()), FIELDS)
    assert as_role(Role.ADMIN).post(address(trial), {**FIELDS, "name": "Mine"}).status_code == 404
    assert Assistant.with_trials.get(pk=trial).name == "Returns desk"


def test_a_reviewer_who_knows_its_address_neither_reads_nor_corrects_nor_keeps_what_was_tried(
    reviewer: Client, world: World
) -> None:
    file = QuestionFile.objects.create(
        message=world.generation.question, name="lamp.png", size=1, width=1, height=1
    )
    StoredImage.objects.create(file=file, media_type="image/png", data=b"x", small=b"x")
    page = f"/console/conversations/{world.conversation.pk}/"
    image = f"{page}images/{file.pk}/"
    assert [reviewer.get(address).status_code for address in (page, image)] == [200, 200]
    Conversation.objects.update(is_trial=True)
    assert [reviewer.get(address).status_code for address in (page, image)] == [404, 404]
    corrected = reviewer.post(f"/console/answers/{world.generation.pk}/correct/", {"kind": "declines"})
    kept = reviewer.post(reverse("console:insight-add"), {"generation": world.generation.pk, "name": "Mine"})
    assert (corrected.status_code, kept.status_code) == (404, 404)
    assert not Correction.objects.exists() and not EvaluationSet.objects.exists()
