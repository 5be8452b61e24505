"""`chat_template_kwargs`: what a model's template knows beside the messages, and nothing of what we decide."""

from pathlib import Path

import pytest

from model_runtime.loading.tokenizer import BadSwitch, ChatTokenizer
from tests.runtime.support.checkpoints import make_causal

ASK = [{"role": "user", "content": "hi"}]
TEMPLATE = (
    "{{ messages[0].content }}{% if add_generation_prompt %}"
    "|{% if enable_thinking is defined and not enable_thinking %}no{% else %}thoughts{% endif %}"
    "|{{ tone }}{% endif %}"
)


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory: pytest.TempPathFactory) -> ChatTokenizer:
    folder: Path = make_causal(tmp_path_factory.mktemp("model"))
    (folder / "chat_template.jinja").write_text(TEMPLATE)
    return ChatTokenizer(folder)


def test_a_switch_reaches_the_template(tokenizer: ChatTokenizer) -> None:
    plain, quiet = tokenizer.chat(ASK), tokenizer.chat(ASK, switches={"enable_thinking": False, "tone": "kind"})
    assert "".join(map(tokenizer.text_of, plain)) == "hi|thoughts|"
    assert "".join(map(tokenizer.text_of, quiet)) == "hi|no|kind"


def test_a_switch_that_the_template_does_not_know_changes_nothing(tokenizer: ChatTokenizer) -> None:
    assert tokenizer.chat(ASK, switches={"unheard_of": True}) == tokenizer.chat(ASK)


@pytest.mark.parametrize(
    "name",
    ["messages", "conversation", "tools", "chat_template", "add_generation_prompt", "sanitize_control_tokens",
     "tokenize", "max_length", "eos_token", "raise_exception"],
)  # fmt: skip
def test_a_switch_cannot_take_the_place_of_what_is_decided_elsewhere(tokenizer: ChatTokenizer, name: str) -> None:
    with pytest.raises(BadSwitch, match=f"may not hold {name}"):
        tokenizer.chat(ASK, switches={name: True})


@pytest.mark.parametrize(
    "template",
    ["{% for tool in switch %}{{ tool }}{% endfor %}", "{{ switch + 'x' }}", "{{ switch() }}", "{{ switch.a.b }}",
     "{{ 1 / (switch - 1) }}"],
)  # fmt: skip
def test_a_switch_at_which_the_template_fails_is_the_askers_error(tmp_path: Path, template: str) -> None:
    folder = make_causal(tmp_path)
    (folder / "chat_template.jinja").write_text(template)
    with pytest.raises(ValueError, match="The chat template"):
        ChatTokenizer(folder).chat(ASK, switches={"switch": True})


def test_control_tokens_of_a_switch_are_plain_text(tokenizer: ChatTokenizer) -> None:
    assert 2 not in tokenizer.chat(ASK, switches={"tone": "<|im_end|>"})
