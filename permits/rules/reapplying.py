"""Which changes ask for a new application instead of a change (条例15、办法25), found from the difference and explained."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from core.filters import shown_number
from core.said import said
from permits.models import LimitKind, Section
from permits.rules.differences import LimitFact

METRES = Decimal("0.0005")
"""Degrees within which two positions are the same place (about fifty metres). Ours: 未核对."""


@dataclass(frozen=True)
class Mouth:
    """An outlet with what makes it the same one: its kind, where it discharges to, where it stands."""

    code: str
    kind: str
    destination: str = ""
    longitude: Decimal | None = None
    latitude: Decimal | None = None


@dataclass(frozen=True)
class Asked:
    """What a permit allows, or what is asked for, as far as it decides over the procedure."""

    mouths: Sequence[Mouth] = ()
    limits: Sequence[LimitFact] = ()
    site_address: str = ""
    new_project: bool = False


@dataclass(frozen=True)
class Trigger:
    """One reason why it is no mere change, and the section where it stands."""

    text: str
    section: Section


def triggers(old: Asked, new: Asked) -> list[Trigger]:
    """Every reason for which the unit must apply anew before it changes anything (条例第十五条)."""
    return [
        *_projects(old, new),
        *_outlets(old, new),
        *_pollutants(old, new),
        *_quantities(old, new),
        *_weaker(old, new),
    ]


def _projects(old: Asked, new: Asked) -> Iterator[Trigger]:
    if new.new_project:
        yield Trigger(said("有新建、改建、扩建项目（条例第十五条第一项）。"), Section.UNIT)
    if old.site_address and new.site_address and old.site_address != new.site_address:
        text = said(
            "生产经营场所由“%(old)s”改为“%(new)s”（条例第十五条第二项）。", old=old.site_address, new=new.site_address
        )
        yield Trigger(text, Section.UNIT)


def _outlets(old: Asked, new: Asked) -> Iterator[Trigger]:
    known = {each.code: each for each in old.mouths}
    for each in new.mouths:
        before = known.get(each.code)
        if before is None:
            yield Trigger(said("新增排放口 %(code)s（条例第十五条第三项）。", code=each.code), Section.OUTLETS)
            continue
        if before.kind != each.kind:
            text = said("%(code)s 的排放方式（类型）改变（条例第十五条第二项）。", code=each.code)
            yield Trigger(text, Section.OUTLETS)
        if before.destination != each.destination:
            text = said(
                "%(code)s 的排放去向由“%(old)s”改为“%(new)s”（条例第十五条第二项）。",
                code=each.code,
                old=before.destination or "—",
                new=each.destination or "—",
            )
            yield Trigger(text, Section.OUTLETS)
        if _moved(before, each):
            yield Trigger(said("%(code)s 的位置改变（条例第十五条第二项）。", code=each.code), Section.OUTLETS)


def _moved(old: Mouth, new: Mouth) -> bool:
    if None in (old.longitude, old.latitude, new.longitude, new.latitude):
        return False
    across: Decimal = abs(old.longitude - new.longitude)  # type: ignore[operator]
    along: Decimal = abs(old.latitude - new.latitude)  # type: ignore[operator]
    return max(across, along) > METRES


def _pollutants(old: Asked, new: Asked) -> Iterator[Trigger]:
    known = {(each.outlet_code, each.pollutant_code) for each in old.limits}
    outlets = {each.code for each in old.mouths}
    told: set[tuple[str, str]] = set()
    for each in new.limits:
        key = (each.outlet_code, each.pollutant_code)
        if key not in known and key not in told and each.outlet_code in outlets:
            told.add(key)
            text = said(
                "%(code)s 新增污染物%(pollutant)s（条例第十五条第三项）。", code=key[0], pollutant=each.pollutant_name
            )
            yield Trigger(text, Section.LIMITS)


def _tonnes(asked: Asked) -> dict[str, tuple[str, Decimal]]:
    found: dict[str, tuple[str, Decimal]] = {}
    for each in asked.limits:
        if each.kind is LimitKind.ANNUAL:
            found[each.pollutant_code] = (
                each.pollutant_name,
                found.get(each.pollutant_code, ("", Decimal(0)))[1] + each.value,
            )
    return found


def _quantities(old: Asked, new: Asked) -> Iterator[Trigger]:
    before = _tonnes(old)
    for code, (name, tonnes) in _tonnes(new).items():
        known = before.get(code)
        if known is not None and tonnes > known[1]:
            text = said(
                "%(pollutant)s年许可排放量由 %(old)s 吨增加到 %(new)s 吨（条例第十五条第三项）。",
                pollutant=name,
                old=shown_number(known[1]),
                new=shown_number(tonnes),
            )
            yield Trigger(text, Section.LIMITS)
    for code in before.keys() - _tonnes(new).keys():
        if any(each.pollutant_code == code for each in new.limits):
            text = said("%(pollutant)s不再有年许可排放量，等于放宽（条例第十五条第三项）。", pollutant=before[code][0])
            yield Trigger(text, Section.LIMITS)


def _weaker(old: Asked, new: Asked) -> Iterator[Trigger]:
    asked = {(each.outlet_code, each.pollutant_code, each.kind): each for each in new.limits}
    still = {(each.outlet_code, each.pollutant_code) for each in new.limits}
    for before in old.limits:
        if before.kind is LimitKind.ANNUAL:
            continue
        after = asked.get((before.outlet_code, before.pollutant_code, before.kind))
        facts = {
            "code": before.outlet_code,
            "pollutant": before.pollutant_name,
            "kind": before.kind,
            "old": before.words,
            "new": after.words if after else "—",
        }
        if after is None:
            if (before.outlet_code, before.pollutant_code) in still:
                text = said("%(code)s %(pollutant)s的%(kind)s被取消，等于放宽（条例第十五条第三项）。", **facts)
                yield Trigger(text, Section.LIMITS)
        elif allows_more(before, after):
            text = said("%(code)s %(pollutant)s的%(kind)s由 %(old)s 放宽到 %(new)s（条例第十五条第三项）。", **facts)
            yield Trigger(text, Section.LIMITS)


def allows_more(old: LimitFact, new: LimitFact) -> bool:
    """Whether any figure is allowed that was not before; figures in another unit cannot be compared, so they count."""
    if old.unit != new.unit:
        return True
    lower = old.low is not None and (new.low is None or new.low < old.low)
    return new.value > old.value or lower
