"""The fictional firms: over all cities, counties and zones, in the industries of the prefecture's plan."""

import random
from dataclasses import dataclass

from stdnum.cn import uscc

PLACES: list[tuple[str, str, str, int]] = [
    ("652302", "CJ-652302", "阜康", 30),
    ("652301", "CJ-652301", "昌吉", 28),
    ("652323", "CJ-652323", "呼图壁", 18),
    ("652324", "CJ-652324", "玛纳斯", 18),
    ("652325", "CJ-652325", "奇台", 18),
    ("652327", "CJ-652327", "吉木萨尔", 16),
    ("652328", "CJ-652328", "木垒", 8),
    ("CJ-ZD", "CJ-ZD", "准东", 22),
    ("CJ-GX", "CJ-GX", "高新", 10),
]
"""Area, supervising office, name as it begins the firm's, how many firms."""

GB_AREA = {"CJ-ZD": "652327", "CJ-GX": "652301"}
"""The county whose digits the credit code of a firm in a zone carries."""

WORDS = (  # noqa: SIM905 - words read better as a line
    "晨岭 天池 云杉 博峰 北坡 中沙 重联 甘泉 沃野 瑞恒 明澈 华岳 准源 银砂 宏砾 西河 百源 融科 三工 金砾 绿洲 恒川 朔源 云台 雪峰"
    " 戈原 驼铃 胡杨 赤霞 沙枣 石峡 玉带 长岭 碧流 青格 苇湖 红柳 白杨 冰泉 月牙 阳关 古道 丰禾 麦浪 棉海 牧歌 松涛 鹰嘴 麒麟 鑫盛"
).split()

TRADES: list[tuple[str, str, str, str]] = [
    ("2521", "焦化", "key", "coke"),
    ("3011", "水泥", "key", "kiln"),
    ("4412", "热电", "key", "boiler"),
    ("3216", "铝业", "key", "smelt"),
    ("2611", "化工", "key", "chem"),
    ("2621", "氮肥", "key", "chem"),
    ("2523", "煤制油", "key", "chem"),
    ("4620", "污水处理", "key", "water"),
    ("7724", "危废处置", "key", "waste"),
    ("1713", "棉纺", "simplified", "water"),
    ("3021", "水泥制品", "registration", "dust"),
    ("3031", "砖瓦", "simplified", "kiln"),
    ("3041", "玻璃", "key", "kiln"),
    ("3091", "碳素", "key", "kiln"),
    ("3140", "铁合金", "key", "smelt"),
    ("3391", "铸造", "simplified", "smelt"),
    ("4430", "供热", "simplified", "boiler"),
    ("0610", "煤矿", "simplified", "dust"),
    ("1351", "屠宰", "simplified", "water"),
    ("1910", "皮革", "key", "water"),
    ("2110", "家具", "registration", "voc"),
    ("2319", "包装印刷", "simplified", "voc"),
    ("5265", "加油站", "registration", "voc"),
    ("8411", "医院", "simplified", "water"),
]
"""GB/T 4754 class, the word in the name, category, and what its outlets are like."""


@dataclass(frozen=True)
class Firm:
    """A fictional firm before it is registered."""

    name: str
    code: str
    area: str
    office: str
    industry: str
    category: str
    nature: str
    place: str
    longitude: float
    latitude: float


def firms(known_industries: set[str], seed: int = 652300) -> list[Firm]:
    """All firms, the same for the same seed; synthetic credit codes with a right check digit."""
    dice = random.Random(seed)  # noqa: S311 - fiction, not secrets
    made: list[Firm] = []
    names: set[str] = set()
    trades = [trade for trade in TRADES if trade[0] in known_industries]
    serial = 0
    for area, office, place, count in PLACES:
        for number in range(count):
            industry, word, category, nature = trades[(number * 5 + serial) % len(trades)]
            for attempt in range(50):
                stem = WORDS[(serial * 7 + number + attempt) % len(WORDS)]
                name = f"{place}{stem}{word}{'厂' if word in ('砖瓦', '加油站') and number % 3 == 0 else '有限公司'}（示例）"
                if name not in names:
                    break
            names.add(name)
            serial += 1
            body = f"91{GB_AREA.get(area, area)}MA7{serial:05d}{'ABCDEFGH'[serial % 8]}"[:17]
            code = body + uscc.calc_check_digit(body)
            longitude = round(dice.uniform(86.5, 90.8), 6)
            latitude = round(dice.uniform(43.8, 45.2), 6)
            made.append(Firm(name, code, area, office, industry, category, nature, place, longitude, latitude))
    return made
