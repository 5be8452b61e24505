"""`python -m model_runtime.training.reranker --base … --pools … --out …`: a minute on a GPU, hours on a CPU.

`python -m tools.reranker` makes the pools.
"""

import argparse
from pathlib import Path

import torch

from model_runtime.training.network.lora import RANK
from model_runtime.training.reranker.batches import Lists, loader
from model_runtime.training.reranker.lists import Recipe
from model_runtime.training.reranker.loop import RATE, trainer
from model_runtime.training.reranker.measure import found_read, log_odds, report
from model_runtime.training.reranker.mining import mine
from model_runtime.training.reranker.network import build, save_adapter
from model_runtime.training.reranker.pools import pools_read, thinned
from model_runtime.training.reranker.tokens import plain_tokenizer, tokenised
from model_runtime.training.timed import train

SHARES = {"qed": 3.0, "ragqa": 0.4, "cloze": 0.4, "reworded": 0.3, "help": 0.6, "chat": 0.25}
QUESTIONS = 64  # in a step


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", type=Path, required=True, help="folder of the packaged embedder")
    parser.add_argument("--pools", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True, help="gets the adapter")
    parser.add_argument("--found", type=Path, help="what the search found for held-out questions")
    parser.add_argument("--languages", nargs="+", default=["en", "zh"])
    parser.add_argument("--seconds", type=float, default=90.0, help="the rate falls to nothing by then")
    parser.add_argument("--questions", type=int, default=QUESTIONS, help="in a step")
    parser.add_argument("--rate", type=float, default=RATE)
    parser.add_argument("--rank", type=int, default=RANK)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--workers", type=int, default=0, help="processes that make batches ahead")
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    torch.manual_seed(options.seed)
    tokenizer = plain_tokenizer(str(options.base / "tokenizer.json"))
    pools = [
        one for one in pools_read(options.pools) if ("zh" if one.name[:3] == "zh-" else "en") in options.languages
    ]
    known = [tokenised(pool, tokenizer) for pool in pools]
    network = build(options.base, options.rank).to(options.device).eval()
    hard = {pool.name: mine(pool, network) for pool in known}
    shares = thinned({pool.name: len(pool.asked) for pool in known}, SHARES)
    lists = Lists(known, hard, shares, questions=options.questions, recipe=Recipe(), seed=options.seed)
    train(trainer(network, options.rate), loader(lists, options.workers), options.seconds)
    save_adapter(network, options.out)
    for name, rows in found_read(options.found).items() if options.found else ():
        print(f"{name}: {report(rows, log_odds(network, tokenizer, rows))}", flush=True)


if __name__ == "__main__":
    main()
