"""Questions that try to give the assistant other instructions. A sign for reviewers, not a wall: the wall is that
answers are sentences of the sources, whatever the question says."""

import re
from typing import ClassVar

from .base import Hit

_PATTERNS = [
    re.compile(pattern)
    for pattern in (
        r"\b(?:ignore|disregard|forget|override|bypass)\b.{0,30}?\b(?:previous|prior|above|earlier|all|your|system)\b"
        r".{0,20}?\b(?:instructions?|prompts?|rules?|guidelines?|restrictions?)\b",
        r"\b(?:reveal|show|print|repeat|output|tell me|what is|what are)\b.{0,20}?"
        r"\b(?:system|hidden|initial|secret) (?:prompt|instructions?|message)",
        r"\byou are (?:now|no longer)\b.{0,40}?\b(?:dan|jailbroken|unrestricted|developer mode|assistant)\b",
        r"\b(?:jailbreak|developer mode|do anything now)\b",
        r"(?:忽略|无视|忘记|忘掉|不要理会|跳过|绕过|推翻).{0,12}?(?:之前|以上|前面|上面|所有|先前|此前|全部|你的|系统)"
        r".{0,8}?(?:指令|指示|提示|提示词|规则|要求|设定|限制)",
        r"(?:输出|显示|告诉我|重复|打印|泄露|说出|透露).{0,10}?(?:系统提示|系统指令|提示词|隐藏指令|初始指令)",
        r"(?:你现在是|从现在起你是|从现在开始你是|假装你是|扮演).{0,20}?(?:不受限制|没有限制|无限制|越狱|开发者模式)",
        r"(?:越狱|开发者)模式",
        r"<\|?(?:im_start|im_end|system|endoftext)\|?>|\[/?inst\]",
    )
]


class InjectionCheck:
    name: ClassVar[str] = "injection"
    rules: ClassVar[tuple[str, ...]] = ("instruction",)
    stages: ClassVar[tuple[str, ...]] = ("input",)

    def find(self, text: str) -> list[Hit]:
        return [Hit("instruction", m.start(), m.end()) for pattern in _PATTERNS for m in pattern.finditer(text)]

    def open_from(self, text: str) -> int:
        """Questions come whole, so nothing is ever open."""
        return len(text)
