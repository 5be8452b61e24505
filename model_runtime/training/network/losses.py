"""The loss: right decisions, and auxiliary tasks that are thrown away after training."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from model_runtime.training.network.network import Network, Shape
from model_runtime.training.sequences.batches import Batch

OVERLAP_LAYER, SPAN_LAYER, RELEVANCE_LAYER = 1, 3, 3
SCALE = 8.0
OVERLAP_WEIGHT, SPAN_WEIGHT, RELEVANCE_WEIGHT = 0.3, 0.3, 0.7
NEVER = float("-inf")


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


def loss_of(network: Network, helpers: Helpers, batch: Batch) -> tuple[Tensor, dict[str, Tensor]]:
    """The loss of a batch and its parts for the log."""
    streams = network(batch.ids)
    decision, right = _decisions(streams[-1], network.embed_tokens.weight, batch)
    relevance = _relevance(helpers.read(helpers.relevance, streams[RELEVANCE_LAYER]), batch)
    overlap = _flags(helpers.read(helpers.overlap, streams[OVERLAP_LAYER]), batch.overlap)
    span = _flags(helpers.read(helpers.span, streams[SPAN_LAYER]), batch.span)
    total = decision + RELEVANCE_WEIGHT * relevance + OVERLAP_WEIGHT * overlap + SPAN_WEIGHT * span
    parts = {"decision": decision, "relevance": relevance, "overlap": overlap, "span": span, "right": right}
    return total, {name: part.detach() for name, part in parts.items()}


def _decisions(stream: Tensor, embedding: Tensor, batch: Batch) -> tuple[Tensor, Tensor]:
    """Negative log-likelihood of the right tokens over the whole vocabulary; any of several right ones counts."""
    states = stream.reshape(-1, stream.shape[-1])[batch.places]
    scores = F.linear(states, embedding).float().log_softmax(dim=-1)
    mask = torch.full_like(scores, NEVER)
    mask[batch.targets[:, 0], batch.targets[:, 1]] = 0.0
    likelihood = (scores + mask).logsumexp(dim=-1)
    right = mask.gather(1, scores.argmax(dim=-1, keepdim=True)).eq(0).float().mean()
    return -(likelihood * batch.weights).sum() / batch.weights.sum(), right


def _relevance(scores: Tensor, batch: Batch) -> Tensor:
    """Cross-entropy over the candidates of a sequence and a fixed zero for "none answers"."""
    if not batch.labels.shape[1]:
        return scores.sum() * 0.0
    labelled = batch.labels >= 0
    found = scores.flatten()[batch.labels.clamp_min(0)].masked_fill(~labelled, NEVER)
    options = F.pad(found, (1, 0)).log_softmax(dim=-1)
    losses = -options.masked_fill(~batch.gold, NEVER).logsumexp(dim=-1) * batch.importance
    judged = labelled.any(dim=1)
    return (losses * judged).sum() / judged.sum().clamp_min(1)


def _flags(scores: Tensor, flags: Tensor) -> Tensor:
    """Binary cross-entropy over judged tokens, positives and negatives weighing alike."""
    losses = F.binary_cross_entropy_with_logits(scores, flags.clamp_min(0).float(), reduction="none")
    means = [(losses * mask).sum() / mask.sum().clamp_min(1.0) for mask in (flags == 1, flags == 0)]
    return 0.5 * (means[0] + means[1])
