"""What people ask of any assistant to try it: a poem, today's weather. Where the documents do not speak of it
either, nothing answers.

Only whole requests are known: a word of them alone may mean anything (a shop keeps stocks, and 作文
stands in 工作文件). The patterns meet what strangers write: none may repeat what can be read in two ways.
"""

import re

from apps.core.language import Language
from apps.knowledge.retrieval.types import Retrieval

from .sameness import utterance

SURE = 0.9  # such a search is believed
QUOTED = 2  # passages that an answer would come from

# The group is the word that a passage has to hold; where there is none no passage speaks of it.
_REQUESTS: dict[Language, re.Pattern[str]] = {
    "en": re.compile(
        r"(?:(?:what|how) is|whats|hows) the (weather)(?: forecast)?(?: like)?"
        r"(?: today| tomorrow| now| outside| this week| (?:in|on) \w+)?|"
        r"(?:is|will) it (?:going to )?(rain|snow)(?:ing)?(?: today| tomorrow| now)?|"
        r"(?:write|tell|sing|give) (?:me |us )?(?:a|an|another|some) (?:\w+ )?"
        r"(poem|joke|riddle|song|story|essay)(?: (?:about|on) .+)?|"
        r"recommend (?:me |us )?(?:a|some) (?:good )?(movie|film|song|book)s?|"
        r"(?:will|do|are) (?:the )?(?:stocks?|shares?|stock market|share prices) "
        r"(?:go|going|rise|fall|crash)(?:ing)?(?: up| down)?(?: today| tomorrow)?|"
        r"(?:(?:what is|whats) the )?(?:current )?(?:price of )?(bitcoin)(?: price)?(?: now| today)?|"
        r"who (?:won|wins|will win) the (?:\w+ )?(match|game|election|world cup)|"
        r"what (?:day|date|time)(?: of the week)? is it(?: today| now)?|what is todays date|"
        r"who is the (president)(?: of .+)?|(?:what is )?my (horoscope)(?: today| for today)?"
    ),
    "zh": re.compile(
        r"(?:今天|明天|后天|现在|外面|这几天|周末|北京|上海)?的?(天气)(?:怎么样|如何|好不好|好|预报)?|"
        r"(?:今天|明天|后天|现在|外面)(?:会不会|会|要|有没有)?(下雨|下雪)|"
        r"(?:请|帮我|给我|你能|你会|你|能不能|可以)*(?:写|作|来|念|背|讲|说|唱)一?[个首篇段]?"
        r"(?:关于.+的)?(诗|笑话|故事|谜语|歌|作文)|"
        r"(?:给我)?推荐[一几]?[部首本]?(?:好看的)?(电影|电视剧|歌)|"
        r"(?:今天|明天|最近)?的?(?:股票|股市|大盘)(?:今天|明天|现在|最近)?(?:会不会|会|能|要)?(?:涨|跌|怎么样|行情如何)|"
        r"(?:今天|明天|后天)是?(?:星期|周|礼拜)几|(?:今天|明天)是?(?:几月)?几号|现在是?几点钟?了?|"
        r"(比特币)(?:现在|今天)?(?:是)?(?:什么价格?|多少钱|价格)|"
        r"(?:今天|今晚|世界杯|昨天)?的?(球赛|世界杯)谁(?:赢|会赢|夺冠)了?|"
        r"(?:美国|法国|俄罗斯|韩国)?的?(总统)是谁|"
        r"我?(?:今天|今日|本周)?的?(?:\w{2}座)?(?:今天|今日|本周)?的?(运势)(?:如何|怎么样)?"
    ),
}


def is_elsewhere(question: str, language: Language, found: Retrieval) -> bool:
    """Whether it is such a request, the search is not sure, and no passage has the word for what is wanted."""
    asked = _REQUESTS[language].fullmatch(utterance(question, language))
    if asked is None or found.confidence >= SURE:
        return False
    word = next(filter(None, asked.groups()), None)
    texts = (f"{one.title} {one.heading} {one.text}".casefold() for one in found.passages[:QUOTED])
    return word is None or not any(word in text for text in texts)
