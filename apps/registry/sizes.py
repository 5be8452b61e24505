"""Sizes of files and of memory in words, the same wherever they are shown."""

_UNITS = ("B", "kB", "MB", "GB", "TB")


def size_shown(count: int) -> str:
    """Bytes in the largest unit that leaves at least 1; units are powers of 1000, as disks and networks count.

    The upload page says it alike (static/js/console/upload_words.js).
    """
    size, power = float(count), 0
    while round(size, 1 if power > 1 else 0) >= 1000 and power < len(_UNITS) - 1:
        size, power = size / 1000, power + 1
    return f"{size:.{1 if power > 1 else 0}f} {_UNITS[power]}"
