"""Batches of lists, made ahead by worker processes so that whoever computes does not wait."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.utils.data import DataLoader, IterableDataset, get_worker_info

from model_runtime.training.reranker.lists import Recipe, candidates
from model_runtime.training.reranker.tokens import Pair, TokenPool, padded

CHUNKS = 4  # pairs of similar length are computed together


@dataclass(frozen=True)
class Batch:
    """`chunks` of pairs as a network takes them; `back` brings their scores into order, a row a list; `answers[i]`
    is the place of list i's answer, or -1.
    """

    chunks: list[dict[str, Tensor]]
    back: Tensor
    answers: Tensor


class Lists(IterableDataset[Batch]):
    """Endless batches of `questions` lists, pools drawn by their shares."""

    def __init__(
        self,
        pools: list[TokenPool],
        hard: Mapping[str, list[list[int]]],
        shares: Mapping[str, float],
        *,
        questions: int,
        recipe: Recipe,
        seed: int,
    ) -> None:
        self._pools = [pool for pool in pools if pool.asked and shares[pool.name] > 0]
        self._shares = [shares[pool.name] for pool in self._pools]
        self._hard, self._questions, self._recipe, self._seed = hard, questions, recipe, seed

    def __iter__(self) -> Iterator[Batch]:
        worker = get_worker_info()
        rng = random.Random(self._seed * 1000 + (worker.id if worker else 0))
        torch.set_num_threads(1)
        queues: dict[str, list[int]] = {pool.name: [] for pool in self._pools}
        while True:
            lists = []
            for pool in rng.choices(self._pools, self._shares, k=self._questions):
                queue = queues[pool.name]
                if not queue:
                    queue.extend(rng.sample(range(len(pool.asked)), len(pool.asked)))
                number = queue.pop()
                lists.append(candidates(pool, number, self._hard[pool.name][number], rng, self._recipe))
            yield batch_of(lists)


def batch_of(lists: list[tuple[list[Pair], int]]) -> Batch:
    """Lists of the same length."""
    pairs = [pair for own, _ in lists for pair in own]
    order = sorted(range(len(pairs)), key=lambda i: len(pairs[i][0]) + len(pairs[i][1]))
    size = -(-len(order) // CHUNKS)
    chunks = [padded([pairs[i] for i in order[first : first + size]]) for first in range(0, len(order), size)]
    back = torch.empty(len(order), dtype=torch.long)
    back[torch.tensor(order)] = torch.arange(len(order))
    return Batch(chunks, back, torch.tensor([answer for _, answer in lists]))


def loader(lists: Lists, workers: int) -> Iterator[Batch]:
    return iter(
        DataLoader(
            lists,
            batch_size=None,
            num_workers=workers,
            prefetch_factor=4 if workers else None,
        )
    )
