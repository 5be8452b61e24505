"""What columns are called, as far as it tells how a row is said and what it has the price of."""

import re

from apps.core.amounts.money import ANY_SIGN, CODE, HAN_NAME, NAME
from apps.core.amounts.units import SIGNS, in_chinese, in_english

Cells = list[tuple[str, str]]  # (name of the column, text); what the row is about may have no name
WIDE = 4  # cells; a row that has more may have one that sums it up

# Names that turn round what stands below them.
TURNS = re.compile(
    r"\b(?:no(?=[ -][a-z])(?! of\b)|not|never|without|except|excluded?|excluding|non|un\w+|neither|nor|cannot|"
    r"instead|forbidden|prohibited|banned|exclu\w+|exceptions?|\w+n[’']t)\b|[不没无未非禁除免勿停]",
    re.I,
)
UNIT_BEHIND = re.compile(rf"[)）{SIGNS}%]$|(?<![A-Za-z])[A-Z]{{3}}$")  # a name that ends with a unit
# Names that only say what kind of thing stands below them; of these some name it for people.
NAMING = re.compile(
    r"(?:(?:product|article|item|part|model|service) )?(?:name|title|designation)s?|"
    r"(?:product|article|item|part|service)s?|"
    r"(?:产品|商品|物品|配件|部件|服务|项目|型号)?(?:名称?|品名)|产品|商品|物品|配件|部件|服务|项目",
    re.I,
)
KIND = re.compile(
    rf"{NAMING.pattern}|(?:name of (?:the )?)?"
    r"(?:model|plan|package|tariff|mode|type|kind|category|city|town|country|region|area|zone|destination|carrier|"
    r"department|team|office|branch|shop|store|position|role|level|task|activity|topic|subject|term|feature|function|"
    r"material|colou?r|device|component|symptom|problem|error|fault|setting|parameter|option|method|document|form|"
    r"course|event|brand|customer|supplier|room|treatment|procedure|test|vaccine|medicine|subscription|contract|"
    r"language)s?|"
    r"(?:型号|套餐|方案|模式|类型|种类|类别|分类|城市|国家|地区|区域|部门|团队|门店|网点|岗位|职位|角色|级别|等级|任务|活动|"
    r"主题|术语|功能|材质|颜色|设备|故障|现象|问题|错误|设置|参数|选项|方式|方法|文件|表单|课程|品牌|客户|供应商|房间|疫苗|"
    r"药品|合同|语言)(?:名称?|类型|项目)?",
    re.I,
)
NUMBERING = re.compile(r"\b(?:number|no|id|sku|code)\b|编号|货号|编码|代码|型号", re.I)
# What a sheet's name may be made of that says nothing of its rows: any other one is said, as 已下架 or "Sold out".
_OF_ANY_SHEET = re.compile(
    rf"{KIND.pattern}|\b(?:(?:work)?sheet|tab|table) ?\d{{0,3}}\b|"
    r"\bwhat (?:it|they) costs?\b|"
    r"\b(?:prices?|pricing|costs?|rates|fees|lists?|data|overview|catalog(?:ue)?s?|codes?|spare|technical|our|of|and|"
    r"the|en|zh|english|chinese)\b|[中英]文版?|(?:工作)?表(?:格|单|页)?\d{0,3}|"
    r"价格|价目|报价|费用|收费|数据|清单|列表|一览|目录|总览|汇总|代码|编码|备件|零件",
    re.I,
)
_LONGEST_NAME = 60
_EMPTY = re.compile(r"[-–—－/\s]*")
# What limits a row's other columns, or says what they count, and is told with any of them.
QUALIFYING = re.compile(
    r"\b(?:remarks?|notes?|comments?|conditions?|units?|currency|restrictions?|limits?|exceptions?|valid\w*|only)\b|"
    r"备注|说明|单位|币种|条件|注意|限制|适用|有效",
    re.I,
)
REASONS = re.compile(
    r"\b(?:meanings?|means|causes?|reasons?|problems?|symptoms?|faults?|errors?)\b|含义|意思|原因|现象|故障|问题|症状",
    re.I,
)
_MONEY = rf"[{ANY_SIGN}]|\b(?:{CODE})\b|\d ?(?:{HAN_NAME}|(?:{NAME})\b)|^(?:free\b|免费)"
_TIME_UNIT = rf"{in_english('time')}|{in_chinese('time')}"
# "Opening hours" and 保修时间 are other times than what something takes.
_LASTS = (
    rf"^(?!.*(?:opening|warranty|开放|营业|保修|预约))(?:.*[(（](?:in )?(?:{_TIME_UNIT})[)）]|"
    r"duration\b.*|takes?|time(?: needed)?|.*(?:时长|用时|耗时|天数)|(?:[所需处办理等候]{2})?时间)$"
)
# Of what columns measure: how they are called, what else shows it, and the words that ask for it.
MEASURES = tuple(
    (re.compile(called, re.I), says and re.compile(says, re.I), re.compile(asked, re.I))
    for called, says, asked in (
        (
            r"\bprice|\bcost|\(CNY|\(USD|¥|价格|售价|费用",
            _MONEY,
            r"\bcost|\bprice|\bhow much\b|\bcheap|多少钱|价|贵|费",
        ),
        (r"\bweight|\(k?g\)|重量", "", r"\bheavy|\bweigh|重"),
        (r"\bsize|\([cm]?m\)|尺寸", "", r"\bhow (?:big|large|tall|high|wide|long|deep)\b|\bsize|尺寸|多[大高宽长]"),
        (
            _LASTS,
            "",
            r"\bhow long (?:do|does|will|must|can)\b|多久|多长时间|几个?(?:分钟|小时|天)",
        ),
        (r"\bsound|\bnoise|\(dB|噪音|声", "", r"\bloud|\bnois|\bquiet|\bsound|噪|吵|声|响"),
        (r"\bpower|\(W\)|（W）|功率", "", r"\bpower|\bwatt|\belectric|\bdraw|功率|耗电|瓦|费电"),
        (
            r"\b(?:seats?|persons?|people|guests?|capacity)\b|人数|座位|容量|容纳",
            "",
            r"\bhow many (?:people|persons|guests|of us)\b|\bseats?\b|[几多][个少]?人|能[住坐]",
        ),
    )
)


def says_nothing(sheet: str) -> bool:
    """Whether a sheet's name says no more than that it is one, or what kind of thing its rows are."""
    if len(sheet) > _LONGEST_NAME or TURNS.search(sheet):
        return False
    return not any(sign.isalnum() for sign in _OF_ANY_SHEET.sub(" ", sheet))


def tells(cell: str) -> bool:
    """Whether it says anything."""
    return _EMPTY.fullmatch(cell) is None
