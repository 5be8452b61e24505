"""How amounts are worded in folded text: dates, money, what is measured, bare numbers and what is none."""

import re

from .calendar import MONTH
from .money import CODE
from .numbers import FIGURES, HAN_NUMERALS, IN_CHINESE, IN_ENGLISH
from .units import SIGNS, UNIT

_PLAIN = rf"(?:(?<![a-z0-9.,:/⁄])(?<![a-z]-)(?:{FIGURES}|{IN_ENGLISH}))"
_NUMBER = rf"(?:{_PLAIN}|{IN_CHINESE})"
_MONTH = rf"(?<![a-z])(?:{MONTH})(?![a-z])\.?"
_DAY = r"(?<!\d)\d{1,2}(?![\d:.])(?:st|nd|rd|th)?"
_YEAR = r"(?:19|20)\d\d"
# "May I …" and "to march" are no months.
_ALONE = (
    rf"(?!may|mar){_MONTH}|"
    r"(?:(?<=in )|(?<=to )|(?<=from )|(?<=[–—-])|(?<=[–—-] )|^)(?:may|mar(?:ch)?)(?! i\b)(?![a-z])"
)
ABOUT = re.compile(r"多(?![少大久长高重])|[余来](?![自的])")
A_DATE = re.compile(
    rf"(?:(?P<day>{_DAY}) (?:of )?(?P<month>{_MONTH})|(?P<month_>{_MONTH}) (?P<day_>{_DAY})|(?P<alone>{_ALONE}))"
    rf"(?:,? (?P<year>{_YEAR})(?!\d))?|"
    rf"(?<![\d.,-])(?P<iso>{_YEAR}(?P<by>[-/.])\d\d?(?P=by)\d\d?)(?![\d.,-]\d|\d)|"
    rf"(?:(?P<zh_year>{_YEAR}|[零〇一二三四五六七八九]{{4}}) ?年 ?)?"
    rf"(?P<zh>\d{{1,2}}|{IN_CHINESE})月(?:(?P<zh_day>\d{{1,2}}|{IN_CHINESE})[日号]?|份?)(?![大龄\d])"
)
NO_AMOUNT = re.compile(
    rf"(?<![\d.,]){_YEAR}(?:[-/.]\d\d?[-/.]\d\d?(?!\d)| ?年(?!龄)|s(?![a-z]))|"
    r"[\d一二三四五六七八九十]+(?:年级|年\d+班)|[零〇一二三四五六七八九]{4}年|"
    rf"(?<![a-z])(?:in|since|during|year|from|of|for|by|until|before|after|to) {_YEAR}(?=\W*$|[.,;?!)](?!\d))|"
    rf"(?<![a-z])(?:in|since|during|year) {_YEAR}"
    r"(?= (?:and|or|how|what|when|which|is|are|do|does|did|can)(?![a-z]))|"
    rf"第 ?(?:\d+|{IN_CHINESE})(?: ?个?{UNIT})?|\d[\d,]*(?:\.\d{{3}}){{2,}}"
)
SIGNED = re.compile(
    rf"(?P<unit>[{SIGNS}]|(?<![a-z])(?:{CODE})(?= ?\d)) ?(?P<number>{FIGURES})(?P<times>m|mn|bn)?"
    r"(?![.,]?[a-z0-9])"
)
PART = re.compile(
    r"(?:(?P<part>half(?: of)? an?|three quarters of an|(?:a )?quarter of an)[ -]|"
    rf"(?<![\d/.])(?:(?P<whole>\d+) )?(?P<above>[13])/(?P<below>[24])(?: of an?)? )(?P<unit>{UNIT})|"
    rf"半个?(?P<zh>{UNIT})"
)
_HALF = r" and a half|半"
# "A day ticket" is no day.
_GOES_ON = (
    r"late|early|before|after|ago|in|of|or|and|with|the|my|to|when|if|how|what|is|old|long|delay|delayed|earlier|"
    r"later|for|at|on|do|does|did|tall|high|wide|from"
)
ONE = re.compile(
    r"(?<!third of )(?<!thirds of )(?<!fifths of )(?<!\d of )(?<!most of )(?<!part of )(?<!quarters of )"
    rf"(?<![a-z])an? (?P<unit>(?=[a-z]){UNIT})(?P<half>{_HALF})?(?=\W*$|[.,;:?!]| (?:{_GOES_ON})(?![a-z]))"
)
MEASURED = re.compile(
    rf"(?P<number>{_NUMBER})(?P<half_before> and a half)?"
    r"(?P<plus>\+| or more(?= )|(?P<minus> or (?:less|fewer)(?= )))?"
    rf"(?P<about>[多余来]|个多)?(?P<gap>[ -]|个)?(?P<half_within>半)?(?P<unit>{UNIT})(?P<half>{_HALF})?"
)
_MEASURES = r"[份张件本个只条台间页册套盒箱枚]"
# What may follow a smaller unit's amount that is told without it: 1米3, "6 ft 2", 1h30, "1 hour 20 late".
REST = re.compile(rf"(?:\.? and |\.? |, |零|又)?(?P<number>{_NUMBER})(?: |个)?(?P<unit>{UNIT}|分)")
BARE_REST = re.compile(rf" ?(?P<digits>\d+)(?=\W*$|[^\w ]|[的以左高到至]| (?:{_GOES_ON})(?![a-z]))(?![.,:/]\d)")
DECIMAL = re.compile(
    r"(?P<digits>\d{1,2}|[零〇]?[一二三四五六七八九]{1,2})[毛角]?"
    r"(?=\W*$|[^\w .,:%]|[.,:%](?!\d)|[的以高左到至可能要买怎是算该应收免进有够多]| )"
)
BARE = re.compile(
    rf"(?P<number>(?!one(?: (?!hundred|thousand|dozen)|[^ a-z-]|$)){_PLAIN}|"
    rf"{IN_CHINESE}(?={_MEASURES}|[至到~–-][\d{HAN_NUMERALS}]))"
    rf"(?P<half> and a half)?(?P<plus>\+)?(?P<about>[多余来](?![自的]))?(?![a-z\d:⁄]|[.,/]\d){_MEASURES}?"
)
_PERSONS = (
    r"adults?|grown-?ups?|child(?:ren)?|kids?|teen(?:ager)?s?|bab(?:y|ies)|toddlers?|infants?|seniors?|pensioners?|"
    r"people|persons?|guests?|visitors?|pupils?|students?|teachers?|m[ae]n|wom[ae]n|boys?|girls?|parents?|"
    r"grandparents?|friends?"
)
# People beside the ones that are counted: "4 of us plus baby", "my wife and 2 adults", "two groups of 5 people".
OTHERS = re.compile(
    r"(?: and| with| plus| &) (?:(?:an?|\d+|one|two|three|four|five|six) |"
    rf"(?:(?:my|our|the|their|some) )?(?:{_PERSONS})(?![a-z]))|"
    r"[和与、加跟带](?:[\d一两二三四五六几]|小孩|孩子|宝宝|儿童|婴儿|老人)"
)
OTHERS_BEFORE = re.compile(
    r"(?:(?<![a-z])(?:(?:my [a-z]+|me|i) (?:and|with|plus|&)|(?:families|groups|teams|classes|couples) of)|"
    r"我们?[和与跟带加]) ?$"
)
# "£5 an hour" and 多少钱一天 are rates.
RATE = re.compile(r"(?:\b(?:per|each|every)|[£€$¥][\d.,]+|[钱费块元每/]) ?$")
NOUN = re.compile(rf"[ -](?!(?:{_GOES_ON})(?![a-z]))(?P<en>[a-z]{{3,}})|的(?P<zh>[\u3400-\u9fff]{{1,4}})")
SIGN = re.compile(r"(?:(?P<words>零下|负|(?<![a-z])minus) ?|[-−–])$")
TO_ANOTHER = re.compile(r" ?[至到~–-] ?(?![零0-])")  # 零下5到10度 may be two things
BELOW = re.compile(r" below (?:zero|freezing)")
HAN_DAYS = re.compile(r"[以之内(]|前|后")
COMPOSED = re.compile(
    r"(?<![a-z0-9.,:/])(?:(?P<hours>\d{1,2})h(?P<minutes>[0-5]?\d)(?P<word> ?(?:m|mins?|minutes?))?|"
    r"(?P<hours_>\d{1,2}):(?P<minutes_>[0-5]\d) ?(?:hours?|hrs?|h))(?![a-z0-9:/]|[.,]\d)"
)
AT = re.compile(
    r"(?<![a-z])(?:at|from|until|till|by|to|before|after|around|since|"
    r"(?:start|begin|open|close|end|leave|depart|arrive)(?:s|e?d|n?ing)?|began) $"
)
_SOME = rf"(?:{_PLAIN}|(?<![a-z])an?) (?:(?:more|other|small|young|little|older) )?(?:{_PERSONS})(?![a-z])"
_HAN_SOME = (
    rf"(?:\d+|{IN_CHINESE})[个位名]?"
    r"(?:大人|成年?人|小孩子?|孩子|儿童|小朋友|老人|学生|老师|婴儿|幼儿|宝宝|朋友|男[人生]|女[人生])"
)
_HAN_FEW = "[\\d一二两三四五六七八九]"
GROUP = re.compile(
    rf"{_SOME}(?:(?:,? (?:and|plus|with) |, |,? ?[&+] ?){_SOME})+|"
    rf"{_HAN_SOME}(?:(?:[和与及、加带跟,]|还有|以及)? ?{_HAN_SOME})+|"
    rf"(?<!\d){_HAN_FEW}大{_HAN_FEW}小(?![时孩型])|(?<=家){_HAN_FEW}口(?![味罩岸])"
)
IN_GROUP = re.compile(rf"{_PLAIN}|(?<![a-z])an?(?= )|{IN_CHINESE}|\d+")
PARTLY = re.compile(r"(?:(?<![a-z])(?:and|plus|(?<!family )with)|[&+和与加带跟、]|\d[^.;?!。;]{0,30},) ?$")
