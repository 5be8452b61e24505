"""`python -m model_runtime.training.embedder --base … --pages … --data … --out … --minutes 10`, on a CPU or a GPU.

Before the minutes begin the untrained model reads everything once, which takes some more of them on a CPU.
"""

import argparse
import json
from pathlib import Path
from zlib import crc32

import torch

from model_runtime.training.embedder.batches import batches
from model_runtime.training.embedder.corpus import looked_at, reading, token_pages
from model_runtime.training.embedder.learning import RATE, STAY, Learner
from model_runtime.training.embedder.measure import report
from model_runtime.training.embedder.network import build, go_on, save
from model_runtime.training.embedder.pages import Page, pages_read, without
from model_runtime.training.embedder.untrained import untrained
from model_runtime.training.network.lora import RANK
from model_runtime.training.reranker.tokens import plain_tokenizer
from model_runtime.training.timed import Trainer, train

HELD_OUT = 16  # one page of so many is only measured with, told by its title


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", type=Path, required=True, help="folder of multilingual-e5-small, unpacked")
    parser.add_argument(
        "--pages", type=Path, nargs="+", required=True, help="files of help pages, or folders of them"
    )
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="the folder with qa_zh")
    parser.add_argument("--out", type=Path, required=True, help="gets the adapter")
    parser.add_argument("--kept-out", type=Path, nargs="*", default=[], help="JSON lines with a `question` each")
    parser.add_argument("--minutes", type=float, default=10.0, help="the rate falls to nothing by then")
    parser.add_argument("--begin", type=Path, help="an adapter to go on from")
    parser.add_argument("--share", type=float, default=1.0, help="of what that adapter adds to the base")
    parser.add_argument("--rate", type=float, default=RATE)
    parser.add_argument("--stay", type=float, default=STAY, help="the pull towards the untrained model's vectors")
    parser.add_argument("--rank", type=int, default=RANK)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--seed", type=int, default=5)
    options = parser.parse_args()
    torch.manual_seed(options.seed)
    lines = [line for path in options.kept_out for line in path.read_text(encoding="utf-8").splitlines()]
    kept_out = {json.loads(line)["question"].strip() for line in lines}
    tokenizer = plain_tokenizer(str(options.base / "tokenizer.json"))
    pages = without(pages_read(options.pages), kept_out)
    held = token_pages([page for page in pages if _held_out(page)], tokenizer)
    learnt = token_pages([page for page in pages if not _held_out(page)], tokenizer)
    known, measured = reading(options.data, kept_out, tokenizer), looked_at(options.data, tokenizer)
    print(
        f"{len(learnt)} pages, {sum(len(page.asked) for page in learnt)} questions; {len(known.asked)} to sentences"
    )
    network = build(options.base, options.rank).to(options.device).eval()
    start = untrained(network, learnt, known)
    print("before:", report(network, held, measured, start), flush=True)
    if options.begin:
        go_on(network, options.begin, options.share)
    learner = Learner(network, start, options.stay)
    endless = batches(learnt, known, start, options.seed)
    train(Trainer(learner, learner, options.rate), endless, 60 * options.minutes)
    save(network, options.out)
    print("after:", report(network, held, measured, start), flush=True)


def _held_out(page: Page) -> bool:
    return crc32(page.title.encode()) % HELD_OUT == 0


if __name__ == "__main__":
    main()
