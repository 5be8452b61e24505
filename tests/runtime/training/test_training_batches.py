"""Batches, the loss over them, and the workers that make them ahead."""

import random
from collections.abc import Iterator

import pytest
import torch

from model_runtime.training.examples.examples import Example
from model_runtime.training.network.losses import Helpers, loss_of
from model_runtime.training.network.muon import Muon
from model_runtime.training.network.network import Network
from model_runtime.training.sequences.batches import Batch, batches
from model_runtime.training.sequences.encoding import Encoder
from model_runtime.training.sequences.feed import Feed
from model_runtime.training.sequences.tokens import train_tokenizer
from model_runtime.training.sequences.variants import Recipe

EXAMPLES = [
    Example("squad", "en", f"Who sells {thing}?", [f"Ann sells {thing}.", "Bob sings.", "It rains."], [0])
    for thing in ("apples", "pears", "green plums", "old red books")
] + [Example("chat", "en", "How are you?", [], [], "hello")]


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Encoder(train_tokenizer([text for e in EXAMPLES for text in (e.question, *e.sentences)], vocabulary=400))


def _make(encoder: Encoder, tokens: int = 400) -> Iterator[Batch]:
    return batches(EXAMPLES, encoder, Recipe(candidates=(3, 3)), 200, tokens, random.Random(1))


def test_a_batch_judges_each_sequence_as_alone_however_it_is_padded(encoder: Encoder) -> None:
    torch.manual_seed(0)
    network, helpers = Network(encoder.tokenizer.get_vocab_size()), Helpers()
    sequences = [encoder.prompt(example) for example in EXAMPLES]
    for sequence in sequences:
        answer = encoder.sentence_ids[0] if sequence.labels else encoder.label_ids["[hello]"]
        sequence.decisions.append((len(sequence.ids) - 1, [answer], 1.0))
    together = loss_of(network, helpers, Batch.of(sequences, encoder.pad))[1]
    alone = [loss_of(network, helpers, Batch.of([sequence], encoder.pad))[1] for sequence in sequences]
    assert float(together["decision"]) == pytest.approx(sum(float(p["decision"]) for p in alone) / 5, rel=1e-4)
    with_labels = [float(part["relevance"]) for part in alone[:4]]
    assert float(together["relevance"]) == pytest.approx(sum(with_labels) / 4, rel=1e-4)


def test_muon_for_all_matrices_at_once_is_torchs_own_for_each() -> None:
    torch.manual_seed(0)
    shapes = ((16, 8), (8, 16), (16, 8), (12, 12))
    ours = [torch.nn.Parameter(torch.randn(shape)) for shape in shapes]
    theirs = [torch.nn.Parameter(matrix.detach().clone()) for matrix in ours]
    optimizers = (
        Muon(ours, lr=0.02, weight_decay=0.1),
        torch.optim.Muon(theirs, lr=0.02, weight_decay=0.1, adjust_lr_fn="match_rms_adamw"),
    )
    for _ in range(5):
        for one, other in zip(ours, theirs, strict=True):
            one.grad = other.grad = torch.randn(one.shape)
        for optimizer in optimizers:
            optimizer.step()
    for one, other in zip(ours, theirs, strict=True):
        assert torch.allclose(one, other, atol=2e-3)


def test_any_of_several_right_sentences_counts(encoder: Encoder) -> None:
    network, helpers = Network(encoder.tokenizer.get_vocab_size()), Helpers()
    sequence = encoder.prompt(EXAMPLES[0])
    losses = []
    for right in (encoder.sentence_ids[:1], encoder.sentence_ids[:2]):
        sequence.decisions[:] = [(len(sequence.ids) - 1, right, 1.0)]
        losses.append(float(loss_of(network, helpers, Batch.of([sequence], encoder.pad))[1]["decision"]))
    assert losses[1] < losses[0]


def test_batches_keep_to_their_budget_and_show_every_example(encoder: Encoder) -> None:
    made = [batch for batch, _ in zip(_make(encoder, 300), range(12), strict=False)]
    assert all(len(batch.ids) == 1 or batch.ids.numel() <= 300 + 8 * len(batch.ids) for batch in made)
    assert {int(batch.gold[:, 0].sum()) for batch in made} >= {0, 1}


@pytest.mark.parametrize("workers", [0, 2])
def test_batches_come_for_the_phase_that_was_asked_for(encoder: Encoder, workers: int) -> None:
    def make(phase: int, rng: random.Random) -> Iterator[Batch]:
        return batches(EXAMPLES, encoder, Recipe(candidates=(1 + phase, 1 + phase)), 200, 400, rng)

    feed = Feed(make, workers, seed=3)
    try:
        assert feed.next_batch(0).labels.shape[1] == 1
        wide = (feed.next_batch(2).labels.shape[1] for _ in range(100))
        assert 3 in wide
    finally:
        feed.close()
