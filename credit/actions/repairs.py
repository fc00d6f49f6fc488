"""信用修复: the firm applies for one record, the bureau decides; points and listing end together (发改委令第36号)."""

from collections.abc import Sequence

from werkzeug.datastructures import FileStorage

from accounts.audit import record, take
from accounts.models import User
from accounts.roles import Role
from core import clock
from core.attachments import BadFile
from core.db import db
from core.said import said
from core.workflow import Missing, NotAllowed
from credit import events, queries, rules
from credit.actions.listings import remove_listing
from credit.models import CreditEvent, Listing, ListingState, Repair
from credit.workflow import REPAIR
from inspections.models import ItemState
from registry import evidence, notifications


def repair_facts(event: CreditEvent, statement: str, promise: str) -> rules.RepairFacts:
    """An event as repair is judged by: the decision or order behind it says whether it was put right and paid."""
    decision, order = queries.decision_behind(event), queries.order_behind(event)
    corrected = decision.corrected_on is not None if decision else True
    if order is not None:
        corrected = all(item.state is ItemState.CLOSED for item in order.items)
    return rules.RepairFacts(
        event_class=event.event_class,
        occurred_on=event.occurred_on,
        corrected=corrected,
        paid=decision is None or not decision.fine or decision.paid_on is not None,
        promise=promise,
        statement=statement,
        ended=event.ended_on is not None,
    )


def apply_for_repair(
    event: CreditEvent, *, statement: str, promise: str, files: Sequence[FileStorage] = (), by: User
) -> Repair:
    """The firm applies; what is still lacking is told at once, before anything is sent."""
    open_ = queries.open_repairs(event.id)
    if open_:
        raise NotAllowed([said("这条记录已有修复申请在办理。")])
    if event.points >= 0:
        raise NotAllowed([said("加分记录不需要修复。")])
    missing = rules.missing_for_repair(repair_facts(event, statement, promise), clock.today())
    if missing:
        raise NotAllowed(missing)
    repair = Repair(
        enterprise_id=event.enterprise_id,
        event_id=event.id,
        statement=statement,
        promise=promise,
        applied_on=clock.today(),
        applied_by_id=by.id,
    )
    db.session.add(repair)
    db.session.flush()
    for file in files:
        try:
            evidence.attach(file, enterprise_id=event.enterprise_id, subject=repair, by=by)
        except BadFile as refused:
            raise NotAllowed(
                [Missing(said("%(file)s：%(why)s", file=file.filename or "", why=refused.sentence), "files")]
            ) from refused
    record(repair, "repair:apply", "申请信用修复", by=by)
    office = event.enterprise.office_id
    parent = event.enterprise.office.parent_id
    people = [each for place in (office, parent) if place for each in notifications.officers_of(place, Role.APPROVER)]
    notifications.notify(
        people, key=f"repair-{repair.id}", title=f"{event.enterprise.name}申请信用修复", url=f"/repairs/{repair.id}"
    )
    return repair


def grant_repair(repair: Repair, reason: str, *, by: User) -> None:
    """Grant: the event stops counting today, and a listing that stands on it is removed everywhere."""
    REPAIR.may_leave("grant", repair.state)
    missing = rules.missing_for_repair(repair_facts(repair.event, repair.statement, repair.promise), clock.today())
    if missing:
        raise NotAllowed(missing)
    repair.decided_on, repair.decided_by_id, repair.reason = clock.today(), by.id, reason
    take(REPAIR, "grant", repair, by=by)
    events.end(repair.event, clock.today(), "信用修复", by=by)
    for listing in _standing_listings(repair.event):
        remove_listing(listing, "信用修复", by=by)
    _tell(repair, "信用修复申请已准予", "ok")


def refuse_repair(repair: Repair, reason: str, *, by: User) -> None:
    """Refuse with reasons; the firm may apply again when they are mended."""
    if not reason.strip():
        raise NotAllowed([Missing(said("写明不予修复的理由。"), "reason")])
    repair.decided_on, repair.decided_by_id, repair.reason = clock.today(), by.id, reason
    take(REPAIR, "refuse", repair, by=by, note=reason)
    _tell(repair, "信用修复申请未获准", "warn")


def _standing_listings(event: CreditEvent) -> list[Listing]:
    return [each for each in queries.listings_for(event.id) if each.state is ListingState.LISTED]


def _tell(repair: Repair, title: str, tone: str) -> None:
    notifications.notify(
        notifications.people_of(repair.enterprise_id),
        key=f"repair-decided-{repair.id}",
        title=title,
        body=repair.reason,
        url="/my/credit",
        tone=tone,
    )
