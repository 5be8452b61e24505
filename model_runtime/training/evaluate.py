"""The evaluation stage: rank alone against the model's choice, declines and small talk."""

from collections.abc import Sequence
from pathlib import Path

from model_runtime.training.examples.examples import Example, read_examples
from model_runtime.training.network.network import Network
from model_runtime.training.reading import read_all
from model_runtime.training.sequences.encoding import Encoder

Measures = dict[str, float]


def evaluate(network: Network, encoder: Encoder, dataset: Path, limit: int | None = None) -> dict[str, Measures]:
    """Measures of every development set in a folder, by the set's name; `limit` examples of each, spread."""
    found: dict[str, Measures] = {}
    for path in sorted(dataset.glob("dev-*.jsonl")):
        examples = list(read_examples(path))
        if limit and len(examples) > limit:
            examples = examples[:: -(-len(examples) // limit)]
        if examples:
            found[path.stem.removeprefix("dev-")] = _measure(network, encoder, examples)
    return found


def _measure(network: Network, encoder: Encoder, examples: Sequence[Example]) -> Measures:
    readings = read_all(network, encoder, examples)
    total = len(examples)
    if any(example.phrase for example in examples):
        right = sum(reading.phrase == example.phrase for reading, example in zip(readings, examples, strict=True))
        declined = sum(not reading.chosen for reading in readings)
        return {"count": total, "right": right / total, "no_sentence": declined / total}
    pairs = list(zip(readings, examples, strict=True))
    return {
        "count": total,
        "rank_1": sum(_holds(example, (0,)) for example in examples) / total,
        "rank_2": sum(_holds(example, (0, 1)) for example in examples) / total,
        "rank_10": sum(_holds(example, range(10)) for example in examples) / total,
        "model_1": sum(_holds(example, reading.chosen[:1]) for reading, example in pairs) / total,
        "model_2": sum(_holds(example, reading.chosen) for reading, example in pairs) / total,
        "pair": sum(_holds(example, reading.pair) for reading, example in pairs) / total,
        "sentences": sum(len(reading.chosen) for reading in readings) / total,
        "declined": sum(not reading.chosen for reading in readings) / total,
    }


def _holds(example: Example, chosen: Sequence[int]) -> bool:
    """Whether a chosen sentence holds an answer string, or is the gold sentence where none is known."""
    if not example.answers:
        return any(index in example.gold for index in chosen)
    sentences = [example.sentences[index] for index in chosen if index < len(example.sentences)]
    return any(answer in sentence for answer in example.answers for sentence in sentences)


def score_of(measures: dict[str, Measures]) -> float:
    """One number to compare networks by: the mean over the sets of what each is about."""
    values = [row["right"] if "right" in row else 0.5 * (row["pair"] + row["model_1"]) for row in measures.values()]
    return sum(values) / len(values)


def table(measures: dict[str, Measures]) -> str:
    """The measures as Markdown."""
    lines = []
    for name, values in measures.items():
        figures = ", ".join(
            f"{key} {value:.0f}" if key == "count" else f"{key} {value:.3f}" for key, value in values.items()
        )
        lines.append(f"- {name}: {figures}")
    return "\n".join(lines)
