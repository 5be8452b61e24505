"""Pieces that two texts have in common, letter by letter."""


def common_runs(wanted: str, given: str) -> list[int]:
    """Lengths of the pieces of two or more characters that both hold, from left to right, as long as can be."""
    runs: list[int] = []
    start = 0
    while start < len(wanted):
        length = 0
        while start + length < len(wanted) and wanted[start : start + length + 1] in given:
            length += 1
        if length > 1:
            runs.append(length)
        start += max(length, 1)
    return runs
