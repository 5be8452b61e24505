"""The training stage: bf16 network over float32 weights, Muon for matrices and AdamW for the rest."""

import json
import logging
import math
import random
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer
from torch import Tensor, nn

from model_runtime.training.examples.examples import Example
from model_runtime.training.network.losses import Helpers, loss_of
from model_runtime.training.network.muon import Muon
from model_runtime.training.network.network import Network
from model_runtime.training.network.start import initialise
from model_runtime.training.sequences.batches import Batch, batches
from model_runtime.training.sequences.encoding import Encoder
from model_runtime.training.sequences.feed import Feed
from model_runtime.training.sequences.variants import Recipe

log = logging.getLogger(__name__)
LOGGED = 25  # steps between two lines of the log


@dataclass(frozen=True)
class Phase:
    """A stretch of training: until what share of the plan it goes, how examples are varied, how many tokens a
    sequence may have, and how often each kind is shown (by the kind's first word; kinds that are not named are
    shown once)."""

    until: float
    recipe: Recipe
    longest: int = 2048
    shares: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Plan:
    """Phases, length in steps or (if given) in seconds, batch size in tokens, learning rates and their course
    (warm-up over a share of the plan, then a linear fall to zero over the last `fall` share)."""

    phases: tuple[Phase, ...]
    steps: int = 0
    seconds: float = 0.0
    tokens: int = 6000
    matrix_rate: float = 2e-3
    gain_rate: float = 2e-3
    embedding_rate: float = 5e-4
    decay: float = 0.05
    dropout: float = 0.0
    warmup: float = 0.015
    fall: float = 0.6
    seed: int = 7
    workers: int = 0


def _times(share: float, rng: random.Random) -> int:
    """How often an example is shown: `share` times on average."""
    return int(share) + (rng.random() < share % 1)


class Trainer:
    """Holds network, optimizers and the step; saves to and resumes from one file."""

    def __init__(
        self,
        tokenizer: Tokenizer,
        plan: Plan,
        checkpoint: Path,
        device: str = "cpu",
        words: Tensor | None = None,
    ) -> None:
        torch.manual_seed(plan.seed)
        self.plan, self.checkpoint, self.step, self.seconds, self.tokens = plan, checkpoint, 0, 0.0, 0
        self.device, self._best = torch.device(device), checkpoint.with_name("best.pt")
        self.where = torch.cuda.get_device_name(self.device) if self.device.type == "cuda" else "CPU"
        self.encoder = Encoder(tokenizer)
        self.network = Network(tokenizer.get_vocab_size(), plan.dropout).eval()
        self.helpers = Helpers()
        for parameter in self.helpers.parameters():
            nn.init.zeros_(parameter)
        initialise(self.network, tokenizer, plan.seed, words)
        self.network.to(self.device)
        self.helpers.to(self.device)
        shadow = [*self.network.parameters(), *self.helpers.parameters()]
        self._shadow = shadow
        self.master = [nn.Parameter(parameter.detach().clone().float()) for parameter in shadow]
        embedding = self.network.embed_tokens.weight
        matrices = [
            m
            for p, m in zip(shadow, self.master, strict=True)
            if p.dim() == 2 and p.shape[0] > 1 and p is not embedding
        ]
        chosen = {id(matrix) for matrix in matrices}
        self._muon = Muon(matrices, plan.matrix_rate, plan.decay)
        # The first parameter is the embedding: few tokens of it are seen in a step, so that a high rate is noise.
        gains = [m for m in self.master[1:] if id(m) not in chosen]
        self._adam = torch.optim.AdamW(
            [
                {"params": self.master[:1], "lr": plan.embedding_rate},
                {"params": gains, "lr": plan.gain_rate},
            ],
            betas=(0.9, 0.98),
            weight_decay=0.0,
        )
        self.network.bfloat16()
        self.helpers.bfloat16()
        if checkpoint.exists():
            self._load()

    def train(
        self,
        examples: Sequence[Example],
        *,
        every: float = 180.0,
        judge: Callable[[Network], float] | None = None,
    ) -> None:
        """Run what is left of the plan, saving every so many seconds and at the end.

        With a `judge` the network that it gave the highest number then is what remains in the end.
        """
        if self.plan.workers:
            known = dict.fromkeys(sentence for example in examples for sentence in example.sentences)
            self.encoder.prepare(list(known), self.plan.workers)
        feed = Feed(lambda phase, rng: self._batches(examples, phase, rng), self.plan.workers, self.plan.seed)
        sums: dict[str, Tensor | float] = defaultdict(float)
        saved = began = time.monotonic() - self.seconds
        best = float("-inf")
        try:
            while self.progress < 1.0:
                phase = next(n for n, phase in enumerate(self.plan.phases) if self.progress < phase.until)
                asked = time.monotonic()
                batch = feed.next_batch(phase).to(self.device)
                sums["waited"] += time.monotonic() - asked
                for name, value in self._one(batch).items():
                    sums[name] += value
                self.tokens += batch.ids.numel()
                now = time.monotonic()
                self.seconds = now - began
                if self.step % LOGGED == 0:
                    self._report(sums)
                if now - saved > every or self.progress >= 1.0:
                    saved = now
                    self.save()
                    if judge and (score := judge(self.network)) > best:
                        best = score
                        self._save(self._counts() | {"network": self.network.state_dict()}, self._best)
        finally:
            feed.close()

    def chosen(self) -> Network:
        """The network that was judged best, or the last one where there was no judge; on the CPU."""
        if self._best.exists():
            state = torch.load(self._best, weights_only=True, map_location="cpu")
            self._count(state)
            self.network.load_state_dict(state["network"])
        return self.network.cpu()

    def _batches(self, examples: Sequence[Example], number: int, rng: random.Random) -> Iterator[Batch]:
        phase = self.plan.phases[number]
        shown = [e for e in examples for _ in range(_times(phase.shares.get(e.kind.split("-")[0], 1.0), rng))]
        return batches(shown, self.encoder, phase.recipe, phase.longest, self.plan.tokens, rng)

    def _report(self, sums: dict[str, Tensor | float]) -> None:
        figures = {name: round(float(value) / LOGGED, 4) for name, value in sums.items()}
        log.info(
            "step %d, %.0f s, %.1f M tokens %s", self.step, self.seconds, self.tokens / 1e6, json.dumps(figures)
        )
        sums.clear()

    @property
    def progress(self) -> float:
        """Share of the plan that is done."""
        return self.seconds / self.plan.seconds if self.plan.seconds else self.step / self.plan.steps

    def _one(self, batch: Batch) -> dict[str, Tensor]:
        rate = self._rate()
        groups = [*self._muon.param_groups, *self._adam.param_groups]
        bases = (self.plan.matrix_rate, self.plan.embedding_rate, self.plan.gain_rate)
        for group, base in zip(groups, bases, strict=True):
            group["lr"] = base * rate
        self.network.train()
        loss, parts = loss_of(self.network, self.helpers, batch)
        loss.backward()
        self.network.eval()
        for parameter, master in zip(self._shadow, self.master, strict=True):
            master.grad = parameter.grad.float() if parameter.grad is not None else torch.zeros_like(master)
            parameter.grad = None
        norm = nn.utils.clip_grad_norm_(self.master, 1.0)
        if math.isfinite(float(norm)):
            self._muon.step()
            self._adam.step()
        with torch.no_grad():
            torch._foreach_copy_(list[Tensor](self._shadow), list[Tensor](self.master))
        self.step += 1
        return parts

    def _rate(self) -> float:
        """Share of the full learning rate at this step."""
        done = self.progress
        first = 1 / self.plan.steps if self.plan.steps else 0.001
        return min(1.0, (done + first) / self.plan.warmup, max(0.01, (1.0 - done) / self.plan.fall))

    def save(self) -> None:
        """Write the checkpoint."""
        state = {"master": self.master, "muon": self._muon.state_dict(), "adam": self._adam.state_dict()}
        self._save(self._counts() | state, self.checkpoint)

    def _counts(self) -> dict[str, Any]:
        return {"step": self.step, "seconds": self.seconds, "tokens": self.tokens, "where": self.where}

    def _count(self, state: dict[str, Any]) -> None:
        self.step, self.seconds, self.tokens = state["step"], state["seconds"], state["tokens"]
        self.where = state["where"]

    @staticmethod
    def _save(state: dict[str, Any], path: Path) -> None:
        """Whole or not at all."""
        partial = path.with_suffix(".partial")
        torch.save(state, partial)
        partial.replace(path)

    def _load(self) -> None:
        state = torch.load(self.checkpoint, weights_only=True, map_location=self.device)
        self._count(state)
        self._muon.load_state_dict(state["muon"])
        self._adam.load_state_dict(state["adam"])
        with torch.no_grad():
            for parameter, master, saved in zip(self._shadow, self.master, state["master"], strict=True):
                master.copy_(saved)
                parameter.copy_(saved)
