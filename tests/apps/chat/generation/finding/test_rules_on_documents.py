"""The rules for short questions over a real search: what the documents answer, they do not keep from being said."""

import hashlib
from collections.abc import Coroutine
from pathlib import Path

import numpy as np
import pytest

from apps.chat.generation.finding.searching import Searched, searched
from apps.chat.generation.plan import Plan, plan_for
from apps.core.actor import SYSTEM
from apps.inference import services as inference
from apps.knowledge.models import Collection
from apps.knowledge.retrieval.across import search_across
from apps.knowledge.retrieval.search import search
from apps.knowledge.retrieval.tokens import tokenize
from apps.knowledge.retrieval.types import Retrieval
from apps.knowledge.services import collection_import

from ..asking.test_greetings import brief

pytestmark = pytest.mark.django_db

# Other things that the house says.
REST = "Returns are free within 30 days.\n\nThe lamp draws 9 W.\n\n灯具保修 24 个月。\n\n滤芯每半年换一次。"


def by_words(*, texts: list[str], purpose: str, language: str = "en") -> list[list[float]]:
    """Texts with words in common get near vectors."""
    vectors = np.full((len(texts), 384), 1e-3)
    for row, text in enumerate(texts):
        for token in tokenize(text):
            digest = hashlib.sha256(token.encode()).digest()
            vectors[row, int.from_bytes(digest[:2], "big") % 384] += 1 if digest[2] % 2 else -1
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).tolist()


@pytest.fixture(autouse=True)
def real_search(monkeypatch: pytest.MonkeyPatch) -> None:
    async def at_once(**asked) -> Retrieval:
        return search(**asked)

    monkeypatch.setattr(inference, "embed_sync", by_words)
    monkeypatch.setattr("apps.chat.generation.finding.searching.asearch", at_once)

    async def across(**asked) -> Retrieval:
        return search_across(**asked)

    monkeypatch.setattr("apps.chat.generation.finding.crossing.asearch_across", across)


def now(made: Coroutine[None, None, Searched]) -> Searched:
    """What waits for nothing needs no loop, in which no rows may be read."""
    try:
        made.send(None)
    except StopIteration as done:
        return done.value
    raise AssertionError("it waits")


def asked(folder: Path, question: str, heading: str, text: str) -> tuple[Searched, Plan]:
    (folder / "page.md").write_text(f"# House\n\n## {heading}\n\n{text}\n\n## Other\n\n{REST}\n")
    collection_import(actor=SYSTEM, collection="house", paths=[folder / "page.md"])
    found = now(searched(brief(question, (Collection.objects.get(slug="house").pk,))))
    return found, plan_for(found.brief, found.found, found.apart)


@pytest.mark.parametrize(
    ("question", "heading", "text"),
    [
        ("What's your phone number?", "Contact", "Our phone number is 020 7946 0958."),
        ("客服电话是多少", "联系", "客服电话：95588。"),
        ("Who is the owner?", "About", "The owner is Anna Berg."),
        ("你们老板是谁", "关于", "你们要找的老板是王芳。"),
        ("公司什么时候成立的", "关于", "公司始于1998年。"),
        ("工作文件怎么上传", "文件", "工作文件在“我的文件”里上传。"),
        ("户外灯下雨会坏吗", "户外灯", "户外灯下雨不会坏，防水等级为 IP65。"),
        ("Who shares my data?", "Data", "Nobody shares your data."),
        ("Are you a robot?", "Are you a robot?", "No robot are you talking to, but Anna."),
        ("What is your phone number?", "What is your phone number?", "Your phone number for us is on the invoice."),
        ("Do you work on laptops?", "Repairs", "We work on laptops and lamps."),
    ],
)
def test_what_the_documents_say_is_said(tmp_path: Path, question: str, heading: str, text: str) -> None:
    found, said = asked(tmp_path, question, heading, text)
    assert found.back == ""
    assert any(text in one.text for one in said.passages)


PRICES = """| 型号 | 名称 | 价格（元） |
|---|---|---|
| LC-30 | 吸顶灯 C30 | 588 |
| LC-40 | 吸顶灯 C40 | 738 |
| LD-2 | 台灯 D2 | 399 |

## 安装

提供上门安装，每盏吸顶灯收费 60 元。"""


@pytest.mark.parametrize(
    ("question", "says"),
    [
        ("吸顶灯 C40 多少钱", "738"),
        ("吸顶灯C30多少钱", "588"),
        ("LC-40多少钱", "738"),
        ("C30 价格", "588"),
        ("台灯多少钱", "399"),
        ("How much is the C40?", "738"),
        ("How much is the LC-40?", "738"),
    ],
)
def test_the_price_of_an_article_is_that_of_its_row(tmp_path: Path, question: str, says: str) -> None:
    found, said = asked(tmp_path, question, "价格", PRICES)
    assert found.back == ""
    best = min((one for passage in said.passages for one in passage.sentences), key=lambda one: one.rank)
    assert says in best.text and "60" not in best.text


def test_a_heading_tells_which_article_is_called_so(tmp_path: Path) -> None:
    text = "清流去除灰尘和花粉，适用于 50 平米的房间。\n\n## 分期\n\n清流 D2，¥1,299，分 3 期。"
    found, said = asked(tmp_path, "净化器多少钱", "清流空气净化器（D2）", text)
    assert found.back == ""
    assert [one.text for passage in said.passages for one in passage.sentences] == ["清流 D2，¥1,299，分 3 期。"]


def test_no_other_articles_price_is_said(tmp_path: Path) -> None:
    found, _said = asked(tmp_path, "吸顶灯 C90 多少钱", "价格", PRICES)
    assert found.back == "price_of"
