"""A share shows what was said when it was made, to whoever has its address, until it is taken back."""

import pytest
from django.test import Client
from django.utils.translation import override

from apps.audit.models import AuditEvent
from apps.chat.models import Assistant, Generation, Message, Share
from apps.chat.reading.snapshot import markdown, snapshot

from ..fakes import send

pytestmark = pytest.mark.usefixtures("assistant")
SOURCE = {"number": 1, "passage": "secret-id", "title": "Returns", "heading": "Shop", "excerpt": "Within 30 days."}


def answered(actor, question: str = "How long for returns?", answer: str = "Within 30 days. [1]", **ids):
    sent = send(actor, question, **ids)
    Generation.objects.filter(pk=sent.generation.pk).update(status="done")
    Message.objects.filter(pk=sent.generation.answer_id).update(text=answer, sources=[SOURCE])
    return sent


def shares(sent) -> str:
    return f"/api/chat/conversations/{sent.conversation.pk}/shares/"


@pytest.mark.parametrize("name", ["owner", "visitor"])
def test_whoever_has_the_address_reads_what_was_said_until_then_and_nothing_of_the_person(cast, name: str) -> None:
    actor, client = cast[name]
    sent = answered(actor)
    made = client.post(shares(sent))
    assert made.status_code == 201
    answered(actor, "A later question", conversation_id=sent.conversation.pk)
    page = Client().get(made.json()["address"])
    text = page.content.decode()
    assert page.status_code == 200 and "noindex" in page.headers["X-Robots-Tag"]
    assert "How long for returns?" in text and "Within 30 days. [1]" in text and "Returns" in text
    assert "A later question" not in text and "secret-id" not in text
    assert not actor.user_id or actor.label not in text


def test_a_share_and_a_file_name_the_assistant_in_the_page_s_language(cast) -> None:
    Assistant.objects.update(name="Lamp shop", name_zh="灯具店")
    sent = answered(cast["owner"][0])
    address = cast["owner"][1].post(shares(sent)).json()["address"]
    for language, name, other in (("zh-CN", "灯具店", "Lamp shop"), ("en", "Lamp shop", "灯具店")):
        texts = [
            client.get(path, headers={"accept-language": language}).content.decode()
            for client, path in (
                (Client(), address),
                (cast["owner"][1], f"/c/{sent.conversation.pk}/download/"),
            )
        ]
        assert all(name in text and other not in text for text in texts)


def test_a_share_that_was_taken_back_is_gone_for_everybody(cast) -> None:
    actor, client = cast["owner"]
    sent = answered(actor)
    made = client.post(shares(sent)).json()
    assert client.get(shares(sent)).json()["shares"] == [made]
    assert client.delete(f"{shares(sent)}{made['id']}/").status_code == 204
    assert client.get(made["address"]).status_code == 404
    assert client.delete(f"{shares(sent)}{made['id']}/").status_code == 404
    actions = AuditEvent.objects.filter(target=f"conversation:{sent.conversation.pk}").values_list(
        "action", flat=True
    )
    assert {"conversation.shared", "conversation.unshared"} <= set(actions)


@pytest.mark.parametrize("outsider", ["stranger", "passer_by", "reviewer"])
def test_nobody_shares_lists_takes_back_or_saves_the_conversation_of_another(cast, outsider: str) -> None:
    sent = answered(cast["owner"][0])
    made = cast["owner"][1].post(shares(sent)).json()
    client = cast[outsider][1]
    assert client.post(shares(sent)).status_code == 404
    assert client.get(shares(sent)).status_code == 404
    assert client.delete(f"{shares(sent)}{made['id']}/").status_code == 404
    assert client.get(f"/c/{sent.conversation.pk}/download/").status_code == 404
    assert Share.objects.count() == 1


def test_a_share_ends_with_its_conversation(cast) -> None:
    actor, client = cast["owner"]
    sent = answered(actor)
    made = client.post(shares(sent)).json()
    client.delete(f"/api/chat/conversations/{sent.conversation.pk}/")
    assert client.get(made["address"]).status_code == 404


def test_an_unfinished_or_empty_conversation_is_not_shared(cast) -> None:
    actor, client = cast["owner"]
    assert client.post(shares(send(actor))).status_code == 409


def test_a_conversation_is_saved_as_markdown_with_its_sources(cast) -> None:
    actor, client = cast["owner"]
    sent = answered(actor, "退货/换货？")
    saved = client.get(f"/c/{sent.conversation.pk}/download/")
    assert saved.headers["Content-Type"].startswith("text/markdown")
    assert "/" not in saved.headers["Content-Disposition"].split("''")[-1]
    lines = saved.content.decode().split("\n\n")
    assert lines[0] == "# 退货/换货？" and lines[2:] == [
        "## 退货/换货？",
        f"*{sent.message.created_at:%Y-%m-%d %H:%M} UTC*",
        "Within 30 days. [1]",
        "- [1] Returns › Shop\n",
    ]


@pytest.mark.parametrize(
    ("language", "where", "line"),
    [
        ("en", {"rows": [12, 12]}, "- [1] Returns › Shop, row 12"),
        ("zh-hans", {"rows": [12, 12]}, "- [1] Returns › Shop 第 12 行"),
        ("en", {"rows": [2, 9]}, "- [1] Returns › Shop, rows 2 to 9"),
        ("zh-hans", {"page": 7}, "- [1] Returns › Shop 第 7 页"),
        ("en", {"page": 7, "pages": [7, 7]}, "- [1] Returns › Shop, page 7"),
        ("en", {"page": 3, "pages": [3, 4]}, "- [1] Returns › Shop, pages 3–4"),
        ("zh-hans", {"page": 3, "pages": [3, 4]}, "- [1] Returns › Shop 第 3–4 页"),
        ("en", {"page": 2, "pages": [2, 2], "slides": True}, "- [1] Returns › Shop, slide 2"),
        ("zh-hans", {"page": 2, "pages": [2, 3], "slides": True}, "- [1] Returns › Shop 第 2–3 张幻灯片"),
    ],
)
def test_what_is_saved_says_in_which_row_or_on_which_page_a_source_stands(
    cast, language: str, where: dict, line: str
) -> None:
    sent = answered(cast["owner"][0])
    Message.objects.filter(pk=sent.generation.answer_id).update(sources=[SOURCE | where])
    with override(language):
        assert line in markdown(snapshot(sent.conversation)).split("\n")
