"""How good the classifier is on what was held out."""

from collections.abc import Sequence

from .data import Text

Figures = dict[str, float]


def measure(texts: Sequence[Text], chances: Sequence[float], threshold: float = 0.5) -> dict[str, Figures]:
    """By set: accuracy, precision, recall and F1 where it holds both, and the share of harmless texts found
    offensive."""
    found: dict[str, Figures] = {}
    for source, language in dict.fromkeys((text.source, text.language) for text in texts):
        rows = [
            (text.offensive, chance >= threshold)
            for text, chance in zip(texts, chances, strict=True)
            if (text.source, text.language) == (source, language)
        ]
        said, meant = sum(flagged for _, flagged in rows), sum(label for label, _ in rows)
        both = sum(label and flagged for label, flagged in rows)
        figures = {"count": float(len(rows)), "found": said / len(rows)}
        if meant:
            figures["accuracy"] = sum(label == flagged for label, flagged in rows) / len(rows)
            figures["precision"], figures["recall"] = both / max(1, said), both / meant
            figures["f1"] = 2 * both / max(1, said + meant)
            figures["wrong"] = (said - both) / max(1, len(rows) - meant)
        found[f"{source} ({language})"] = figures
    return found


def table(figures: dict[str, Figures]) -> str:
    """As Markdown."""
    lines = [
        "| set | texts | accuracy | precision | recall | F1 | harmless ones found offensive |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, row in figures.items():
        judged = [f"{row[key]:.3f}" if key in row else "" for key in ("accuracy", "precision", "recall", "f1")]
        wrong = row.get("wrong", row["found"])
        lines.append(f"| {name} | {row['count']:.0f} | {' | '.join(judged)} | {wrong:.4f} |")
    return "\n".join(lines)
