"""Help pages, whose headings say what is asked, and chit-chat with many wordings of a question."""

import random
import re
from pathlib import Path

from model_runtime.training.examples.prompt import Language
from model_runtime.training.examples.text import sentences_of
from model_runtime.training.reranker.english import grouped
from model_runtime.training.reranker.pools import Pool

_HEADING = re.compile(r"^(#{1,6}) +(.+?)\s*#*$")
_CODE = re.compile(r"^```.*?^```", re.M | re.S)
_MARKS = re.compile(r"<[^>]*>|!?\[([^\]]*)\]\([^)]*\)|\{[^{}]*\}|[*`_|]+")
SECTION = 8  # sentences


def help_pool(folder: Path, language: Language, name: str) -> Pool:
    """Each section's heading as a question that its sentences answer, below the heading above it."""
    pool = Pool(name)
    for path in sorted(folder.rglob("*.mdx")):
        text = _CODE.sub("", path.read_text(encoding="utf-8"))
        found = re.search(r"^title: *(.+)$", text, re.M)
        title = found.group(1).strip("\"' ") if found else ""
        for above, heading, lines in _sections(text.split("\n---\n", 1)[-1], title):
            sentences = [
                one
                for line in lines
                for one in sentences_of(_MARKS.sub(r"\1", line).strip("->#: "), language)
                if 8 <= len(one) <= 300
            ][:SECTION]
            if sentences and heading:
                pool.asked.append((heading, pool.add(sentences, above)))
    return pool


def _sections(text: str, title: str) -> list[tuple[str, str, list[str]]]:
    """(the heading above, the heading, lines below it)."""
    found: list[tuple[str, str, list[str]]] = []
    path: dict[int, str] = {0: title}
    lines: list[str] = []
    for line in text.splitlines():
        if heading := _HEADING.match(line):
            level = len(heading.group(1))
            path = {key: value for key, value in path.items() if key < level}
            own = _MARKS.sub(r"\1", heading.group(2)).strip()
            lines = []
            found.append((path[max(path)], own, lines))
            path[level] = own
        else:
            lines.append(line)
    return found


def chat_pool(path: Path, name: str, rng: random.Random, most: int = 16) -> Pool:
    """Answers below `most` of the wordings that ask for each: as questions with answers stand on help pages."""
    pool = Pool(name, groups=True)
    for block in path.read_text(encoding="utf-8").split("# ? ")[1:]:
        lines = block.splitlines()
        wordings = [lines[0].strip(), *(line[2:].strip() for line in lines if line.startswith("- "))]
        answer = re.search(r"```markdown\n(.*?)\n```", block, re.S)
        if answer:
            chosen = rng.sample(wordings, min(most, len(wordings)))
            grouped(pool, [(one, answer.group(1).strip()) for one in chosen])
    return pool
