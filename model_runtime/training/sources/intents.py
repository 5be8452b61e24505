"""Customer-service utterances without any answer: Banking77 and Bitext."""

import csv
from pathlib import Path


def read_intents(folder: Path) -> list[str]:
    """Distinct utterances of both sets, in file order."""
    texts: dict[str, None] = {}
    for path, column in (
        (folder / "banking77-train.csv", "text"),
        (folder / "bitext" / "Bitext_Sample_Customer_Service_Training_Dataset.csv", "utterance"),
    ):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                texts[" ".join(row[column].split())] = None
    return list(texts)
