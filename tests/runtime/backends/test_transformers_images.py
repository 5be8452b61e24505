"""Prompts with images, in chunks and beside others, are answered as transformers' own `generate` answers them."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from model_runtime.backends.base import Choice, Sampling, Work
from model_runtime.backends.transformers.backend import TransformersBackend
from model_runtime.loading import multimodal
from model_runtime.loading.judging.check import check_folder
from model_runtime.loading.multimodal import ImagePrompter, PromptImages
from model_runtime.loading.tokenizer import ChatTokenizer
from model_runtime.loading.weights import load_module
from tests.runtime.support.multimodal_checkpoints import FAMILIES, make_multimodal
from tests.runtime.support.pictures import picture, prompt_of_transformers

GREEDY = Choice(Sampling(temperature=0), 0.5)
COUNT = 10


class Model:
    """A loaded checkpoint with all that turns conversations into prompts for it."""

    def __init__(self, family: str, folder: Path) -> None:
        self.family, self.folder = family, make_multimodal(folder, family)
        facts = check_folder(self.folder)
        assert facts.vision is not None
        self.vision = facts.vision
        self.tokenizer = ChatTokenizer(self.folder, parts=True)
        self.prompter = ImagePrompter(facts.vision, self.tokenizer)
        self.module: Any = load_module(
            self.folder, quantization="none", kernels="float32", device="cpu", architecture=facts.architecture
        )

    def backend(self, slots: int = 4) -> TransformersBackend:
        return TransformersBackend(
            self.module, eos=frozenset({2}), token_bytes=lambda _token: b"", context_length=512, slots=slots
        )

    def prompt(self, *parts: Any) -> tuple[list[int], PromptImages | None, list[int]]:
        """Our prompt and images, and what transformers writes after its own prompt."""
        images = [part for part in parts if not isinstance(part, str)]
        content = [{"type": "text", "text": part} if isinstance(part, str) else {"type": "image"} for part in parts]
        messages = [{"role": "user", "content": content}]
        tokens, prepared = self.tokenizer.chat(messages), None
        if images:
            tokens, prepared = self.prompter.expand(tokens, images)
        theirs = prompt_of_transformers(self.folder, self.family, messages, images)
        assert tokens == theirs["input_ids"][0].tolist()
        written = self.module.generate(**theirs, max_new_tokens=COUNT, do_sample=False, eos_token_id=None)
        return tokens, prepared, written[0, len(tokens) :].tolist()


def write(backend: TransformersBackend, prompts: dict[int, list[int]], chunk: int = 13) -> dict[int, list[int]]:
    """Greedy continuations of all prompts, read in chunks, everything that is ready in one batch."""
    texts = {slot: list(tokens) for slot, tokens in prompts.items()}
    done = dict.fromkeys(texts, 0)
    while any(len(texts[slot]) < len(prompts[slot]) + COUNT for slot in texts):
        works = []
        for slot, text in texts.items():
            piece = text[done[slot] : done[slot] + chunk]
            last = done[slot] + len(piece) == len(text)
            works.append(Work(slot, done[slot], piece, [GREEDY] if last else []))
        for work, chosen in zip(works, backend.run(works), strict=True):
            done[work.slot] += len(work.tokens)
            texts[work.slot] += [one.token for one in chosen]
    return {slot: text[len(prompts[slot]) :][:COUNT] for slot, text in texts.items()}


@pytest.fixture(scope="module", params=FAMILIES)
def model(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Model:
    return Model(request.param, tmp_path_factory.mktemp(request.param) / "model")


@pytest.fixture(scope="module")
def llava(tmp_path_factory: pytest.TempPathFactory) -> Model:
    return Model("llava", tmp_path_factory.mktemp("one") / "model")


def test_images_and_texts_in_one_batch_are_answered_as_by_transformers(model: Model) -> None:
    two, wide = (picture(40, 80, seed=1), picture(33, 20, seed=2)), picture(90, 31, seed=3)
    asked = [
        model.prompt("Look: ", two[0], " and ", two[1], " What is the difference?"),
        model.prompt("You can return an item within 30 days."),
        model.prompt(wide, "What is it?"),
    ]
    backend = model.backend()
    for slot, (_, images, _) in enumerate(asked):
        backend.attach(slot, images)
    written = write(backend, {slot: tokens for slot, (tokens, _, _) in enumerate(asked)})
    for slot, (_, _, wanted) in enumerate(asked):
        assert written[slot] == wanted
    assert len({tuple(answer) for answer in written.values()}) == 3


def test_another_picture_gets_another_answer(llava: Model) -> None:
    answers = []
    for seed in (4, 5):
        tokens, images, wanted = llava.prompt(picture(seed=seed), "What is it?")
        backend = llava.backend()
        backend.attach(0, images)
        answers.append(write(backend, {0: tokens})[0])
        assert answers[-1] == wanted
    assert answers[0] != answers[1]


def test_images_of_a_request_that_was_given_up_are_not_seen_by_the_next_in_its_slot(llava: Model) -> None:
    tokens, images, _ = llava.prompt(picture(), "What is it?")
    backend = llava.backend()
    backend.attach(0, None)
    blind = write(backend, {0: tokens})
    backend.attach(0, images)
    backend.run([Work(0, 0, tokens[:3], [])])
    backend.attach(0, None)
    assert write(backend, {0: tokens}) == blind


def test_requests_given_up_in_their_slots_hold_no_memory_for_images(
    llava: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(multimodal, "MAX_PIXEL_BYTES", 3 * 32 * 32 * 4)
    prompter, backend = ImagePrompter(llava.vision, llava.tokenizer), llava.backend()
    given_up = []
    for slot in range(4):  # each would fill the memory
        given_up.append(prompter.expand([llava.vision.image_token], [picture()])[1])
        backend.attach(slot, given_up[-1])
    prompter.expand([llava.vision.image_token], [picture()])


def test_the_images_of_one_prompt_are_looked_at_once_for_all_its_answers(llava: Model) -> None:
    tokens, images, wanted = llava.prompt(picture(), "What is it?")
    looked = []
    hook = llava.module.model.vision_tower.register_forward_hook(lambda *_: looked.append(1))
    backend = llava.backend()
    for slot in range(3):
        backend.attach(slot, images)
    hook.remove()
    assert sum(looked) == 1
    assert set(map(tuple, write(backend, dict.fromkeys(range(3), tokens)).values())) == {tuple(wanted)}


def test_features_that_do_not_fit_the_prompt_are_refused(llava: Model) -> None:
    pixels = [{"pixel_values": np.zeros((1, 3, 32, 32), np.float32)}]
    with pytest.raises(ValueError, match="15 image tokens, but 16 features"):
        llava.backend().attach(0, PromptImages(list(range(15)), pixels))


@torch.inference_mode()
def test_a_model_of_text_takes_no_images(models: Path) -> None:
    module = load_module(
        models / "tiny", quantization="none", kernels="float32", device="cpu", architecture="Qwen3ForCausalLM"
    )
    backend = TransformersBackend(module, eos=frozenset({2}), token_bytes=lambda _token: b"", context_length=64)
    backend.attach(0, None)
    with pytest.raises(ValueError, match="reads no images"):
        backend.attach(0, PromptImages([1], []))
