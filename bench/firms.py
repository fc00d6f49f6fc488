"""Deterministic firms: row by row, the same for the same number, whatever else is in the database.

Everything of a firm follows from its number and the seed by a multiplicative hash, so ten thousand firms are the first
ten thousand of a million, and no generator has to be kept in step.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

from core import search
from registry.codes import check_digit

TODAY = date(2026, 11, 23)
SEED = 20_261_123

PLACES = ("昌吉", "阜康", "呼图壁", "玛纳斯", "奇台", "吉木萨尔", "木垒", "准东", "高新", "五家渠")
AREAS = ("652301", "652302", "652323", "652324", "652325", "652327", "652328", "CJ-ZD", "CJ-GX", "652301")
OFFICES = (*(f"CJ-{code}" for code in AREAS[:7]), "CJ-ZD", "CJ-GX", "CJ-652301")
FIRST = "天山雪莲博格达汇鑫源泰宏远恒瑞金盛华丰新隆安顺达通嘉禾绿洲沃野晨岭峻峰"
SECOND = "海川河泽润洋江湖林森磊岩石磐玉珠宝辰昊旭晖曜景明亮辉煌耀兴旺昌荣茂"
TRADES = (
    ("焦化", "2521"),
    ("水泥", "3011"),
    ("化工", "2614"),
    ("热电", "4412"),
    ("电解铝", "3216"),
    ("煤业", "0610"),
    ("食品", "1391"),
    ("纺织", "1711"),
    ("造纸", "2221"),
    ("制药", "2710"),
    ("建材", "3021"),
    ("污水处理", "4620"),
    ("再生资源", "4210"),
    ("铸造", "3391"),
    ("棉业", "1711"),
    ("乳业", "1440"),
)
RARE = "麒麟"
"""Two characters that every 10,000th firm bears in its name: what a search for a rare word finds."""


def scattered(number: int, salt: int = 0) -> int:
    """A number between 0 and 2**32 that looks like chance (Knuth's multiplicative hash, twice)."""
    mixed = (number * 2_654_435_761 + (salt + SEED) * 40_503) & 0xFFFFFFFF
    mixed ^= mixed >> 15
    return (mixed * 2_246_822_519) & 0xFFFFFFFF


def name_of(number: int) -> str:
    """The firm's name; many firms share a trade, few share their two characters."""
    chance = scattered(number)
    brand = RARE if number % 10_000 == 0 else FIRST[chance % len(FIRST)] + SECOND[chance // 64 % len(SECOND)]
    return f"{PLACES[number % 10]}{brand}{TRADES[chance // 4096 % len(TRADES)][0]}有限公司（示例）"


@cache
def key_of(name: str) -> str:
    """What the firm is looked for in; as many firms share a name, it is made once."""
    return search.search_key(name)


@cache
def grams_of(name: str) -> tuple[str, ...]:
    """The pieces by which the firm is found."""
    return tuple(search.grams(name, search.initials(name)))


def code_of(number: int) -> str:
    """A unified social credit code with its true check character."""
    body = f"91{AREAS[number % 7]}MA{number:07d}"
    return body + check_digit(body)


def day_of(number: int, salt: int, before: int, after: int = 0) -> date:
    """A day from ``before`` days ago to ``after`` days ahead."""
    return TODAY + timedelta(days=scattered(number, salt) % (before + after + 1) - before)


@dataclass(frozen=True)
class World:
    """The rows of the reference data that firms point to."""

    areas: dict[str, int]
    offices: dict[str, int]
    rules: dict[str, tuple[int, Any, int | None, str]]
    officers: tuple[int, int]
    moment: str

    def area(self, number: int) -> int:
        """Where the firm is."""
        return self.areas[AREAS[number % 10]]

    def office(self, number: int) -> int:
        """Who supervises it."""
        return self.offices[OFFICES[number % 10]]


CATEGORIES = ("key", "simplified", "simplified", "registration", "registration", "registration", "none")


def category_of(number: int) -> str:
    """One in seven is under key management."""
    return CATEGORIES[scattered(number, 7) % 7]


ENTERPRISE = (
    "id", "credit_code", "name", "search_key", "legal_representative", "contact_name", "contact_phone", "address",
    "industry_code", "scale", "category", "status", "status_since", "area_id", "office_id", "registered_at", "updated_at",
    "permit_no", "permit_valid_to", "last_inspected_on", "version",
)  # fmt: skip


def permit_number(number: int) -> str:
    """HJ 608: the credit code and a serial."""
    return code_of(number) + "001P"


def permit_ends(number: int) -> date:
    """Some have run out, most run on."""
    return day_of(number, 3, 120, 1700)


def enterprises(count: int, world: World) -> Iterator[tuple[Any, ...]]:
    """The firms themselves."""
    for number in range(1, count + 1):
        name, chance = name_of(number), scattered(number)
        open_ = chance % 20
        yield (
            number, code_of(number), name, key_of(name), "孙志远", "何静", "13900000000",
            f"{PLACES[number % 10]}示例路 {chance % 900 + 1} 号", TRADES[chance // 4096 % len(TRADES)][1],
            ("large", "medium", "small", "micro")[chance % 4], category_of(number),
            "suspended" if open_ == 0 else "operating", "2026-03-01" if open_ == 0 else None,
            world.area(number), world.office(number), world.moment, world.moment,
            permit_number(number), permit_ends(number).isoformat(), day_of(number, 5, 700).isoformat(), 1,
        )  # fmt: skip


SITE = (
    "id", "enterprise_id", "name", "area_id", "office_id", "address", "longitude", "latitude", "industry_code", "category",
    "version",
)  # fmt: skip


def sites(count: int, world: World) -> Iterator[tuple[Any, ...]]:
    """One site each."""
    for number in range(1, count + 1):
        chance = scattered(number)
        yield (
            number, number, name_of(number), world.area(number), world.office(number), f"示例路 {chance % 900 + 1} 号",
            85 + chance % 500 / 100, 43 + chance % 200 / 100, TRADES[chance // 4096 % len(TRADES)][1],
            category_of(number), 1,
        )  # fmt: skip


GRAM = ("gram", "enterprise_id")


def grams(count: int) -> Iterator[tuple[Any, ...]]:
    """The pieces of each name by which it is found, in the order of the table's key."""
    found: dict[str, list[int]] = {}
    for number in range(1, count + 1):
        for gram in grams_of(name_of(number)):
            found.setdefault(gram, []).append(number)
    for gram in sorted(found):
        for number in found[gram]:
            yield gram, number


PERMIT = (
    "id", "enterprise_id", "site_id", "permit_no", "category", "authority_id", "state", "issued_on", "valid_from",
    "valid_to", "updated_at", "version",
)  # fmt: skip


def permits(count: int, world: World) -> Iterator[tuple[Any, ...]]:
    """One permit each."""
    for number in range(1, count + 1):
        ends = permit_ends(number)
        begun = (ends - timedelta(days=1825)).isoformat()
        category = category_of(number)
        yield (
            number, number, number, permit_number(number), "simplified" if category == "none" else category,
            world.office(number), "in_force", begun, begun, ends.isoformat(), world.moment, 1,
        )  # fmt: skip


VERSION = (
    "id", "permit_id", "number", "ground", "state", "in_force_from", "valid_from", "valid_to", "decided_on", "issued_at",
)  # fmt: skip


def permit_versions(count: int, world: World) -> Iterator[tuple[Any, ...]]:
    """The first and only version."""
    for number in range(1, count + 1):
        ends = permit_ends(number)
        begun = (ends - timedelta(days=1825)).isoformat()
        yield number, number, 1, "first", "issued", begun, begun, ends.isoformat(), begun, world.moment


INSPECTION = (
    "id", "enterprise_id", "site_id", "office_id", "kind", "state", "lead_officer_id", "second_officer_id",
    "started_at", "ended_at", "recorded_at", "person_met", "certificates_shown", "rights_told", "narrative", "version",
)  # fmt: skip


def inspections(count: int, world: World) -> Iterator[tuple[Any, ...]]:
    """Two each."""
    lead, second = world.officers
    for number in range(1, 2 * count + 1):
        firm = (number + 1) // 2
        day = (day_of(firm, 5, 700) - timedelta(days=200 * (number % 2))).isoformat()
        yield (
            number, firm, firm, world.office(firm), ("random", "special", "lead")[scattered(number, 9) % 3], "final",
            lead, second, f"{day} 02:00:00.000000", f"{day} 04:00:00.000000", f"{day} 05:00:00.000000", "何静", 1, 1,
            "现场生产正常，污染防治设施运行。", 1,
        )  # fmt: skip


OBLIGATION = (
    "id", "enterprise_id", "site_id", "kind", "title", "basis", "source_kind", "source_id", "key", "due_on",
    "fulfilled_on",
)  # fmt: skip


def obligations(count: int) -> Iterator[tuple[Any, ...]]:
    """Two each: one done, one open; of the open ones some are late."""
    for number in range(1, 2 * count + 1):
        firm, done = (number + 1) // 2, number % 2 == 0
        due = day_of(number, 11, 400, 0) if done else day_of(number, 11, 20, 300)
        yield (
            number, firm, firm, "report", "2026 年执行报告" if done else "季度执行报告", "排污许可管理办法第三十七条",
            "permit_version", firm, f"bench-{number % 2}", due.isoformat(), due.isoformat() if done else None,
        )  # fmt: skip


EVENT = (
    "id", "enterprise_id", "kind", "rule_id", "event_class", "points", "occurred_on", "expires_on", "reason",
    "source_kind", "source_id", "recorded_at",
)  # fmt: skip
KINDS = ("late_report", "order", "order_unrectified", "penalty_warning", "penalty_fine", "promise", "penalty_heavy")


def events(count: int, world: World) -> Iterator[tuple[Any, ...]]:
    """Five each, over two years; what they cost and how long they count is the scheme's."""
    for number in range(1, 5 * count + 1):
        kind = KINDS[scattered(number, 13) % len(KINDS)]
        rule, points, months, grave = world.rules[kind]
        day = day_of(number, 17, 720)
        lapses = (day + timedelta(days=30 * months + months // 2)).isoformat() if months else None
        yield (
            number, (number + 4) // 5, kind, rule, grave, points, day.isoformat(), lapses, "示例事由", "bench", number,
            world.moment,
        )  # fmt: skip


DOCUMENT = (
    "id", "enterprise_id", "office_id", "kind", "year", "serial", "number", "title", "subject_kind", "subject_id",
    "content", "law_versions", "sha256", "code", "issued_on", "issued_at", "issued_by_id", "state",
)  # fmt: skip


def documents(count: int, world: World) -> Iterator[tuple[Any, ...]]:
    """One order each; their content is not what is measured here."""
    officer = world.officers[0]
    for number in range(1, count + 1):
        day = day_of(number, 5, 700).isoformat()
        yield (
            number, number, world.office(number), "order", 2026, number, f"昌州环责改〔2026〕{number}号",
            "责令改正违法行为决定书", "rectification_order", number, "{}", "[]", f"{number:064x}", f"{number:016d}", day,
            f"{day} 06:00:00.000000", officer, "issued",
        )  # fmt: skip
