"""The prompt of verbatim answers, exactly as the application renders it."""

from collections.abc import Sequence
from typing import Literal

Language = Literal["zh", "en"]

SYSTEM: dict[Language, str] = {
    "en": "Answer only with the numbered sentences, or decline.",
    "zh": "只用带编号的句子回答，否则婉拒。",
}
MAX_SENTENCES = 10
SENTENCE_LABELS = tuple(f"[{number}]" for number in range(1, 17))
PHRASE_LABELS = ("[no]", "[hello]", "[thanks]", "[bye]", "[who]")
LABELS = SENTENCE_LABELS + PHRASE_LABELS
START, END, PAD = "<|im_start|>", "<|im_end|>", "<|endoftext|>"
CHAT_TEMPLATE = (
    "{% for message in messages %}"
    "{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>\n' }}"
    "{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)


def render_messages(question: str, language: Language, sentences: Sequence[str]) -> list[dict[str, str]]:
    """Messages of one question: the system text, then the question and its candidate sentences.

    `sentences` are in retrieval order, best first; those after the tenth are left out. Newlines inside a
    sentence become spaces. Each sentence is followed by its label, so that the label can hold the match.
    """
    content = question
    if sentences:
        lines = [
            f"{sentence.replace(chr(10), ' ')} {label}"
            for sentence, label in zip(sentences[:MAX_SENTENCES], SENTENCE_LABELS, strict=False)
        ]
        content += "\n\n" + "\n".join(lines)
    return [{"role": "system", "content": SYSTEM[language]}, {"role": "user", "content": content}]


def render_text(question: str, language: Language, sentences: Sequence[str]) -> str:
    """The whole prompt as text, the chat template applied, up to the assistant's turn."""
    turns = [
        f"{START}{message['role']}\n{message['content']}{END}\n"
        for message in render_messages(question, language, sentences)
    ]
    return "".join(turns) + f"{START}assistant\n"
