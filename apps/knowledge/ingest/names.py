"""Names of documents: what clients and archives call a file becomes a label, never a path."""

import re

LONGEST = 500  # characters
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
_DRIVE = re.compile(r"^[A-Za-z]:")


def clean_name(name: str) -> str:
    """Forward slashes, no drive, no parts that lead upwards, nothing invisible; may be empty."""
    plain = _DRIVE.sub("", _CONTROL.sub("", name).replace("\\", "/"))
    parts = (part.strip() for part in plain.split("/"))
    return "/".join(part for part in parts if part not in {"", ".", ".."})[-LONGEST:].strip("/ ")
