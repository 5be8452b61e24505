"""The assistant's fixed sentences. They follow the question's language, not the page's, so gettext is not asked."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from apps.core.language import Language, detect_language

if TYPE_CHECKING:
    from ..models import Assistant

People = Literal["", "offered", "asked"]

# What the model may choose instead of quoting; each must stay on one line.
DECLINING = "no"
CHOICES = (DECLINING, "hello", "thanks", "bye", "who")

_TEXTS: dict[Language, dict[str, str]] = {
    "en": {
        "no": "I found no answer to this in the documents. Other words may help.",
        "hello": "Hello. What would you like to know?",
        "thanks": "You are welcome. Ask whenever something comes up.",
        "bye": "Goodbye, and thank you for stopping by.",
        "who": (
            "I am {name}, an automatic assistant. I answer in the words of our own documents and show the page "
            "that each sentence comes from."
        ),
    },
    "zh": {
        "no": "在现有文档里没有找到这个问题的答案，可以换个说法再问。",
        "hello": "您好，请问想了解什么？",
        "thanks": "不客气，有问题随时问我。",
        "bye": "再见，欢迎随时回来。",
        "who": "我是{name}，一个自动问答助手。我只用文档里的原话回答，并注明每句话的出处。",
    },
}


# What is said beside the model's choices.
_ASIDE: dict[Language, dict[str, str]] = {
    "en": {
        "no_other": "Beyond what was quoted before I found nothing on this in the documents. Other words may help.",
        "across": "This is in a document in Chinese. Its own words:",
        "more_steps": "And {count} more steps in the source.",
        "one_more_step": "And one more step in the source.",
        "right": "That is right:",
        "other": "The text has something else there:",
        "unknown": "It says:",
        "no_but_person": (
            "I found no answer to this in the documents. Other words may help, or a colleague of ours."
        ),
        "no_asked": "I found no answer to this in the documents.",
        "asked": "A person has been asked and will answer you here.",
        "withheld": "Please contact us directly.",
        "subject": "You can ask me about: {about}",
        "person": "You can talk to a person here.",
        "waiting": "Your message is with our colleagues; a person answers it here. You may leave and come back.",
        "welcome": "I am {name}, an automatic assistant. {description}",
        "example": "You could ask, for example:",
        "which_subject": "Please say a little more: what is it about?",
        "which_price": "Please say what you would like to know the price of.",
        "which_price_of": "I found no single price for that. Please say more exactly what you mean.",
    },
    "zh": {
        "no_other": "除了前面引用的内容，文档里没有找到其他答案。可以换个说法再问。",
        "across": "以下内容来自英文文档，引用原文：",
        "more_steps": "原文还有 {count} 步。",
        "one_more_step": "原文还有 1 步。",
        "right": "答对了：",
        "other": "和原文不一样，原文是：",
        "unknown": "原文是：",
        "no_but_person": "在现有文档里没有找到这个问题的答案。可以换个说法再问，或者联系人工客服。",
        "no_asked": "在现有文档里没有找到这个问题的答案。",
        "asked": "已为您转接人工客服，会有人在这里回复您。",
        "withheld": "请直接与我们联系。",
        "subject": "这里能解答的内容：{about}",
        "person": "您可以在这里转接人工客服。",
        "waiting": "您的消息已转给同事，会有人工客服在这里回复。您可以先离开，稍后再回来查看。",
        "welcome": "我是{name}，一个自动问答助手。{description}",
        "example": "您可以这样问：",
        "which_subject": "请再说得具体一点：您想了解哪方面的内容？",
        "which_price": "请问您想了解哪一项的价格？请说一下名称。",
        "which_price_of": "没有直接查到这一项的价格，请再说得具体一些。",
    },
}


def aside(word: str, language: str) -> str:
    return _ASIDE["zh" if language == "zh" else "en"][word]


def quoted_across(answer: str, language: Language) -> bool:
    """Whether an answer to a question in `language` quotes documents in the other one."""
    return answer.startswith(aside("across", language))


def of_people(word: Literal["person", "waiting"], assistant: "Assistant", language: str) -> str:
    """That one can be reached, or has the message; and when one is there, where the assistant says so."""
    gap = "" if language == "zh" else " "
    return f"{aside(word, language)}{gap}{assistant.hours(language)}".rstrip()


def welcome(assistant: "Assistant", language: Language) -> str:
    """What it is for, and the questions that it offers to begin with, in Markdown."""
    name, about = assistant.in_language("name", language), assistant.in_language("description", language)
    introduced = aside("welcome", language).format(name=name, description=about).rstrip()
    return "\n\n".join(filter(None, [introduced, examples(assistant, language)]))


def examples(assistant: "Assistant", language: Language) -> str:
    """The questions that it offers to begin with, in Markdown; empty where it has none."""
    starters = assistant.in_language("starters", language)
    listed = "\n".join(f"- {starter}" for starter in starters)
    return f"{aside('example', language)}\n\n{listed}" if starters else ""


def phrases_for(
    language: Language, *, name: str, overrides: Mapping[str, Any], about: str = "", people: People = ""
) -> dict[str, str]:
    """Every fixed text by its word; `overrides` is the assistant's own {"en": {"no": "…"}, …}.

    Unless that words it, "no" says what the assistant is `about`, where that is said in `language`, and that a
    person can be reached. Where one is asked for it says that alone: other words no longer reach the assistant.
    """
    gap = "" if language == "zh" else " "
    declining = {
        "": _TEXTS[language]["no"],
        "offered": aside("no_but_person", language),
        "asked": f"{aside('no_asked', language)}{gap}{aside('asked', language)}",
    }[people]
    if about and people != "asked" and detect_language(about) == language:
        ended = about if about[-1] in ".!?…。！？" else about + ("。" if language == "zh" else ".")
        declining += gap + aside("subject", language).format(about=ended)
    own = overrides.get(language) or {}
    texts = {word: str(own.get(word) or text) for word, text in (_TEXTS[language] | {"no": declining}).items()}
    return {word: " ".join(text.replace("{name}", name).split()) for word, text in texts.items()}
