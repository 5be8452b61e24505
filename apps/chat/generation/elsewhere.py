"""Subjects that people try any assistant with: where no passage speaks of them, nothing answers."""

import re
from collections.abc import Sequence

from apps.core.language import Language

from .candidates import Candidate

_SUBJECTS: dict[Language, re.Pattern[str]] = {
    "en": re.compile(
        r"\b(?:weather|forecast|poems?|jokes?|riddles?|songs?|lyrics|movies?|films?|stocks|stock market|shares|"
        r"bitcoin|horoscope|lottery|recipes?|football|soccer|basketball|election|president|homework|essay|"
        r"girlfriend|boyfriend)\b"
    ),
    "zh": re.compile(
        r"天气|下雨|下雪|气温多少|首诗|写诗|作诗|笑话|谜语|讲个?故事|首歌|唱歌|歌词|电影|电视剧|股票|股市|股价|大盘|基金|彩票|比特币|星座|运势|"
        r"菜谱|红烧|足球|篮球|球赛|世界杯|总统|作文|写作业|女朋友|男朋友|失恋"
    ),
}


def subjects_of(question: str, language: Language) -> list[str]:
    """Those of such subjects that it is about."""
    return _SUBJECTS[language].findall(question.casefold())


def is_elsewhere(question: str, language: Language, said: Sequence[Candidate]) -> bool:
    """Whether it is about such a subject, and nothing that would be `said` stands where its word does."""
    subjects = subjects_of(question, language)
    text = " ".join(f"{one.passage.title} {one.passage.heading} {one.passage.text}" for one in said).casefold()
    return bool(subjects) and not any(subject in text for subject in subjects)
