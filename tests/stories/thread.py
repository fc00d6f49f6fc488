"""The whole thread of 晨岭焦化, made by the acts that people use: at least one row of everything that hangs on a firm."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from accounts import actions as accounts
from accounts.audit import record
from accounts.models import SavedView, User
from core import clock
from core.db import Base, db
from credit import actions as credit
from credit.models import CreditEvent, EventKind, Listing, RemovalProposal
from inspections import actions as inspections
from inspections.models import OrderItem
from permits import actions as permits
from permits.actions import Comment, FigureInput, ResultInput, StopInput
from permits.actions.examining import Remark
from permits.models import (
    ApplicationKind,
    Fault,
    MeasureKind,
    PauseReason,
    Permit,
    Protocol,
    RegistrationKind,
    RightSource,
    Section,
)
from registry import actions as registry
from registry import documents
from registry.actions import importing
from registry.intake import marking
from registry.models import Attachment, Category, Enterprise, ListKind, Mandate, ServiceMode
from tests.credit.made import listed, notified
from tests.inspections.made import at, begun, decision, filled, final, finding, order, person, photo, served
from tests.permits import applied
from tests.permits import made as permit_made
from tests.registry.made import site_facts

OVER = {f"DA001/{permit_made.NOX}": FigureInput(Decimal(110), Decimal(80), Decimal(151), 90, 1, None)}


@dataclass(frozen=True)
class Thread:
    """The numbers of all rows about one firm, by the name of the parameter that addresses them."""

    firm_id: int
    name: str
    credit_code: str
    ids: dict[str, list[int]]


def _all(model: type[Base]) -> list[int]:
    return list(db.session.scalars(select(model.id).order_by(model.id)))  # type: ignore[attr-defined]


def spin(firm: Enterprise) -> Thread:
    """Walk the thread, from registration to repair; the clock stands at noon of world.TODAY or moves where law wants."""
    officer, approver = person("officer"), person("approver")
    _registry(firm)
    _permits(firm)
    _inspections(firm)
    db.session.flush()
    listing = notified(firm)
    event = db.session.scalars(select(CreditEvent).where(CreditEvent.kind == EventKind.EVASION)).one()
    objection = credit.object_to_listing(listing, "废水系雨季倒灌（示例）", by=person("signer"))
    db.session.commit()
    credit.answer_objection(objection, listing, False, "现场照片能够认定（示例）", by=approver)
    credit.object_to_listing(listing, "补充：另有一份监测报告（示例）", by=person("signer"))
    asked = inspections.propose_quashing(listing.decision, clock.today(), "复议申请（示例）", by=officer)
    inspections.quash_decision(asked, False, "没有复议决定（示例）", by=approver)
    inspections.note_paid(listing.decision, clock.today(), by=officer)
    inspections.note_corrected(listing.decision, clock.today(), by=officer)
    inspections.note_stay(listing.decision, clock.today(), "复议机关决定停止执行（示例）", by=approver)
    inspections.lift_stay(listing.decision, clock.today(), by=approver)
    decision(firm, "昌州环罚字〔2026〕阜-4号")
    db.session.commit()
    with clock.at(at(date(2027, 11, 22))):
        first = credit.apply_for_repair(event, statement="暗管已拆除", promise="今后守法", by=person("signer"))
        credit.refuse_repair(first, "缺照片", by=approver)
        db.session.commit()
        credit.apply_for_repair(event, statement="暗管已拆除，附照片", promise="今后守法", by=person("signer"))
        db.session.commit()
    credit.freeze_day(clock.today(), by=person("credit"))
    db.session.commit()
    inspections.note_stay(listing.decision, clock.today(), "昌吉州人民政府停止执行决定（示例）", by=officer)
    _refused_removal(listing, approver)
    db.session.commit()
    return numbers(firm)


def _refused_removal(listing: Listing, approver: User) -> None:
    """As it would have been left by an earlier time on the list: this thread's listing is still being heard."""
    asked = RemovalProposal(
        enterprise_id=listing.enterprise_id,
        reason="暗管已拆除（示例）",
        proposed_by_id=person("credit").id,
        proposed_on=clock.today(),
        decided_on=clock.today(),
        decided_by_id=approver.id,
        granted=False,
        answer="尚未复查（示例）",
    )
    listing.removals.append(asked)
    record(asked, "listing:decide-removal", "不予移出", by=approver)


def _registry(firm: Enterprise) -> None:
    officer = person("officer")
    registry.add_to_list(firm, ListKind.AIR, 2026, "焦化", "部令第27号", clock.today(), by=officer)
    registry.add_representative(
        firm, "preparer", Mandate.PREPARER, date(2024, 1, 1), date(2024, 12, 31), photo(), by=officer
    )
    view = SavedView(user_id=officer.id, ledger="enterprises", name="只看焦化", query="q=焦化", path="/enterprises")
    accounts.save_view(view, by=officer)
    importing.open_run(marking.template(), "台账.xlsx", by=officer)
    db.session.commit()


def _permits(firm: Enterprise) -> None:
    clerk = person("permit")
    permits.begin_registration(RegistrationKind.FIRST, firm.sites[0], by=person("preparer"))
    permits.confirm_category(firm.sites[0], ["2521"], {}, Category.KEY, "", by=clerk)
    permit = permit_made.permit(firm)
    _soil(firm, permit)
    sampled = ResultInput("DW001", permit_made.COD, at(date(2026, 11, 10)), Decimal("51.2"), "mg/L")
    still = [
        ResultInput("DA001", permit_made.SO2, at(date(2026, 11, 10 + day)), Decimal("18.6"), "mg/m³", MeasureKind.DAY)
        for day in range(7)
    ]
    permits.record_results(permit, [sampled, *still], by=person("preparer"))
    permits.create_token(firm, "在线监测平台", by=person("signer"))
    permit_made.keyed(permit, "2026-q2", received_on=date(2026, 7, 14))
    report = permit_made.sign(permit_made.report(permit, figures=OVER))
    permits.return_report(report, [Comment("", "请核对氮氧化物")], 5, by=clerk)
    db.session.commit()
    permits.save_operation(report, 0, "已核对", by=person("preparer"))
    permits.accept_report(permit_made.sign(report), by=clerk)
    permits.correct_report(report, "化验单位更正了报告（示例）", by=person("preparer"))
    allotted = permits.RightInput(
        permit_made.SO2,
        "二氧化硫",
        RightSource.ALLOTTED,
        Decimal(120),
        permit.valid_from,
        permit.valid_to,
        "",
        None,
        "核定〔2022〕1号",
    )
    permits.record_right(permit, allotted, by=clerk)
    asked = applied.begun(ApplicationKind.REPLACEMENT, permit)
    permits.save_unit(asked, applied.unit(firm), by=person("preparer"))
    permits.save_grounds(asked, "正本遗失（示例）", None, by=person("preparer"))
    permits.commit_to(asked, True, by=person("preparer"))
    applied.hand_in(asked)
    permits.accept_application(asked, by=clerk)
    permits.comment_on(asked, [Remark(Section.UNIT, "请核对法定代表人")], by=clerk)
    permits.stop_clock(asked, StopInput(PauseReason.EXPERTS, "专家评审（示例）", clock.today()), by=clerk)
    _applications(firm)
    station = permits.add_station(permit, "652300000009", "DA001", "31", "123456", Protocol.HJ212_2017, by=clerk)
    permits.note_refused("127.0.0.1", Fault.CRC, Fault.CRC.label, f"MN={station.mn};")
    _ended(firm)
    facts = permit_made.facts(
        ground=permit_made.VersionGround.CHANGE, in_force_from=date(2026, 12, 1), decided_on=date(2026, 11, 20)
    )
    version = permits.draft_version(permit, facts, by=clerk)
    permit_made.fill(version, clerk)
    db.session.commit()
    with clock.at(at(date(2027, 1, 8))):
        permit_made.report(permit, "2026")
        db.session.commit()


def _soil(firm: Enterprise, permit: Permit) -> None:
    """On the soil list: one duty handed in, given back, and handed in again."""
    registry.add_to_list(firm, ListKind.SOIL, 2026, "焦化", "部令第27号", clock.today(), by=person("officer"))
    owed = permit_made.owed(permit, "soil-monitoring-2026")
    first = registry.hand_in(owed, "监测报告（示例）", [photo()], by=person("preparer"))
    registry.return_hand_in(first, "点位不全（示例）", by=person("permit"))
    registry.hand_in(owed, "已补点位（示例）", [photo()], by=person("preparer"))
    db.session.commit()


def _ended(firm: Enterprise) -> None:
    """A place whose registration was cancelled: it is under watch."""
    clerk = person("permit")
    gone = registry.add_site(firm, site_facts(name="五厂（示例）"), by=person("officer"))
    face = permit_made.face(firm, permit_no=f"{firm.credit_code}009W", category=Category.REGISTRATION)
    permit = permits.draft_permit(gone, face, permit_made.facts(), by=clerk)
    permits.issue_version(permit.versions[0], by=clerk)
    permits.end_permit(permit, "cancel", clock.today(), "停产（示例）", by=clerk)


def _applications(firm: Enterprise) -> None:
    """Two more places: for one the firm has disclosed what it will ask for, for the other the office keys in paper."""
    disclosed, keyed = (
        registry.add_site(firm, site_facts(name=f"{name}（示例）"), by=person("officer")) for name in ("二厂", "三厂")
    )
    applied.filled(ApplicationKind.FIRST, disclosed)
    paper = permits.begin_application(ApplicationKind.FIRST, keyed, by=person("permit"), keyed=True)
    applied.fill(paper, by="permit")
    small = registry.add_site(firm, site_facts(name="四厂（示例）"), by=person("officer"))
    permits.begin_registration(RegistrationKind.FIRST, small, by=person("permit"), keyed=True)


def _inspections(firm: Enterprise) -> None:
    officer = person("officer")
    live = served(final(firm), days=20)
    item = db.session.scalars(select(OrderItem).where(OrderItem.order_id == live.id)).one()
    for text in ("已补齐 9 月台账", "已补齐 10 月台账"):
        response = inspections.answer_item(item, text, clock.today(), by=person("preparer"))
        db.session.commit()
        if text.startswith("已补齐 9"):
            inspections.judge_answer(response, item, False, "还缺 10 月", by=officer)
            db.session.commit()
    order(final(firm, [finding(), finding(facts="危险废物贮存间没有标识")]))
    begun(firm)
    filled(begun(firm))
    db.session.commit()


def numbers(firm: Enterprise) -> Thread:
    """Every row number by the parameter that stands for it in an address."""
    from credit.models import Listing, Objection, Repair
    from inspections.models import Finding, Inspection, ItemResponse, PenaltyDecision, RectificationOrder
    from permits.models import (
        ApiToken,
        Application,
        ApplicationPause,
        EmissionRight,
        Exceedance,
        ExecutionReport,
        MonitoringResult,
        MonitoringSignal,
        Permit,
        PermitVersion,
        PostPermitWatch,
        Registration,
        ReportSubmission,
        Station,
    )
    from registry.models import Document, HandIn, ImportRun, ListMembership, Obligation, Representative

    own = {"enterprise_id": [firm.id], "site_id": [site.id for site in firm.sites]}
    hanging: dict[str, Any] = {
        "application_id": Application,
        "attachment_id": Attachment,
        "decision_id": PenaltyDecision,
        "document_id": Document,
        "event_id": CreditEvent,
        "exceedance_id": Exceedance,
        "finding_id": Finding,
        "hand_in_id": HandIn,
        "inspection_id": Inspection,
        "listing_id": Listing,
        "membership_id": ListMembership,
        "obligation_id": Obligation,
        "order_id": RectificationOrder,
        "permit_id": Permit,
        "registration_id": Registration,
        "result_id": MonitoringResult,
        "signal_id": MonitoringSignal,
        "token_id": ApiToken,
        "repair_id": Repair,
        "report_id": ExecutionReport,
        "representative_id": Representative,
        "version_id": PermitVersion,
    }
    ids = {name: list(_of(model, firm)) for name, model in hanging.items()}
    inner = {
        "item_id": OrderItem,
        "objection_id": Objection,
        "pause_id": ApplicationPause,
        "response_id": ItemResponse,
        "right_id": EmissionRight,
        "station_id": Station,
        "run_id": ImportRun,
        "submission_id": ReportSubmission,
        "view_id": SavedView,
        "watch_id": PostPermitWatch,
    }
    return Thread(
        firm.id, firm.name, firm.credit_code, own | ids | {name: _all(model) for name, model in inner.items()}
    )


def _of(model: Any, firm: Enterprise) -> list[int]:
    if hasattr(model, "enterprise_id"):
        return list(db.session.scalars(select(model.id).where(model.enterprise_id == firm.id).order_by(model.id)))
    return _all(model)


__all__ = ["ServiceMode", "Thread", "at", "documents", "listed", "numbers", "photo", "spin", "timedelta"]
