"""What is asked the price of, and which sentences say a price, and of which thing."""

import pytest

from apps.chat.generation.quoting.prices import (
    articles_called,
    names_price,
    priced,
    prices,
    prices_nothing,
    row_prices,
)
from apps.core.language import detect_language
from apps.knowledge.retrieval.types import RankedSentence


def sentence(text: str) -> RankedSentence:
    return RankedSentence(1, text, 0, len(text), 1.0)


@pytest.mark.parametrize(
    ("text", "of"),
    [
        ("How much is a lamp?", "lamp"),
        ("price of the kettle", "kettle"),
        ("台灯多少钱", "台灯"),
        ("请问滤芯一个多少钱", "滤芯"),
        ("How much is the Luna lamp?", "luna lamp"),
        ("智能灯多少钱", "智能灯"),
        ("轨道灯 T1 价格", "轨道灯t1"),
        ("LC-40 的价格是多少", "lc40"),
        ("C40 price", "c40"),
        ("How much is the SP-1003?", "sp1003"),
        ("怎么修改价格", ""),
        ("gift card price", ""),
        ("How much is VAT?", ""),
        ("手续费多少钱", ""),
        ("How much is included?", ""),
        ("How much is refunded?", ""),
        ("押金多少钱", ""),
        ("房租多少钱", ""),
        ("How much is the shed?", "shed"),
        ("How much is the sled?", "sled"),
        ("How much is seed mix?", "seed mix"),
        ("黄金多少钱", "黄金"),
        ("How much is too much?", ""),
        ("能退多少钱", ""),
        ("最多能报销多少钱", ""),
        ("迟到扣多少钱", ""),
        ("How much overtime is the most per month?", ""),
        ("How much light is left in it?", ""),
        ("多少钱以上要票", ""),
        ("次日达寄到乌鲁木齐要多少钱", ""),
    ],
)
def test_a_short_question_for_a_price_says_of_what(text: str, of: str) -> None:
    assert priced(text, detect_language(text)) == of


@pytest.mark.parametrize(
    ("text", "bare"),
    [("How much?", True), ("多少钱", True), ("你们的产品多少钱", True), ("How much is a lamp?", False)],
)
def test_a_price_of_nothing_is_known(text: str, bare: bool) -> None:
    assert prices_nothing(text, detect_language(text)) == bare


@pytest.mark.parametrize(
    ("of", "text", "says"),
    [
        ("dew", "The Drift costs ¥1,299 ($189) and the Dew costs ¥329 ($49).", True),
        ("bulb", "A lamp with a shade and a bulb costs ¥329.", False),
        ("清流", "清流售价 1299 元，晨露售价 329 元。", True),
        ("台灯", "Ember 台灯的电源适配器 EA1 售价 49 元。", False),
        ("ember 台灯", "Ember Pro 台灯比 Ember 台灯贵 200 元。", False),
        ("ember e1", "价格; Ember E1: 299 元", True),
        ("gift wrap", "Gift wrap costs ¥10 an item.", True),
        ("lamp", "The shade of the lamp costs ¥49.", False),
        ("lamp", "A lamp can be returned within 30 days.", False),
        ("lamp", "A lamp costs £40.", True),
        ("lamp", "The price of the lamp is £40.", True),
        ("lamp", "- Lamps: 40 EUR", True),
        ("lamp", "The lamp is free of charge.", True),
        ("lamp", "Desk lamp: £40", False),
        ("lamp", "Desk-lamp: £40", False),
        ("lamp", "Lamp repair: £30", False),
        ("lamp", "Shipping a lamp costs £9.", False),
        ("lamp", "Lamp: £5 off", False),
        ("lamp", "A lamp is free from mercury.", False),
        ("台灯", "台灯的售价为 199 元。", True),
        ("台灯", "目前台灯售价三百元。", True),
        ("台灯", "台灯每个 199 元", True),
        ("台灯", "儿童台灯 199 元", False),
        ("台灯", "台灯免费维修。", False),
        ("台灯", "台灯支架 49 元", False),
        ("ember台灯", "Ember 台灯售价 299 元。", True),
        ("台灯", "举例：Ember 台灯 E1（¥299）换 Ember Pro E2（¥499）。", True),
        ("e1", "价格; Ember E1: 299 元; Ember Pro E2: 499 元", True),
        ("清流d2", "举例: 清流 D2，¥1,299; 3 期: 3 × ¥433.00", True),
        ("d2", "维修项目: 清流 D2 风机; 价格: ¥179", False),
        ("e1", "配件: 电源适配器; 适用产品: Ember E1; 价格（元）: 49", False),
        ("e1", "Ember E1、E2 LED 模组 ¥59", False),
    ],
)
def test_the_price_of_a_thing_stands_right_behind_its_name(of: str, text: str, says: bool) -> None:
    assert prices(of)(sentence(text)) == says


def test_headings_tell_the_numbers_of_what_is_called_so() -> None:
    headings = [
        "灯 › Ember 台灯（E1）",
        "清流空气净化器（D2） › 更换滤芯",
        "净化器的滤芯（DF2）",
        "台灯灯罩（ES1）",
    ]
    assert articles_called(headings, "台灯") == ("e1", "ember")
    assert articles_called(headings, "净化器") == ("d2", "清流", "清流空", "清流空气")
    assert articles_called(["Drift air purifier (D2)", "Filter for the purifier (DF2)"], "purifier") == (
        "d2",
        "drift",
    )


C40 = "Article: LC-40; Name: Ceiling lamp C40; Price EUR: 99; Price CNY: 738"
COVER = "Part number: SP-1005; Name: Diffuser 40 cm; Fits: Ceiling lamp C40; Price EUR: 18.70"


@pytest.mark.parametrize(
    ("of", "row", "says"),
    [
        ("吸顶灯c40", C40, True),
        ("lc40", C40, True),
        ("e1", "维修项目: Ember E1、E2 LED 模组; 价格: ¥59", False),
        ("d2", "维修项目: 清流 D2 风机; 价格: ¥179", False),
        ("ceiling lamp", C40, True),
        ("lamp", C40, True),
        ("ceiling lamp c30", C40, False),
        ("吸顶灯c40", COVER, False),
        ("diffuser", COVER, True),
        ("ceiling lamp", COVER, False),
        ("remote control", "Name: Remote control battery CR2032; Price: 2.10", False),
        ("lamp", "Name: Shade of the lamp; Price: 9", False),
        ("d2", "Repair: Fan, Drift D2; Price: ¥179 / $27", False),
        ("台灯", "产品: Ember 台灯 E1; 价格（元）: 299", True),
        ("台灯", "产品: 台灯灯罩; 价格（元）: 29", False),
        ("台灯", "产品: Ember 台灯 E1; 功率（W）: 9", False),
        ("台灯", "产品: Ember 台灯 E1; 价格: 请询价", False),
        ("上门安装", "服务: 上门安装; 价格（元）: 60; 说明: 每盏灯", True),
        ("上门安装", "服务: 夜间加急上门; 价格（元）: 480; 说明: 上门安装除外", False),
    ],
)
def test_a_row_has_the_price_of_what_it_is_about(of: str, row: str, says: bool) -> None:
    assert row_prices(of)(sentence(row)) == says


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("免费", True),
        ("满 ¥199 包邮", True),
        ("It is free.", True),
        ("Shipping is free from £50.", True),
        ("Delivery costs CHF 9 per parcel.", True),
        ("USD 20", True),
        ("20 EUR", True),
        ("三百元", True),
        ("一百元", True),
        ("20 块", True),
        ("The wireless charger costs £20.", True),
        ("The stainless kettle costs £30.", True),
        ("Furthermore, a plug costs £5.", True),
        ("Orders of less than £50 pay £5.", True),
        ("性价比高，便携灯售价199元", True),
        ("充电方便，比赛用灯售价199元", True),
        ("600 流明", False),
        ("Feel free to call us.", False),
        ("You are free to return it.", False),
        ("It is free from mercury and BPA-free.", False),
        ("需要2块电池", False),
        ("概不收回", False),
        ("有 20 元件", False),
        ("Ember Pro 比 Ember 贵 200 元。", False),
        ("It costs £20 more than the E1.", False),
        ("The E1 is £20 cheaper.", False),
    ],
)
def test_a_price_is_money_or_that_it_costs_none(text: str, names: bool) -> None:
    assert names_price(sentence(text)) == names
