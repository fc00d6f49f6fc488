"""The verdict on every row of an enterprise ledger. Pure: rows come from ``core.intake`` as text.

What is wrong is told with the code that programs know; an error keeps the row out, a warning does not.
"""

import functools
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal

from core import intake
from core.intake import Sheet, Unreadable
from core.intake import values as cells
from core.text import halfwidth, hidden_characters
from registry import codes
from registry.intake import splitting
from registry.intake.fields import CATEGORIES, CHINA, FIELDS, LATITUDES, LONGEST, LONGITUDES, STATE_OF
from registry.intake.places import Lookup
from registry.intake.rows import Directory, Place, Row
from registry.models import Category, Status

SPREAD = frozenset({"area", "zone", "area_zone", "industry", "industry_code", "industry_both", "category"})
"""Fields whose vertically merged cells hold for every row beside them."""

Text = Mapping[str, str]


def recognise(sheets: Sequence[Sheet]) -> intake.Mapping:
    """The columns of an enterprise ledger; raises ``Unreadable`` when no sheet has its headers."""
    mapping = intake.recognise(sheets, FIELDS, ("name", "uscc"))
    if not mapping.tables:
        told = "没有找到表头：至少要有企业名称、统一社会信用代码等三列。请检查工作表，或下载模板填写。"
        raise Unreadable("no_header", told)
    return mapping


def judge(sheets: Sequence[Sheet], mapping: intake.Mapping, directory: Directory) -> Iterator[Row]:
    """The verdict on every row of data, in the order of the file."""
    by_name = {sheet.name: sheet for sheet in sheets}
    accepted: dict[str, tuple[str, int]] = {}
    permits: dict[str, tuple[str, int]] = {}
    lookup = Lookup(directory)
    for table in mapping.tables:
        if table.sheet not in by_name:
            continue
        person = "contact" if "联系人" in _header(table, "person_phone") else "legal_rep"
        for line in intake.lines(by_name[table.sheet], table, spread=SPREAD):
            row = Row(line.sheet, line.row)
            _read(row, splitting.apart(line.cells, person), lookup)
            if row.accepted and row.uscc in accepted:
                sheet, number = accepted[row.uscc]
                row.tell("uscc", "uscc_duplicate", sheet=sheet, row=number)
            if row.accepted:
                accepted[row.uscc] = (row.sheet, row.row)
                _once(row, permits)
            yield row


def _once(row: Row, permits: dict[str, tuple[str, int]]) -> None:
    if not row.permit_no:
        return
    if row.permit_no in permits:
        sheet, number = permits[row.permit_no]
        row.tell("permit_no", "permit_taken", sheet=sheet, row=number)
        row.permit_no = ""
    else:
        permits[row.permit_no] = (row.sheet, row.row)


def _header(table: intake.Table, key: str) -> str:
    column = table.columns.get(key)
    return table.headers[column] if column is not None and column < len(table.headers) else ""


def _read(row: Row, text: Text, lookup: Lookup) -> None:
    for key, cell in text.items():
        if not cell.isprintable() and (hidden := hidden_characters(cell.replace("\t", ""))):
            row.tell(key, "hidden_characters", text="、".join(hidden))
    row.name = cells.name_of(text.get("name", ""))
    row.uscc = cells.code_of(text.get("uscc", ""))
    row.legal_rep, row.contact = cells.none_or(text.get("legal_rep", "")), cells.none_or(text.get("contact", ""))
    row.phone, row.address = cells.phone_of(text.get("phone", "")), cells.none_or(text.get("address", ""))
    row.remark = cells.words_of(text.get("remark", ""))
    if not row.name:
        row.tell("name", "name_missing")
    if wrong := codes.uscc_problem(row.uscc):
        facts = {"length": len(row.uscc)} if wrong == "uscc_length" else {}
        row.tell("uscc", wrong, **facts)
    _read_place(row, text, lookup)
    _read_industry(row, text, lookup)
    _read_words(row, text)
    _read_coordinates(row, text)
    _read_permit(row, text, code_is_right=wrong is None)
    for key, most in LONGEST.items():
        value: str = getattr(row, key)
        if len(value) > most:
            row.tell(key, "text_too_long", text=value[:12] + "…", most=most)
    row.given.update(key for key in _PLAIN if getattr(row, key))


_PLAIN = ("name", "legal_rep", "contact", "phone", "address", "industry_code", "remark")


def _read_place(row: Row, text: Text, lookup: Lookup) -> None:
    area_text, row.zone = cells.none_or(text.get("area", "")), cells.none_or(text.get("zone", ""))
    area = lookup.place(area_text) if area_text else None
    zone = lookup.place(row.zone) if row.zone else None
    if joined := cells.none_or(text.get("area_zone", "")):
        joined_area, joined_zone, written = lookup.apart(joined)
        area, zone, row.zone = area or joined_area, zone or joined_zone, row.zone or written
        area_text = area_text or joined
    if zone is not None and zone.kind != "zone":
        area, zone = area or zone, None
    if area is None and zone is None and not area_text:
        area = lookup.place(row.sheet) or lookup.directory.home
    if area is None and (zone is None or ("area" in text and cells.none_or(text["area"]))):
        row.tell("area", "area_unknown" if area_text else "area_missing", **({"text": area_text} if area_text else {}))
        return
    if area is None or area.kind == "zone":
        _put_in_zone(row, area or zone, area_text, lookup)
    else:
        _put_in_county(row, area, zone)
    offices = lookup.directory.offices
    if not row.office_id or (offices is not None and row.office_id not in offices):
        row.tell("area", "area_not_yours", text=row.area)
    else:
        row.given.add("area")


def _put_in_zone(row: Row, zone: Place | None, area_text: str, lookup: Lookup) -> None:
    """A row that names a zone and no county is supervised by the zone's own office, else by that of its county."""
    if zone is None:
        return
    row.zone = row.zone or area_text or zone.name
    county = lookup.by_id.get(zone.parent_id or 0)
    shown = county if county and county.kind in {"city", "county"} else zone
    row.area, row.area_code, row.area_id = shown.name, shown.code, zone.id
    row.office_id = zone.office_id or shown.office_id or 0


def _put_in_county(row: Row, area: Place, zone: Place | None) -> None:
    """A zone inside the county named is supervised by its own office if it has one, one beside it by the county's."""
    row.area, row.area_code = area.name, area.code
    place, office_id = area, area.office_id
    if zone is not None and zone.parent_id == area.id:
        place, office_id = zone, zone.office_id or area.office_id
    elif zone is not None and zone.parent_id == area.parent_id:
        place = zone
    elif zone is not None:
        row.tell("zone", "zone_elsewhere", text=row.zone)
    elif row.zone:
        row.tell("zone", "zone_unknown", text=row.zone)
    row.area_id, row.office_id = place.id, office_id or 0


def _read_industry(row: Row, text: Text, lookup: Lookup) -> None:
    code, row.industry = cells.code_of(text.get("industry_code", "")), cells.none_or(text.get("industry", ""))
    if len(code) > 1 and code[0].isalpha():
        code = code[1:]
    known = lookup.directory.industries
    if not code and row.industry:
        same = [each for each in lookup.by_industry.get(row.industry, ()) if each.isdigit()]
        code = max(same, key=len) if same else ""
    if not code:
        if "industry_code" in text or "industry" in text:
            row.tell("industry_code", "industry_missing")
        return
    if code not in known and code.isdigit() and "0" + code in known and len(code) in {1, 3}:
        code = "0" + code
    row.industry_code = code
    if code not in known or not code.isdigit():
        row.tell("industry_code", "industry_unknown", text=code[:20])
    elif not row.industry:
        row.industry = known[code]
    elif row.industry != known[code]:
        row.tell("industry", "industry_name_differs", number=code, name=known[code], text=row.industry[:40])


@functools.lru_cache(1000)
def _category(cell: str) -> tuple[Category | None, str]:
    word = "".join(halfwidth(cells.none_or(cell)).split())
    return CATEGORIES.get(word) or CATEGORIES.get(word.split("(")[0]), word


@functools.lru_cache(1000)
def _state(cell: str) -> tuple[Status | None, str]:
    word = "".join(cells.none_or(cell).split())
    return STATE_OF.get(word), word


def _read_words(row: Row, text: Text) -> None:
    category, word = _category(text.get("category", ""))
    if category is not None:
        row.category = category
        row.given.add("category")
    elif word:
        row.tell("category", "category_unknown", text=word[:40])
    state, word = _state(text.get("state", ""))
    if state is not None:
        row.status = state
        row.given.add("state")
    elif word:
        row.tell("state", "state_unknown", text=word[:40])


def _read_coordinates(row: Row, text: Text) -> None:
    lon_text, lat_text = cells.none_or(text.get("lon", "")), cells.none_or(text.get("lat", ""))
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
    row.given.add("lon")


def _inside(lon: Decimal, lat: Decimal, lons: tuple[Decimal, Decimal], lats: tuple[Decimal, Decimal]) -> bool:
    return lons[0] <= lon <= lons[1] and lats[0] <= lat <= lats[1]


def _read_permit(row: Row, text: Text, *, code_is_right: bool) -> None:
    row.permit_no = cells.code_of(text.get("permit_no", ""))
    row.valid_from = _day(row, "valid_from", text.get("valid_from", ""), last=False)
    row.valid_to = _day(row, "valid_to", text.get("valid_to", ""), last=True)
    if row.valid_from and row.valid_to and row.valid_to < row.valid_from:
        row.tell("valid_to", "validity_reversed")
    if not row.permit_no:
        return
    if code_is_right and (problem := codes.permit_problem(row.permit_no, row.uscc)):
        row.tell("permit_no", problem, **({"text": row.permit_no[:40]} if problem == "permit_shape" else {}))
    if row.valid_from is None or row.valid_to is None:
        row.tell("valid_from" if row.valid_from is None else "valid_to", "permit_without_term")


_read_day = functools.lru_cache(20_000)(cells.day_of)


def _day(row: Row, key: str, cell: str, *, last: bool) -> date | None:
    bare = cells.none_or(cell)
    if not bare or bare in {"长期", "永久"}:
        return None
    day, by_month = _read_day(bare, last=last)
    if day is None:
        row.tell(key, "date_unreadable", text=bare[:40])
    elif by_month:
        row.tell(key, "month_only", text=bare, day=day.isoformat())
    return day
