"""What a row of the enterprise ledger means: its fields, the headers they are known under, and its verdict. Pure.

Rows come from ``core.intake`` as text. What is wrong is told with the code that programs know; an error keeps the row
out, a warning does not.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from core import intake
from core.intake import Field, Line, Sheet
from core.intake import values as cells
from core.text import halfwidth, hidden_characters
from registry import codes
from registry.models import Category, Status

FIELDS = (
    Field("serial", "序号", ("序号", "编号", "NO")),
    Field(
        "name",
        "企业名称",
        ("企业名称", "单位名称", "排污单位名称", "企业全称", "企业", "名称", "公司名称", "污染源名称", "单位", "排污单位"),
    ),
    Field(
        "uscc",
        "统一社会信用代码",
        ("统一社会信用代码", "社会信用代码", "信用代码", "统一代码", "机构代码", "统一信用代码", "组织机构代码"),
    ),
    Field("legal_rep", "法定代表人", ("法定代表人", "法人代表", "法人", "负责人", "企业负责人", "单位负责人", "法人姓名")),
    Field("contact", "环保联系人", ("环保联系人", "联系人", "环保负责人", "环保专员", "环保联络人")),
    Field("phone", "联系电话", ("联系电话", "电话", "联系方式", "手机", "手机号", "手机号码", "电话号码", "联系人电话")),
    Field(
        "person_phone",
        "联系人及电话",
        (
            "法定代表人及电话", "法定代表人及联系电话", "法定代表人联系电话", "法人及电话", "法人及联系电话", "法人电话",
            "负责人及电话", "负责人及联系电话", "负责人电话", "联系人及电话", "联系人及联系电话", "联系人及联系方式",
            "联系人和电话", "法人联系电话", "法定代表人和电话", "法定代表人电话", "法人代表及电话", "负责人联系电话",
            "法定代表人及联系方式", "联系人联系方式", "姓名及电话", "法定代表人姓名及电话",
        ),
    ),
    Field(
        "address",
        "生产经营场所地址",
        ("生产经营场所地址", "生产地址", "经营地址", "地址", "详细地址", "企业地址", "场所地址", "所在地址", "单位地址"),
    ),
    Field("area", "所在县市", ("所在县市", "县市", "所在区县", "区县", "行政区划", "所属县市", "所在地", "属地", "县区", "地区")),
    Field("zone", "所在园区", ("所在园区", "园区", "工业园区", "所属园区", "园区名称", "功能区", "开发区", "所在开发区")),
    Field(
        "area_zone",
        "县市或园区",
        ("所在县市或园区", "县市园区", "所在县市园区", "县市或园区", "区域", "所属区域", "所在区域", "属地园区", "县市及园区", "辖区"),
    ),
    Field("industry_code", "行业代码", ("行业代码", "国民经济行业代码", "行业编码", "行业分类代码", "小类代码")),
    Field("industry", "行业类别", ("行业类别", "行业名称", "所属行业", "行业", "国民经济行业", "行业类型", "行业分类")),
    Field(
        "industry_both",
        "行业类别及代码",
        (
            "行业类别及代码", "行业名称及代码", "行业及代码", "行业代码及名称", "行业代码及类别", "行业类别代码",
            "行业名称代码", "行业代码名称", "行业代码和名称", "行业类别和代码", "所属行业及代码", "国民经济行业类别及代码",
        ),
    ),
    Field(
        "category",
        "排污许可管理类别",
        ("排污许可管理类别", "管理类别", "许可管理类别", "许可类别", "排污许可类别", "管理类型", "管理级别", "排污许可管理类型"),
    ),
    Field("lon", "经度", ("经度", "东经", "中心经度", "LON", "LONGITUDE", "经度E")),
    Field("lat", "纬度", ("纬度", "北纬", "中心纬度", "LAT", "LATITUDE", "纬度N")),
    Field(
        "coordinates",
        "经纬度",
        ("经纬度", "坐标", "地理坐标", "经纬度坐标", "中心坐标", "地理位置", "经度纬度", "中心经纬度", "经度和纬度", "位置坐标"),
    ),
    Field(
        "permit_no",
        "排污许可证编号",
        ("排污许可证编号", "许可证编号", "排污许可证号", "许可证号", "排污许可编号", "许可编号", "证书编号", "排污许可证"),
    ),
    Field(
        "valid_from",
        "有效期起",
        (
            "有效期起", "有效期起始", "发证日期", "有效期开始", "起始日期", "有效期自", "生效日期", "许可开始日期", "有效期始",
            "有效期起始日期", "有效期开始日期", "开始日期", "发证时间", "有效期限起", "有效起始日期", "有效期从",
        ),
    ),
    Field(
        "valid_to",
        "有效期止",
        (
            "有效期止", "有效期至", "有效期截止", "截止日期", "到期日期", "到期时间", "有效期结束", "终止日期", "失效日期",
            "有效期到", "有效期截止日期", "有效期终止", "结束日期", "到期日", "有效期限止", "有效截止日期", "有效期终止日期",
        ),
    ),
    Field("validity", "有效期限", ("有效期限", "有效期", "有效期起止", "许可有效期", "证书有效期", "有效期起止日期", "起止日期", "有效期间")),
    Field("state", "生产状况", ("生产状况", "生产状态", "企业状态", "运行状态", "状态", "经营状态", "生产情况", "经营状况", "运行情况")),
    Field("remark", "备注", ("备注", "说明", "备注说明", "其他")),
)  # fmt: skip

LABELS = {each.key: each.label for each in FIELDS}

LONGITUDES, LATITUDES = (Decimal("85.0"), Decimal("91.6")), (Decimal("43.3"), Decimal("46.0"))
"""The box in which the prefecture lies (未核对): outside it a warning, exchanged an error."""

CHINA = (Decimal(73), Decimal(136)), (Decimal(3), Decimal(54))

CATEGORIES = {
    "重点管理": Category.KEY,
    "重点": Category.KEY,
    "简化管理": Category.SIMPLIFIED,
    "简化": Category.SIMPLIFIED,
    "登记管理": Category.REGISTRATION,
    "登记": Category.REGISTRATION,
    "排污登记": Category.REGISTRATION,
    "登记表": Category.REGISTRATION,
    "未纳入": Category.NONE,
    "不纳入": Category.NONE,
}
STATES = {
    Status.OPERATING: (
        "在产",
        "生产",
        "正常",
        "正常生产",
        "运行",
        "正常运行",
        "在营",
        "营业",
        "存续",
        "开业",
        "投产",
        "在业",
    ),
    Status.SUSPENDED: ("停产", "停运", "停业", "停工", "停用", "季节性停产", "临时停产", "长期停产", "半停产", "检修"),
    Status.CLOSED: ("关闭", "关停", "注销", "吊销", "拆除", "淘汰", "永久关闭", "已关闭", "搬迁", "取缔"),
}
_STATE = {word: status for status, words in STATES.items() for word in words}

ERRORS = {
    "name_missing": "没有企业名称。",
    "uscc_duplicate": "统一社会信用代码与「%(sheet)s」第 %(row)d 行重复。",
    "coordinates_swapped": "经度和纬度填反了。",
    "coordinates_unreadable": "读不懂坐标「%(text)s」，请写成 87.015232 或 87°0′54.84″。",
    "coordinates_half": "经度和纬度只填了一个。",
    "coordinates_abroad": "坐标不在中国境内，请核对。",
    "validity_reversed": "有效期止早于有效期起。",
    "date_unreadable": "读不懂日期「%(text)s」，请写成 2026-11-23。",
    "industry_unknown": "GB/T 4754-2017 没有行业代码「%(text)s」。",
    "area_unknown": "认不出所在县市「%(text)s」。",
    "area_missing": "没有所在县市。",
    "area_not_yours": "「%(text)s」不在您的管辖范围内。",
    "text_too_long": "「%(text)s」过长（最多 %(most)d 字）。",
    "permit_taken": "许可证编号与「%(sheet)s」第 %(row)d 行重复。",
}
WARNINGS = {
    "coordinates_outside": "坐标在自治州范围之外，请核对。",
    "industry_missing": "没有行业代码。",
    "industry_name_differs": "行业代码 %(number)s 的名称是「%(name)s」，与表中「%(text)s」不同，以代码为准。",
    "category_unknown": "认不出管理类别「%(text)s」，先按「未纳入」登记。",
    "state_unknown": "认不出生产状况「%(text)s」，先按「在产」登记。",
    "zone_unknown": "认不出园区「%(text)s」，没有登记到园区。",
    "zone_elsewhere": "园区「%(text)s」不在所填县市内，按县市登记。",
    "permit_shape": "许可证编号「%(text)s」不合 HJ 608 的格式，请核对。",
    "permit_of_another": "许可证编号的前 18 位不是这家企业的代码，请核对。",
    "permit_without_term": "有许可证编号而没有完整的有效期，许可证没有登记。",
    "month_only": "日期「%(text)s」只到月，按 %(day)s 登记。",
    "hidden_characters": "删去了不能保存的隐藏字符 %(text)s。",
}


@dataclass(frozen=True)
class Problem:
    """Something wrong with a row."""

    sheet: str
    row: int
    field: str
    code: str
    level: str
    message: str

    def as_json(self) -> dict[str, Any]:
        """As the contract's ``problems`` has it."""
        return {
            "sheet": self.sheet,
            "row": self.row,
            "field": self.field,
            "code": self.code,
            "level": self.level,
            "message": self.message,
        }


@dataclass(frozen=True)
class Place:
    """An area as the intake knows it: its office supervises what lies in it."""

    id: int
    code: str
    name: str
    kind: str
    parent_id: int | None
    office_id: int | None


@dataclass(frozen=True)
class Directory:
    """What rows are checked against; ``offices`` are those the importer answers for, None for all."""

    areas: Sequence[Place]
    industries: Mapping[str, str]
    offices: frozenset[int] | None = None
    home: Place | None = None
    """The county taken for rows that name none: the importer's own."""


@dataclass
class Row:
    """A row as it would be stored, and what is wrong with it."""

    sheet: str
    row: int
    name: str = ""
    uscc: str = ""
    legal_rep: str = ""
    contact: str = ""
    phone: str = ""
    address: str = ""
    area: str = ""
    area_code: str = ""
    zone: str = ""
    industry_code: str = ""
    industry: str = ""
    category: Category = Category.NONE
    lon: Decimal | None = None
    lat: Decimal | None = None
    permit_no: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    state: Status = Status.OPERATING
    remark: str = ""
    area_id: int = 0
    office_id: int = 0
    filled: frozenset[str] = frozenset()
    """The fields whose columns the file has: the others are left as they are on record."""
    problems: list[Problem] = field(default_factory=list)

    @property
    def accepted(self) -> bool:
        """Whether the row is stored."""
        return all(problem.level != "error" for problem in self.problems)

    def value(self) -> dict[str, Any]:
        """The normalised values, by the names of the contract."""
        return {
            "name": self.name,
            "uscc": self.uscc,
            "legal_rep": self.legal_rep,
            "phone": self.phone,
            "address": self.address,
            "area": self.area,
            "area_code": self.area_code,
            "zone": self.zone,
            "industry_code": self.industry_code,
            "industry": self.industry,
            "category": self.category.label,
            "lon": float(self.lon) if self.lon is not None else None,
            "lat": float(self.lat) if self.lat is not None else None,
            "permit_no": self.permit_no,
            "valid_from": self.valid_from.isoformat() if self.valid_from else "",
            "valid_to": self.valid_to.isoformat() if self.valid_to else "",
            "state": self.state.label,
        }

    def tell(self, field: str, code: str, message: str = "", **facts: Any) -> None:
        """Note a problem, once for each field and code."""
        level = "warning" if code in WARNINGS else "error"
        words = message or (WARNINGS if level == "warning" else ERRORS)[code] % facts
        problem = Problem(self.sheet, self.row, field, code, level, words)
        if problem not in self.problems:
            self.problems.append(problem)


def recognise(sheets: Sequence[Sheet]) -> intake.Mapping:
    """The columns of an enterprise ledger; raises ``Unreadable`` when no sheet has its headers."""
    mapping = intake.recognise(sheets, FIELDS, ("name", "uscc"))
    if not mapping.tables:
        raise intake.Unreadable("no_header", "没有找到表头：至少要有企业名称、统一社会信用代码等三列。")
    return mapping


SPLIT_FROM = {
    "person_phone": ("legal_rep", "contact", "phone"),
    "area_zone": ("area", "zone"),
    "industry_both": ("industry_code", "industry"),
    "coordinates": ("lon", "lat"),
    "validity": ("valid_from", "valid_to"),
}


def judge(sheets: Sequence[Sheet], mapping: intake.Mapping, directory: Directory) -> list[Row]:
    """The verdict on every row of data, in the order of the file."""
    by_name = {sheet.name: sheet for sheet in sheets}
    judged: list[Row] = []
    accepted: dict[str, Row] = {}
    permits: dict[str, Row] = {}
    lookup = _Lookup(directory)
    for table in mapping.tables:
        if table.sheet not in by_name:
            continue
        filled = frozenset(table.columns) | {key for each in table.columns for key in SPLIT_FROM.get(each, ())}
        person = "contact" if "联系人" in _header(table, "person_phone") else "legal_rep"
        for line in intake.lines(by_name[table.sheet], table):
            row = Row(line.sheet, line.row, filled=filled)
            _read(row, _split(line, person), lookup)
            if row.accepted and row.uscc in accepted:
                first = accepted[row.uscc]
                row.tell("uscc", "uscc_duplicate", sheet=first.sheet, row=first.row)
            if row.accepted and row.permit_no and row.permit_no in permits:
                first = permits[row.permit_no]
                row.tell("permit_no", "permit_taken", sheet=first.sheet, row=first.row)
            if row.accepted:
                accepted[row.uscc] = row
                if row.permit_no:
                    permits[row.permit_no] = row
            judged.append(row)
    return judged


def _header(table: intake.Table, key: str) -> str:
    column = table.columns.get(key)
    return table.headers[column] if column is not None and column < len(table.headers) else ""


def _split(line: Line, person: str) -> dict[str, str]:
    """The cells of a row, with every joined one taken apart, whether its header said so or not."""
    given = dict(line.cells)
    joined = given.pop("person_phone", "")
    for key in (person, "contact", "legal_rep", "phone"):
        text = joined or given.get(key, "")
        if not text or (not joined and given.get("phone", "").strip() and key != "phone"):
            continue
        if pair := cells.person_and_phone(text):
            given[person if joined or key == "phone" else key], given["phone"] = pair
        elif joined:
            given["phone" if any(each.isdigit() for each in joined) else person] = joined
        joined = ""
    _split_industry(given)
    _split_pair(given, "coordinates", ("lon", "lat"), cells.pair_of)
    _split_pair(given, "validity", ("valid_from", "valid_to"), cells.range_of)
    if place := given.pop("area_zone", ""):
        given["area_zone"] = place
    return given


def _split_industry(given: dict[str, str]) -> None:
    both = given.pop("industry_both", "")
    apart = given.get("industry_code", "").strip() and given.get("industry", "").strip()
    for text in (both, given.get("industry_code", ""), given.get("industry", "")):
        pair = cells.name_and_code(text) if both or not apart else None
        if pair:
            given["industry"], given["industry_code"] = pair
            return
    if both:
        given["industry_code" if cells.code_of(both).isdigit() else "industry"] = both


def _split_pair(given: dict[str, str], joined: str, keys: tuple[str, str], split: Any) -> None:
    whole = given.pop(joined, "")
    for text in (whole, given.get(keys[0], "") if not given.get(keys[1], "").strip() else ""):
        if text.strip() and (pair := split(text)):
            given[keys[0]], given[keys[1]] = pair
            return
    if cells.none_or(whole):
        given[keys[1] if joined == "validity" else keys[0]] = whole


class _Lookup:
    """The directory, prepared for many rows."""

    def __init__(self, directory: Directory) -> None:
        self.directory = directory
        self.by_id = {place.id: place for place in directory.areas}
        self.names: dict[str, Place] = {}
        self._found: dict[str, Place | None] = {}
        for place in directory.areas:
            for name in _aliases(place):
                self.names.setdefault(name, place)
        self.by_industry: dict[str, list[str]] = {}
        for code, name in directory.industries.items():
            self.by_industry.setdefault(name, []).append(code)

    def place(self, text: str) -> Place | None:
        """The area a cell means: by code, name, a usual short name, or the longest name that it contains."""
        if text not in self._found:
            self._found[text] = self._place(text)
        return self._found[text]

    def _place(self, text: str) -> Place | None:
        bare = "".join(halfwidth(text).split())
        for place in self.directory.areas:
            if bare == place.code or bare == place.code + "000000":
                return place
        if bare in self.names:
            return self.names[bare]
        inside = [name for name in self.names if len(name) >= 3 and name in bare]
        return self.names[max(inside, key=len)] if inside else None


def _aliases(place: Place) -> list[str]:
    names = [place.name]
    if place.kind in {"city", "county"}:
        names.append(place.name.removesuffix("哈萨克自治县").rstrip("市县"))
        names.append(place.name.replace("哈萨克自治", ""))
    elif place.kind == "zone":
        names.append(place.name.split("（")[0])
        names.append(names[-1].replace("经济技术开发区", "").replace("技术产业开发", ""))
        names.append(names[-2].replace("经济技术开发区", "开发区"))
        names.append(names[-3].replace("经济技术开发区", "经开区") if len(names) > 2 else "")
        names.append(place.name.replace("技术产业开发区", "区"))
        names.append(place.name.replace("技术产业开发区", "技术开发区"))
        names += {"昌吉高新技术产业开发区": ["高新区"], "昌吉农业园区": ["农业园区", "农业科技园区"]}.get(
            place.name, []
        )
    elif place.kind == "division":
        names.append(place.name.replace("新疆生产建设", ""))
        names.append(place.name.replace("新疆生产建设兵团", ""))
        names.append(place.name.replace("新疆生产建设兵团第", "").join(("兵团", "")))
        names.append(place.name.replace("新疆生产建设兵团第", ""))
    return [name for name in names if name]


LONGEST = {
    "name": 120, "legal_rep": 40, "contact": 40, "phone": 30, "address": 200, "zone": 60, "industry": 80, "remark": 1000,
}  # fmt: skip


def _read(row: Row, given: Mapping[str, str], lookup: _Lookup) -> None:
    text = {key: given.get(key, "") for key in LABELS}
    for key, cell in text.items():
        if hidden := hidden_characters(cell.replace("\t", "")):
            row.tell(key, "hidden_characters", text="、".join(hidden))
    row.name = cells.name_of(text["name"])
    row.uscc = cells.code_of(text["uscc"])
    row.legal_rep, row.contact = cells.none_or(text["legal_rep"]), cells.none_or(text["contact"])
    row.phone, row.address = cells.phone_of(text["phone"]), cells.none_or(text["address"])
    row.remark = "".join(each for each in text["remark"] if each == "\n" or not hidden_characters(each)).strip()
    if not row.name:
        row.tell("name", "name_missing")
    if problem := codes.uscc_problem(row.uscc):
        row.tell("uscc", problem, codes.uscc_sentence(problem, row.uscc))
    _read_place(row, text, lookup)
    _read_industry(row, text, lookup)
    _read_words(row, text)
    _read_coordinates(row, text)
    _read_permit(row, text)
    for key, most in LONGEST.items():
        if len(getattr(row, key)) > most:
            row.tell(key, "text_too_long", text=getattr(row, key)[:12] + "…", most=most)


def _read_place(row: Row, text: Mapping[str, str], lookup: _Lookup) -> None:
    area_text, row.zone = cells.none_or(text["area"]), cells.none_or(text["zone"])
    area, zone = lookup.place(area_text) if area_text else None, lookup.place(row.zone) if row.zone else None
    if joined := cells.none_or(text["area_zone"]):
        area, zone, row.zone = _taken_apart(joined, area, zone, row.zone, lookup)
        area_text = area_text or joined
    if area is None and not area_text:
        area = lookup.place(row.sheet) or lookup.directory.home or (zone if zone else None)
    if area is None and zone is not None and not area_text:
        area = zone
    if area is None:
        row.tell("area", "area_unknown" if area_text else "area_missing", text=area_text)
        return
    if area.kind == "zone":
        zone, row.zone = area, row.zone or area_text or area.name
        county = lookup.by_id.get(area.parent_id or 0)
        shown = county if county and county.kind in {"city", "county"} else area
    else:
        shown = area
    row.area, row.area_code = shown.name, shown.code
    place, office_id = area, area.office_id
    if zone is not None and zone is not area:
        if zone.parent_id == area.id:
            place, office_id = zone, zone.office_id
        elif zone.parent_id == area.parent_id:
            place = zone
        else:
            row.tell("zone", "zone_elsewhere", text=row.zone)
    elif row.zone and zone is None:
        row.tell("zone", "zone_unknown", text=row.zone)
    row.area_id, row.office_id = place.id, office_id or 0
    offices = lookup.directory.offices
    if not office_id or (offices is not None and office_id not in offices):
        row.tell("area", "area_not_yours", text=area_text or shown.name)


def _taken_apart(
    joined: str, area: Place | None, zone: Place | None, zone_text: str, lookup: _Lookup
) -> tuple[Place | None, Place | None, str]:
    """County and zone out of one cell: either, or both with anything between."""
    pieces = [piece for piece in re.split(r"[/,，、;；\s()（）-]+", joined) if piece]
    for piece in [joined] if lookup.names.get(joined) else pieces:
        found = lookup.place(piece)
        if found is None:
            continue
        if found.kind == "zone":
            zone, zone_text = zone or found, zone_text or piece
        else:
            area = area or found
    return area, zone, zone_text


def _read_industry(row: Row, text: Mapping[str, str], lookup: _Lookup) -> None:
    code, row.industry = cells.code_of(text["industry_code"]), cells.none_or(text["industry"])
    if len(code) > 1 and code[0].isalpha():
        code = code[1:]
    known = lookup.directory.industries
    if not code and row.industry:
        same = [each for each in lookup.by_industry.get(row.industry, ()) if each.isdigit()]
        code = max(same, key=len) if same else ""
    if not code:
        row.tell("industry_code", "industry_missing")
        return
    if code not in known and code.isdigit() and "0" + code in known and len(code) in {1, 3}:
        code = "0" + code
    row.industry_code = code
    if code not in known or not code.isdigit():
        row.tell("industry_code", "industry_unknown", text=code)
    elif not row.industry:
        row.industry = known[code]
    elif row.industry != known[code]:
        row.tell("industry", "industry_name_differs", number=code, name=known[code], text=row.industry)


def _read_words(row: Row, text: Mapping[str, str]) -> None:
    category = "".join(halfwidth(cells.none_or(text["category"])).split())
    row.category = CATEGORIES.get(category) or CATEGORIES.get(category.split("(")[0], Category.NONE)
    if category and category not in CATEGORIES and row.category is Category.NONE:
        row.tell("category", "category_unknown", text=category)
    state = "".join(cells.none_or(text["state"]).split())
    row.state = _STATE.get(state, Status.OPERATING)
    if state and state not in _STATE:
        row.tell("state", "state_unknown", text=state)


def _read_coordinates(row: Row, text: Mapping[str, str]) -> None:
    lon_text, lat_text = cells.none_or(text["lon"]), cells.none_or(text["lat"])
    if not lon_text and not lat_text:
        return
    lon, lat = cells.degrees_of(lon_text), cells.degrees_of(lat_text)
    for key, cell, degrees in (("lon", lon_text, lon), ("lat", lat_text, lat)):
        if cell and degrees is None:
            row.tell(key, "coordinates_unreadable", text=cell[:40])
    if not lon_text or not lat_text:
        row.tell("lat" if lon_text else "lon", "coordinates_half")
        return
    if lon is None or lat is None:
        return
    row.lon, row.lat = lon, lat
    if _inside(lat, lon, LONGITUDES, LATITUDES) or (_inside(lat, lon, *CHINA) and not _inside(lon, lat, *CHINA)):
        row.tell("lon", "coordinates_swapped")
    elif not _inside(lon, lat, *CHINA):
        row.tell("lon", "coordinates_abroad")
    elif not _inside(lon, lat, LONGITUDES, LATITUDES):
        row.tell("lon", "coordinates_outside")


def _inside(lon: Decimal, lat: Decimal, lons: tuple[Decimal, Decimal], lats: tuple[Decimal, Decimal]) -> bool:
    return lons[0] <= lon <= lons[1] and lats[0] <= lat <= lats[1]


def _read_permit(row: Row, text: Mapping[str, str]) -> None:
    row.permit_no = cells.code_of(text["permit_no"])
    row.valid_from = _day(row, "valid_from", text["valid_from"], last=False)
    row.valid_to = _day(row, "valid_to", text["valid_to"], last=True)
    if row.valid_from and row.valid_to and row.valid_to < row.valid_from:
        row.tell("valid_to", "validity_reversed")
    if not row.permit_no:
        return
    if problem := codes.permit_problem(row.permit_no, row.uscc):
        row.tell("permit_no", problem, text=row.permit_no)
    if row.valid_from is None or row.valid_to is None:
        row.tell("valid_from" if row.valid_from is None else "valid_to", "permit_without_term")


def _day(row: Row, key: str, cell: str, *, last: bool) -> date | None:
    bare = cells.none_or(cell)
    if not bare or bare in {"长期", "永久"}:
        return None
    day, by_month = cells.day_of(bare, last=last)
    if day is None:
        row.tell(key, "date_unreadable", text=bare[:40])
    elif by_month:
        row.tell(key, "month_only", text=bare, day=day.isoformat())
    return day


def problems(rows: Iterable[Row]) -> list[Problem]:
    """Everything wrong, in the order of the file."""
    return [problem for row in rows for problem in row.problems]
