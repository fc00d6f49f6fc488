"""The fictional firms: who they are, where, and in what trade. Pure: the same list for the same seed."""

import random
from collections.abc import Collection
from dataclasses import dataclass

from app.demo.trades import TRADES, Trade
from registry.codes import check_digit

MARK = "（示例）"


@dataclass(frozen=True)
class Place:
    """An area with the office that supervises it, how its firms' names begin, and where they lie."""

    office: str
    name: str
    digits: str
    longitude: float
    latitude: float
    telephone: str
    streets: tuple[str, ...]


PLACES: dict[str, Place] = {
    "652302": Place(
        "CJ-652302", "阜康", "652302", 87.95, 44.16, "0994-32",
        ("阜康市博峰街", "阜康市迎宾路", "阜康市九运街镇工业路", "阜康市上户沟乡", "阜康市滋泥泉子镇"),
    ),
    "CJ-FK": Place(
        "CJ-652302", "阜康", "652302", 87.86, 44.13, "0994-32",
        ("阜康产业园阜西区纬二路", "阜康产业园阜西区经五路", "阜康产业园阜东区一号路"),
    ),
    "CJ-GQ": Place(
        "CJ-652302", "阜康", "652302", 87.74, 44.15, "0994-32", ("甘泉堡经济技术开发区（昌吉州片区）众安街", "甘泉堡经济技术开发区（昌吉州片区）瑞祥街"),
    ),
    "652301": Place(
        "CJ-652301", "昌吉", "652301", 87.30, 44.01, "0994-23",
        ("昌吉市大西渠镇工业路", "昌吉市榆树沟镇", "昌吉市北京南路", "昌吉市石河子西路", "昌吉市二六工镇", "昌吉市硫磺沟镇"),
    ),
    "CJ-GX": Place(
        "CJ-GX", "昌吉", "652301", 87.21, 44.10, "0994-25", ("昌吉高新区创业大道", "昌吉高新区泰和路", "昌吉高新区希望大道"),
    ),
    "CJ-NY": Place(
        "CJ-NY", "昌吉", "652301", 87.08, 44.16, "0994-26", ("昌吉农业园区兴业大道", "昌吉农业园区丰收路"),
    ),
    "652323": Place(
        "CJ-652323", "呼图壁", "652323", 86.89, 44.19, "0994-45",
        ("呼图壁县天山工业园", "呼图壁县五工台镇", "呼图壁县园户村镇", "呼图壁县大丰镇", "呼图壁县东风大街"),
    ),
    "652324": Place(
        "CJ-652324", "玛纳斯", "652324", 86.22, 44.30, "0994-66",
        ("玛纳斯县塔西河产业园", "玛纳斯县凤城路", "玛纳斯县乐土驿镇", "玛纳斯县包家店镇", "玛纳斯县六户地镇"),
    ),
    "652325": Place(
        "CJ-652325", "奇台", "652325", 89.59, 44.02, "0994-72",
        ("奇台县喇嘛湖梁工业园", "奇台县古城路", "奇台县西地镇", "奇台县吉布库镇", "奇台县老奇台镇"),
    ),
    "652327": Place(
        "CJ-652327", "吉木萨尔", "652327", 89.18, 44.00, "0994-69",
        ("吉木萨尔县北庭工业园", "吉木萨尔县三台镇", "吉木萨尔县二工镇", "吉木萨尔县文明路"),
    ),
    "652328": Place("CJ-652328", "木垒", "652328", 90.28, 43.84, "0994-48", ("木垒县民生工业园", "木垒县人民南路", "木垒县西吉尔镇")),
    "CJ-ZD": Place(
        "CJ-ZD", "准东", "652327", 89.12, 44.76, "0994-67",
        ("准东开发区五彩湾北部产业园", "准东开发区五彩湾中部产业园", "准东开发区火烧山产业园", "准东开发区将军庙产业园", "准东开发区芨芨湖产业园"),
    ),
    "XPCC-06": Place("XPCC-06", "五家渠", "659004", 87.54, 44.18, "0994-58", ("五家渠市青湖南路", "五家渠经济技术开发区北工业园", "第六师芳草湖农场")),
    "XPCC-08": Place("XPCC-08", "石河子", "659001", 86.06, 44.33, "0993-20", ("石河子经济技术开发区东八路", "石河子北工业园区")),
    "XPCC-12": Place("XPCC-12", "五一农场", "650106", 87.33, 43.96, "0991-39", ("第十二师五一农场工业园", "第十二师头屯河农场")),
}  # fmt: skip
"""By area code. The digits stand in the credit codes of firms in a zone too."""

ROSTER: dict[str, str] = {
    "CJ-FK": "焦化 晨岭，碳素 博峰，电石 华岳，化工 北坡，铜业 中沙，铸造 重联，危废 瑞恒，树脂 融科，热电 广源，焦化 沙岭，"
    "铁合金 宏砾，固废 循成，玻璃 银砂，耐火 赤岩，钢构 众鼎",
    "652302": "污水 甘泉，热力 暖阳，水泥 云杉，煤矿 白沟，洗选 墨岭，砖 古道，商砼 长岭，印刷 云锦，家具 松涛，屠宰 牧歌，"
    "面粉 麦香，养殖 鹰嘴崖，医院 康宁，加油站 博峰街，加油站 迎宾路，加油站 准噶尔路，供热 九运街，饲料 沃野，皮革 百源",
    "CJ-GQ": "铝业 云岭，多晶硅 晶澈，硅业 聚砂，电镀 恒川，农机 开垦",
    "652301": "热电 庭北，水泥 屯河湾，污水 明澈，煤矿 红沟，砖 榆树沟，商砼 三屯，商砼 筑基，印刷 彩翎，油脂 金葵，乳业 草原晨，"
    "屠宰 伊合源，印染 丝路云，医院 仁济，医院 庭州，加油站 延安路，加油站 绿洲路，加油站 大西渠，热力 宁边，供热 六工，"
    "铸造 鑫铭，固废 净园，纸箱 山河，塑业 沃膜，饲料 丰原，家具 胡杨",
    "CJ-GX": "化工 朔源，树脂 科泰，节水 润田，农机 拓荒，钢构 钢盾，电镀 精饰，印刷 锦页，玻璃 晶安，危废 安泽，保温 北屯岩，"
    "面粉 石磨，热力 融汇，纸箱 瑞丰",
    "CJ-NY": "番茄 红果，油脂 天棉，节水 滴翠，饲料 丰牧，乳业 牧场晨，养殖 老龙河，复合肥 沃土，淀粉 玉金",
    "652323": "氯碱 远丰，化工 五工，石化 雀河，水泥 石梯，棉纺 织锦，印染 丽彩，糖业 甜源，番茄 丰红，乳业 苜蓿，污水 碧流，"
    "热力 呼源，供热 大丰，砖 园户，商砼 通达，加油站 东风街，医院 惠民，养殖 牧源，煤矿 雪杨沟，纸箱 腾达",
    "652324": "电石 塔河，氮肥 绿禾，热电 凤岭，棉纺 银絮，棉纺 雪莲绒，葡萄酒 金湾，葡萄酒 乐驿，番茄 凤红，油脂 棉都，塑业 田膜，"
    "污水 清水湾，供热 乐土，砖 包家店，钙业 石灰窑，商砼 凤凰，加油站 凤城路，加油站 乌伊路，医院 安康，铸造 昆玉",
    "652325": "发电 古城，水泥 戈壁石，白酒 驼城春，白酒 老窖坊，面粉 麦穗，面粉 半截沟，油脂 江布，淀粉 沙枣，屠宰 驼铃，污水 碧水泉，"
    "供热 温泉，砖 将军戈壁，煤矿 石井，洗选 北山，商砼 唐城，加油站 古城路，医院 汉城，节水 雨润，养殖 腰站子",
    "652327": "焦化 大龙口，碳素 北庭，煤化工 庭州，石化 油泉，铁合金 三台，铸造 泉畔，水泥 车师，油脂 二工，面粉 西大寨，污水 清源湖，"
    "热力 庭暖，砖 老台，商砼 广泉，加油站 文明路，医院 同德，煤矿 泉沟，生物质 秸源",
    "652328": "油脂 鹰嘴豆，面粉 英格堡，供热 暖泉，污水 木河，砖 西吉尔，加油站 人民南路，养殖 大石头，燃气 蓝焰",
    "CJ-ZD": "发电 赤岭，发电 驼峰，热电 火烧山，煤化工 准源，煤制油 砂源，铝业 五彩，铝业 戈壁银，硅业 砂晶，硅业 戈原，多晶硅 澄晶，"
    "氮肥 沃土源，电石 芨芨湖，煤矿 奇岭，煤矿 沙梁，污水 净湾，危废 新固，固废 渣合，商砼 双井，碳素 极炭，树脂 塑源",
    "XPCC-06": "棉纺 白羽，热电 青湖，污水 青格达，面粉 芳草湖，化工 格辉，印染 梧桐",
    "XPCC-08": "热电 玛河，糖业 垦甜，乳业 垦原，塑业 垦田",
    "XPCC-12": "砖 红岩，印刷 头屯，养殖 三坪",
}
"""Trade and word of the name, by area; the first firm of 阜康产业园 is the one the demo's enterprise people speak for."""


@dataclass(frozen=True)
class Firm:
    """A fictional firm before it is registered."""

    key: str
    name: str
    code: str
    area: str
    place: Place
    trade: Trade
    address: str
    longitude: float
    latitude: float


def firms(seed: int = 652300, named: Collection[str] | None = None) -> list[Firm]:
    """All firms, or the named ones and the first of each area: the same for the same seed; check digits are right."""
    dice = random.Random(seed)  # noqa: S311 - fiction, not secrets
    made: list[Firm] = []
    for area, line in ROSTER.items():
        place = PLACES[area]
        entries = line.split("，")
        for number, entry in enumerate(entries):
            word, stem = entry.split()
            firm = _firm(area, place, TRADES[word], stem, len(made), dice)
            if named is None or not number or firm.key in named:
                made.append(firm)
    return made


def _firm(area: str, place: Place, trade: Trade, stem: str, serial: int, dice: random.Random) -> Firm:
    body = f"91{place.digits}MA{7 + serial % 3}{dice.randrange(10**5):05d}{dice.choice('ABCDEFGHJKLMN')}"
    code = body + check_digit(body)
    street = dice.choice(place.streets)
    where = f"{street} {dice.randint(2, 188)} 号"
    if trade.word == "加油站":
        where = f"{place.name}{stem} {dice.randint(2, 188)} 号"
    longitude = round(place.longitude + dice.uniform(-0.07, 0.07), 6)
    latitude = round(place.latitude + dice.uniform(-0.05, 0.05), 6)
    return Firm(
        f"{place.name}{stem}", _name(place, trade, stem, dice), code, area, place, trade, where, longitude, latitude
    )


def _name(place: Place, trade: Trade, stem: str, dice: random.Random) -> str:
    if not trade.form:
        return f"{place.name}{stem}{trade.word}{MARK}"
    before = "新疆" if trade.scale.code == "large" and trade.word != "焦化" and dice.random() < 0.4 else place.name
    if trade.industry == "0311":
        return f"{place.name}{stem}养殖专业合作社{MARK}"
    return f"{before}{stem}{trade.word}{trade.form}{MARK}"
