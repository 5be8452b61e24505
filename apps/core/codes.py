"""Numbers of articles and models (C40, SP-1003): whoever names one means that very thing."""

import re

_PART = r"(?:[A-Za-z]{1,2}|[A-Za-z]{0,3}\d[A-Za-z0-9]*)"
_CODE = re.compile(
    rf"(?<![A-Za-z0-9-])(?:[A-Za-z]{{1,4}}-)?[A-Za-z]{{1,6}}-?\d[A-Za-z0-9]*(?:-{_PART})*(?![A-Za-z0-9])"
)
_APART = re.compile(r"(?<![A-Za-z0-9-])(?:[A-Z]{1,4}|[A-Za-z]{2,6}) \d[A-Za-z0-9]*(?![A-Za-z0-9])")
_ALONE = re.compile(r"[a-z]+\d[a-z0-9]*")


def codes_of(text: str) -> frozenset[str]:
    """Neither hyphens nor case make another article."""
    return frozenset(code.replace("-", "").lower() for code in _CODE.findall(text))


def codes_joined(text: str) -> str:
    """The text with its codes in one piece: SP1003 for SP-1003."""
    return _CODE.sub(lambda found: found.group().replace("-", ""), text)


def without_codes(text: str) -> str:
    return _CODE.sub(" ", text)


def codes_with_parts(text: str) -> frozenset[str]:
    """Its codes, and those that are a part of one: K1-2503-1200 is a K1."""
    found = [code.lower() for code in _CODE.findall(text)]
    parts = (part for code in found for part in code.split("-") if _ALONE.fullmatch(part))
    return frozenset([*parts, *(code.replace("-", "") for code in found)])


def codes_held(codes: frozenset[str], text: str) -> int:
    """How many of them stand in a text, whole or as a part of another: LG-G2 is a G2, and SP 1003 is SP-1003."""
    if not codes:
        return 0
    apart = (code.replace(" ", "").lower() for code in _APART.findall(text))
    return len(codes & codes_with_parts(text).union(apart))


def codes_missing(codes: frozenset[str], text: str) -> frozenset[str]:
    """Those that do not stand in it so."""
    return frozenset(code for code in codes if not codes_held(frozenset([code]), text))
