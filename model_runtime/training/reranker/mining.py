"""Hard negatives: the sentences that a search ranks high for a question and that do not answer it."""

import torch
from torch import Tensor
from transformers import BertForSequenceClassification

from model_runtime.training.network.encoder import Ids, embeddings
from model_runtime.training.reranker.tokens import TokenPool, padded

KEPT = 32
K1, B = 1.2, 0.75  # of BM25, here over word pieces
WORDS, MEANING = 0.4, 0.6  # as the application's search weighs the two
BATCH = 512


@torch.inference_mode()
def mine(pool: TokenPool, network: BertForSequenceClassification) -> list[list[int]]:
    """For each question the numbers of the best sentences, best first, those that answer left out.

    `network` is untrained yet, so that it still embeds.
    """
    device = network.classifier.weight.device
    texts = [pool.shown(number) for number in range(len(pool.sentences))]
    counts = _counts(texts, network.config.vocab_size, device)
    idf = torch.log1p((len(texts) - (counts > 0).sum(0) + 0.5) / ((counts > 0).sum(0) + 0.5))
    lengths = counts.sum(1, keepdim=True)
    words = counts * (K1 + 1) / (counts + K1 * (1 - B + B * lengths / lengths.mean())) * idf
    meanings = _embedded(texts, network)
    found: list[list[int]] = []
    for first in range(0, len(pool.asked), BATCH):
        asked = pool.asked[first : first + BATCH]
        questions = [question for question, _ in asked]
        lexical = (_counts(questions, network.config.vocab_size, device) > 0).to(words.dtype) @ words.T
        dense = _embedded(questions, network) @ meanings.T
        together = WORDS * _standard(lexical) + MEANING * _standard(dense)
        best = together.topk(min(KEPT + 16, len(texts)), dim=1).indices.tolist()
        found += [[n for n in row if n not in gold][:KEPT] for row, (_, gold) in zip(best, asked, strict=True)]
    return found


def _counts(texts: list[Ids], size: int, device: torch.device) -> Tensor:
    rows = torch.tensor([row for row, ids in enumerate(texts) for _ in ids], device=device)
    columns = torch.tensor([one for ids in texts for one in ids], device=device)
    counts = torch.zeros(len(texts), size, device=device)
    return counts.index_put_((rows, columns), torch.ones(len(rows), device=device), accumulate=True)


def _embedded(texts: list[Ids], network: BertForSequenceClassification) -> Tensor:
    order = sorted(range(len(texts)), key=lambda number: len(texts[number]))
    parts = []
    for first in range(0, len(order), BATCH):
        fed = padded([([], texts[number]) for number in order[first : first + BATCH]])
        parts.append(embeddings(network.bert, {key: one.to(network.device) for key, one in fed.items()}))
    back = torch.empty(len(order), dtype=torch.long)
    back[torch.tensor(order)] = torch.arange(len(order))
    return torch.cat(parts)[back.to(network.device)]


def _standard(values: Tensor) -> Tensor:
    spread: Tensor = (values - values.mean(1, keepdim=True)) / (values.std(1, keepdim=True) + 1e-6)
    return spread
