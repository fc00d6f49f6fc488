"""Stations of HJ 212: registered with MN and password; their messages taken exactly once, however often they come."""

import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, delete, select

from accounts.audit import record
from accounts.models import User
from core import clock
from core.db import db, insert_new
from core.said import said
from core.workflow import Missing, NotAllowed
from permits import queries
from permits.actions.monitoring import record_results
from permits.models import (
    Fault,
    MeasureKind,
    Permit,
    Protocol,
    ReadingKind,
    RefusedPacket,
    Station,
    StationContact,
    StationPart,
    StationReading,
)
from permits.rules import hj212, numbers
from permits.rules.hj212 import Message, Reading, Unreadable
from permits.rules.results import ResultInput

SOURCE = "hj212"
MEASURES = {ReadingKind.HOUR: MeasureKind.HOUR, ReadingKind.DAY: MeasureKind.DAY}
"""Hours and days are monitoring results, held against the limits; what is faster is kept beside them for a while."""

KEPT_DAYS = 92
"""Real-time and minute values, and refused packets, are kept so long. Ours, no law: 未核对."""


def add_station(
    permit: Permit, mn: str, outlet_code: str, st: str, password: str, protocol: Protocol, *, by: User
) -> Station:
    """Make a station known: an outlet that the permit has, a medium that is the outlet's, an MN that nobody has."""
    missing = []
    if not re.fullmatch(r"[0-9A-Za-z]{4,32}", mn):
        missing.append(Missing(said("MN 应为 4 至 32 位数字或字母。"), "mn"))
    elif db.session.scalar(select(Station.id).where(Station.mn == mn)):
        missing.append(Missing(said("这个 MN 已经登记。"), "mn"))
    if not re.fullmatch(r"[0-9A-Za-z]{6,10}", password):
        missing.append(Missing(said("密码应为 6 至 10 位数字或字母。"), "password"))
    version = queries.permits.version_on(permit, clock.today())
    codes = [each.code for each in version.outlets] if version else []
    if outlet_code not in codes:
        text = said("现行许可证没有排放口 %(code)s，有：%(codes)s。", code=outlet_code, codes="、".join(codes) or "—")
        missing.append(Missing(text, "outlet_code"))
    elif (st == hj212.WATER) != numbers.is_water(outlet_code):
        missing.append(Missing(said("大气排放口的 ST 是 31，水的是 32。"), "st"))
    if missing:
        raise NotAllowed(missing)
    salt = secrets.token_hex(16)
    station = Station(
        mn=mn,
        permit_id=permit.id,
        outlet_code=outlet_code,
        st=st,
        protocol=protocol,
        salt=salt,
        password_hash=_hashed(salt, password),
        added_at=clock.now(),
    )
    db.session.add(station)
    db.session.flush()
    record(
        station, "permits:station:add", f"登记自动监测站 {mn}：{outlet_code}", by=by, enterprise_id=permit.enterprise_id
    )
    return station


def _hashed(salt: str, password: str) -> str:
    return hashlib.sha256(f"{salt}:{password}".encode()).hexdigest()


def station_of(message: Message, known: Mapping[str, Station]) -> Station:
    """The station that speaks; raises ``Unreadable`` for a stranger, a wrong password, another medium."""
    found = known.get(message.mn)
    if found is None:
        raise Unreadable(Fault.MN, message.mn[:32])
    if not hmac.compare_digest(found.password_hash, _hashed(found.salt, message.pw)):
        raise Unreadable(Fault.PASSWORD)
    if message.st != found.st:
        raise Unreadable(Fault.SYSTEM, message.st[:4])
    return found


def take_message(message: Message, known: Mapping[str, Station], *, by: User) -> None:
    """Keep what a message of one of these stations says; the same again changes nothing. Raises ``Unreadable``.

    A message in several packets is kept packet by packet and read when the last of them is there.
    """
    station = station_of(message, known)
    if message.cn not in hj212.KINDS:
        raise Unreadable(Fault.COMMAND, message.cn[:10])
    cp = message.cp
    if message.is_part:
        parts = _with_others(station, message)
        if len(parts) < message.pnum:
            _note_contact(station)
            return
        cp = hj212.joined([each.cp for each in parts])
        db.session.execute(delete(StationPart).where(*_of_message(station, message)))
    found = hj212.readings(message.cn, cp, clock.now())
    _note_contact(station)
    if found:
        _keep(station, found, by)


def _note_contact(station: Station) -> None:
    now = clock.now()
    statement = insert_new(StationContact).values(station_id=station.id, last_at=now, messages=1)
    again = {"last_at": now, "messages": StationContact.messages + 1}
    db.session.execute(statement.on_conflict_do_update(index_elements=["station_id"], set_=again))


def _of_message(station: Station, message: Message) -> list[ColumnElement[bool]]:
    return [StationPart.station_id == station.id, StationPart.cn == message.cn, StationPart.qn == message.qn]


def _with_others(station: Station, message: Message) -> Sequence[StationPart]:
    """Keep a packet and give all that are there of its message, in their order."""
    statement = insert_new(StationPart).values(
        station_id=station.id,
        cn=message.cn,
        qn=message.qn,
        pnum=message.pnum,
        pno=message.pno,
        cp=message.cp,
        received_at=clock.now(),
    )
    db.session.execute(statement.on_conflict_do_nothing())
    wanted = select(StationPart).where(*_of_message(station, message)).order_by(StationPart.pno)
    return db.session.scalars(wanted).all()


def _keep(station: Station, found: Sequence[Reading], by: User) -> None:
    version = queries.permits.held_on(station.permit, clock.beijing(found[0].at).date())
    units = queries.stations.units_at(station, version)
    kind = found[0].kind
    if kind in MEASURES:
        results = [
            ResultInput(
                station.outlet_code,
                each.pollutant_code,
                each.at,
                each.value,
                units.get(each.pollutant_code) or hj212.usual_unit(each.pollutant_code),
                MEASURES[kind],
                each.flag,
                raw=each.raw,
            )
            for each in found
        ]
        record_results(station.permit, results, by=by, source=SOURCE)
        return
    rows = [
        {
            "station_id": station.id,
            "kind": each.kind,
            "pollutant_code": each.pollutant_code,
            "at": each.at,
            "value": each.value,
            "raw": each.raw,
            "unit": units.get(each.pollutant_code) or hj212.usual_unit(each.pollutant_code),
            "flag": each.flag,
        }
        for each in found
    ]
    db.session.execute(insert_new(StationReading).on_conflict_do_nothing(), rows)


_PASSWORD = re.compile(r"(PW=)[^;&]*")


def note_refused(peer: str, fault: Fault, told: str, text: str) -> None:
    """Keep a packet that was not taken, without its password."""
    mn = re.search(r"(?:^|;)MN=([0-9A-Za-z]{1,32})", text)
    station_id = db.session.scalar(select(Station.id).where(Station.mn == mn[1])) if mn else None
    db.session.add(
        RefusedPacket(
            station_id=station_id,
            peer=peer,
            fault=fault,
            told=told[:200],
            text=_PASSWORD.sub(r"\1***", text)[: hj212.LONGEST],
            received_at=clock.now(),
        )
    )


def end_station(station: Station, *, by: User) -> None:
    """No longer take what a station sends."""
    if station.ended_on is not None:
        raise NotAllowed([said("这个监测站已经停用。")])
    station.ended_on = clock.today()
    record(
        station,
        "permits:station:end",
        f"停用自动监测站 {station.mn}",
        by=by,
        enterprise_id=station.permit.enterprise_id,
    )


def forget_readings() -> int:
    """Let go of what was kept only for a while; hours and days stay. How many rows."""
    before = clock.now() - timedelta(days=KEPT_DAYS)
    old = (StationReading.at < before, StationPart.received_at < before, RefusedPacket.received_at < before)
    return sum(
        cast(CursorResult[Any], db.session.execute(delete(model).where(condition))).rowcount
        for model, condition in zip((StationReading, StationPart, RefusedPacket), old, strict=True)
    )
