"""Builds a development set for `kb_evaluate` from public reading-comprehension data, outside the repository.

    python -m tools.devset --data ../shared/data --out .data/devset
    manage.py kb_import dev-en .data/devset/en/documents
    manage.py kb_evaluate dev-en .data/devset/en/questions.jsonl

Each passage becomes a document of its own; each question names it. English: QED's development paragraphs with their
short answers. Chinese: CMRC 2018's trial set. Off-topic lines (no answers) are banking and everyday questions that
no encyclopaedia passage answers. Beside them stand `en-near` and `zh-near`: the same passages, but every other
question loses the sentences that answer it, so that it is a near miss.
"""

import argparse
import csv
import json
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from apps.knowledge.ingest.code import quotable

OFF_TOPIC_ZH = (
    "我的快递怎么三天没动了", "信用卡年费怎么减免", "附近有什么好吃的火锅", "明天会下雨吗", "帮我写一首情诗",
    "怎么把照片备份到电脑", "会员积分什么时候到期", "这件衣服有大一码吗", "手机连不上蓝牙怎么办", "红烧肉怎么做",
    "怎么取消自动续费", "今晚有什么电影", "帮我算一下二十三乘以十七", "猫不吃饭怎么办", "怎么给银行卡解绑",
    "推荐几个减肥的运动", "机票改签要多少钱", "房贷利率现在是多少", "孩子发烧要不要去医院", "怎么跟老板提加薪",
)  # fmt: skip
Passage = tuple[str, str, list[dict[str, Any]]]  # title, text, questions


def english(data: Path) -> Iterator[Passage]:
    for line in (data / "qa_en" / "qed-dev.jsonlines").read_text().splitlines():
        example = json.loads(line)
        answers = {span["string"] for group in example["original_nq_answers"] for span in group}
        text = _detokenised(example["paragraph_text"])
        gold = [answer for answer in map(_detokenised, answers) if answer in text]
        if gold:
            yield example["title_text"], text, [{"question": example["question_text"], "answers": gold}]


def _detokenised(text: str) -> str:
    text = re.sub(r" ([,.;:!?%)\]]|'s\b|n't\b)", r"\1", text)
    text = re.sub(r"([(\[$]) ", r"\1", text)
    return re.sub(r"(``|'') ?| ?(``|'')", '"', text.replace(" - ", "-").replace(" – ", "–"))


def chinese(data: Path) -> Iterator[Passage]:
    for article in json.loads((data / "qa_zh" / "cmrc2018-trial.json").read_text())["data"]:
        for paragraph in article["paragraphs"]:
            questions = [
                {"question": qa["question"], "answers": sorted({answer["text"] for answer in qa["answers"]})}
                for qa in paragraph["qas"]
                if qa["question"].strip()
            ]
            yield article.get("title") or "", paragraph["context"], questions


def off_topic_english(data: Path) -> list[str]:
    with (data / "intents" / "banking77-train.csv").open() as file:
        rows = [row["text"] for row in csv.DictReader(file)]
    return random.Random(7).sample(rows, 60)


def write(passages: list[Passage], off_topic: list[str], out: Path) -> None:
    documents = out / "documents"
    documents.mkdir(parents=True, exist_ok=True)
    with (out / "questions.jsonl").open("w") as file:
        for number, (title, text, questions) in enumerate(passages):
            name = f"{number:04}.md"
            (documents / name).write_text(f"# {title}\n\n{text}\n" if title else f"{text}\n")
            for question in questions:
                file.write(
                    json.dumps({**question, "document": "" if question.get("kind") else name}, ensure_ascii=False)
                    + "\n"
                )
        for asked in off_topic:
            file.write(json.dumps({"question": asked, "answers": [], "document": None}, ensure_ascii=False) + "\n")


def cut(passages: list[Passage]) -> list[Passage]:
    """Without the sentences that answer every other question. No passage loses all, and what only several sentences
    together answer is not asked.
    """
    kept: list[Passage] = []
    asked = 0
    for title, text, questions in passages:
        sentences = [text[start:end] for start, end in quotable(text)]
        lost: set[str] = set()
        for question in questions:
            lost |= {one for one in sentences if asked % 2 and _answers(one, question)}
            asked += 1
        left = [one for one in sentences if one not in lost] or sentences
        known = [question for question in questions if any(_answers(one, question) for one in sentences)]
        near = [question for question in known if not any(_answers(one, question) for one in left)]
        cases = [
            {**question, "answers": [], "kind": "near"} if question in near else question for question in known
        ]
        kept.append((title, " ".join(left), cases))
    return kept


def _answers(sentence: str, question: dict[str, Any]) -> bool:
    return any(answer in sentence for answer in question["answers"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--out", type=Path, default=Path(".data/devset"))
    parser.add_argument("--passages", type=int, default=240, help="how many passages a language")
    options = parser.parse_args()
    for language, source, off_topic in (
        ("en", english, off_topic_english(options.data)),
        ("zh", chinese, list(OFF_TOPIC_ZH)),
    ):
        passages = list(source(options.data))
        random.Random(7).shuffle(passages)
        write(passages[: options.passages], off_topic, options.out / language)
        write(cut(passages[: options.passages]), [], options.out / f"{language}-near")


if __name__ == "__main__":
    main()
