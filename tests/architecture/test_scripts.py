"""The parts of the chat's page import downwards only, as rooms do."""

import re
from pathlib import Path

CHAT = Path(__file__).resolve().parents[2] / "static" / "js" / "chat"
LAYERS = ({"thread"}, {"answer", "sidebar"}, {"sources", "composer"}, {"text", "conversation"}, {"page"})


def test_a_part_of_the_chats_page_imports_only_parts_below_it() -> None:
    height = {part: -depth for depth, parts in enumerate(LAYERS) for part in parts}
    assert {path.name for path in CHAT.iterdir() if path.is_dir()} == set(height)
    for script in CHAT.glob("*/*.js"):
        for path in re.findall(r'"((?:\.\.?/|/static/)[^"]*\.js)"', script.read_text()):
            assert not path.startswith("/"), f"{script.name} imports {path}, whose version is another page's"
            taken = (script.parent / path).resolve()
            if taken.is_relative_to(CHAT) and taken.parent != script.parent:
                part = taken.relative_to(CHAT).parts[0]
                assert height.get(part, 1) < height[script.parent.name], f"{script.name} imports {path}"
