"""What a document is called, which customers see under every answer."""

import io
import re
import zipfile
from pathlib import Path

import docx
import pytest

from apps.knowledge.ingest.reading import Task, read
from apps.knowledge.ingest.titles import title_of


@pytest.mark.parametrize(
    "said",
    ["", "about:blank", "Untitled", "Untitled document", "Word Document", "Document1", "未命名", "无标题文档",
     "新建 DOCX 文档", "文档 2", "新建 Microsoft Word 文档", "Microsoft Word - Document1.docx", "https://a.example/b",
     "Microsoft PowerPoint - Presentation1", "contract_final.docx"],
)  # fmt: skip
def test_a_title_that_a_program_put_there_gives_way_to_the_files_name(said: str) -> None:
    assert title_of(said, "shop/delivery-times.docx") == "Delivery times"


@pytest.mark.parametrize(
    ("said", "title"),
    [
        ("Documents we need", "Documents we need"),
        ("文档管理", "文档管理"),
        ("Untitled works", "Untitled works"),
        ("退货政策", "退货政策"),
    ],
)
def test_a_title_that_a_person_chose_stays(said: str, title: str) -> None:
    assert title_of(said, "x.docx") == title


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("faq-en.csv", "FAQ"),
        ("FAQ_zh-CN.csv", "FAQ"),
        ("shop-faq.csv", "Shop FAQ"),
        ("USB-adapter.txt", "USB adapter"),
        ("delivery-times_en.txt", "Delivery times"),
        ("en.txt", "En"),
        ("lessons-in-zen.txt", "Lessons in zen"),
        ("收费-zh.xlsx", "收费"),
    ],
)
def test_a_files_name_is_a_title_with_its_capitals_and_without_its_language(name: str, title: str) -> None:
    assert title_of("", name) == title


def test_a_word_file_without_properties_is_called_by_its_name(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("Parcels are sent on the day after the order.")
    whole, bare = io.BytesIO(), io.BytesIO()
    document.save(whole)
    with zipfile.ZipFile(whole) as given, zipfile.ZipFile(bare, "w") as kept:
        for name in given.namelist():
            text = given.read(name)
            if name == "_rels/.rels":
                text = re.sub(rb"<Relationship [^>]*core\.xml[^>]*/>", b"", text)
            if name != "docProps/core.xml":
                kept.writestr(name, text)
    found = read(Task(str(tmp_path / "delivery-times.docx"), "delivery-times.docx"), bare.getvalue())
    assert found.title == "Delivery times"
