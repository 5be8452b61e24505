"""Traditional characters as simplified ones, so that a question in either script finds pages in both.

`simplified.txt` holds the single characters of OpenCC's TSCharacters.txt (Apache License 2.0), where the first of
several readings is taken: the traditional ones on its first line, each one's counterpart on the second.
"""

from pathlib import Path

_TABLE = str.maketrans(*Path(__file__).with_suffix(".txt").read_text(encoding="utf-8").split("\n")[:2])


def simplified(text: str) -> str:
    """As long as `text`, character by character, so that offsets into the one hold for the other."""
    return text.translate(_TABLE)
