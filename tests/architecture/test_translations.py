"""Both languages are complete: every text in code and templates has its Chinese, with the same placeholders."""

import re
import subprocess
from pathlib import Path

import polib
import pytest

ROOT = Path(__file__).resolve().parents[2]
CALL = re.compile(
    r"""(?<!\w)(?:(?:_|gettext|gettext_lazy|ngettext|gettext_noop|noop)\(|pgettext_lazy\(\s*"[^"\n]*",)\s*((?:(?:"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')\s*)+)"""
)
TAG = re.compile(r"""\{%\s*(?:translate|trans)\s+(?:"([^"]*)"|'([^']*)')""")
BLOCK = re.compile(r"\{%\s*blocktrans(?:late)?([^%]*)%\}(.*?)\{%\s*endblocktrans(?:late)?\s*%\}", re.S)
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


def tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(["git", "ls-files", *patterns], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in listed.stdout.split("\n") if name and (ROOT / name).exists()]


def from_python(path: Path) -> set[str]:
    parts = (
        re.findall(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'", found) for found in CALL.findall(path.read_text())
    )
    return {"".join(eval(part) for part in strings) for strings in parts}


def from_template(path: Path) -> set[str]:
    text = path.read_text()
    found = {double or single for double, single in TAG.findall(text)}
    for options, body in BLOCK.findall(text):
        for part in re.split(r"\{%\s*plural\s*%\}", body)[:1]:
            message = " ".join(line.strip() for line in part.strip().splitlines()) if "trimmed" in options else part
            found.add(re.sub(r"\{\{\s*(\w+)\s*\}\}", r"%(\1)s", message))
    return found


def translations() -> dict[str, polib.POEntry]:
    return {entry.msgid: entry for path in tracked("apps/*.po") for entry in polib.pofile(str(path))}


def sources() -> dict[str, str]:
    texts: dict[str, str] = {}
    for path in tracked("apps/*.py", "templates/*.html"):
        found = from_template(path) if path.suffix == ".html" else from_python(path)
        texts |= dict.fromkeys(found, str(path.relative_to(ROOT)))
    return texts


def test_every_text_has_its_chinese() -> None:
    known = translations()
    missing = {text: where for text, where in sources().items() if text and not known.get(text)}
    assert missing == {}


@pytest.mark.parametrize("path", tracked("apps/*.po"), ids=lambda path: path.parts[-5])
def test_no_entry_is_empty_fuzzy_or_unused(path: Path) -> None:
    catalog, used = polib.pofile(str(path)), sources()
    assert [entry.msgid for entry in catalog if not entry.translated() or entry.fuzzy] == []
    own = [entry.msgid for entry in catalog if not entry.tcomment.startswith("Django's own")]
    assert [msgid for msgid in own if msgid not in used] == []


def test_a_text_has_one_chinese_in_all_rooms() -> None:
    """Of two the first catalog's would win everywhere; another meaning takes a context."""
    said: dict[tuple[str | None, str], set[str]] = {}
    for path in tracked("apps/*.po"):
        for entry in polib.pofile(str(path)):
            said.setdefault((entry.msgctxt, entry.msgid), set()).add(entry.msgstr or str(entry.msgstr_plural))
    assert {text: found for text, found in said.items() if len(found) > 1} == {}


def test_placeholders_survive_translation() -> None:
    wrong = [
        entry.msgid
        for entry in translations().values()
        if not entry.msgid_plural
        and sorted(PLACEHOLDER.findall(entry.msgid)) != sorted(PLACEHOLDER.findall(entry.msgstr))
    ]
    assert wrong == []
