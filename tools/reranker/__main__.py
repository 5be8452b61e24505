"""`python -m tools.reranker --out pools.xz --kept-out FILE…`: all questions to train on, Chinese in English words.

It stands here because the glossary is the application's, and the training the runtime's.
"""

import argparse
import json
import random
from collections.abc import Iterator
from pathlib import Path

from apps.knowledge.indexing.glossary import glossed
from model_runtime.training.reranker.chinese import chinese_pools, glossed_pool
from model_runtime.training.reranker.english import english_pools, rewordings
from model_runtime.training.reranker.help import chat_pool, help_pool
from model_runtime.training.reranker.pools import Pool, pools_write


def pools(data: Path, kept_out: set[str]) -> Iterator[Pool]:
    rng = random.Random(7)
    yield from english_pools(data, kept_out, rng)
    yield from rewordings(data / "intents", rng)
    yield help_pool(data / "kb" / "dify-docs" / "en", "en", "help-dify")
    yield chat_pool(data / "smalltalk" / "english-professional.qna", "chat-en", rng)
    yield from chinese_pools(data, kept_out, glossed, rng)
    yield glossed_pool(help_pool(data / "kb" / "dify-docs" / "zh", "zh", "help"), glossed)
    chat = chat_pool(data / "smalltalk" / "chinese_simplified-professional.qna", "chat", rng)
    yield glossed_pool(chat, glossed)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--kept-out", type=Path, nargs="+", required=True, help="JSON lines with a `question` each")
    options = parser.parse_args()
    lines = [line for path in options.kept_out for line in path.read_text(encoding="utf-8").splitlines()]
    made = list(pools(options.data, {json.loads(line)["question"].strip() for line in lines}))
    pools_write(options.out, made)
    print({pool.name: (len(pool.sentences), len(pool.asked)) for pool in made})


main()
