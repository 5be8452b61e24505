"""Questions that say nothing of what they are about ("what now?", 怎么办): they are asked back."""

import re

from apps.core.language import Language

from .sameness import content_words, normal_form

# Beside the words that ask or point, these do not say what somebody means either. What is broken, or does not work,
# does: documents speak of it.
_MORE = """
thing things something anything nothing everything help need needed happen happened happens happening else okay ok
yes no sure use using used make get got now then here really very too much again any some more
"""
_EN = frozenset(_MORE.split())
_ZH = re.compile(
    r"为什么|什么时候|多长时间|怎么回事|怎么办|怎么样|怎么|怎样|如何|什么|多久|多少钱|多少|哪些|哪个|哪里|哪儿|哪|几个|谁|"
    r"可不可以|能不能|行不行|好不好|是不是|有没有|要不要|对不对|会不会|可以|咋办|咋|啥|到底|"
    r"[这那](?:个|样|些|种|东西|边|里)?|东西|[你我您他她它]们?|一[个些下点]|情况|"
    r"帮忙|帮[我个]?|看看|看一下|试试|不行|不好|没办法|突然|一直|老是|总是|现在|"
    r"[出掉了看问说想要需请能会可行好是在用弄搞办做真太很都就还又也再有没不吗呢吧啊呀啦嘛么哦嗯的和跟给让把被急快点些个]"
)
# Who says no more than that there is trouble leaves open with what.
_TROUBLE: dict[Language, re.Pattern[str]] = {
    "en": re.compile(
        r"(?:it|this|that) (?:just |still )?(?:does not|doesnt|is not|isnt|wont|will not) work(?:ing)?|"
        r"(?:it|this|that|something)(?: i)?s (?:broken|wrong)|what(?: i)?s (?:wrong|the (?:problem|matter))|"
        r"(?:(?:i|we) have |help (?:me )?with )?(?:an? |some |my )?(?:problem|issue|question|trouble)s?"
    ),
    "zh": re.compile(
        r"(?:我|这个?|那个?|它|东西)?(?:又|突然|好像)?"
        r"(?:坏了?|没反应|不好使|用不了|不能用|(?:出(?:了点?)?|有(?:一?[点个些])?)(?:问题|毛病)(?:了?(?:怎么办|咋办))?)了?"
    ),
}


def is_vague(question: str, language: Language) -> bool:
    """Whether no word of it says what it is about."""
    form = normal_form(question, language)
    if _TROUBLE[language].fullmatch(form):
        return True
    if language == "zh":
        return bool(form) and not _ZH.sub("", form)
    words = form.split()
    return bool(words) and all(word.isalpha() for word in words) and not set(content_words(form)) - _EN
