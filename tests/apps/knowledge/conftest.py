"""A quick stand-in for the embedder, and a small knowledge base in two languages."""

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from apps.core.actor import SYSTEM
from apps.core.language import detect_language
from apps.inference import services as inference
from apps.knowledge.indexing.embedder import centres
from apps.knowledge.indexing.second import second_forget
from apps.knowledge.ingest import sandbox as sandbox_module
from apps.knowledge.models import Collection
from apps.knowledge.retrieval.tokens import tokenize
from apps.knowledge.services import ImportReport, collection_import

# What a stand-in for the parsing child answers besides the title.
NOTHING_READ = {"sha256": "", "pieces": [], "dropped": [], "members": []}


def fake_embed(*, texts: Sequence[str], purpose: str, language: str = "en") -> list[list[float]]:
    """Texts with words in common get near vectors; those of the Chinese model have the mean of their language in
    common too.
    """
    own = "query" if purpose == "query" else "passage"
    return [
        (_vector(text) + (centres(detect_language(text))[own] if language == "zh" else 0)).tolist()
        for text in texts
    ]


def _vector(text: str) -> np.ndarray:
    vector = np.full(384, 1e-3)
    for token in tokenize(text):
        digest = hashlib.sha256(token.encode()).digest()
        vector[int.from_bytes(digest[:2], "big") % 384] += 1 if digest[2] % 2 else -1
    return vector / np.linalg.norm(vector)


@pytest.fixture(autouse=True)
def embedder(monkeypatch: pytest.MonkeyPatch) -> None:
    second_forget()
    monkeypatch.setattr(inference, "embed_sync", fake_embed)


Import = Callable[..., ImportReport]


@pytest.fixture
def import_into() -> Import:
    def run(collection: str, *paths: Path) -> ImportReport:
        return collection_import(actor=SYSTEM, collection=collection, paths=list(paths))

    return run


PAGES = {
    "en/returns.md": """---
title: Returns
---

# Returns

Goods can be returned within 30 days of delivery. Members have 45 days.

## Costs

Return shipping is free if the product is faulty. Otherwise $5 is deducted.
""",
    "en/lamp.html": """<html><head><title>Ember lamp | Help</title></head><body><nav>Home Shop</nav><main>
<h1>Ember lamp</h1><p>The Ember lamp draws 9 W at full brightness. Its cable is 1.8 metres long.</p></main>
<footer>Careers</footer></body></html>""",
    "en/faq.csv": """question,answer,document
Who founded the company?,Lin Yu founded Lanternfield in 2016 in Kunshan.,x
Can I pay by invoice?,Companies can pay by invoice 30 days after delivery.,x
""",
    "en/box.txt": """IN THE BOX

Kettle K1: the box contains the kettle and the heating base.
Harbor H1: the box contains the lamp and a USB-C cable.
""",
    "zh/returns.md": """# 退货

签收后 30 天内，未使用的商品可以退货。炉边会员的退货期延长到 45 天。

## 退货运费

商品有故障的，退货运费由我们承担。其他原因退货，从退款中扣除 15 元。
""",
    "zh/lamp.md": "# Ember 台灯\n\nEmber 台灯全亮时功率为 9 瓦，待机 0.3 瓦。电源线长 1.8 米。\n",
    "zh/faq.csv": """问题,回答
公司是谁创办的,林羽于 2016 年在昆山创办了灯野。
可以开发票吗,订单完成后可在我的订单里申请电子发票。
""",
    "zh/staff.txt": "值班安排\n\n周末值班由两人轮流负责，每班八小时。交接时间为早上九点。\n",
}


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    """The folder of PAGES."""
    folder = tmp_path / "pages"
    for name, text in PAGES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


@pytest.fixture
def help_pages(db: None, pages: Path, import_into: Import) -> Collection:
    import_into("help", pages)
    return Collection.objects.get(slug="help")


@pytest.fixture
def reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Puts another program in the place of the parsing child."""
    package = tmp_path / "apps" / "knowledge" / "ingest"
    package.mkdir(parents=True)
    for folder in (package, package.parent, package.parent.parent):
        (folder / "__init__.py").touch()
    monkeypatch.setattr(sandbox_module, "_ROOT", tmp_path)
    return package / "worker.py"
