"""robots.txt, as RFC 9309 reads it: the group that names us or "*", and of its rules the longest that fits."""

import re
from dataclasses import dataclass, field

_FIELDS = {"user-agent", "allow", "disallow", "crawl-delay"}
_LINE = re.compile(r"\s*([A-Za-z-]+)\s*:\s*([^#]*)")
MOST_BYTES = 512 * 1024
_MOST_RULES = 5_000


@dataclass
class Robots:
    """`rules` are (path pattern, allowed); `delay` in seconds."""

    rules: list[tuple[str, bool]] = field(default_factory=list)
    delay: float = 0.0

    def allows(self, target: str) -> bool:
        """`target` is path and query as they are sent."""
        fitting = [(len(path), allowed) for path, allowed in self.rules if _fits(path, target)]
        return max(fitting)[1] if fitting else True


def robots_parsed(text: str, agent: str) -> Robots:
    """What is asked of `agent` (in any case). Lines that are none are passed over."""
    named, anybody = Robots(), Robots()
    found = False
    groups: list[Robots] = []
    opening = False  # several user-agent lines in a row open one group
    for line in text.splitlines():
        match = _LINE.match(line)
        if not match or (key := match[1].lower()) not in _FIELDS:
            continue
        value = match[2].strip()
        if key == "user-agent":
            groups = groups if opening else []
            opening = True
            if value.lower() == agent.lower():
                found = True
                groups.append(named)
            elif value == "*":
                groups.append(anybody)
            continue
        opening = False
        for group in groups:
            _add(group, key, value)
    return named if found else anybody


def _add(group: Robots, key: str, value: str) -> None:
    if key == "crawl-delay":
        if re.fullmatch(r"\d{1,6}(\.\d{1,6})?", value):
            group.delay = float(value)
    elif value and len(group.rules) < _MOST_RULES:
        group.rules.append((value, key == "allow"))


def _fits(pattern: str, target: str) -> bool:
    """ "*" stands for anything, "$" at the end for the end. Looks at each part once: no pattern is slow."""
    ends = pattern.endswith("$")
    first, *parts = pattern.removesuffix("$").split("*")
    if not target.startswith(first):
        return False
    place = len(first)
    if not parts:
        return not ends or place == len(target)
    *middle, last = parts
    for part in middle:
        place = target.find(part, place)
        if place < 0:
            return False
        place += len(part)
    return target[place:].endswith(last) if ends else target.find(last, place) >= 0
