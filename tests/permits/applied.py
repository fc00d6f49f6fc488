"""Applications for tests, made by the actions that people use."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from core import clock
from core.db import db
from permits import actions, queries
from permits.models import Application, ApplicationKind, FacilityKind, LimitKind, Opinion, Permit
from registry.models import Category, Enterprise, Site
from tests import world
from tests.permits import made
from tests.permits.made import person

K = ApplicationKind
FACILITIES = [
    actions.FacilityInput("MF0001", "1 号焦炉", FacilityKind.PRODUCTION, "炼焦", "60 万吨/年"),
    actions.FacilityInput("TA001", "脱硫塔", FacilityKind.TREATMENT, "石灰石石膏法", "12 万 m³/h"),
]
MONITORING = [
    *made.MONITORING,
    actions.MonitoringInput("DA001", made.NOX, "氮氧化物", "自动监测", "自动"),
]


def unit(firm: Enterprise, **more: Any) -> actions.UnitInput:
    """The basic facts as the register has them."""
    given = actions.UnitInput(
        firm.name,
        firm.legal_representative,
        firm.address,
        firm.sites[0].address,
        firm.contact_name,
        firm.contact_phone,
        Category.KEY,
    )
    return replace(given, **more)


def fill(found: Application, *, by: str = "preparer") -> Application:
    """Everything a first application says, but for the disclosure."""
    who = person(by)
    actions.save_unit(found, unit(found.enterprise), by=who)
    actions.save_facilities(found, FACILITIES, by=who)
    assert found.permit_version is not None
    if found.kind is K.FIRST:
        actions.set_outlets(found.permit_version, made.OUTLETS, by=who)
        actions.save_limits(found, made.LIMITS, "按排污系数法核算：60 万吨 × 系数（示例）", by=who)
    else:
        actions.save_limits(found, made.LIMITS, "与现行许可量相同（示例）", by=who)
    actions.save_monitoring(found, MONITORING, "自行监测方案（示例）", by=who)
    actions.commit_to(found, True, by=who)
    db.session.commit()
    return found


def begun(kind: ApplicationKind, subject: Site | Permit) -> Application:
    """A draft of the firm's preparer."""
    found = actions.begin_application(kind, subject, by=person("preparer"))
    db.session.commit()
    return found


def filled(kind: ApplicationKind, subject: Site | Permit) -> Application:
    """A draft that lacks nothing but the days of its disclosure."""
    found = fill(begun(kind, subject))
    if kind is K.REAPPLICATION:
        actions.save_grounds(found, "扩建（示例）", None, by=person("preparer"))
    if kind in (K.FIRST, K.REAPPLICATION):
        actions.disclose(found, by=person("preparer"))
    db.session.commit()
    return found


def hand_in(found: Application) -> Application:
    """Sent by the preparer and signed by the signer, on the day the test stands at."""
    actions.send_application(found, by=person("preparer"))
    actions.sign_application(found, world.PASSWORD, declared=True, by=person("signer"))
    db.session.commit()
    return found


def notice_over(found: Application) -> date:
    """The first day on which a disclosed application may be handed in."""
    notice = queries.applications.notice_of(found)
    assert notice is not None
    return notice.due + timedelta(days=1)


def handed_in(kind: ApplicationKind, subject: Site | Permit) -> Application:
    """In the office's hands; a key unit's after its disclosure."""
    found = filled(kind, subject)
    with clock.at(notice_over(found) if found.notice_from else clock.today()):
        return hand_in(found)


def examined(found: Application, opinion: Opinion = Opinion.GRANT) -> Application:
    """Accepted and examined by the clerk, ready to be decided, on the day the test stands at."""
    clerk = person("permit")
    actions.accept_application(found, by=clerk)
    if found.permit_version is not None and not found.permit_version.report_requirements:
        actions.set_reports(found.permit_version, made.REPORTS, by=clerk)
    actions.finish_review(found, opinion, "符合颁发条件（示例）", by=clerk)
    db.session.commit()
    return found


def looser(extra: Decimal = Decimal(1)) -> list[actions.LimitInput]:
    """The same limits, with more tonnes of sulphur dioxide."""
    return [
        replace(each, value=each.value + extra)
        if each.kind is LimitKind.ANNUAL and each.outlet_code == "DA001"
        else each
        for each in made.LIMITS
    ]
