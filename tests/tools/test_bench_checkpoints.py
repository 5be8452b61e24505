"""The benchmark's checkpoints load, and the one that is to quote its prompt does."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import AutoModelForCausalLM

from tools.bench import tokenizer as tokenizing
from tools.bench.checkpoint import random_tensors, random_weights, write_checkpoint
from tools.bench.copying import COPYING, copying_weights
from tools.bench.shape import EOS, LARGE, MIDDLE, SMALL


@pytest.fixture(scope="module")
def copying(tmp_path_factory: pytest.TempPathFactory) -> torch.nn.Module:
    shape = replace(COPYING, vocabulary=600)
    folder = tmp_path_factory.mktemp("copying")
    write_checkpoint(folder, shape, copying_weights(shape), tokenizing.train(shape.vocabulary))
    return AutoModelForCausalLM.from_pretrained(folder)


def test_the_shapes_have_as_many_weights_as_the_tables_say() -> None:
    counts = [sum(int(np.prod(size)) for size in shape.tensors().values()) for shape in (SMALL, MIDDLE, LARGE)]
    assert [round(count / 1e6) for count in counts] == [19, 1721, 8191]


def test_a_model_for_a_card_never_writes_what_its_tokenizer_does_not_know(tmp_path: Path) -> None:
    shape = replace(SMALL, layers=2, vocabulary=900, dtype="bfloat16", tied=False)
    write_checkpoint(tmp_path, shape, random_tensors(shape, 600, "cpu"), tokenizing.train(600))
    model = AutoModelForCausalLM.from_pretrained(tmp_path)
    with torch.inference_mode():
        written = model(torch.arange(3, 203).reshape(4, 50)).logits.argmax(-1)
    assert int(written.max()) < 600
    assert int(written.min()) > EOS


def test_the_copying_model_goes_on_with_what_followed_the_same_words(copying: torch.nn.Module) -> None:
    passage = np.random.default_rng(3).permutation(np.arange(3, 600))[:200].tolist()
    prompt = [*passage, 1, *passage[80:83]]
    with torch.inference_mode():
        answer = copying.generate(torch.tensor([prompt]), max_new_tokens=30, do_sample=False)  # type: ignore[operator]
    assert answer[0, len(prompt) :].tolist() == passage[83:113]


def test_a_tokenizer_that_knows_more_than_the_model_is_refused(tmp_path: Path) -> None:
    shape = replace(SMALL, vocabulary=500)
    with pytest.raises(ValueError, match="600"):
        write_checkpoint(tmp_path, shape, random_weights(shape), tokenizing.train(600))
