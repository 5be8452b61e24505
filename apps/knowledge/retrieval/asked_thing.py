"""Whether what was found says the kind of thing that is asked for: near misses lack it, whatever words they share.

Only what shows in the form: who asks which colour something has wants one named, who asks for a price wants money.
The answer to "who", "where" or "which brand" may be any noun (`answer_types` guesses at these, for the order of
sentences). What only tells of a trouble ("I tried several times", 网速慢怎么办) asks for no number. In doubt
nothing lacks: below a heading that asks for the same thing, nothing does, and of a price 12.50 is enough.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from apps.core.amounts.calendar import CLOCK, WEEKDAY
from apps.core.amounts.money import HAN_NAME, NAME
from apps.core.amounts.numbers import ENGLISH_WORDS, HAN_NUMERALS, HOURS
from apps.core.amounts.units import SIGNS, in_chinese, in_english
from apps.core.fences import on_one_line

from ..models import Passage
from .candidates import Candidate
from .sentences import ROW, ScoredSentence
from .simplified import simplified

# How likely an answer is right all the same, at most (docs/decisions/0015).
LACKING = 0.05
# How far below the best one's score a sentence may lie that says it in its place, or in the same passage beside it.
AS_GOOD, BESIDE = 0.5, 3.0
LONGEST = 1000  # characters of a sentence that are looked at

_EN_NUMBER = (
    rf"(?:(?<![\d.,])\d[\d.,]*+|\b(?:{ENGLISH_WORDS}|an?|hundred|thousand|million|half|several|few|couple|no)\b)"
)
_ZH_NUMBER = rf"(?:(?<![\d.,])\d[\d.,]*+|[{HAN_NUMERALS}半几数])"
_TIME = rf"(?:{in_english('time')}|nights?|decades?|century|centuries|seasons?)"
_LENGTH = rf"(?:{in_english('length')}|m|kilo\w+|centi\w+|milli\w+|inch\w*|stor(?:ey|ie)s?|floors?)"
_DAYS = rf"{WEEKDAY}|week(?:day|end)s?"
# Behind a number that is no money, time of day or telephone number.
_MEASURED = (
    rf"(?:\s*[:：%°℃×㎡]|[ -]?(?:(?!(?:per|an?|each|every|for|plus|and|or)\b)\w+ )?{_TIME}\b"
    rf"|[ -]?(?:{_LENGTH}|{in_english('mass', 'volume')}|g|[kmgt]b)\b"
    rf"|\s*个?(?:{in_chinese('time', 'length', 'mass', 'warmth')}|[分里岁]|公尺))"
)
_BARE = rf"(?<![\d.,:：×])\d[\d.,]*+(?!{_MEASURED})"
# One that counts nothing it stands before: "size: 40.", "36 to 40".
_ALONE = r"(?<![\d.,:：])\d[\d.,]*+(?=\W*$|\W*\n|[;!?。，；、）)]| ?(?:[–~至到-]|(?:to|or)\b) ?\d)"
_BETWEEN = r"[a-z’'-]{1,20}"  # a word between a number and its unit
_ZH_LENGTH = rf"(?:{in_chinese('length')}|[里尺寸丈层]|公尺|[cmk]m)"
_ZH_TIME = rf"(?:{in_chinese('time')}|[分晚夜刻]|世纪)"
_DIGIT = re.compile(r"\d")
_NUMBER_BEFORE = re.compile(rf"({_EN_NUMBER}|{_ZH_NUMBER})\W?$", re.I)
_NUMBER_AFTER = re.compile(rf"\W{{0,2}}({_EN_NUMBER}|{_ZH_NUMBER})", re.I)
_ONE = re.compile(r"\ban? (?:\w+ )?(\w{3,})", re.I)  # "a guest", to who asks how many guests
_WHAT = r"\b(?:what|which)(?:[’']s| is| are| was| were)?(?: \w+){0,3}"
# Who asks these wants something else, whatever is said beside it.
_OTHERWISE = re.compile(
    r"^(?:(?:and|but|so) )?(?:who|whom|whose|where|when)\b|\bwhy\b"
    r"|\bhow (?:do|can|could|should|would|to)\b|\bwhat (?:now|if)\b"
    r"|\w or \w|还是|怎么(?!收|算|卖)|怎样|如何|为什么|为啥|咋",
    re.I,
)


@dataclass(frozen=True)
class Thing:
    """`asks` finds it in a question, `tells` in what may answer."""

    name: str
    asks: re.Pattern[str]
    tells: re.Pattern[str]

    @property
    def is_number(self) -> bool:
        """Whether a table has it as a bare number below the name of its column."""
        return self.name not in {"phone", "address", "colour"}


def _thing(name: str, asks: str, tells: str) -> Thing:
    return Thing(name, re.compile(asks, re.I), re.compile(tells))


# The first that matches wins, so the narrower stand before the wider.
THINGS = (
    _thing(
        "phone",
        rf"{_WHAT} (?:tele)?(?:phone|fax) numbers?\b|^(?:the )?(?:tele)?(?:phone|fax) number\b"
        r"|(?:电话|传真|热线)(?:号码)?是?(?:多少|什么|几)|(?:什么|哪个)电话",
        rf"\d(?:[ \-()]{{0,2}}\d){{4}}|{_BARE}",
    ),
    _thing(
        "address",
        rf"{_WHAT} (?:e-?mail|web ?(?:site|page)) address|(?:邮箱|网址)(?:地址)?是?(?:多少|什么)|哪个(?:邮箱|网址)",
        r"@|https?:|www\.|\w\.[a-z]{2,}",
    ),
    _thing(
        "colour",
        r"\b(?:what|which) colou?rs?\b|什么颜?色|哪[种些个]颜色|颜色是什么",
        r"(?i:\b(?:red|green|blue|white|black|gr[ae]y|brown|yellow|pink|purple|orange|violet|gold(?:en)?|silver|beige"
        r"|dark|light|clear|natural|transparent|navy|teal|khaki|turquoise|maroon|burgundy|bordeaux|wine|cream|ivory"
        r"|charcoal|anthracite|olive|coral|lavender|lilac|indigo|magenta|cyan|tan|bronze|copper|brass|crimson|scarlet"
        r"|mint|peach|salmon|rose|plum|mauve|amber|ecru|sand|camel|chocolate|mustard|rust|terracotta|aqua|azure"
        r"|cobalt|denim|emerald|fuchsia|lime|walnut|oak|nude|off-white|pastel|petrol|pearl|ruby|sapphire|sage|slate"
        r"|stone|taupe|apricot|champagne|rainbow|\w*colou?r(?:ed|ful|less)|(?:any|all) colou?rs?)\b)"
        r"|[红绿蓝白黑灰棕黄粉紫橙金银褐青赤碧翠杏驼]|透明|卡其|咖啡|米白|藏[蓝青]|原木|(?<![颜特角景出])色(?!卡|差|号)",
    ),
    _thing(
        "often",
        r"\bhow (?:often|frequently)\b|多久.{0,3}一[次班回趟]|每隔多",
        r"(?i:\b(?:once|twice|times|daily|weekly|monthly|yearly|annual\w*|hourly|every|each|per|always|never"
        rf"|regularly|rarely|seldom|sometimes|usually|continuous\w*|(?:any|all the) ?time|as often|{_DAYS}"
        rf"|{_TIME})\b)|[每次回周天日月年]|星期|经常|随时|定期|从不|偶尔|{_ZH_NUMBER}班",
    ),
    _thing(
        "clock",
        r"\b(?:what|which) time (?!zone)|\bat what hour\b|几点(?!建议|意见|要求)|几时",
        rf"(?i:{CLOCK}|\d\.\d\d|\d ?h\b|\b(?:noon|midnight|midday|morning|evening|afternoon"
        rf"|night|hours|dawn|dusk|sun(?:rise|set)|lunch\w*|{HOURS}"
        r"|always|any ?time|whenever|all day|around the clock)\b)|\d ?[–~至到-] ?\d"
        rf"|[早晚]上|[中上下]午|凌晨|傍晚|半夜|天[黑亮]|小时|全天|昼夜|随时|{_BARE}",
    ),
    _thing(
        "duration",
        r"\bhow (?:soon|quickly)\b|\bhow long (?:do|does|did|will|would|can|may|must|should|after|before|until)\b"
        rf"|\b(?:how many|what) {_TIME}\b|(?<!不知道)多久(?!没|都)|多长时间|(?<!哪)几[天周年](?!前|后|都|没)"
        r"|(?<!哪)几个(?:月|小时|星期)|多少(?:[天年周秒]|分钟|小时|个月)",
        rf"(?i:{_EN_NUMBER}(?: to | or |[ –-])?(?:{_BETWEEN} ){{0,2}}(?:{_TIME}|{_LENGTH}|times|characters|words"
        r"|lines)\b"
        rf"|\b(?:{_TIME}|1\d\d\d|20\d\d|immediate\w*|instant\w*|at once|(?:right|straight) away|now|soon|always"
        r"|as long|until|till|since|forever|permanent\w*|indefinite\w*|(?:no|un) ?limit\w*|overnight|life\w*|daily"
        rf"|never|{_DAYS})\b)|\d ?[hdms]\b|{_ALONE}"
        rf"|{_ZH_NUMBER}\s*[多余]?个?{_ZH_TIME}"
        r"|[秒分天日周月年晚夜刻]|小时|星期|世纪|即|永久|终身|长期|一直|不限|无限|马上|立[刻等]|随时|当场|字",
    ),
    _thing(
        "weight",
        r"\bhow heavy (?:is|are|was|may|can|must)\b|\bwhat weight\b|\bhow much (?:does|do|may|can) .{1,40} weigh"
        r"|[有能可]多重|最重(?:可|能|多|不|是)|重量是多少|多少(?:公斤|千克|斤)",
        rf"(?i:{_EN_NUMBER}[ -]?(?:{_BETWEEN} )?(?:{in_english('mass')}|g|kilo\w*|stones)\b)"
        rf"|{_ALONE}|{_ZH_NUMBER}\s*[多余]?(?:{in_chinese('mass')}|[kK]?[gG]\b)",
    ),
    _thing(
        "money",
        r"(?<!by )\bhow much (?:(?:is|are)\b"
        r"|(?:do|does|did|must|will|should) .{1,60}\b(?:cost|pay|charge|owe|come to)\b)"
        r"(?!.*\b(?:weigh|carry|hold|load|fit|need|use|left|allow(?:ed|ance)|limit|capacity|volume|weight)\b)"
        r"|\b(?:what|which) .{0,30}\b(?:prices?|costs?|fees?|fine|rent)\b|^(?:prices?|costs?|fees?) (?:of|for)\b"
        r"|多少钱|(?:价格|价钱)是?多少|什么价|怎么收费|[费金]是?多少|多少[元块]|罚.{0,3}多少",
        rf"(?i:[{SIGNS}%]|\b(?:{NAME}|cents?|free|nothing|gratis|complimentary|waived"
        r"|million|billion|pa(?:y|ys|id)|percent|half|double|included|tax|on (?:us|the house|request)"
        r"|depends?|varies|(?:no|without) (?:\w+ )?(?:charge|cost|fee)s?)\b)"
        rf"|{_ZH_NUMBER}\s*[多余]?(?:{HAN_NAME})|[美日欧]元|英镑|免|包邮|[赠白]送|不(?:另|额外)?收|不[要用]钱|无需"
        rf"|不用[付交]|付|折|百分|半价|分之|面议|而定|{_BARE}",
    ),
    _thing(
        "distance",
        r"\bhow far (?:is|are|do|does|away|from)\b|\bwhat distance\b|有多远|距离是",
        rf"(?i:{_EN_NUMBER}[ -]?(?:{_BETWEEN} )?(?:{_LENGTH}|{_TIME}|stops?|blocks?|streets?|steps?)\b"
        r"|\b(?:next (?:door|to)|opposite|across|around the corner|nearby|walk\w*|far)\b)"
        rf"|{_ZH_NUMBER}\s*[多余]?(?:{_ZH_LENGTH}|分钟|小时|站|步)|对面|旁边|隔壁|附近|步行|不远|{_ALONE}",
    ),
    _thing(
        "length",
        r"\bhow (?:tall|high|deep|wide|thick) (?:is|are|was|were|may|can|must|does|do)\b"
        r"|\bwhat (?:height|width|depth)\b|(?<!级别)有多[高深宽厚]|[宽深高]度是多少",
        rf"(?i:{_EN_NUMBER}[ -]?(?:{_BETWEEN} )?(?:{_LENGTH}|degrees?|levels?|percent)\b|\d ?[×x*] ?\d"
        rf"|\d[\d,]{{2,}}|\d\.\d|%|\b(?:waist|knee|ankle|chest)\b)|{_ALONE}"
        rf"|{_ZH_NUMBER}\s*[多余]?{_ZH_LENGTH}|\d ?[×x*] ?\d|%",
    ),
    _thing(
        "warmth",
        rf"\bhow (?:hot|cold|warm) (?:is|are|does|do|can|may|must)\b|{_WHAT} temperatures?\b|几度|多少度|温度是多少"
        r"|有多[热冷]",
        r"(?i:\d ?°|\bdegrees?\b|\d ?[cf]\b|celsius|fahrenheit|\bkelvins?\b|\d ?k\b"
        rf"|\b(?:room temperature|freezing|boiling|lukewarm)\b)|{_ZH_NUMBER} ?[度℃]|零[上下]|[常室恒]温|{_ALONE}",
    ),
    _thing(
        "speed",
        r"\bhow fast (?:is|are|was|were)\b|\bwhat speed\b|(?:有|速度)多快|(?:网速|速度)是多少",
        rf"(?i:km/h|mph|[mgk]b\w*\b|\bper (?:hour|second|minute)\b|\b(?:{_TIME}|knots|times)\b|gig|fib)|{_ALONE}"
        r"|每(?:小时|秒|分)|兆|时速|[分秒天倍]|小时",
    ),
    _thing(
        "size",
        r"\bhow (?:big|large) (?:is|are|was|were|may|can|must)\b|\b(?:what|which) sizes?\b"
        r"|(?<!容量)(?<!年纪)(?<!年龄)有多大(?![年了的])|(?:尺寸|面积)是多少|什么尺寸",
        rf"(?i:{_EN_NUMBER}[ -]?(?:{_BETWEEN} )?(?:{_LENGTH}|m2|m²|sqm?|ha|acres?|hectares?|square"
        r"|lit(?:re|er)s?|[kmgt]b|people|seats|rooms|population|pages)\b|\d ?[×x*] ?\d|\d[\d,]{3,}"
        r"|million|percent|\b[Aa]\d\b"
        rf"|[²㎡]|\b(?:small|medium|large|extra|king|queen|double|single|one size)\b)|\b(?:X*[SL]|M)\b|{_ALONE}"
        rf"|{_ZH_NUMBER}\s*[多余]?(?:{_ZH_LENGTH}|[升亩岁人平码]|平方|均码|公顷|[KMGT]B|号|分之)|\d ?[×x*] ?\d",
    ),
    _thing(
        "count",
        r"\bhow many\b|(?<![哪好了这那前后过])几[个位名人种间台辆条张项件本门盏棵只匹艘枚座所层届集章部首次回]"
        r"(?!问题)|多少(?:[个位名种台辆条张项件本盏棵只匹艘枚座所层届集章部首次]|会员|客人|师傅|员工|包裹|积分|房间)",
        rf"(?i:(?<![\d:.,{SIGNS}])(?:\d[\d,]*(?:\.\d+)?|\b(?:{ENGLISH_WORDS}|hundreds?|thousands?|million|dozens?"
        r"|once|twice|both|several|many|no|none|unlimited|any|all|single|only|pair|another)\b|as many)"
        rf"(?![\d:%°]|\.\d|[ –-](?:{_BETWEEN} )?{_TIME}\b|,?\d| or (?:over|older)| ?[ap]\.?m"
        r"| ?[\u4e00-\u9fff]))"
        r"|(?<![\d:：¥€$.])(?:\d[\d.,]*|[二两三四五六七八九十百千万])"
        r"(?!\s*(?:[\da-z:：%年月日号点时分天秒元块周平公米厘毫度克欧美]|小时|个(?:月|小时|工作日|星期)|工作日))"
        r"|一[次回个位名人种间台辆条张项件本门盏只艘枚座所层套]|没有|不限|任意|随[便意]|所有"
        # some of them named one by one
        r"|(?i:\w,? and \w)|[\w”》]、[\w“《]|[\u4e00-\u9fff]和[\u4e00-\u9fff]",
    ),
    _thing(
        "amount",
        r"多少",
        r"\d[\d.,]*|[二两三四五六七八九十百千万半几零倍]|(?<![统第唯万])一(?![样些般定起直致旦切])|没有|不限|任意|免费|包邮|无限|全",
    ),
)


def asked_thing(question: str) -> Thing | None:
    """None where the form of an answer says nothing ("who", "can I"). In simplified characters."""
    if _OTHERWISE.search(question):
        return None
    return next((thing for thing in THINGS if thing.asks.search(question)), None)


def tells(thing: Thing, text: str, question: str) -> bool:
    """Whether `text` names such a thing that the question does not name itself: its unit alone may stand in both.
    In simplified characters.
    """
    if thing.is_number and ROW.search(text) and _DIGIT.search(text):
        return True
    if thing.name == "count" and any(one.group(1)[:4].lower() in question.lower() for one in _ONE.finditer(text)):
        return True
    return any(
        not _named(match.group(), question) or _has_new_number(match, question)
        for match in thing.tells.finditer(text)
    )


def _has_new_number(match: re.Match[str], question: str) -> bool:
    """Whether a number that the question does not have stands at what was found, as at a unit."""
    before, after = match.string[: match.start()], match.string[match.end() :]
    beside = [_NUMBER_BEFORE.search(before[-20:]), _NUMBER_AFTER.match(after)]
    return any(one is not None and not _named(one.group(1), question) for one in beside)


def _named(said: str, question: str) -> bool:
    """Whether the question has it: a number as a whole."""
    before, after = "(?<!\\d)" if said[0].isdigit() else "", "(?!\\d)" if said[-1].isdigit() else ""
    return re.search(f"{before}{re.escape(said)}{after}", question, re.I) is not None


def lacking(question: str, candidates: Sequence[Candidate], sentences: Sequence[ScoredSentence]) -> bool:
    """Whether none of what would be said, the best of `sentences` (best first), nor what stands above it, says such
    a thing.
    """
    asked = simplified(question)
    thing = asked_thing(asked)
    if thing is None or not sentences:
        return False
    best = sentences[0]
    if _asks_above(candidates[best.passage].passage, thing):
        return False
    good = (
        one for one in sentences if best.score - one.score <= (BESIDE if one.passage == best.passage else AS_GOOD)
    )
    return not any(tells(thing, simplified(_shown(candidates[one.passage], one)), asked) for one in good)


def telling_first(
    question: str, candidates: Sequence[Candidate], sentences: list[ScoredSentence]
) -> list[ScoredSentence]:
    """`sentences`, best first, but before a best one that says no such thing the best of its passage that does,
    near it: across languages a passage's beginning is often nearest to the question, its next sentence the answer.
    """
    asked = simplified(question)
    thing = asked_thing(asked)
    if thing is None or not sentences:
        return sentences
    best = sentences[0]
    beside = (one for one in sentences if one.passage == best.passage and best.score - one.score <= BESIDE)
    telling = next(
        (one for one in beside if tells(thing, simplified(_shown(candidates[one.passage], one)), asked)), None
    )
    if telling is None or telling is best:
        return sentences
    return [replace(telling, score=best.score), *(one for one in sentences if one is not telling)]


def _asks_above(passage: Passage, thing: Thing) -> bool:
    """Whether something above a passage asks for such a thing, as questions and answers have it."""
    above = (passage.document.title, *passage.heading.split(" › "))
    return any(asked_thing(simplified(heading)) == thing for heading in above)


def _shown(candidate: Candidate, one: ScoredSentence) -> str:
    passage = candidate.passage
    text = on_one_line(passage.text[one.start : one.end])[:LONGEST]
    return f"{passage.heading.rpartition(' › ')[2]}\n{text}"
