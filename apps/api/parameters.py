"""What a client sends, read strictly: a parameter that could not be followed is refused, not passed over."""

from base64 import b64decode
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from .errors import NotOffered

Turn = dict[str, str]
MOST_MESSAGES = 200
MOST_IMAGES = 5
# They tune a model's own words, or tell the caller's things; an assistant's answer does not depend on them.
_WITHOUT_EFFECT = {
    *("temperature", "top_p", "presence_penalty", "frequency_penalty", "seed", "max_tokens", "user", "metadata"),
    *(
        "max_completion_tokens",
        "store",
        "service_tier",
        "safety_identifier",
        "prompt_cache_key",
        "reasoning_effort",
    ),
}
_ONLY: dict[str, tuple[Any, ...]] = {
    "n": (None, 1),
    "logprobs": (None, False),
    "tools": (None, []),
    "tool_choice": (None, "none", "auto"),
    "response_format": (None, {"type": "text"}),
    "stop": (None, []),
}


_INSTRUCTING = ("system", "developer")


@dataclass(frozen=True)
class Asked:
    """A chat request: the assistant's slug, the last question, and the turns before it, oldest first.

    `images` are as sent, those of all turns: the question is asked about them. `left_out` are the roles of messages
    that instruct a model: most clients send one, and an assistant has the instructions that the house gave it.
    """

    model: str
    question: str
    before: list[Turn]
    is_stream: bool
    with_usage: bool
    images: list[bytes]
    left_out: list[str]


def chat_read(body: Any) -> Asked:
    """Raises NotOffered, naming the parameter."""
    fields = _object(body)
    for name, value in fields.items():
        known = name in {"model", "messages", "stream", "stream_options", *_WITHOUT_EFFECT, *_ONLY}
        if not known or (name in _ONLY and value not in _ONLY[name]):
            raise NotOffered(_("“%(name)s” is not offered here with this value.") % {"name": name[:64]}, name[:64])
    turns, images, left_out = _turns(fields.get("messages"))
    options = fields.get("stream_options") or {}
    if not isinstance(options, dict):
        raise _malformed("stream_options")
    return Asked(
        model=_text(fields.get("model"), "model"),
        question=turns[-1]["content"],
        before=turns[:-1],
        is_stream=bool(fields.get("stream")),
        with_usage=bool(options.get("include_usage")),
        images=images,
        left_out=left_out,
    )


def _turns(messages: Any) -> tuple[list[Turn], list[bytes], list[str]]:
    if not isinstance(messages, list) or not 1 <= len(messages) <= MOST_MESSAGES:
        raise _malformed("messages")
    images: list[bytes] = []
    turns = [_turn(message, f"messages[{at}]", images) for at, message in enumerate(messages)]
    left_out = sorted({turn["role"] for turn in turns if turn["role"] in _INSTRUCTING})
    turns = [turn for turn in turns if turn["role"] not in _INSTRUCTING]
    if not turns or turns[-1]["role"] != "user":
        raise NotOffered(_("The last message must be the user's question."), "messages")
    if len(images) > MOST_IMAGES:
        raise NotOffered(_("At most %(count)d images go with a question.") % {"count": MOST_IMAGES}, "messages")
    return turns, images, left_out


def _turn(message: Any, param: str, images: list[bytes]) -> Turn:
    """Adds the turn's images to `images`."""
    role = message.get("role") if isinstance(message, dict) else None
    if role in _INSTRUCTING:
        return {"role": role, "content": ""}
    if role not in ("user", "assistant"):
        raise _malformed(param)
    content = message.get("content")
    if isinstance(content, list):
        parts = [part if isinstance(part, dict) else {} for part in content]
        shown = [part for part in parts if part.get("type") == "image_url" and role == "user"]
        images += [_image(part.get("image_url"), param) for part in shown]
        content = "\n".join(
            _text(part.get("text") if part.get("type") == "text" else None, param)
            for part in parts
            if part not in shown
        )
    return {"role": role, "content": _text(content, param)}


def _image(value: Any, param: str) -> bytes:
    """The bytes of a data: URL. What they are is seen when they are decoded."""
    url = value.get("url") if isinstance(value, dict) else None
    head, comma, data = url.partition(",") if isinstance(url, str) else ("", "", "")
    if not comma or not head.startswith("data:image/") or not head.endswith(";base64"):
        raise NotOffered(_("An image is sent as a data: URL in base64; nothing is fetched."), param)
    try:
        return b64decode(data, validate=True)
    except ValueError as error:
        raise _malformed(param) from error


def embeddings_read(body: Any) -> tuple[str, list[str], bool]:
    """The model, the texts, and whether vectors are wanted in base64. Raises NotOffered."""
    fields = _object(body)
    for name in fields:
        if name not in {"model", "input", "encoding_format", "user", "dimensions"} or name == "dimensions":
            raise NotOffered(_("“%(name)s” is not offered here with this value.") % {"name": name[:64]}, name[:64])
    texts = fields.get("input")
    texts = [texts] if isinstance(texts, str) else texts
    if not isinstance(texts, list) or not 1 <= len(texts) <= 256:
        raise _malformed("input")
    encoding = fields.get("encoding_format", "float")
    if encoding not in ("float", "base64"):
        raise _malformed("encoding_format")
    return _text(fields.get("model"), "model"), [_text(text, "input") for text in texts], encoding == "base64"


def _object(body: Any) -> dict[str, Any]:
    if not isinstance(body, dict):
        raise NotOffered(_("The body must be a JSON object."), "")
    return body


def _text(value: Any, param: str) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > 32_000 or "\x00" in value:
        raise _malformed(param)
    return value


def _malformed(param: str) -> NotOffered:
    return NotOffered(_("“%(name)s” is missing or malformed.") % {"name": param}, param)
