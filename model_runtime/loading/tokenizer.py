"""The tokenizer and the chat template, through transformers' fast class and its sandbox only."""

import inspect
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from model_runtime.loading.judging.errors import ModelRefused
from model_runtime.loading.judging.strict_json import read_object
from model_runtime.loading.judging.template_guard import check_template

if TYPE_CHECKING:
    from jinja2 import nodes


def warm_imports() -> None:
    """Import what loading a tokenizer and rendering a template need."""
    import jinja2.sandbox  # noqa: F401
    from transformers import PreTrainedTokenizerFast  # noqa: F401


def _parse(template: object) -> "nodes.Template":
    """The syntax tree of a template, as transformers' own sandbox reads it. Raises ModelRefused."""
    from jinja2 import TemplateError
    from transformers.utils.chat_template_utils import _compile_jinja_template

    if not isinstance(template, str):
        raise ModelRefused("The tokenizer has several chat templates; only one is supported.")
    try:
        # Parsed only: compiling would already compute the template's constant expressions.
        tree: nodes.Template = _compile_jinja_template("").environment.parse(template)
    except TemplateError as error:
        raise ModelRefused(f"The chat template does not compile: {str(error)[:200]}") from error
    return tree


def _parameters() -> frozenset[str]:
    """What transformers and its templates understand by themselves."""
    from transformers import PreTrainedTokenizerFast
    from transformers.utils.chat_template_utils import render_jinja_template

    known = (PreTrainedTokenizerFast.apply_chat_template, render_jinja_template)
    names = {name for function in known for name in inspect.signature(function).parameters}
    return frozenset(names) | {"messages", "raise_exception", "strftime_now"}


def _in_parts(content: Any) -> Any:
    return [{"type": "text", "text": content}] if isinstance(content, str) else content


class BadSwitch(ValueError):
    """A variable of the template that nobody may set."""


class ChatTokenizer:
    """Text and conversations to token numbers. Safe to use from several threads."""

    def __init__(self, folder: Path, *, parts: bool = False) -> None:
        """Load from `folder`, offline. Templates of models that read images take messages in `parts`.

        Raises ModelRefused if there is no fast tokenizer.
        """
        self._parts = parts
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
        # The plain fast class: the class named in tokenizer_config.json is the folder's wish, not ours.
        from transformers import PreTrainedTokenizerFast
        from transformers.tokenization_utils_base import VERY_LARGE_INTEGER

        if not (folder / "tokenizer.json").is_file():
            raise ModelRefused("tokenizer.json is missing; only fast tokenizers are supported.")
        try:
            self._tokenizer: Any = PreTrainedTokenizerFast.from_pretrained(
                str(folder), local_files_only=True, trust_remote_code=False
            )
        except MemoryError:
            raise
        except Exception as error:  # the library raises bare ones, and KeyError for what is missing
            raise ModelRefused(f"tokenizer.json describes no tokenizer: {str(error)[:200]}") from error
        # What is too long is answered 400, with the numbers; transformers would also print it, once.
        self._tokenizer.model_max_length = VERY_LARGE_INTEGER
        beside = folder / "chat_template.json"
        if not self._tokenizer.chat_template and beside.is_file():
            # Where processors of images used to have it.
            self._tokenizer.chat_template = read_object(beside, 1024 * 1024).get("chat_template")
        template = self._tokenizer.chat_template
        self.has_template = bool(template)
        if template:
            check_template(_parse(template), template)
        self._taken = _parameters() | self._tokenizer.special_tokens_map.keys()
        self._special = frozenset(self._tokenizer.all_special_ids) | frozenset(
            number for number, token in self._tokenizer.added_tokens_decoder.items() if token.special
        )

    def chat(
        self,
        messages: list[dict[str, Any]],
        *,
        open_turn: bool = True,
        continue_final: bool = False,
        switches: Mapping[str, bool | str] | None = None,
    ) -> list[int]:
        """Tokens of a conversation, ready for the assistant's turn unless `open_turn` is false.

        With `continue_final`, which needs `open_turn` to be false, the last message is left unfinished, ready to be
        written on. `switches` are variables of the template beside those that it always has.
        Control tokens in what people wrote are encoded as plain text, so nobody can forge a turn.
        Raises BadSwitch when a switch has a name that means something already, and ValueError when the template
        refuses the conversation or fails at it.
        """
        from jinja2 import TemplateError

        if not self.has_template:
            raise ValueError("This model has no chat template; use /v1/completions.")
        if taken := self._taken.intersection(switches or ()):
            raise BadSwitch(f"chat_template_kwargs may not hold {min(taken)}: it has a meaning of its own.")
        if self._parts:
            messages = [message | {"content": _in_parts(message["content"])} for message in messages]
        try:
            encoded = self._tokenizer.apply_chat_template(
                messages,
                **(switches or {}),
                add_generation_prompt=open_turn,
                continue_final_message=continue_final,
                tokenize=True,
                return_dict=False,
                sanitize_control_tokens=True,
            )
        except TemplateError as error:
            raise ValueError(f"The chat template refuses these messages: {str(error)[:300]}") from error
        except (TypeError, LookupError, ArithmeticError, AttributeError) as error:
            # It is a stranger's program: a switch of another type than it thinks of fails anywhere in it.
            kind = type(error).__name__
            raise ValueError(f"The chat template fails at these messages: {kind}: {str(error)[:300]}") from error
        return list(encoded)

    def encode(self, text: str) -> list[int]:
        """Tokens of plain text, with the start token if the tokenizer adds one."""
        return list(self._tokenizer.encode(text))

    def encode_control(self, text: str) -> list[int]:
        """Tokens of a text whose control tokens count as such; never for what people wrote."""
        return list(self._tokenizer.encode(text, add_special_tokens=False))

    def text_of(self, token: int) -> str:
        """How `token` is written."""
        return str(self._tokenizer.convert_ids_to_tokens(token))

    def is_control(self, token: int) -> bool:
        """Whether a token steers the model and is no text (end of turn, padding)."""
        return token in self._special

    @property
    def vocab_size(self) -> int:
        """One more than the highest token number."""
        return max(self._tokenizer.get_vocab().values()) + 1

    @property
    def eos(self) -> int | None:
        """The end token named by the tokenizer's own config."""
        number: int | None = self._tokenizer.eos_token_id
        return number

    def to_json(self) -> str:
        """tokenizer.json as loaded, with tokens added by tokenizer_config.json."""
        backend = json.loads(self._tokenizer.backend_tokenizer.to_str())
        backend["padding"] = backend["truncation"] = None
        return json.dumps(backend, ensure_ascii=False)
