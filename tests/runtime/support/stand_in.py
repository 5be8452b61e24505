"""`python -m tests.runtime.support.stand_in …`: the runtime as it is, except that its models write one letter.

So a test of processes starts them in half a second and knows every answer. A folder's `stand_in.json` says how
the model behaves: `letter`, `step_seconds`, `crash` (the process ends right after it was ready), `labels` (a
classifier of so many classes), `hasty` (it soon takes itself for hanging; a manager that was started `--hasty`
replaces it then). While a file `hang` is beside it, no step ends; a file `asked` gets a line with the text of
each request. Other delays that an operator would wait for are short.
"""

import json
import os
import sys
import threading
import time
from pathlib import Path
from typing import Any, NamedTuple

from model_runtime import __main__ as command
from model_runtime.backends.grammar import GrammarCompiler
from model_runtime.engine.loop import Engine
from model_runtime.engine.pooling import PoolingEngine
from model_runtime.loading.judging.errors import ModelRefused
from model_runtime.manager import served, watch
from model_runtime.manager.launch import Launch
from model_runtime.options import ServeOptions
from model_runtime.server import load
from model_runtime.server.routes import health
from model_runtime.server.runtime import Generator, Runtime
from tests.runtime.support.checkpoints import make_tokenizer
from tests.runtime.support.fake_backend import FakeBackend


class Bytes:
    """A tokenizer of a token a byte, which notes what it was asked."""

    def __init__(self, folder: Path) -> None:
        self._asked = folder / "asked"

    def chat(self, messages: list[dict[str, str]], *_: Any, **__: Any) -> list[int]:
        text = "".join(str(message["content"]) for message in messages)
        with self._asked.open("a") as file:
            file.write(f"{text}\n")
        return list(text.encode())


class Labels(NamedTuple):
    """The names of a classifier's classes."""

    names: tuple[str, ...]


class Classifier:
    """Finds every text of the first class."""

    window, vocab_size = 512, 256

    def __init__(self, folder: Path, count: int) -> None:
        self.labels = Labels(tuple(f"{number:04d} {'x' * 100}" for number in range(count)))
        self._folder = folder

    def probe(self) -> list[int]:
        return [1]

    def size(self, item: list[int]) -> int:
        return len(item)

    def tokenize(self, texts: list[str], limit: int | None) -> list[list[int]]:
        return [list(text.encode())[:limit] for text in texts]

    def run(self, batch: list[list[int]]) -> list[list[float]]:
        (self._folder / "asked").touch()
        while (self._folder / "hang").exists():
            time.sleep(0.01)
        return [[1.0] + [0.0] * (len(self.labels.names) - 1) for _ in batch]


def make_model(folder: Path, letter: str = "a", **behaviour: Any) -> Path:
    """A folder that the stand-in serves."""
    folder.mkdir()
    (folder / "stand_in.json").write_text(json.dumps({"letter": letter} | behaviour))
    return folder


def load_stand_in(runtime: Runtime, options: ServeOptions) -> None:
    """In place of `load_into`."""
    side = options.model / "stand_in.json"
    if not side.is_file():
        raise ModelRefused("There is no stand_in.json.")
    wish = json.loads(side.read_text())
    if wish.get("hasty"):
        health.STALLED_AFTER = 0.3

    if "labels" in wish:
        classifier = Classifier(options.model, wish["labels"])
        runtime.classifier = PoolingEngine(classifier, queue_size=options.queue_size)  # type: ignore[arg-type]
        runtime.report |= {"kind": "classifier", "labels": list(classifier.labels.names)}
        runtime.state = "ready"
        return

    def gate() -> None:
        while (options.model / "hang").exists():
            time.sleep(0.01)

    backend = FakeBackend(
        lambda _: ord(wish["letter"]),
        slots=options.slots,
        context_length=options.context_length,
        step_seconds=wish.get("step_seconds", 0.0),
        gate=gate,
    )
    tokenizer = make_tokenizer()
    grammars = GrammarCompiler(tokenizer.to_str(), [2], tokenizer.get_vocab_size())
    runtime.generator = Generator(
        Engine(backend, queue_size=options.queue_size, draft_tokens=0),  # one letter is all too easy to guess
        Bytes(options.model),  # type: ignore[arg-type]
        grammars,
        256,
        backend.token_bytes,
    )
    runtime.adapters = tuple(options.adapters)
    runtime.report |= {"slots": options.slots, "context_length": options.context_length, "device": "cpu"}
    runtime.state = "ready"
    if wish.get("crash"):
        threading.Timer(0.05, os._exit, [7]).start()


def _children_stand_in() -> None:
    of_the_runtime = Launch.command

    def stand_in(self: Launch, listening: int) -> list[str]:
        words = of_the_runtime(self, listening)
        words[words.index("model_runtime")] = "tests.runtime.support.stand_in"
        return words

    Launch.command = stand_in  # type: ignore[method-assign]


if __name__ == "__main__":
    served.FIRST_DELAY = 0.02
    watch.INTERVAL = 0.1
    if "--hasty" in sys.argv:
        sys.argv.remove("--hasty")
        watch.PATIENCE, watch.GIVE_UP_AFTER = 2.0, 0.5
    load.load_into = load_stand_in
    _children_stand_in()
    sys.exit(command.main())
