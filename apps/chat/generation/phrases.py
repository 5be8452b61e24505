"""The assistant's fixed sentences. They follow the question's language, not the page's, so gettext is not asked."""

from collections.abc import Mapping
from typing import Any

from apps.core.language import Language

# What the model may choose instead of quoting; each must stay on one line.
CHOICES = ("no", "hello", "thanks", "bye", "who")

_TEXTS: dict[Language, dict[str, str]] = {
    "en": {
        "no": "I found no answer to this in the documents. Other words may help, or a colleague of ours.",
        "hello": "Hello. What would you like to know?",
        "thanks": "You are welcome. Ask whenever something comes up.",
        "bye": "Goodbye, and thank you for stopping by.",
        "who": (
            "I am {name}, an automatic assistant. I answer in the words of our own documents and show the page "
            "that each sentence comes from."
        ),
    },
    "zh": {
        "no": "在现有文档里没有找到这个问题的答案。换个说法再问，或者联系人工客服。",
        "hello": "您好，请问想了解什么？",
        "thanks": "不客气，有问题随时问我。",
        "bye": "再见，欢迎随时回来。",
        "who": "我是{name}，一个自动问答助手。我只用文档里的原话回答，并注明每句话的出处。",
    },
}


def phrases_for(language: Language, *, name: str, overrides: Mapping[str, Any]) -> dict[str, str]:
    """Every fixed text by its word; `overrides` is the assistant's own {"en": {"no": "…"}, …}."""
    own = overrides.get(language) or {}
    texts = {word: str(own.get(word) or text) for word, text in _TEXTS[language].items()}
    return {word: " ".join(text.replace("{name}", name).split()) for word, text in texts.items()}
