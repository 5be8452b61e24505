"""The words of the glossary in sorted arrays: a few megabytes of a process, where dictionaries take thirty."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

PATH = Path(__file__).with_name("words.npz")
_BASE = np.uint64(0x9E3779B97F4A7C15)  # of the number that stands for a word: no two of them share one


@dataclass(frozen=True)
class Words:
    """By the `numbers` of the words, in order: their log-probabilities, and where the gloss of each (UTF-8) begins
    and ends in `text`. `longest` is in characters.
    """

    numbers: np.ndarray
    chances: np.ndarray
    begins: np.ndarray
    ends: np.ndarray
    text: np.ndarray
    longest: int

    @classmethod
    def loaded(cls, path: Path) -> "Words":
        with np.load(path, allow_pickle=False) as arrays:
            words, counts, bounds, text = (arrays[name] for name in ("words", "counts", "bounds", "text"))
        codes = words.view(np.uint32).reshape(len(words), -1).astype(np.uint64)
        numbers = np.zeros(len(words), dtype=np.uint64)
        for column in codes.T:
            numbers = np.where(column, numbers * _BASE + column, numbers)
        order = np.argsort(numbers)
        chances = np.log(counts / counts.sum(dtype=np.float64)).astype(np.float32)
        longest = codes.shape[1]
        return cls(numbers[order], chances[order], bounds[:-1][order], bounds[1:][order], text, longest)

    def places(self, run: str) -> np.ndarray:
        """For each character of `run` where the words stand that begin with it, by their length; -1 for none."""
        codes = np.frombuffer(run.encode("utf-32-le"), dtype="<u4").astype(np.uint64)
        asked = np.zeros((len(codes), self.longest), dtype=np.uint64)
        number = np.zeros(len(codes), dtype=np.uint64)
        for length in range(min(self.longest, len(codes))):
            number = number[: len(codes) - length] * _BASE + codes[length:]
            asked[: len(number), length] = number
        found = np.minimum(np.searchsorted(self.numbers, asked), len(self.numbers) - 1)
        return np.where(self.numbers[found] == asked, found, -1)

    def gloss(self, place: int) -> str:
        return "" if place < 0 else bytes(self.text[self.begins[place] : self.ends[place]]).decode()
