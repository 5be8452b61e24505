"""The model card that is exported beside the weights."""

from importlib.resources import files
from pathlib import Path

from model_runtime.training.evaluate import Measures

_ROWS = (("en", "English"), ("zh", "Chinese"))


def write_card(
    folder: Path,
    measures: dict[str, Measures],
    *,
    parameters: int,
    steps: int,
    tokens: int,
    seconds: float,
    where: str,
    words: bool,
) -> None:
    """Write README.md of the model folder from the template card.md."""
    template = files("model_runtime.training").joinpath("card.md").read_text(encoding="utf-8")
    filled = template.format(
        parameters=f"{parameters / 1e6:.1f}",
        steps=steps,
        tokens=round(tokens / 1e6),
        minutes=f"{seconds / 60:.1f}",
        where=where,
        words="English ones with the packaged embedder's meaning" if words else "no pretrained weights",
        reading=_reading(measures),
        deciding=_deciding(measures),
    )
    (folder / "README.md").write_text(filled, encoding="utf-8")


def _reading(measures: dict[str, Measures]) -> str:
    """Table of the sets whose questions have answers."""
    lines = [
        "| set | questions | rank alone, best 1 / 2 | model, first / up to two | sentences | declined |",
        "|---|---|---|---|---|---|",
    ]
    sets = (("part", "240 passages as one knowledge base"), ("answer", "all passages"), ("store", "help pages"))
    for name, text in sets:
        for code, language in _ROWS:
            row = measures.get(f"{code}-{name}")
            if row:
                lines.append(
                    f"| {language}, {text} | {row['count']:.0f} | {row['rank_1']:.3f} / {row['rank_2']:.3f} "
                    f"| {row['model_1']:.3f} / {row['model_2']:.3f} | {row['sentences']:.2f} "
                    f"| {row['declined']:.3f} |"
                )
    worse = [name for name, row in measures.items() if row.get("model_2", 1.0) < row.get("rank_2", 0.0)]
    verdict = "Its at most two sentences hold the answer at least as often as the best two by rank on every set."
    if worse:
        verdict = (
            "**On these sets its at most two sentences hold the answer less often than the best two by rank do: "
            f"{', '.join(worse)}.** It needs longer training."
        )
    return "\n".join([*lines, "", verdict])


def _deciding(measures: dict[str, Measures]) -> str:
    """Table of the sets without an answer."""
    lines = ["| set | utterances | right phrase | no sentence chosen |", "|---|---|---|---|"]
    sets = (("off", "off-topic questions"), ("near", "answer taken out"), ("smalltalk", "small talk"))
    for name, text in sets:
        for code, language in _ROWS:
            row = measures.get(f"{code}-{name}")
            if row:
                lines.append(
                    f"| {language}, {text} | {row['count']:.0f} | {row['right']:.3f} | {row['no_sentence']:.3f} |"
                )
    return "\n".join(lines)
