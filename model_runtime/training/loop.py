"""The training stage: bf16 network over float32 weights, Muon for matrices and AdamW for the rest."""

import json
import logging
import math
import random
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import nn

from model_runtime.training.batches import batches
from model_runtime.training.encoding import Encoder
from model_runtime.training.examples import Example
from model_runtime.training.losses import Batch, Helpers, loss_of
from model_runtime.training.network import Network
from model_runtime.training.start import initialise
from model_runtime.training.variants import Recipe

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Phase:
    """A stretch of training: its last step, how examples are varied, how many tokens a sequence may have, and how
    often each kind is shown (by the kind's first word; kinds that are not named are shown once)."""

    until: int
    recipe: Recipe
    longest: int = 2048
    shares: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Plan:
    """Phases, batch size in tokens, learning rates and their course (warm-up, then a linear fall to zero over the
    last `fall` share of the steps)."""

    phases: tuple[Phase, ...]
    tokens: int = 6000
    matrix_rate: float = 2e-3
    gain_rate: float = 2e-3
    embedding_rate: float = 5e-4
    warmup: int = 30
    fall: float = 0.6
    seed: int = 7

    @property
    def steps(self) -> int:
        """All steps."""
        return self.phases[-1].until


def _times(share: float, rng: random.Random) -> int:
    """How often an example is shown: `share` times on average."""
    return int(share) + (rng.random() < share % 1)


class Trainer:
    """Holds network, optimizers and the step; saves to and resumes from one file."""

    def __init__(self, tokenizer: Tokenizer, plan: Plan, checkpoint: Path) -> None:
        torch.manual_seed(plan.seed)
        self.plan, self.checkpoint, self.step, self.seconds = plan, checkpoint, 0, 0.0
        self.encoder = Encoder(tokenizer)
        self.network = Network(tokenizer.get_vocab_size())
        self.helpers = Helpers()
        for parameter in self.helpers.parameters():
            nn.init.zeros_(parameter)
        initialise(self.network, tokenizer, plan.seed)
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
        self._muon = torch.optim.Muon(
            matrices, lr=plan.matrix_rate, weight_decay=0.05, adjust_lr_fn="match_rms_adamw"
        )
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

    def train(self, examples: Sequence[Example], *, save_every: float = 180.0) -> None:
        """Run the remaining steps, saving every `save_every` seconds and at the end."""
        saved = time.monotonic()
        for phase in self.plan.phases:
            if self.step >= phase.until:
                continue
            rng = random.Random(f"{self.plan.seed}-{self.step}")
            shown = [e for e in examples for _ in range(_times(phase.shares.get(e.kind.split("-")[0], 1.0), rng))]
            stream = batches(shown, self.encoder, phase.recipe, phase.longest, self.plan.tokens, rng)
            sums: dict[str, float] = defaultdict(float)
            while self.step < phase.until:
                started = time.monotonic()
                batch = next(stream)
                for name, value in self._one(batch).items():
                    sums[name] += value
                sums["tokens"] += batch.ids.numel()
                sums["seconds"] += time.monotonic() - started
                self.seconds += time.monotonic() - started
                if self.step % 25 == 0:
                    log.info("step %d %s", self.step, json.dumps({k: round(v / 25, 4) for k, v in sums.items()}))
                    sums.clear()
                if time.monotonic() - saved > save_every:
                    self.save()
                    saved = time.monotonic()
        self.save()

    def _one(self, batch: Batch) -> dict[str, float]:
        rate = self._rate()
        groups = [*self._muon.param_groups, *self._adam.param_groups]
        bases = (self.plan.matrix_rate, self.plan.embedding_rate, self.plan.gain_rate)
        for group, base in zip(groups, bases, strict=True):
            group["lr"] = base * rate
        loss, parts = loss_of(self.network, self.helpers, batch)
        loss.backward()
        for parameter, master in zip(self._shadow, self.master, strict=True):
            master.grad = parameter.grad.float() if parameter.grad is not None else torch.zeros_like(master)
            parameter.grad = None
        norm = nn.utils.clip_grad_norm_(self.master, 1.0)
        if math.isfinite(float(norm)):
            self._muon.step()
            self._adam.step()
        with torch.no_grad():
            for parameter, master in zip(self._shadow, self.master, strict=True):
                parameter.copy_(master)
        self.step += 1
        return parts

    def _rate(self) -> float:
        """Share of the full learning rate at this step."""
        left = (self.plan.steps - self.step) / max(1.0, self.plan.fall * self.plan.steps)
        return min(1.0, (self.step + 1) / self.plan.warmup, max(0.02, left))

    def save(self) -> None:
        """Write the checkpoint, whole or not at all."""
        state = {
            "step": self.step,
            "seconds": self.seconds,
            "master": self.master,
            "muon": self._muon.state_dict(),
            "adam": self._adam.state_dict(),
        }
        partial = self.checkpoint.with_suffix(".partial")
        torch.save(state, partial)
        partial.replace(self.checkpoint)

    def _load(self) -> None:
        state = torch.load(self.checkpoint, weights_only=True)
        self.step, self.seconds = state["step"], state["seconds"]
        self._muon.load_state_dict(state["muon"])
        self._adam.load_state_dict(state["adam"])
        with torch.no_grad():
            for parameter, master, saved in zip(self._shadow, self.master, state["master"], strict=True):
                master.copy_(saved)
                parameter.copy_(saved)
