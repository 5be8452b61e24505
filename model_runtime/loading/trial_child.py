"""The child of `trial`: bounded by the kernel in time and memory, it prints what is wrong and exits 1.

Most of its time goes into importing libraries. Tokenizers need few of them, so those are tried first.
"""

import contextlib
import gc
import os
import resource
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from model_runtime.loading.judging.check import Facts, check_folder
from model_runtime.loading.judging.errors import ModelRefused
from model_runtime.loading.judging.multimodal_check import Vision

if TYPE_CHECKING:
    from model_runtime.loading.tokenizer import ChatTokenizer

NOT_INSTALLED, TOO_MUCH = 2, 3
"""Exit statuses: a library cannot be imported; the kernel ended the trial of the tokenizer."""
CPU_SECONDS = 2
MEMORY_BYTES = 512 * 1024 * 1024
HOSTILE = ("a" * 5000 + "!", "(" * 2000, "\n" * 3000, "\u200d👩🏽‍🚀" * 300, "\x00\ufffd\u202e", "0" * 4000 + "x")
QUESTION = [{"role": "user", "content": "Hello 你好"}]
CONVERSATION = [
    {"role": "system", "content": "Be brief."},
    {"role": "user", "content": "What?"},
    {"role": "assistant", "content": "This."},
    {"role": "user", "content": "x" * 2000},
]
MAX_PROMPT_TOKENS = 20_000


def main() -> int:
    """0 if the folder's tokenizer, template, config and weights behave; else 1, or one of the statuses above."""
    os.environ["HF_HUB_OFFLINE"] = "1"
    gc.disable()  # it would take a fifth of the time that the imports do
    folder = Path(sys.argv[1])
    facts = check_folder(folder)
    from model_runtime.loading import tokenizer
    from model_runtime.loading.judging import dry_load

    # Libraries load first: the bounds are for what the folder makes them do.
    try:
        if facts.kind != "image_classifier":
            tokenizer.warm_imports()
            if status := _forked(lambda: _try_tokenizer(folder, facts)):
                return status
        dry_load.warm_imports(facts.architecture)
    except ImportError as error:
        print(
            f"The check cannot run here: {error}. That is no fault of the folder; "
            "install what requirements.txt names and check it again."
        )
        return NOT_INSTALLED
    return _bounded(lambda: _try_model(folder, facts))


def _forked(work: Callable[[], None]) -> int:
    """The exit status of `work` in a bounded child: bounds cannot be lifted again."""
    child = os.fork()
    if not child:
        status = _bounded(work)
        sys.stdout.flush()
        os._exit(status)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return TOO_MUCH if status < 0 else status


def _bounded(work: Callable[[], None]) -> int:
    """0 if `work` ends well within the bounds; else 1, and what is wrong is printed."""
    _bound()
    try:
        work()
    except MemoryError:
        print("The folder takes too much memory before any weight is loaded.")
    except (ModelRefused, ValueError) as error:
        print(error)
    except Exception as error:  # noqa: BLE001  # whatever a broken folder makes the libraries raise is its verdict
        print(f"The folder cannot be loaded: {type(error).__name__}: {str(error)[:200]}")
    else:
        return 0
    return 1


def _try_tokenizer(folder: Path, facts: Facts) -> None:
    from model_runtime.loading.tokenizer import ChatTokenizer

    tokenizer = ChatTokenizer(folder, parts=facts.vision is not None)
    for text in HOSTILE:
        tokenizer.encode(text)
    if facts.kind == "generator" and tokenizer.has_template:
        _render(tokenizer, QUESTION)
        # Some templates know no system role and say so, which is their right.
        with contextlib.suppress(ValueError):
            _render(tokenizer, CONVERSATION)


def _try_model(folder: Path, facts: Facts) -> None:
    from model_runtime.loading.judging.dry_load import dry_load

    if facts.kind == "image_classifier":
        _try_preprocessor(facts)
    if facts.vision is not None:
        _try_images(folder, facts.vision)
    dry_load(folder, facts.architecture)


def _render(tokenizer: "ChatTokenizer", conversation: list[dict[str, str]]) -> None:
    if len(tokenizer.chat(conversation)) > MAX_PROMPT_TOKENS:
        raise ModelRefused("The chat template inflates a short conversation.")


def _try_images(folder: Path, vision: Vision) -> None:
    from PIL import Image

    from model_runtime.loading.multimodal import ImagePrompter
    from model_runtime.loading.tokenizer import ChatTokenizer

    ImagePrompter(vision, ChatTokenizer(folder, parts=True)).expand(
        [vision.image_token], [Image.new("RGB", (80, 60))]
    )


def _try_preprocessor(facts: Facts) -> None:
    from PIL import Image

    from model_runtime.loading.image_preparation import ImagePreparation

    assert facts.preprocessor is not None  # noqa: S101  # what check_folder gives every model of images
    ImagePreparation(facts.preprocessor)(Image.new("RGB", (80, 60)))


def _bound() -> None:
    gc.freeze()
    gc.enable()
    used = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
    seconds = int(used) + 1 + CPU_SECONDS
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    limit = pages * resource.getpagesize() + MEMORY_BYTES
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))


if __name__ == "__main__":
    sys.exit(main())
