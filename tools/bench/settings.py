"""How much to measure, and where the files of a run lie."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tools.bench.figures import Row
from tools.product import ROOT

STARTER = ROOT / "model_runtime" / "starter"


@dataclass(frozen=True)
class Settings:
    """`quick` asks little, to see that everything runs: its figures are no measurement."""

    folder: Path
    rounds: int = 5
    quick: bool = False
    threads: int = 2

    @property
    def random_model(self) -> Path:
        """The checkpoint with random weights."""
        return self.folder / "random"

    @property
    def copying_model(self) -> Path:
        """The checkpoint that quotes its prompt."""
        return self.folder / "copying"

    def count(self, full: int, quick: int) -> int:
        """One of two amounts."""
        return quick if self.quick else full

    def rng(self, name: str, number: int) -> random.Random:
        """Randomness of round `number` of the part `name`: the same in every run, another in every round."""
        return random.Random(f"{name} {number}")


Part = Callable[[Settings], Iterator[Row]]
