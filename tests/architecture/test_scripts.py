"""The parts of the chat's page import downwards only, as rooms do."""

import re
from pathlib import Path

CHAT = Path(__file__).resolve().parents[2] / "static" / "js" / "chat"
LAYERS = ({"thread"}, {"answer", "sidebar"}, {"sources", "composer"}, {"text", "conversation"}, {"page"})


def test_a_part_of_the_chats_page_imports_only_parts_below_it() -> None:
    height = {part: -depth for depth, parts in enumerate(LAYERS) for part in parts}
    assert {path.name for path in CHAT.iterdir() if path.is_dir()} == set(height)
    upwards = [
        (script.relative_to(CHAT).as_posix(), part)
        for script in CHAT.glob("*/*.js")
        for part in re.findall(r'"\.\./(\w+)/', script.read_text())
        if part != script.parent.name and height.get(part, 1) >= height[script.parent.name]
    ]
    assert upwards == []
