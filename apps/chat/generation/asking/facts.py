"""Questions about the house itself ("where are you?", 你们几点下班): hardly a word of them stands in its documents.

So they are searched for in the words that documents use, and only a sentence that states such a thing answers them.
None of them is small talk. The patterns meet what strangers write: none may repeat what can be read in two ways.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from apps.core.amounts.calendar import CLOCK, HAN_WEEKDAY, WEEKDAY
from apps.core.language import Language
from apps.knowledge.retrieval.types import RankedPassage, RankedSentence

from .sameness import utterance


@dataclass(frozen=True)
class Fact:
    """`asks` is how it is asked for, `words` how documents put it, `states` what a sentence holds that says it.

    Where no sentence states what `must` be stated, only a search that is sure answers. `itself`: what the assistant
    says of itself is an answer too. A sentence that states it below what is `headed` so is as good as found, be it
    by the words `alone`.
    """

    name: str
    asks: dict[Language, re.Pattern[str]]
    words: dict[Language, str]
    states: re.Pattern[str]
    must: bool = False
    itself: bool = False
    headed: re.Pattern[str] | None = None
    alone: dict[Language, str] = field(default_factory=dict)

    def searches(self, question: str, language: Language) -> Iterator[str]:
        """What to look for, one after the other."""
        yield f"{question} {self.words[language]}"
        if language in self.alone:
            yield self.alone[language]

    def stated_by(self, sentence: RankedSentence) -> bool:
        return bool(self.states.search(sentence.text))

    def named_above(self, home: RankedPassage) -> bool:
        """Whether a passage's title or heading says that the fact stands below."""
        above = (home.title, home.heading.rpartition(" › ")[2])
        return self.headed is not None and any(self.headed.search(text) for text in above)


_PHONE = (
    r"\+\d[\d \-()]{7,}\d|[(（]\d{3,4}[)） ]{1,2}\d{3,4}[ -]?\d{4}(?!\d)|"
    r"(?<![\d-])(?:[48]00[ -]?\d{3}[ -]?\d{4}|0\d{2,4}[ -]\d{3,4}[ -]?\d{3,4}|1[3-9]\d[ -]?\d{4}[ -]?\d{4})"
    r"(?![\d-])|"
    r"(?:电话|热线|手机|拨打|致电|\b(?:telephone|phone|tel|call|ring|dial)\b|hotline)"
    r"[^\d]{0,20}\d(?:[ \-()]{0,2}\d){4}"
)
_MAIL = r"(?<![\w.+-])[\w.+-]+@[\w-]+\.\w+"
_CLOCK = rf"(?:{CLOCK}|24 ?小时(?!之?以?内)|24 ?hours a day|24/7)"
# Who is spoken to, or of.
_EN = (
    r"(?:you|you guys|(?:your|the|this) "
    r"(?:company|shop|store|office|business|clinic|school|team|headquarters|place|service|"
    r"practice|surgery|hotel|salon))"
)
_ZH = (
    r"(?:你们|您们|您|贵公司|贵店|贵司|公司|本店|店里|店铺|门店|诊所|(?:宠物)?医院|酒店|商城|学校|"
    r"这里|这边|这儿|这家店|这家公司)"
)
_ATTENDANTS = r"(?:人工)?客服"
_EN_DAYS = (
    rf"(?:the )?(?:{WEEKDAY}|weekends?|weekdays|(?:public |bank )?holidays?|"
    r"christmas(?: day| eve)?|easter|new years?(?: day| eve)?|nights?)"
)
_DAYS = (
    r"(?:每天|平时|一般|今天|明天|现在|周末|节假日|假期|春节|国庆节?|元旦|五一|中秋节?|"
    rf"{HAN_WEEKDAY})"
)


def _fact(name: str, en: str, zh: str, words: tuple[str, str], states: str, **more: Any) -> Fact:
    asks: dict[Language, re.Pattern[str]] = {"en": re.compile(en), "zh": re.compile(zh)}
    return Fact(name, asks, {"en": words[0], "zh": words[1]}, re.compile(states, re.I), **more)


FACTS = (
    _fact(
        "place",
        rf"where (?:are|is) {_EN}(?: (?:located|based|situated|from|at|now|exactly))?|"
        rf"where (?:can|do) i find {_EN}|"
        r"(?:(?:what is|whats) )?(?:your|the (?:company|shop|store|office|clinic)s?)"
        r" (?:postal |street |office |shop )?(?:address|location)|"
        rf"(?:(?:what is|whats) )?the address of {_EN}|"
        r"(?:what|which) (?:city|country|town) are you (?:in|from|based in)",
        rf"{_ZH}(?:的)?(?:总部|公司|店|门店|办公室)?(?:在|位于|是)"
        r"(?:哪里|哪儿|哪|什么地方|何处|哪个?(?:城市|国家|地方|位置))的?|"
        rf"{_ZH}的?(?:具体|详细)?(?:地址|位置)(?:是|在)?(?:什么|哪里|哪儿|哪|多少)?|(?:怎么|如何)[去找]{_ZH}(?:店里|公司)?",
        ("address post", "公司地址 来信请寄"),
        r"[路街巷道村]\s*\d+\s*[号弄]|"
        r"(?:公司|总部|店|诊所|医院|校区|学校|我们)(?:现)?(?:位于|坐落|设在|的?地址(?:是|为|在|[：:]))|"
        r"\b\d+[a-z]?,? (?:\w+ ){1,3}(?:street|st|road|rd|lane|avenue|ave|square|drive|way|place|quay|boulevard)\b|"
        r"\b(?:we are|our (?:\w+ )?(?:office|shop|store|clinic|headquarters) is) (?:\w+ )?(?:in|at|on) "
        r"(?:the )?(?-i:[A-Z]|\d)|\b(?:located|based|headquartered) (?:in|at)\b",
        headed=re.compile(
            r"\b(?:where (?:we are|to find us|you find us)|find(?:ing)? us|getting here|our address|visit us)\b|"
            r"^(?:address|contact(?: us)?)$|地址|我们在哪|联系我们|联系方式|(?:怎么|如何)[来找到](?:我们|店|本)",
            re.I,
        ),
        alone={"en": "address street road lane", "zh": "地址"},
    ),
    _fact(
        "hours",
        rf"(?:when|what time|until when|till when|what days|which days) (?:do|does|are|is) {_EN}"
        r" (?:open|close|closed|opening|available|there)(?: up| today| tomorrow)?|"
        rf"are you (?:open|closed)(?: now| today| tomorrow| (?:on|at|over) {_EN_DAYS})?|"
        rf"do you (?:work|open) (?:on|at|over) {_EN_DAYS}|"
        r"(?:(?:what are|what is|whats) )?(?:your|the)? ?(?:opening|business|working|office) (?:hours|times)|"
        rf"(?:is|does) (?:anybody|anyone|somebody|someone) (?:there|answer(?: the phone| calls)?) "
        rf"(?:now|today|tomorrow|(?:on|at|over) {_EN_DAYS})",
        rf"(?:{_ZH}|{_ATTENDANTS})?(?:的)?{_DAYS}?(?:是|都)?(?:几点|什么时候|何时|几点钟|到几点|多晚)?(?:开始|才|就)?"
        r"(?:上班|下班|开门|关门|营业|开店|打烊|开诊|有人(?:接电话|接听|接|值班|在)?)(?:时间)?(?:是)?(?:几点|什么时候|到几点|多久|什么)?的?",
        ("opening hours every day Monday to Friday", "营业时间 服务时间 每天 周一至周五"),
        rf"(?:营业|开门|关门|上班|下班|开诊|门诊|服务|在线|接听|开放|工作时间|客服|休息|店休).*{_CLOCK}|{_CLOCK}.*(?:营业|开门|关门|"
        rf"上班|下班|开诊|服务|在线|接听|开放)|\b(?:open|opens|opening|closed|closes|available|hours)\b.*{_CLOCK}|"
        rf"{_CLOCK}.*\b(?:open|opens|closed|closes|available|hours)\b",
    ),
    _fact(
        "phone",
        r"(?:(?:what is|whats) )?(?:(?:your|the) )?(?:tele)?phone(?: number)?|"
        r"what number (?:can|do|should) i call(?: you)?|can i call you",
        rf"{_ZH}?的?(?:客服|联系|服务|咨询)?(?:电话|热线)(?:号码)?(?:是)?(?:多少|什么|几号|几)?",
        ("telephone call", "电话 联系方式"),
        _PHONE,
        must=True,
    ),
    _fact(
        "contact",
        rf"how (?:can|do|could) (?:i|we) (?:contact|reach|get in touch with|get hold of|write to|email|call) {_EN}|"
        r"(?:(?:what are|what is) )?(?:your )?contact (?:details|information)|contact(?: us)?",
        rf"我?(?:怎么|如何|怎样|在?哪里)(?:能|才能|可以)?(?:联系|找|联络)(?:到|上|得到)?"
        rf"(?:{_ZH}|{_ATTENDANTS}|你|商家|店家)|{_ATTENDANTS}在哪[里儿]?|{_ZH}?的?联系方式(?:是什么|是|有哪些)?",
        ("contact telephone e-mail", "联系方式 电话 邮箱"),
        f"{_PHONE}|{_MAIL}",
    ),
    _fact(
        "founded",
        rf"when (?:was|were|did) {_EN} (?:founded|established|started|start|set up|begin)|"
        r"how old is (?:your|the|this) (?:company|shop|store|business|clinic|school)",
        rf"{_ZH}(?:是)?(?:什么时候|哪一?年|何时)(?:成立|创立|创办|创建|开业|开)的?|"
        rf"{_ZH}(?:成立|开业|开)了?(?:多久|几年|多少年)了?",
        ("founded established", "成立 创立"),
        r"(?:成立|创[立办建始]|开业|始[于建]).{0,12}\d{4}|\d{4}.{0,12}(?:成立|创[立办建始]|开业|年起)|"
        r"\b(?:founded|established|started|began|trading|since)\b.{0,20}\b\d{4}\b|"
        r"\b(?:has|have) .{0,30}\bfor (?:over |more than )?\d+ years\b",
        must=True,
    ),
    _fact(
        "head",
        r"who (?:runs|owns|operates|manages|founded|started|leads|is behind|is in charge of) "
        rf"(?:this|it|here|{_EN}|this (?:site|website|page|chat))|"
        r"who is (?:the|your) (?:owner|boss|founder|manager|managing director|director|ceo|head|chief executive)"
        r"(?: here| of (?:this|the) \w+)?|who is in charge(?: here)?",
        rf"{_ZH}?(?:的)?(?:老板|负责人|创始人|总经理|领导|经理|ceo|法人|院长|校长)(?:是|叫)(?:谁|什么|哪位)(?:名字)?|"
        r"谁(?:是)?(?:你们|公司|这里)?的?(?:老板|负责人|创始人|总经理)|"
        r"(?:这|这里|这个网站|这家店|这家公司|你们公司|公司)是谁(?:开|办|创办|经营|运营|管理)的",
        ("managing director", "总经理 负责人"),
        r"(?:老板|负责人|法人(?:代表)?|创始人|董事长|总经理|首席执行官|院长|校长|店长)"
        r"(?:是|为|叫|[：:]|[^，。、；\s]{2,12}(?:说|表示|介绍|认为))|"
        r"\b(?:founded|owned|run|headed|led|managed) by\b|"
        r"\b(?:owner|boss|founder|manager|director|ceo|head|chief executive)"
        r"(?: of [\w ]{1,30})?(?:,|:| is)? (?-i:[A-Z])",
        must=True,
    ),
    _fact(
        "itself",
        r"(?:what|who) is this(?: (?:site|website|page|place|company|service|shop|chat))?"
        r"(?: all)?(?: (?:about|for))?|"
        r"who are you (?:guys|people|all)|what (?:does (?:your|this) (?:company|business|site)|do you guys) do|"
        r"what kind of (?:company|business|shop) (?:are you|is this)|(?:what|which) company (?:is this|are you)|"
        r"(?:what is|whats) (?:the name of )?(?:your|this) (?:company|business|shop)(?: called| name| about)?|"
        r"tell me about (?:your company|yourselves|the company|this company)|"
        r"about (?:you|us|the company)",
        r"这(?:里|个|儿|边|个网站|个平台|个页面|家店|家公司)?是(?:什么|啥|干什么|干嘛|做什么|哪里|哪儿|哪家|哪个)"
        r"(?:网站|平台|公司|地方|东西|店)?(?:用)?的?|"
        r"你们是(?:谁|哪家公司|哪家|什么人|什么|啥|做什么|干什么|干嘛|卖什么|搞什么)(?:公司|店|单位|机构)?的?|"
        r"(?:你们|贵|这家)?公司(?:叫|是|名字(?:叫|是))(?:什么|啥)(?:名字|名)?的?|"
        r"(?:你们公司|你们|贵公司|公司)(?:主要)?(?:是)?(?:做|干)(?:什么|啥|哪些)(?:生意|业务)?的?|"
        r"介绍(?:一?下)?(?:你们|贵公司|你们公司|公司)|关于(?:你们|公司)",
        ("about us founded company", "公司简介 成立 专注"),
        r"(?:公司|品牌|我们|诊所|医院|学校|平台|网站|本店).{0,15}(?:是一[家个所间]|成立于|创[立办建]于|专注|主营|致力)|"
        r"(?:成立|创[立办建])于|"
        r"\b(?:is|are) an? .{0,40}\b(?:company|shop|store|maker|manufacturer|clinic|practice|school)\b|"
        r"\b(?:founded|established) (?:in|by)\b",
        must=True,
        itself=True,
    ),
    _fact(
        "sells",
        rf"what (?:do|does|can) {_EN} (?:sell|make|have|produce|stock)|what products (?:do you have|are there)",
        rf"{_ZH}?(?:都|主要|还)?(?:卖|有|提供|经营|生产)(?:些|的是)?(?:什么|啥|哪些)(?:产品|商品|东西|服务|货|型号)?的?",
        ("products we sell", "主营 产品 销售"),
        r"主营|(?:我们|公司|本店)(?:主要|专门)?(?:销售|生产|经营|卖|提供.{1,12}(?:产品|商品|服务))|"
        r"\bwe (?:make|sell|produce|stock)\b",
        itself=True,
    ),
)
# A question with one of these is about the house too, in words that no pattern above has.
_ASKS = {
    "en": re.compile(r"\b(?:who|what|where|when|how|which|is|are|do|does|can)\b"),
    "zh": re.compile(r"什么|啥|谁|哪|几|多少|怎么|如何|何|多久|吗|？|\?"),
}
_OF_US = {
    "en": re.compile(
        r"\b(?:company|shop|store|clinic|opening|hours|address|phone|located|website|owner|owns|sell|headquarters)\b"
    ),
    "zh": re.compile(r"你们|贵[公司店]|公司|老板|地址|电话|[上下]班|[开关]门|营业|这是[什哪]"),
}


def fact_of(question: str, language: Language) -> Fact | None:
    """What of the house the whole question asks for."""
    form = utterance(question, language)
    return next((fact for fact in FACTS if fact.asks[language].fullmatch(form)), None)


def of_the_house(question: str, language: Language) -> bool:
    """Whether its words ask, or could ask, something of the house."""
    lower = question.casefold()
    asks = _ASKS[language].search(lower) and _OF_US[language].search(lower)
    return bool(asks) or fact_of(question, language) is not None
