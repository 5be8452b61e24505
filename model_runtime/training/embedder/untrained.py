"""What the model says before it is trained: its means, its vectors of questions, what it takes for answers."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import normalize
from transformers import BertModel

from model_runtime.training.embedder.corpus import Reading, TokenPage
from model_runtime.training.embedder.network import embedded

BATCH = 512


@dataclass(frozen=True)
class Untrained:
    """`query` and `passage` are the means that the application takes away (its `centres`). Without them: `asked[n]`
    and `near[n]` are vectors of page n's questions, `read` those of the others. `hard[n]` is the sentence nearest
    to question n of those that do not answer it.
    """

    query: Tensor
    passage: Tensor
    asked: Sequence[Tensor]
    near: Sequence[Tensor]
    read: Tensor
    hard: list[int]


@torch.no_grad()
def untrained(network: BertModel, pages: Sequence[TokenPage], known: Reading) -> Untrained:
    read = embedded(network, [ids for ids, _ in known.asked])
    sentences = embedded(network, known.sentences)
    query, passage = read.mean(0), sentences.mean(0)
    read, sentences = centred(read, query), centred(sentences, passage)
    asked = centred(embedded(network, [ids for page in pages for ids, _ in page.asked]), query)
    near = [centred(embedded(network, page.near), query) if page.near else asked[:0] for page in pages]
    own = asked.split([len(page.asked) for page in pages])
    return Untrained(query, passage, own, near, read, _hard(read, sentences, [right for _, right in known.asked]))


def _hard(questions: Tensor, sentences: Tensor, gold: Sequence[int]) -> list[int]:
    found: list[int] = []
    for first in range(0, len(questions), BATCH):
        near = questions[first : first + BATCH] @ sentences.T
        right = torch.tensor(gold[first : first + BATCH], device=near.device)
        found += near.scatter(1, right[:, None], -1.0).argmax(1).tolist()
    return found


def centred(vectors: Tensor, mean: Tensor) -> Tensor:
    """Of length 1, as the application compares them."""
    return normalize(vectors - mean, dim=-1)
