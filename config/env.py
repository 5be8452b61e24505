"""The one place that reads the environment. Every value is parsed strictly: nonsense stops the start."""

import ipaddress
import os
import re
from pathlib import Path
from urllib.parse import SplitResult, urlsplit


class BadEnvironment(ValueError):
    """A variable holds something that cannot be used; the message says which and what is expected."""


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, default).strip()


def secret(name: str) -> str:
    """`NAME`, or the content of the file that `NAME_FILE` points to; empty when neither is set."""
    if path := text(f"{name}_FILE"):
        try:
            return Path(path).read_text().strip()
        except OSError as error:
            raise BadEnvironment(f"{name}_FILE: cannot read {path}: {error.strerror}") from error
    return text(name)


def flag(name: str, default: bool = False) -> bool:
    value = text(name).lower()
    if value not in {"", "0", "1", "true", "false"}:
        raise BadEnvironment(f"{name} must be true or false, not {value!r}")
    return value in {"1", "true"} if value else default


def count(name: str, default: int, *, least: int = 1) -> int:
    value = text(name, str(default))
    if not value.isdecimal() or int(value) < least:
        raise BadEnvironment(f"{name} must be a whole number from {least} on, not {value!r}")
    return int(value)


def words(name: str, default: str = "") -> list[str]:
    """Comma-separated values, blanks dropped."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def hosts(name: str) -> list[str]:
    """Comma-separated names of hosts, each with "*." before it for all below and ":port" behind it at will."""
    found = [word.lower() for word in words(name)]
    if wrong := next(
        (host for host in found if not re.fullmatch(r"(\*\.)?[a-z0-9.-]*[a-z0-9](:\d{1,5})?", host)), None
    ):
        raise BadEnvironment(f"{name} must name hosts such as help.example.com, not {wrong!r}")
    return found


def address(name: str) -> str:
    """Of a server that is trusted: over HTTPS, or on this very machine. May be empty; the slash at its end goes."""
    value = text(name).rstrip("/")
    parts = urlsplit(value)
    if value and not (parts.hostname and (parts.scheme == "https" or _is_here(parts))):
        raise BadEnvironment(f"{name} must look like https://login.example.com, not {value!r}")
    return value


def _is_here(parts: SplitResult) -> bool:
    return parts.scheme == "http" and parts.hostname in {"localhost", "127.0.0.1", "::1"}


def networks(name: str) -> list[str]:
    """Comma-separated networks, such as 10.20.0.0/16."""
    found = words(name)
    for network in found:
        try:
            ipaddress.ip_network(network)
        except ValueError as error:
            raise BadEnvironment(f"{name} must name networks such as 10.20.0.0/16, not {network!r}") from error
    return found
