"""`python -m model_runtime.training.reranker --base … --development …/questions.jsonl --out …`: an hour."""

import argparse
import json
import random
import time
from pathlib import Path

import torch
from transformers import PreTrainedTokenizerFast

from model_runtime.training.reranker.data import Pool, read_pools, thinned
from model_runtime.training.reranker.lists import candidates
from model_runtime.training.reranker.loop import Trainer
from model_runtime.training.reranker.mining import mine
from model_runtime.training.reranker.network import build, load_adapter, save_adapter

SHARE = {"squad": 1.0, "qed": 2.0, "ragqa": 0.5}
QUESTIONS = 8  # in a step
RATE, WARMUP = 1e-3, 30


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", type=Path, required=True, help="folder of the packaged embedder")
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--development", type=Path, required=True, help="questions that must stay out")
    parser.add_argument("--out", type=Path, required=True, help="gets a folder for each adapter on the way")
    parser.add_argument("--start", type=Path, help="an adapter to go on from")
    parser.add_argument("--rate", type=float, default=RATE)
    parser.add_argument("--minutes", type=float, default=60.0, help="the rate falls to nothing by then")
    parser.add_argument("--save-every", type=float, default=6.0, help="minutes")
    options = parser.parse_args()
    seed = 8 if options.start else 7  # going on, the questions come in another order
    torch.manual_seed(seed)
    rng = random.Random(seed)
    development = {json.loads(line)["question"] for line in options.development.read_text().splitlines()}
    train, held = read_pools(options.data, development)
    hard = {pool.name: mine(pool) for pool in [*train, *held]}
    print({pool.name: len(pool.asked) for pool in [*train, *held]}, flush=True)
    network = build(options.base)
    if options.start:
        load_adapter(network, options.start)
    trainer = Trainer(network, PreTrainedTokenizerFast.from_pretrained(options.base), options.rate)
    queue: list[tuple[Pool, int]] = []
    began, saved, step, passed, losses = time.monotonic(), 0.0, 0, 0.0, 0.0
    while passed < options.minutes:
        if len(queue) < QUESTIONS:
            queue = thinned(train, SHARE, rng)
        taken = [queue.pop() for _ in range(QUESTIONS)]
        lists = [candidates(pool, number, hard[pool.name][number], rng) for pool, number in taken]
        losses += trainer.step(lists, min((step + 1) / WARMUP, 1 - passed / options.minutes))
        step += 1
        passed = (time.monotonic() - began) / 60
        if step % 20 == 0:
            print(f"step {step} loss {losses / 20:.3f} minute {passed:.1f}", flush=True)
            losses = 0.0
        if passed - saved > options.save_every or passed >= options.minutes:
            saved = passed
            save_adapter(trainer.network, options.out / f"step-{step}")
            for pool in held:
                first, second = trainer.measure(pool, hard[pool.name])
                print(f"step {step} {pool.name}: best {first:.3f}, best two {second:.3f}", flush=True)


main()
