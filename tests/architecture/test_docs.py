"""What the documents say lies somewhere lies there."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Named from wherever one is: `reading/snapshot.py`.
FILE = re.compile(r"`([\w./-]+\.(?:py|js|css|html|sh|toml|yaml))`")


def test_every_path_that_a_document_names_exists() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    files = {f"/{name}" for name in listed.splitlines() if (ROOT / name).exists()}
    tops = "|".join(sorted({file.split("/")[1] for file in files if file.count("/") > 1}))
    path = re.compile(rf"(?<![\w./-])((?:{tops})/[\w./-]*\w)(?![\w./-]*[*{{])")
    for document in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")):
        text = document.read_text()
        lost = {name for name in FILE.findall(text) if not any(file.endswith(f"/{name}") for file in files)}
        lost |= {name for name in path.findall(text) if not ((ROOT / name).exists() or f"/{name}.py" in files)}
        assert lost == set(), f"{document.name} names what is not there"
