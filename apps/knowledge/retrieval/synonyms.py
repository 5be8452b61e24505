"""Chinese words of shops and help desks that mean the same, so that 免邮 finds 包邮. A group a line, any order."""

import re
from functools import cache
from pathlib import Path

PATH = Path(__file__).with_name("synonyms-zh.txt")


def concepts(text: str) -> list[str]:
    """A token for each word of a group in `text` (simplified), in reading order: "≈" and the group's first."""
    pattern, groups = _groups()
    return [f"≈{groups[word]}" for word in pattern.findall(text)]


@cache
def _groups() -> tuple[re.Pattern[str], dict[str, str]]:
    lines = [line.split() for line in PATH.read_text(encoding="utf-8").splitlines() if line.strip()]
    groups: dict[str, str] = {}
    for first, *others in lines:
        for word in (first, *others):
            groups.setdefault(word, first)
    longest_first = sorted(groups, key=lambda word: (-len(word), word))
    return re.compile("|".join(map(re.escape, longest_first))), groups
