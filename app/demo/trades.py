"""The trades of the fictional prefecture: industry, category, what comes out of which outlet and how much is allowed.

Pollutant codes and units are those of HJ 524/525; the figures are plausible, not law: 示例取值，未核对.
"""

from dataclasses import dataclass
from decimal import Decimal

from permits.models import OutletKind
from registry.models import Category, ListKind, Scale

MAIN, GENERAL, LOOSE, WATER = OutletKind.AIR_MAIN, OutletKind.AIR_GENERAL, OutletKind.AIR_UNORGANISED, OutletKind.WATER
KEY, SIMPLE, REGISTERED = Category.KEY, Category.SIMPLIFIED, Category.REGISTRATION
L, M, S, XS = Scale.LARGE, Scale.MEDIUM, Scale.SMALL, Scale.MICRO

CODES = {
    "二氧化硫": "a21026",
    "氮氧化物": "a21002",
    "颗粒物": "a34013",
    "非甲烷总烃": "a24088",
    "一氧化碳": "a21005",
    "苯": "a25002",
    "甲苯": "a25003",
    "二甲苯": "a25005",
    "氯化氢": "a21024",
    "氟化物": "a21018",
    "硫化氢": "a21028",
    "氨": "a21001",
    "汞及其化合物": "a20057",
    "铅及其化合物": "a20044",
    "苯并(a)芘": "a25044",
    "化学需氧量": "w01018",
    "氨氮": "w21003",
    "总磷": "w21011",
    "总氮": "w21001",
    "五日生化需氧量": "w01017",
    "悬浮物": "w01012",
    "pH值": "w01001",
    "色度": "w01002",
    "石油类": "w22001",
    "挥发酚": "w23002",
    "总氰化物": "w21016",
    "硫化物": "w21019",
    "六价铬": "w20117",
    "总铬": "w20116",
    "总镍": "w20121",
    "总汞": "w20111",
    "总铅": "w20120",
}
"""Names as permits write them, with their codes."""

UNITS = {"苯并(a)芘": "μg/m³", "pH值": "无量纲", "色度": "倍"}


@dataclass(frozen=True)
class Limited:
    """A pollutant at an outlet: concentration allowed, tonnes a year for a large works, how it is measured."""

    name: str
    most: Decimal
    annual: Decimal | None
    frequency: str
    least: Decimal | None = None

    @property
    def code(self) -> str:
        """Its code in HJ 524/525."""
        return CODES[self.name]

    @property
    def unit(self) -> str:
        """The unit of its concentration."""
        return UNITS.get(self.name) or ("mg/L" if self.code.startswith("w") else "mg/m³")

    @property
    def method(self) -> str:
        """By an instrument or by hand."""
        return "自动" if self.frequency == "自动监测" else "手工"


@dataclass(frozen=True)
class Mouth:
    """An outlet as a permit lists it."""

    code: str
    name: str
    kind: OutletKind
    basis: str
    limited: tuple[Limited, ...]
    goes_to: str = ""


def mouth(code: str, name: str, basis: str, limited: str, goes_to: str = "") -> Mouth:
    """An outlet from one line: ``氮氧化物 150/240 自动监测``; a range is 6~9, no tonnes is left out."""
    kind = WATER if code.startswith("DW") else LOOSE if code == "厂界" else MAIN if "自动监测" in limited else GENERAL
    return Mouth(code, name, kind, f"{basis}（示例取值）", tuple(map(_limited, limited.split("，"))), goes_to)


def _limited(text: str) -> Limited:
    name, figures, frequency = text.split()
    bounds, _, annual = figures.partition("/")
    least, _, most = bounds.rpartition("~")
    return Limited(
        name, Decimal(most), Decimal(annual) if annual else None, frequency, Decimal(least) if least else None
    )


PARK = "园区污水处理厂"

PROFILES: dict[str, tuple[Mouth, ...]] = {
    "coke": (
        mouth("DA001", "焦炉烟囱", "GB 16171—2012", "氮氧化物 150/240 自动监测，二氧化硫 30/46 自动监测，颗粒物 15/22 自动监测"),
        mouth("DA002", "装煤地面除尘站", "GB 16171—2012", "颗粒物 30 1次/季，苯并(a)芘 0.3 1次/半年"),
        mouth("DA003", "推焦地面除尘站", "GB 16171—2012", "颗粒物 30 1次/季，二氧化硫 30 1次/季"),
        mouth(
            "DW001", "酚氰废水处理站总排口", "GB 16171—2012",
            "化学需氧量 80/36 1次/周，氨氮 10/4.5 1次/周，挥发酚 0.3 1次/月，总氰化物 0.2 1次/月", PARK,
        ),
    ),
    "power": (
        mouth(
            "DA001", "1 号机组烟囱", "GB 13223—2011 超低排放",
            "氮氧化物 50/620 自动监测，二氧化硫 35/430 自动监测，颗粒物 10/120 自动监测，汞及其化合物 0.03 1次/季",
        ),
        mouth("DA002", "碎煤仓排气筒", "GB 16297—1996", "颗粒物 120 1次/半年"),
    ),
    "boiler": (
        mouth(
            "DA001", "燃煤锅炉烟囱", "GB 13271—2014",
            "氮氧化物 200/88 自动监测，二氧化硫 200/80 自动监测，颗粒物 30/14 自动监测",
        ),
        mouth("DA002", "灰库排气筒", "GB 16297—1996", "颗粒物 120 1次/半年"),
    ),
    "cement": (
        mouth(
            "DA001", "窑尾排气筒", "GB 4915—2013",
            "氮氧化物 320/560 自动监测，二氧化硫 100/120 自动监测，颗粒物 20/44 自动监测，氨 8 1次/季",
        ),
        mouth("DA002", "窑头排气筒", "GB 4915—2013", "颗粒物 20/28 自动监测"),
        mouth("DA003", "水泥磨排气筒", "GB 4915—2013", "颗粒物 10 1次/半年"),
    ),
    "kiln": (
        mouth("DA001", "焙烧窑排气筒", "GB 29620—2013", "二氧化硫 300/60 1次/季，氮氧化物 200/40 1次/季，颗粒物 30/9 1次/季"),
        mouth("DA002", "破碎筛分排气筒", "GB 29620—2013", "颗粒物 30 1次/年"),
    ),
    "glass": (
        mouth(
            "DA001", "熔窑排气筒", "GB 26453—2022",
            "氮氧化物 400/420 自动监测，二氧化硫 200/190 自动监测，颗粒物 30/32 自动监测，氯化氢 30 1次/半年",
        ),
        mouth("DA002", "原料配料排气筒", "GB 26453—2022", "颗粒物 30 1次/半年"),
    ),
    "carbon": (
        mouth(
            "DA001", "焙烧炉排气筒", "GB 25465—2010 修改单",
            "二氧化硫 100/64 自动监测，颗粒物 10/9 自动监测，氮氧化物 100/70 自动监测，苯并(a)芘 0.3 1次/半年",
        ),
        mouth("DA002", "沥青熔化排气筒", "GB 16297—1996", "非甲烷总烃 60 1次/季"),
    ),
    "aluminium": (
        mouth("DA001", "电解烟气净化排气筒", "GB 25465—2010 修改单", "二氧化硫 100/980 自动监测，颗粒物 10/110 自动监测，氟化物 3/30 1次/月"),
        mouth("DA002", "残极破碎排气筒", "GB 25465—2010 修改单", "颗粒物 10 1次/季"),
    ),
    "smelt": (
        mouth("DA001", "矿热炉除尘排气筒", "GB 28666—2012", "颗粒物 30/66 自动监测，二氧化硫 200/180 1次/季，氮氧化物 240/150 1次/季"),
        mouth("DA002", "出铁口除尘排气筒", "GB 28666—2012", "颗粒物 30 1次/季"),
    ),
    "metal": (
        mouth("DA001", "环集烟气排气筒", "GB 25467—2010", "二氧化硫 100/72 自动监测，颗粒物 10/8 自动监测，铅及其化合物 0.7 1次/月"),
        mouth("DW001", "废水总排口", "GB 25467—2010", "化学需氧量 60/6 1次/月，总铅 0.5 1次/日，pH值 6~9 1次/日", PARK),
    ),
    "foundry": (
        mouth("DA001", "中频炉排气筒", "GB 39726—2020", "颗粒物 30/6 1次/半年"),
        mouth("DA002", "砂处理排气筒", "GB 39726—2020", "颗粒物 30 1次/年，非甲烷总烃 100 1次/年"),
    ),
    "chem": (
        mouth("DA001", "工艺加热炉烟囱", "GB 31571—2015", "氮氧化物 100/130 自动监测，二氧化硫 50/62 自动监测，颗粒物 20/24 自动监测"),
        mouth("DA002", "有机废气处理设施排气筒", "GB 31571—2015", "非甲烷总烃 60/18 1次/月，苯 4 1次/半年，甲苯 15 1次/半年"),
        mouth(
            "DW001", "污水处理站总排口", "GB 31571—2015",
            "化学需氧量 60/52 自动监测，氨氮 8/6 自动监测，石油类 5 1次/月，pH值 6~9 1次/日", PARK,
        ),
    ),
    "alkali": (
        mouth("DA001", "氯化氢合成尾气排气筒", "GB 15581—2016", "氯化氢 20/3 1次/月，颗粒物 30/8 1次/季"),
        mouth("DW001", "废水总排口", "GB 15581—2016", "化学需氧量 60/44 自动监测，氨氮 15/9 自动监测，总汞 0.005 1次/日", PARK),
    ),
    "ammonia": (
        mouth("DA001", "造粒塔排气筒", "GB 31571—2015", "颗粒物 50/90 1次/季，氨 30/40 1次/季"),
        mouth("DA002", "锅炉烟囱", "GB 13271—2014", "氮氧化物 200/260 自动监测，二氧化硫 200/240 自动监测，颗粒物 30/40 自动监测"),
        mouth("DW001", "废水总排口", "GB 13458—2013", "化学需氧量 80/64 自动监测，氨氮 25/20 自动监测，总氮 35/30 1次/月", PARK),
    ),
    "incin": (
        mouth(
            "DA001", "焚烧炉烟囱", "GB 18484—2020",
            "氮氧化物 300/36 自动监测，二氧化硫 100/12 自动监测，颗粒物 30/3.6 自动监测，一氧化碳 100 自动监测，"
            "氯化氢 60/7 自动监测，汞及其化合物 0.05 1次/月，铅及其化合物 0.5 1次/月",
        ),
        mouth("DA002", "暂存库废气排气筒", "GB 16297—1996", "非甲烷总烃 120 1次/季，硫化氢 5 1次/季"),
    ),
    "sewage": (
        mouth(
            "DW001", "总排口", "GB 18918—2002 一级A",
            "化学需氧量 50/365 自动监测，氨氮 5/36 自动监测，总磷 0.5/3.6 自动监测，总氮 15/109 自动监测，"
            "pH值 6~9 自动监测，悬浮物 10 1次/月，五日生化需氧量 10 1次/月",
            "中水回用于绿化和工业",
        ),
        mouth("厂界", "厂界", "GB 18918—2002", "氨 1.5 1次/半年，硫化氢 0.06 1次/半年"),
    ),
    "dye": (
        mouth("DA001", "定型机废气排气筒", "GB 16297—1996", "颗粒物 120 1次/半年，非甲烷总烃 120 1次/季"),
        mouth(
            "DW001", "废水总排口", "GB 4287—2012",
            "化学需氧量 200/120 自动监测，氨氮 20/12 自动监测，总氮 30/18 1次/周，色度 80 1次/周，pH值 6~9 1次/日", PARK,
        ),
    ),
    "leather": (
        mouth("DW001", "废水总排口", "GB 30486—2013", "化学需氧量 300/60 自动监测，氨氮 70/14 自动监测，总氮 140/28 1次/月", PARK),
        mouth("DW002", "含铬废水车间排口", "GB 30486—2013", "总铬 1.5 1次/日，六价铬 0.1 1次/月", "厂区污水处理站"),
    ),
    "plating": (
        mouth("DA001", "酸雾塔排气筒", "GB 21900—2008", "氯化氢 30 1次/半年"),
        mouth("DW001", "车间排口", "GB 21900—2008", "六价铬 0.1/0.002 1次/日，总铬 0.5/0.01 1次/日，总镍 0.1/0.002 1次/日", "厂区污水处理站"),
    ),
    "food": (
        mouth("DW001", "废水总排口", "GB 8978—1996 三级", "化学需氧量 500/30 1次/月，氨氮 45/3 1次/月，悬浮物 400 1次/季，pH值 6~9 1次/月", PARK),
        mouth("DA001", "燃气锅炉烟囱", "GB 13271—2014", "氮氧化物 200/6 1次/月，颗粒物 20 1次/年"),
    ),
    "sugar": (
        mouth("DA001", "锅炉烟囱", "GB 13271—2014", "氮氧化物 200/96 自动监测，二氧化硫 200/90 自动监测，颗粒物 30/14 自动监测"),
        mouth("DW001", "废水总排口", "GB 21909—2008", "化学需氧量 100/70 自动监测，氨氮 10/7 自动监测，总磷 0.5 1次/月", PARK),
    ),
    "voc": (
        mouth("DA001", "活性炭吸附装置排气筒", "GB 41616—2022", "非甲烷总烃 70/2 1次/半年，苯 1 1次/年，甲苯 15 1次/年，二甲苯 15 1次/年"),
    ),
    "hospital": (
        mouth("DW001", "医疗废水总排口", "GB 18466—2005", "化学需氧量 250/12 1次/周，氨氮 45/2 1次/月，悬浮物 60 1次/周，pH值 6~9 1次/日", "市政污水管网"),
    ),
    "mine": (
        mouth("DA001", "筛分破碎排气筒", "GB 20426—2006", "颗粒物 80/9 1次/年"),
        mouth("厂界", "厂界", "GB 20426—2006", "颗粒物 1 1次/季"),
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Trade:
    """A line of business as a plan of the prefecture names it."""

    industry: str
    word: str
    category: Category
    scale: Scale
    profile: str = ""
    lists: tuple[ListKind, ...] = ()
    monthly: bool = False
    form: str = "有限公司"

    @property
    def outlets(self) -> tuple[Mouth, ...]:
        """What its permit lists; nothing for who only registers."""
        return PROFILES.get(self.profile, ())


AIR, RUN, SOIL, RISK = ListKind.AIR, ListKind.WATER, ListKind.SOIL, ListKind.RISK
METAL, SMOG, DEEP = ListKind.HEAVY_METAL, ListKind.EMERGENCY, ListKind.GROUNDWATER
LTD = "有限责任公司"

TRADES: dict[str, Trade] = {
    "焦化": Trade("2521", "焦化", KEY, L, "coke", (AIR, SOIL, RISK, SMOG), True),
    "煤化工": Trade("2522", "煤化工", KEY, L, "chem", (AIR, RUN, SOIL, RISK, SMOG), True),
    "煤制油": Trade("2523", "煤制油", KEY, L, "chem", (AIR, SOIL, RISK)),
    "石化": Trade("2511", "石化", KEY, M, "chem", (AIR, RUN, SOIL, RISK)),
    "发电": Trade("4411", "发电", KEY, L, "power", (AIR, SMOG), True),
    "热电": Trade("4412", "热电", KEY, L, "power", (AIR, SMOG)),
    "生物质": Trade("4417", "生物质发电", KEY, M, "boiler", (AIR,)),
    "热力": Trade("4430", "热力", KEY, M, "boiler", (AIR, SMOG), False, LTD),
    "供热": Trade("4430", "供热", SIMPLE, S, "boiler", (SMOG,), False, LTD),
    "水泥": Trade("3011", "水泥", KEY, L, "cement", (AIR, SMOG), False, LTD),
    "钙业": Trade("3012", "钙业", SIMPLE, S, "kiln", (SMOG,)),
    "商砼": Trade("3021", "商品混凝土", REGISTERED, S),
    "砖": Trade("3031", "新型建材", SIMPLE, S, "kiln", (SMOG,)),
    "保温": Trade("3034", "保温材料", SIMPLE, S, "kiln"),
    "耐火": Trade("3089", "耐火材料", SIMPLE, S, "kiln"),
    "玻璃": Trade("3041", "玻璃", KEY, M, "glass", (AIR, SMOG)),
    "碳素": Trade("3091", "碳素", KEY, M, "carbon", (AIR, SOIL, SMOG)),
    "铝业": Trade("3216", "铝业", KEY, L, "aluminium", (AIR, SOIL, SMOG), True),
    "硅业": Trade("3218", "硅业", KEY, L, "smelt", (AIR, SMOG)),
    "多晶硅": Trade("3985", "硅材料", KEY, L, "alkali", (RUN, RISK)),
    "铁合金": Trade("3140", "铁合金", KEY, M, "smelt", (AIR, SMOG)),
    "铜业": Trade("3211", "有色冶炼", KEY, M, "metal", (AIR, SOIL, METAL, RISK)),
    "铸造": Trade("3391", "铸造", SIMPLE, S, "foundry", (SMOG,)),
    "电镀": Trade("3360", "表面处理", KEY, S, "plating", (RUN, SOIL, METAL)),
    "钢构": Trade("3311", "钢结构", REGISTERED, S),
    "农机": Trade("3572", "农机装备", REGISTERED, M),
    "电石": Trade("2613", "电石", KEY, L, "smelt", (AIR, SMOG)),
    "氯碱": Trade("2612", "氯碱", KEY, L, "alkali", (RUN, SOIL, RISK)),
    "化工": Trade("2614", "化工", KEY, M, "chem", (AIR, RUN, SOIL, RISK)),
    "氮肥": Trade("2621", "化肥", KEY, L, "ammonia", (AIR, RUN, RISK)),
    "树脂": Trade("2651", "新材料", KEY, M, "chem", (AIR, SOIL)),
    "复合肥": Trade("2624", "肥业", REGISTERED, S),
    "塑业": Trade("2921", "塑业", REGISTERED, S),
    "节水": Trade("2922", "节水灌溉", REGISTERED, M),
    "印刷": Trade("2319", "包装印刷", SIMPLE, S, "voc"),
    "家具": Trade("2110", "家具", REGISTERED, XS),
    "纸箱": Trade("2231", "纸业", REGISTERED, S),
    "棉纺": Trade("1711", "棉纺织", REGISTERED, M),
    "印染": Trade("1713", "印染", KEY, M, "dye", (RUN,)),
    "皮革": Trade("1910", "皮革", KEY, S, "leather", (RUN, SOIL, METAL)),
    "面粉": Trade("1312", "面粉", REGISTERED, S, form=LTD),
    "油脂": Trade("1331", "油脂", SIMPLE, M, "food"),
    "糖业": Trade("1340", "糖业", KEY, L, "sugar", (RUN, AIR)),
    "屠宰": Trade("1351", "肉业", SIMPLE, M, "food", (RUN,)),
    "淀粉": Trade("1391", "淀粉", KEY, M, "sugar", (RUN,)),
    "番茄": Trade("1371", "番茄制品", SIMPLE, M, "food", (RUN,)),
    "乳业": Trade("1441", "乳业", SIMPLE, M, "food"),
    "白酒": Trade("1512", "酒业", SIMPLE, M, "food"),
    "葡萄酒": Trade("1515", "葡萄酒业", SIMPLE, S, "food"),
    "饲料": Trade("1329", "饲料", REGISTERED, S),
    "污水": Trade("4620", "污水处理", KEY, M, "sewage", (RUN,), False, LTD),
    "固废": Trade("7723", "再生资源", SIMPLE, S, "voc", (DEEP,)),
    "危废": Trade("7724", "环保科技", KEY, M, "incin", (AIR, SOIL, RISK, DEEP)),
    "煤矿": Trade("0610", "煤业", SIMPLE, L, "mine", (SMOG,)),
    "洗选": Trade("0690", "煤炭洗选", SIMPLE, S, "mine"),
    "养殖": Trade("0311", "牧业", REGISTERED, M),
    "加油站": Trade("5265", "加油站", REGISTERED, XS, form=""),
    "医院": Trade("8411", "医院", SIMPLE, M, "hospital", form=""),
    "燃气": Trade("4511", "燃气", REGISTERED, S),
}
"""Key → the trade; the key is how the roster of firms calls it."""
