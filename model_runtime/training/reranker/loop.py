"""One training step, and how good the network is so far."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits
from transformers import BertForSequenceClassification, PreTrainedTokenizerFast

from model_runtime.training.reranker.data import Pool
from model_runtime.training.reranker.lists import Pairs, encode, padded
from model_runtime.training.reranker.network import scores

THREADS = 2  # each computes on its own; threads within a product wait for one another on a busy machine
CHUNKS = 4  # sequences of similar length are computed together
MEASURED = 120  # questions of a pool


class Trainer:
    """A network, its optimizer, and the threads that compute its gradients."""

    def __init__(
        self, network: BertForSequenceClassification, tokenizer: PreTrainedTokenizerFast, rate: float
    ) -> None:
        torch.set_num_threads(1)
        self.network, self._tokenizer, self._rate = network, tokenizer, rate
        self._weights = [one for one in network.parameters() if one.requires_grad]
        self._optimizer = torch.optim.AdamW(self._weights, lr=rate, weight_decay=0.01, betas=(0.9, 0.98))
        self._threads = ThreadPoolExecutor(THREADS)

    def step(self, lists: list[Pairs], share: float) -> float:
        """Learns from the lists at `share` of the rate; the mean loss of a list."""
        for group in self._optimizer.param_groups:
            group["lr"] = self._rate * share
        parts = [lists[number::THREADS] for number in range(THREADS)]
        found = [work.result() for work in [self._threads.submit(self._part, part) for part in parts]]
        for place, weight in enumerate(self._weights):
            weight.grad = torch.stack([gradients[place] for _, gradients in found]).sum(0) / len(lists)
        torch.nn.utils.clip_grad_norm_(self._weights, 1.0)
        self._optimizer.step()
        return sum(loss for loss, _ in found) / len(lists)

    def _part(self, lists: list[Pairs]) -> tuple[float, tuple[Tensor, ...]]:
        """The loss summed over lists: a choice among a question's candidates, plus a yes or no for each."""
        encoded = encode([pair for one in lists for pair in one], self._tokenizer)
        order = np.argsort([len(one["input_ids"]) for one in encoded], kind="stable")
        chunks = [chunk for chunk in np.array_split(order, CHUNKS) if len(chunk)]
        parts = [scores(self.network, padded([encoded[i] for i in chunk])) for chunk in chunks]
        found = torch.cat(parts)[torch.from_numpy(np.argsort(order))]
        loss = found.new_zeros(())
        for own in found.split([len(one) for one in lists]):
            truth = torch.zeros(len(own))
            truth[0] = 1.0
            loss = loss - torch.log_softmax(own, 0)[0] + 0.5 * binary_cross_entropy_with_logits(own, truth)
        return loss.item(), torch.autograd.grad(loss, self._weights)

    @torch.inference_mode()
    def measure(self, pool: Pool, hard: list[list[int]]) -> tuple[float, float]:
        """How often a sentence that answers is the best, and among the best two, of those that a search finds."""
        first = second = asked = 0
        for number in range(0, len(pool.asked), max(1, len(pool.asked) // MEASURED)):
            question, gold = pool.asked[number]
            passages = {pool.passage[i] for i in gold}
            near = [i for i, passage in enumerate(pool.passage) if passage in passages]
            shown = list(dict.fromkeys([*sorted(gold)[:2], *hard[number][:6], *near]))[:12]
            encoded = encode([(question, pool.sentences[i]) for i in shown], self._tokenizer)
            order = torch.argsort(scores(self.network, padded(encoded)), descending=True).tolist()
            asked += 1
            first += shown[order[0]] in gold
            second += any(shown[i] in gold for i in order[:2])
        return first / asked, second / asked
