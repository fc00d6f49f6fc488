"""Inspections, orders and decisions for tests, made by the acts that people use."""

import io
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from PIL import Image
from sqlalchemy import select

from accounts.models import Office, User
from core import clock
from core.db import db
from inspections import actions, queries
from inspections.models import (
    AnswerKind,
    Inspection,
    InspectionKind,
    PenaltyDecision,
    RectificationOrder,
    Severity,
)
from registry.models import Enterprise, ServiceMode

CAUSE = "LED-NONE"
RULE = "LED-NONE@C26-1"


def person(username: str) -> User:
    """Somebody of the small world."""
    return db.session.scalars(select(User).where(User.username == username)).one()


def firm_of(credit_code: str) -> Enterprise:
    """A firm of the small world."""
    return db.session.scalars(select(Enterprise).where(Enterprise.credit_code == credit_code)).one()


def photo(taken: str = "2026:11:23 10:05:00", colour: str = "steelblue") -> bytes:
    """A JPEG as a telephone takes it: with its time and its place in Fukang."""
    exif = Image.Exif()
    details = exif.get_ifd(0x8769)
    details[0x9003] = taken
    details[0x9011] = "+08:00"
    where = exif.get_ifd(0x8825)
    where[1], where[2], where[3], where[4] = "N", (44.0, 9.0, 36.0), "E", (87.0, 58.0, 48.0)
    out = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(out, "JPEG", exif=exif)
    return out.getvalue()


def finding(**more: Any) -> actions.FindingInput:
    """What is wrong with the ledgers."""
    values: dict[str, Any] = {
        "requirement": "应当建立环境管理台账，如实记录，保存不少于五年",
        "requirement_source": "排污许可管理条例第二十一条",
        "facts": "2026 年 9 月以来未记录 1 号焦炉脱硫设施运行台账",
        "severity": Severity.GENERAL,
        "violation_key": CAUSE,
    }
    return actions.FindingInput(**{**values, **more})


def begun(firm: Enterprise, officer: str = "officer", second: str = "officer2") -> Inspection:
    """An inspection that began an hour ago."""
    start = actions.StartInput(
        kind=InspectionKind.SPECIAL,
        started_at=clock.now() - timedelta(hours=1),
        second_officer=person(second),
        checklist=queries.checklists(clock.today())[0],
    )
    made = actions.begin_inspection(firm.sites[0], start, by=person(officer))
    db.session.flush()
    return made


def filled(inspection: Inspection, findings: Sequence[actions.FindingInput] | None = None) -> Inspection:
    """The same with everything in it that a final record needs."""
    by = inspection.lead_officer
    for item in inspection.checklist.items if inspection.checklist else []:
        answer = AnswerKind.FAILS if item.violation_key == CAUSE else AnswerKind.MEETS
        actions.answer_checklist(inspection, item.id, answer, "", by=by)
    for each in [finding()] if findings is None else findings:
        actions.record_finding(inspection, each, by=by)
    actions.save_record(
        inspection,
        actions.RecordInput(
            started_at=inspection.started_at,
            ended_at=clock.now(),
            second_officer=inspection.second_officer,
            backdated_reason="",
            person_met="何静",
            person_met_role="环保科长",
            certificates_shown=True,
            rights_told=True,
            production="1 号焦炉正常生产，2 号焦炉停炉检修",
            narrative="现场查看脱硫设施和台账室",
        ),
        by=by,
    )
    actions.sign_record(inspection, [[[100, 100], [400, 300], [600, 120]]], "何静", "", by=by)
    db.session.flush()
    db.session.expire(inspection)
    return inspection


def final(firm: Enterprise, findings: Sequence[actions.FindingInput] | None = None, **people: str) -> Inspection:
    """A final record."""
    made = filled(begun(firm, **people), findings)
    actions.finalise(made, by=made.lead_officer)
    db.session.commit()
    return made


def order(inspection: Inspection, days: int = 10) -> RectificationOrder:
    """A draft for everything that was found."""
    assert inspection.second_officer is not None
    facts = actions.OrderInput(
        findings=inspection.findings,
        facts="你单位未按规定记录环境管理台账",
        evidence="现场检查（勘察）笔录、照片",
        content="补齐并如实记录环境管理台账",
        days_allowed=days,
        working_days=True,
        rule_id=RULE,
        choice_reason="行为持续到法典施行以后，适用法典（示例）",
        second_officer=inspection.second_officer,
    )
    made = actions.draft_order(inspection, facts, by=inspection.lead_officer)
    db.session.commit()
    return made


def approved(inspection: Inspection, days: int = 10) -> RectificationOrder:
    """A numbered order."""
    made = order(inspection, days)
    actions.send_order(made, by=made.lead_officer)
    actions.approve_order(made, by=person("approver"))
    db.session.commit()
    return made


def served(inspection: Inspection, days: int = 10) -> RectificationOrder:
    """An order that has reached the firm today."""
    made = approved(inspection, days)
    actions.serve_order(
        made, actions.ServiceInput(ServiceMode.DIRECT, "何静", "厂区办公室", clock.today()), by=made.lead_officer
    )
    db.session.commit()
    return made


def decision(firm: Enterprise, number: str = "昌州环罚字〔2026〕阜-3号", **more: Any) -> PenaltyDecision:
    """A penalty for a hidden pipe, decided and served a week ago, put on record."""
    day = clock.today() - timedelta(days=7)
    office = db.session.scalars(select(Office).where(Office.code == "CJ")).one()
    values: dict[str, Any] = {
        "number": number,
        "office": office,
        "violation_key": "EVA-PIPE",
        "violation_branch": "",
        "rule_id": "EVA-PIPE@C26-1",
        "choice_reason": "行为终了于法典施行以后，适用法典第一千一百零八条（示例）",
        "facts": "通过雨水管网向外环境排放焦化废水",
        "kinds": ["fine"],
        "content": "罚款三十万元",
        "fine": Decimal(300_000),
        "confiscated": None,
        "act_from": day - timedelta(days=40),
        "act_to": day - timedelta(days=30),
        "decided_on": day,
        "served_on": day,
        "scan": photo(),
    }
    made = actions.record_decision(firm, actions.DecisionInput(**{**values, **more}), by=person("officer"))
    db.session.commit()
    return made


def confirmed(firm: Enterprise, **more: Any) -> PenaltyDecision:
    """The same, confirmed by a second person."""
    made = decision(firm, **more)
    actions.confirm_decision(made, by=person("approver"))
    db.session.commit()
    return made


def at(day: date, hour: int = 11, minute: int = 0) -> datetime:
    """A moment in Beijing."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=clock.BEIJING)
