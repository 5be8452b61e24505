"""Utterances that only greet, thank, take leave, or ask who is speaking. They are met in kind, whatever is found.

The patterns meet what strangers write: none may repeat what can be read in two ways.
"""

import re
from typing import Literal

from apps.core.language import Language

from .sameness import utterance

Greeting = Literal["hello", "thanks", "bye", "who"]

_ENGLISH: tuple[tuple[Greeting, str], ...] = (
    (
        "hello",
        r"(?:(?:hi|hello|hey|heya|hiya|howdy|yo|greetings|good (?:morning|afternoon|evening|day))\b ?)+"
        r"(?:there|again|everyone|all|you)?|(?:is )?(?:anybody|anyone|somebody|someone) (?:there|here)|"
        r"(?:nice|pleased|good) to meet you(?: too)?|how are you(?: doing| today)?|how is it going|whats up",
    ),
    (
        "thanks",
        r"(?:(?:ok|okay|great|perfect|cool|good|alright|got it|no|yes|many)\b ?)*"
        r"(?:thanks|thank you|thx|ty|cheers|thankyou)"
        r"(?: (?:a lot|so much|very much|again|everyone|anyway|(?:for|of) (?:all )?(?:your|the|that)?"
        r" ?(?:quick |great |kind )?(?:help|answer|reply|time|information|info)))*|"
        r"(?:ok|okay|alright|sure|fine|great|perfect|cool|good|got it|i see|understood|yep|nope|"
        r"nothing else|never ?mind|that is all|thats all)",
    ),
    (
        "bye",
        r"(?:(?:ok|okay|thanks|thank you|well)\b ?)*(?:bye|goodbye|good bye|bye bye|see you|see ya|good night|"
        r"take care|cya|have a (?:nice|good|great) (?:day|evening|weekend|one))"
        r"(?: (?:now|then|later|soon|tomorrow))?",
    ),
    (
        "who",
        r"who are you|(?:what|how) (?:should|can|may|do) i (?:call|address) you|(?:what is|whats) your name|"
        r"(?:do you have|have you got) a name|introduce yourself|"
        r"are you (?:a |an )?(?:real )?(?:robot|bot|chatbot|human|person|machine|computer|ai|real)"
        r"(?: or (?:a |an )?(?:real )?(?:robot|bot|human|person|machine|ai))?",
    ),
)
_CHINESE: tuple[tuple[Greeting, str], ...] = (
    (
        "hello",
        r"(?:(?:你们|您们|你|您|大家)好|哈喽|哈罗|hi|hello|[嗨嘿喂]|(?:早上|上午|中午|下午|晚上)好|早安|早)+"
        r"(?:客服)?[呀啊哈吗]?|(?:人|你|您)?在(?:吗|不在|不)|有人(?:吗|在吗)",
    ),
    (
        "thanks",
        r"(?:(?:好的?|嗯|行|ok|知道了|明白了|收到|懂了|了解了)[，啊呀]?)*"
        r"(?:(?:非常|十分|真是|太|真)?(?:谢谢|多谢|感谢|谢了|谢啦|辛苦了|麻烦了))+"
        r"(?:你们?|您们?|大家)?(?:的)?(?:帮助|帮忙|解答|回答|支持|耐心)?(?:[了啦呀啊])?|"
        r"(?:(?:好的?|知道了|明白了|收到|懂了|了解了?|嗯|哦|行|ok|是的|对的|没有了|没了|没事了?|不用了|没问题)[啊呀吧]?)+",
    ),
    (
        "bye",
        r"(?:(?:好的?|嗯|谢谢|先这样|没事了)[啊呀]?)*(?:再见|拜拜|拜|晚安|回头见|下次再聊|下次见|明天见)[了啦呀啊]?",
    ),
    (
        "who",
        r"(?:你|您)(?:是谁|是哪位|叫什么(?:名字)?|叫啥(?:名字)?|的名字(?:是什么|叫什么)?)[呀啊]?|(?:我)?(?:该)?怎么称呼(?:你|您)|"
        r"(?:你|您)(?:做个|来个)?自我介绍(?:一下)?|自我介绍一下|"
        r"(?:你|您)(?:到底)?(?:是不是|是)(?:一个|个)?(?:真人|机器人|人工智能|人工|ai|电脑|程序|人)"
        r"(?:还是(?:真人|机器人|人工|ai))?(?:吗|呀|啊)?",
    ),
)
_GREETS = {
    language: [(greeting, re.compile(pattern)) for greeting, pattern in patterns]
    for language, patterns in (("en", _ENGLISH), ("zh", _CHINESE))
}

_HELLO = {
    "en": re.compile(r"^(?:hi|hello|hey|good (?:morning|afternoon|evening|day))(?: there)? (?=.)"),
    "zh": re.compile(r"^(?:[你您]好|嗨|嘿|哈喽|(?:早上|上午|中午|下午|晚上)好)(?:请问)?(?=.)"),
}


def greeting_of(text: str, language: Language) -> Greeting | None:
    """`text` is a whole message, as it was sent. Behind a hello ("Hi, who are you?") the rest counts."""
    form = utterance(text, language, polite=True)
    forms = (form, _HELLO[language].sub("", form, count=1))
    return next(
        (greeting for greeting, pattern in _GREETS[language] if any(map(pattern.fullmatch, forms))),
        None,
    )
