"""Training in two parts: guess hidden tokens of all texts, then tell the labels apart; both by the clock."""

import logging
import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from tokenizers import Tokenizer
from torch import Tensor, nn

from model_runtime.training.sequences.tokens import token_id

from .data import Text
from .network import WINDOW, classifier, config_of, guesser
from .tokens import MASK, PAD, SPECIAL

Judge = Callable[[Any], None]  # it is given the network, whose class transformers leaves untyped
log = logging.getLogger(__name__)
LOGGED = 200
HIDDEN = 0.15
SMOOTHING = 0.05
JOINED = 0.2  # texts that follow another, so that long ones are known, too
LOST = 0.05  # tokens that are left out while labels are learnt
JUDGED = {"COLD", "Davidson", "rude patterns"}
SPLIT = 0.1  # merges that BPE leaves undone (Provilkov et al. 2020), so that spellings vary


@dataclass(frozen=True)
class Plan:
    """Seconds of either part as `clock` counts them, texts in a step, and highest learning rates."""

    guessing: float
    telling: float
    texts: int = 256
    guessing_rate: float = 1.5e-3
    telling_rate: float = 4e-4
    decay: float = 0.05
    dropout: float = 0.15
    seed: int = 7
    clock: Callable[[], float] = time.monotonic
    harmless: float = 0.5  # of the texts of harmless sets, how many are shown in a pass while labels are learnt


GPU = Plan(guessing=70, telling=60)
CPU = Plan(guessing=1200, telling=1200, texts=64)
QUICK = Plan(guessing=1, telling=1, texts=8)
# From a classifier that is there; of the time that one core gives, whatever else it does.
FURTHER = Plan(guessing=0, telling=240, texts=64, telling_rate=1e-4, clock=time.process_time, harmless=1.0)


class Learner:
    """Texts to a trained classifier."""

    def __init__(self, tokenizer: Tokenizer, plan: Plan, device: str) -> None:
        torch.manual_seed(plan.seed)
        self._tokenizer = Tokenizer.from_str(tokenizer.to_str())
        self._tokenizer.model.dropout = SPLIT
        self._tokenizer.enable_truncation(WINDOW)
        self.plan, self.device = plan, torch.device(device)
        self._pad, self._mask = (token_id(tokenizer, name) for name in (PAD, MASK))
        self._config = config_of(tokenizer, plan.dropout)
        self._rng = random.Random(plan.seed)

    def learn(self, texts: Sequence[Text], judge: Judge | None = None, known: Any = None) -> Any:
        """The classifier, on the CPU. `judge` is called a few times on the way; `known` is one to go on from."""
        network = (known or classifier(self._config, self._read(texts))).to(self.device)
        self._run(
            network,
            self._batches(texts, self.plan.harmless),
            self._tell,
            self.plan.telling,
            self.plan.telling_rate,
            judge,
        )
        return network.eval().cpu()

    def _read(self, texts: Sequence[Text]) -> Any:
        reader = guesser(self._config).to(self.device)
        self._run(reader, self._batches(texts, 1.0), self._guess, self.plan.guessing, self.plan.guessing_rate)
        return reader

    def _run(
        self,
        network: Any,
        batches: Iterator[Sequence[Text]],
        loss_of: Callable[[Any, Sequence[Text]], Tensor],
        seconds: float,
        rate: float,
        judge: Judge | None = None,
    ) -> None:
        optimizer = torch.optim.AdamW(network.parameters(), rate, (0.9, 0.98), weight_decay=self.plan.decay)
        began, step, total, judged = self.plan.clock(), 0, torch.zeros((), device=self.device), 1
        network.train()
        while (done := (self.plan.clock() - began) / seconds) < 1.0:
            optimizer.param_groups[0]["lr"] = rate * min(1.0, (done + 0.002) / 0.05, 1.0 - done)
            with torch.autocast(self.device.type, torch.bfloat16):
                loss = loss_of(network, next(batches))
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            total += loss.detach()
            step += 1
            if step % LOGGED == 0:
                log.info("step %d, %.0f s, loss %.4f", step, self.plan.clock() - began, float(total) / LOGGED)
                total.zero_()
            if judge and done * 4 > judged:
                judged += 1
                judge(network.eval())
                network.train()
        if judge:
            judge(network.eval())

    def _batches(self, texts: Sequence[Text], harmless: float) -> Iterator[list[Text]]:
        """Shuffled passes; of the harmless sets only the share `harmless` is shown in each."""
        while True:
            shown = [t for t in texts if t.source in JUDGED or self._rng.random() < harmless]
            self._rng.shuffle(shown)
            for start in range(0, len(shown) - self.plan.texts + 1, self.plan.texts):
                yield [self._joined(text, shown) for text in shown[start : start + self.plan.texts]]

    def _joined(self, text: Text, others: Sequence[Text]) -> Text:
        """One time in a few with another text of its language before or behind it; one offensive is enough."""
        other = self._rng.choice(others)
        if self._rng.random() > JOINED or other.language != text.language:
            return text
        parts = [text.text, other.text]
        self._rng.shuffle(parts)
        joined = ("" if text.language == "zh" else " ").join(parts)
        return Text(text.source, text.language, joined, text.offensive or other.offensive, text.held)

    def _ids(self, texts: Sequence[Text]) -> Tensor:
        rows = [encoding.ids for encoding in self._tokenizer.encode_batch([text.text for text in texts])]
        length = -(-max(map(len, rows)) // 8) * 8
        return torch.tensor([row + [self._pad] * (length - len(row)) for row in rows])

    def _guess(self, network: Any, texts: Sequence[Text]) -> Tensor:
        ids = self._ids(texts)
        hidden = (torch.rand(ids.shape) < HIDDEN) & (ids >= len(SPECIAL))
        hidden[0, 1] = True  # at least one
        shown = torch.where(hidden & (torch.rand(ids.shape) < 0.9), self._mask, ids).to(self.device)
        states = network.bert(input_ids=shown, attention_mask=shown.ne(self._pad).long()).last_hidden_state
        scores = network.cls(states[hidden.to(self.device)])
        return F.cross_entropy(scores.float(), ids[hidden].to(self.device))

    def _tell(self, network: Any, texts: Sequence[Text]) -> Tensor:
        ids = self._ids(texts)
        lost = (torch.rand(ids.shape) < LOST) & (ids >= len(SPECIAL))
        ids = torch.where(lost, self._mask, ids).to(self.device)
        labels = torch.tensor([int(text.offensive) for text in texts], device=self.device)
        scores = network(input_ids=ids, attention_mask=ids.ne(self._pad).long()).logits
        return F.cross_entropy(scores.float(), labels, label_smoothing=SMOOTHING)


@torch.no_grad()
def chances(network: Any, tokenizer: Tokenizer, texts: Sequence[Text], size: int = 256) -> list[float]:
    """How likely each text is offensive, in the order given."""
    device = next(network.parameters()).device
    pad = token_id(tokenizer, PAD)
    rows = [encoding.ids[:WINDOW] for encoding in tokenizer.encode_batch([text.text for text in texts])]
    order = sorted(range(len(rows)), key=lambda number: len(rows[number]))
    found = [0.0] * len(rows)
    for start in range(0, len(order), size):
        group = order[start : start + size]
        length = max(len(rows[number]) for number in group)
        ids = torch.tensor([rows[n] + [pad] * (length - len(rows[n])) for n in group], device=device)
        shares = network(input_ids=ids, attention_mask=ids.ne(pad).long()).logits.float().softmax(-1)[:, 1]
        for number, share in zip(group, shares.tolist(), strict=True):
            found[number] = share
    return found
