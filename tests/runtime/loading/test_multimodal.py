"""Models that read images: what of their folders is refused, and how much memory images may hold."""

import gc
import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from model_runtime.backends.transformers.images import ImageSlots
from model_runtime.loading import multimodal
from model_runtime.loading.judging.check import check_folder
from model_runtime.loading.judging.dry_load import dry_load
from model_runtime.loading.judging.errors import ModelRefused
from model_runtime.loading.multimodal import ImagePrompter, TooManyImages
from model_runtime.loading.tokenizer import ChatTokenizer
from model_runtime.loading.trial import try_folder
from model_runtime.loading.weights import load_module
from tests.runtime.support.checkpoints import edit_json
from tests.runtime.support.multimodal_checkpoints import make_multimodal
from tests.runtime.support.pictures import picture


@pytest.fixture
def llava(tmp_path: Path) -> Path:
    return make_multimodal(tmp_path / "llava", "llava")


@pytest.fixture
def idefics(tmp_path: Path) -> Path:
    return make_multimodal(tmp_path / "idefics3", "idefics3")


def edit_part(folder: Path, part: str, **changes: Any) -> None:
    config = json.loads((folder / "config.json").read_text())
    edit_json(folder / "config.json", **{part: config[part] | changes})


def prompter(folder: Path) -> ImagePrompter:
    vision = check_folder(folder).vision
    assert vision is not None
    return ImagePrompter(vision, ChatTokenizer(folder, parts=True))


def test_a_folder_as_transformers_writes_it_passes_every_check(llava: Path, idefics: Path) -> None:
    for folder in (llava, idefics):
        facts = check_folder(folder)
        assert (facts.kind, facts.context_length) == ("generator", 1024)
    try_folder(idefics)


def test_what_published_models_say_besides_is_taken(llava: Path, idefics: Path) -> None:
    edit_part(llava, "text_config", _name_or_path="lmsys/vicuna-7b-v1.5", architectures=["LlamaForCausalLM"])
    edit_part(llava, "vision_config", projection_dim=768, vocab_size=32000)
    edit_json(llava / "config.json", ignore_index=-100, vocab_size=32064)
    notes = {"_flash_attn_2_enabled": True, "is_llama_config": True, "neftune_noise_alpha": 0.0}
    perceiver = {"_attn_implementation_autoset": False, "model_type": "vllama3", "resampler_depth": 6}
    off = {"qk_layer_norms": False, "use_resampler": False, "rope_interleaved": False}
    edit_part(idefics, "text_config", perceiver_config=perceiver, pixel_shuffle_factor=4, **notes, **off)
    edit_part(idefics, "vision_config", model_type="idefics3", max_image_size={"longest_edge": 32})
    for folder in (llava, idefics):
        dry_load(folder, check_folder(folder).architecture)


def test_the_settings_may_lie_in_the_processors_file_and_the_template_beside_it(idefics: Path) -> None:
    settings = json.loads((idefics / "preprocessor_config.json").read_text())
    (idefics / "preprocessor_config.json").unlink()
    (idefics / "processor_config.json").write_text(json.dumps({"image_processor": settings, "image_seq_len": 4}))
    template = (idefics / "chat_template.jinja").read_text()
    (idefics / "chat_template.jinja").unlink()
    (idefics / "chat_template.json").write_text(json.dumps({"chat_template": template}))
    messages = [{"role": "user", "content": [{"type": "image"}]}]
    prompt = ChatTokenizer(idefics, parts=True).chat(messages)
    assert len(prompter(idefics).expand(prompt, [picture()])[1].pixels) == 1


@pytest.mark.parametrize("kind", ["gemma3", "qwen2_5_vl", "qwen3_vl", "mllama"])
def test_models_with_other_masks_or_positions_are_refused_by_name(llava: Path, kind: str) -> None:
    edit_json(llava / "config.json", model_type=kind)
    with pytest.raises(ModelRefused, match=f"The model type '{kind}' is not supported"):
        check_folder(llava)


@pytest.mark.parametrize(
    ("part", "changes", "reason"),
    [
        ("text_config", {"model_type": "gemma2"}, r"text_config\.model_type must be one of"),
        ("text_config", {"something": 1}, r"the key text_config\.something is not known"),
        ("text_config", {"_attn_implementation": "somebody/kernels"}, "_attn_implementation"),
        ("text_config", {"hidden_size": 10**9}, "hidden_size must be a number from"),
        ("text_config", {"use_resampler": True}, "use_resampler is not supported"),
        ("vision_config", {"model_type": "pixtral"}, r"vision_config\.model_type must be one of"),
        ("vision_config", {"image_size": 4096}, "image_size must be a number from"),
        ("vision_config", {"image_size": 30}, "a multiple of its patch_size"),
        ("vision_config", {"auto_map": {"AutoModel": "evil.Model"}}, "auto_map"),
    ],
)
def test_each_part_of_the_config_is_judged(llava: Path, part: str, changes: dict[str, Any], reason: str) -> None:
    edit_part(llava, part, **changes)
    with pytest.raises(ModelRefused, match=reason):
        check_folder(llava)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"image_processor_type": "EvilImageProcessor"}, "'EvilImageProcessor' is not supported"),
        ({"resize_with": "a program"}, "'resize_with' is not known"),
        ({"do_resize": False}, "do_resize must be true"),
        ({"max_image_size": {"longest_edge": 64}}, r"max_image_size must be vision_config\.image_size"),
        ({"size": {"longest_edge": 4096}}, r"size\.longest_edge must be from 32 to 192"),
        ({"rescale_factor": "much"}, "rescale_factor must be a number"),
    ],
)
def test_a_preprocessor_that_would_make_other_images_is_refused(
    idefics: Path, changes: dict[str, Any], reason: str
) -> None:
    edit_json(idefics / "preprocessor_config.json", **changes)
    with pytest.raises(ModelRefused, match=reason):
        check_folder(idefics)


def test_a_crop_that_is_not_what_the_model_reads_is_refused(llava: Path) -> None:
    edit_json(llava / "preprocessor_config.json", crop_size={"height": 48, "width": 48})
    with pytest.raises(ModelRefused, match="crop_size must be"):
        check_folder(llava)


def test_a_tokenizer_without_the_images_tokens_is_found_at_the_check(idefics: Path) -> None:
    path = idefics / "tokenizer.json"
    path.write_text(path.read_text().replace("<fake_token_around_image>", "<other>"))
    with pytest.raises(ModelRefused, match="lacks the token <fake_token_around_image>"):
        prompter(idefics)


def test_a_template_that_leaves_images_out_is_told_to_the_client(llava: Path) -> None:
    with pytest.raises(ValueError, match="makes room for 0 images; there are 1"):
        prompter(llava).expand([1, 2, 3], [picture()])


def test_images_of_waiting_requests_hold_a_bounded_memory_and_give_it_back(
    llava: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = 3 * 32 * 32 * 4
    monkeypatch.setattr(multimodal, "MAX_PIXEL_BYTES", 2 * one)
    reader = prompter(llava)
    vision = check_folder(llava).vision
    assert vision is not None
    prompt, images = [vision.image_token], [Image.new("RGB", (9, 9))]
    held = [reader.expand(prompt, images), reader.expand(prompt, images)]
    with pytest.raises(TooManyImages):
        reader.expand(prompt, images)
    held.clear()
    gc.collect()
    assert reader.expand(prompt, images)[1].places == list(range(16))


def test_images_too_large_together_are_told_so_instead_of_waiting_for_ever(
    llava: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(multimodal, "MAX_PIXEL_BYTES", 1000)
    vision = check_folder(llava).vision
    assert vision is not None
    with pytest.raises(ValueError, match="Send fewer or smaller ones"):
        prompter(llava).expand([vision.image_token], [picture()])


def test_seen_images_give_their_memory_back_while_the_answer_goes_on(
    llava: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(multimodal, "MAX_PIXEL_BYTES", 3 * 32 * 32 * 4)
    reader = prompter(llava)
    vision = check_folder(llava).vision
    assert vision is not None
    prompt, images = [vision.image_token], [Image.new("RGB", (9, 9))]
    model = load_module(
        llava, quantization="none", kernels="float32", device="cpu", architecture=check_folder(llava).architecture
    )
    _, read = reader.expand(prompt, images)
    ImageSlots(model).see(read)
    assert reader.expand(prompt, images)[1] is not read
