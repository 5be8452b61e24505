"""Weights, configuration, tokenizer and card in the form transformers loads."""

from importlib.resources import files
from pathlib import Path

import torch
from tokenizers import Tokenizer
from transformers import BertForSequenceClassification, PreTrainedTokenizerFast

from .measure import Figures, table
from .network import WINDOW
from .tokens import END, MASK, PAD, START


def export(
    network: BertForSequenceClassification,
    tokenizer: Tokenizer,
    figures: dict[float, dict[str, Figures]],
    folder: Path,
) -> int:
    """Write the model folder; `figures` are by threshold. Returns its size in bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    network.to(torch.bfloat16).save_pretrained(folder)
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token=PAD,
        cls_token=START,
        sep_token=END,
        mask_token=MASK,
        model_max_length=WINDOW,
        clean_up_tokenization_spaces=False,
    ).save_pretrained(folder)
    tables = "\n\n".join(
        f"From a probability of {threshold}:\n\n{table(rows)}" for threshold, rows in figures.items()
    )
    card = files("model_runtime.training.moderation").joinpath("card.md").read_text(encoding="utf-8")
    parameters = sum(parameter.numel() for parameter in network.parameters())
    (folder / "README.md").write_text(
        card.format(parameters=f"{parameters / 1e6:.1f}", figures=tables), encoding="utf-8"
    )
    return sum(path.stat().st_size for path in folder.iterdir())
