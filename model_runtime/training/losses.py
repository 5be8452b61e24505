"""The loss: right decisions, and auxiliary tasks that are thrown away after training."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from model_runtime.training.encoding import Encoded
from model_runtime.training.network import Network, Shape

OVERLAP_LAYER, SPAN_LAYER, RELEVANCE_LAYER = 1, 3, 3
SCALE = 8.0
OVERLAP_WEIGHT, SPAN_WEIGHT, RELEVANCE_WEIGHT = 0.3, 0.3, 0.7


class Helpers(nn.Module):
    """Linear readings of inner layers: does this token's word stand in the question, is it part of the answer,
    does the sentence before this label answer."""

    def __init__(self) -> None:
        super().__init__()
        self.overlap = nn.Linear(Shape.hidden, 1)
        self.span = nn.Linear(Shape.hidden, 1)
        self.relevance = nn.Linear(Shape.hidden, 1)

    @staticmethod
    def read(reading: nn.Module, stream: Tensor) -> Tensor:
        """Scores of one reading; the stream is normalised and scaled so that small weights go a long way."""
        scores: Tensor = reading(F.rms_norm(stream, (Shape.hidden,)) * SCALE)
        return scores.float()[..., 0]


@dataclass(frozen=True)
class Batch:
    """Right-padded sequences; flat places (row * length + position) of what is judged."""

    ids: Tensor
    sequences: Sequence[Encoded]

    @classmethod
    def of(cls, sequences: Sequence[Encoded], pad: int) -> "Batch":
        """Pad the sequences to the longest."""
        length = max(len(sequence.ids) for sequence in sequences)
        rows = [sequence.ids + [pad] * (length - len(sequence.ids)) for sequence in sequences]
        return cls(torch.tensor(rows), sequences)


def loss_of(network: Network, helpers: Helpers, batch: Batch) -> tuple[Tensor, dict[str, float]]:
    """The loss of a batch and its parts for the log."""
    streams = network(batch.ids)
    decision, right = _decisions(streams[-1], network.embed_tokens.weight, batch)
    relevance = _relevance(helpers.read(helpers.relevance, streams[RELEVANCE_LAYER]), batch)
    overlap = _flags(helpers.read(helpers.overlap, streams[OVERLAP_LAYER]), batch, "overlap")
    span = _flags(helpers.read(helpers.span, streams[SPAN_LAYER]), batch, "span")
    total = decision + RELEVANCE_WEIGHT * relevance + OVERLAP_WEIGHT * overlap + SPAN_WEIGHT * span
    parts = {"decision": decision, "relevance": relevance, "overlap": overlap, "span": span}
    return total, {name: float(part.detach()) for name, part in parts.items()} | {"right": right}


def _decisions(stream: Tensor, embedding: Tensor, batch: Batch) -> tuple[Tensor, float]:
    """Negative log-likelihood of the right tokens over the whole vocabulary; any of several right ones counts."""
    length = batch.ids.shape[1]
    flat = stream.reshape(-1, stream.shape[-1])
    decisions = [
        (row * length + place, targets, weight)
        for row, sequence in enumerate(batch.sequences)
        for place, targets, weight in sequence.decisions
    ]
    places = torch.tensor([place for place, _, _ in decisions])
    weights = torch.tensor([weight for _, _, weight in decisions])
    scores = F.linear(flat[places], embedding).float().log_softmax(dim=-1)
    rows = torch.tensor([row for row, (_, targets, _) in enumerate(decisions) for _ in targets])
    columns = torch.tensor([target for _, targets, _ in decisions for target in targets])
    mask = torch.full_like(scores, float("-inf"))
    mask[rows, columns] = 0.0
    likelihood = (scores + mask).logsumexp(dim=-1)
    best = scores.argmax(dim=-1)
    right = mask[torch.arange(len(best)), best].eq(0).float().mean()
    return -(likelihood * weights).sum() / weights.sum(), float(right)


def _relevance(scores: Tensor, batch: Batch) -> Tensor:
    """Cross-entropy over the candidates of a sequence and a fixed zero for "none answers"."""
    losses = []
    for row, sequence in enumerate(batch.sequences):
        if sequence.labels:
            options = torch.cat((torch.zeros(1), scores[row, sequence.labels])).log_softmax(dim=0)
            right = [index + 1 for index in sequence.gold] or [0]
            losses.append(-options[right].logsumexp(dim=0) * sequence.weight)
    return torch.stack(losses).mean() if losses else scores.sum() * 0.0


def _flags(scores: Tensor, batch: Batch, name: str) -> Tensor:
    """Binary cross-entropy over judged tokens, positives and negatives weighing alike."""
    length = batch.ids.shape[1]
    flags = torch.tensor(
        [getattr(s, name) + [-1] * (length - len(s.ids)) for s in batch.sequences], dtype=torch.float32
    )
    losses = F.binary_cross_entropy_with_logits(scores, flags.clamp_min(0), reduction="none")
    positive, negative = (flags == 1).float(), (flags == 0).float()
    return 0.5 * sum(
        ((losses * mask).sum() / mask.sum().clamp_min(1.0) for mask in (positive, negative)),
        start=torch.zeros(()),
    )
