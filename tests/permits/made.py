"""Permits and reports for tests, made by the actions that people use."""

import io
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from werkzeug.datastructures import FileStorage

from accounts.models import User
from core import clock
from core.db import db
from permits import actions, queries
from permits.actions import FigureInput
from permits.models import (
    ExecutionReport,
    LimitKind,
    OutletKind,
    Permit,
    PermitVersion,
    ReportPeriod,
    VersionGround,
)
from permits.rules import record
from registry.models import Category, Enterprise, Obligation
from tests import world
from tests.inspections.made import photo

VALID_FROM, VALID_TO = date(2022, 3, 15), date(2027, 3, 14)
ENTERED = datetime(2026, 6, 30, 10, 0, tzinfo=clock.BEIJING)
"""When the permit was entered here: reports due before are owed elsewhere."""

SO2, NOX, COD, PH = "a21026", "a21002", "w01018", "w01001"
ROWS = (f"DA001/{NOX}", f"DA001/{SO2}", f"DW001/{PH}", f"DW001/{COD}")


def person(username: str) -> User:
    """Somebody of the small world."""
    return db.session.scalars(select(User).where(User.username == username)).one()


def facts(**more: Any) -> actions.VersionInput:
    """What a first version says of itself."""
    given = {
        "ground": VersionGround.FIRST,
        "in_force_from": VALID_FROM,
        "valid_from": VALID_FROM,
        "valid_to": VALID_TO,
        "decided_on": date(2022, 3, 10),
    }
    return actions.VersionInput(**{**given, **more})


def face(firm: Enterprise, **more: Any) -> actions.PermitInput:
    """What stands on the face of a firm's permit."""
    given = {
        "permit_no": f"{firm.credit_code}001P",
        "category": Category.KEY,
        "authority": actions.authorities()[0],
        "issued_on": VALID_FROM,
    }
    return actions.PermitInput(**{**given, **more})


OUTLETS = [
    actions.OutletInput("DA001", "焦炉烟囱", OutletKind.AIR_MAIN, "高 110 m"),
    actions.OutletInput("DW001", "废水总排口", OutletKind.WATER, "间接排放"),
]
LIMITS = [
    actions.LimitInput("DA001", SO2, "二氧化硫", LimitKind.CONCENTRATION, Decimal(30), "mg/m³", basis="GB 16171"),
    actions.LimitInput("DA001", SO2, "二氧化硫", LimitKind.ANNUAL, Decimal("118.4"), "t"),
    actions.LimitInput("DA001", NOX, "氮氧化物", LimitKind.CONCENTRATION, Decimal(150), "mg/m³", basis="GB 16171"),
    actions.LimitInput("DA001", NOX, "氮氧化物", LimitKind.RATE, Decimal("4.2"), "kg/h"),
    actions.LimitInput("DW001", COD, "化学需氧量", LimitKind.CONCENTRATION, Decimal(50), "mg/L"),
    actions.LimitInput("DW001", COD, "化学需氧量", LimitKind.ANNUAL, Decimal(20), "t"),
    actions.LimitInput("DW001", PH, "pH", LimitKind.CONCENTRATION, Decimal(9), "无量纲", value_low=Decimal(6)),
]
MONITORING = [
    actions.MonitoringInput("DA001", SO2, "二氧化硫", "自动监测", "自动"),
    actions.MonitoringInput("DW001", COD, "化学需氧量", "1次/月", "手工"),
]
REPORTS = [
    actions.ReportInput(ReportPeriod.QUARTER, 15, "8.2"),
    actions.ReportInput(ReportPeriod.YEAR, 31, "8.1"),
]
CONDITIONS = [
    actions.ConditionInput("8", "报告", "按下列要求提交执行报告"),
    actions.ConditionInput("8.1", "报告", "年度执行报告于次年 1 月 31 日前提交"),
    actions.ConditionInput("8.2", "报告", "季度执行报告于季后 15 日内提交"),
]


def fill(version: PermitVersion, by: User, **rows: Any) -> None:
    """Write everything that a version says."""
    actions.set_outlets(version, rows.get("outlets", OUTLETS), by=by)
    actions.set_limits(version, rows.get("limits", LIMITS), by=by)
    actions.set_monitoring(version, rows.get("monitoring", MONITORING), by=by)
    actions.set_reports(version, rows.get("reports", REPORTS), by=by)
    actions.set_conditions(version, rows.get("conditions", CONDITIONS), by=by)


def draft(firm: Enterprise) -> Permit:
    """A complete draft."""
    clerk = person("permit")
    found = actions.draft_permit(firm.sites[0], face(firm), facts(), by=clerk)
    fill(found.versions[0], clerk)
    return found


def permit(firm: Enterprise, entered_at: datetime = ENTERED) -> Permit:
    """A permit in force with outlets, limits and reports, entered on a day."""
    with clock.at(entered_at):
        found = draft(firm)
        actions.issue_version(found.versions[0], by=person("permit"))
    db.session.commit()
    return found


def owed(found: Permit, key: str) -> Obligation:
    """One obligation of a permit by its key."""
    return next(each for each in queries.permits.duties(found) if each.key == key)


GOOD = {
    f"DA001/{SO2}": FigureInput(Decimal(20), Decimal(12), Decimal(28), 90, 0, Decimal(20)),
    f"DA001/{NOX}": FigureInput(Decimal(120), Decimal(90), Decimal(140), 90, 0, None),
    f"DW001/{COD}": FigureInput(Decimal(30), Decimal(20), Decimal(41), 3, 0, Decimal(3)),
    f"DW001/{PH}": FigureInput(Decimal("7.2"), Decimal("6.8"), Decimal("7.9"), 3, 0, None),
}


def report(found: Permit, key: str = "2026-q3", figures: dict[str, FigureInput] | None = None) -> ExecutionReport:
    """A report filled in by the firm's preparer, on the day the test stands at."""
    made = actions.open_report(owed(found, key), by=person("preparer"))
    actions.save_figures(made, {**GOOD, **(figures or {})}, by=person("preparer"))
    db.session.commit()
    return made


def confirm(found: ExecutionReport, reason: str = "已核实") -> None:
    """Give a reason for everything odd."""
    odd = [each.key for each in queries.reports.remarks(found) if each.level.code == "soft"]
    actions.acknowledge(found, dict.fromkeys(odd, reason), by=person("preparer"))


def send(found: ExecutionReport) -> ExecutionReport:
    """Send to the signer, whatever is odd confirmed."""
    confirm(found)
    actions.send_report(found, by=person("preparer"))
    db.session.commit()
    return found


def sign(found: ExecutionReport) -> ExecutionReport:
    """Hand in."""
    actions.sign_report(send(found), world.PASSWORD, declared=True, by=person("signer"))
    db.session.commit()
    return found


def scan(content: bytes | None = None, name: str = "纸质报告.jpg") -> FileStorage:
    """A photo of a report on paper."""
    return FileStorage(io.BytesIO(photo() if content is None else content), name)


def paper(figures: dict[str, FigureInput] | None = None, **more: Any) -> actions.PaperInput:
    """A report on paper that came this morning, complete and within its limits, with a word on whatever is odd."""
    given = {
        "received_on": clock.today(),
        "signatory": "孙志远",
        "post": "总经理",
        "scans": [scan()],
        "figures": {**GOOD, **(figures or {})},
        "narrative": "本期生产正常",
    }
    return actions.PaperInput(**{**given, **more})


def untold(obligation: Obligation, given: actions.PaperInput) -> actions.PaperInput:
    """The same, with everything odd in it marked as not explained on the paper."""
    report = actions.report_to_key_in(obligation)
    odd = actions.remarks_on_paper(report, given)
    return replace(given, reasons={each.key: {"told": each.text, "reason": record.UNTOLD} for each in odd})


def keyed(found: Permit, key: str = "2026-q3", **more: Any) -> ExecutionReport:
    """A report that came on paper, keyed in by the clerk."""
    obligation = owed(found, key)
    submission = actions.key_in_report(obligation, untold(obligation, paper(**more)), by=person("permit"))
    db.session.commit()
    kept = queries.reports.report_on(obligation)
    assert kept is not None and submission.report_id == kept.id
    return kept
