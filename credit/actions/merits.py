"""What counts for a firm: its public promise, and a year without a single record against it (FACTS D2)."""

from datetime import date

from sqlalchemy import ColumnElement, and_, func, or_, select
from werkzeug.datastructures import FileStorage

from accounts.audit import record
from accounts.models import User
from core import clock
from core.attachments import BadFile
from core.db import db
from core.said import said
from core.workflow import Missing, NotAllowed
from credit import events, rules
from credit.models import CreditEvent, Evaluation, EventKind, FreezeDay, Listing
from inspections.models import DecisionState, OrderState, PenaltyDecision, RectificationOrder
from registry import evidence
from registry.models import Enterprise


def note_promise(enterprise: Enterprise, on: date, letter: FileStorage | bytes | None, *, by: User) -> CreditEvent:
    """Put a firm's public promise on record with the letter that holds it; it counts from the day of the letter."""
    if letter is None:
        raise NotAllowed([Missing(said("请上传承诺书。"), "letter")])
    if on > clock.today():
        raise NotAllowed([Missing(said("承诺日期不能晚于今天。"), "on")])
    standing = select(CreditEvent.id).where(
        CreditEvent.enterprise_id == enterprise.id,
        CreditEvent.kind == EventKind.PROMISE,
        CreditEvent.ended_on.is_(None),
        func.coalesce(CreditEvent.expires_on, date.max) > on,
    )
    if db.session.scalar(standing.limit(1)):
        raise NotAllowed([Missing(said("这家企业的信用承诺还在有效期内。"), "on")])
    try:
        kept = evidence.attach(letter, enterprise_id=enterprise.id, subject=enterprise, by=by, name="信用承诺书")
    except BadFile as refused:
        raise NotAllowed([Missing(refused.sentence, "letter")]) from refused
    db.session.flush()
    return events.establish(
        EventKind.PROMISE,
        enterprise_id=enterprise.id,
        occurred_on=on,
        reason="向社会公开作出守信承诺",
        source=kept,
        by=by,
        url=f"/attachments/{kept.id}",
    )


def _fell() -> ColumnElement[bool]:
    """Whether what an event rested on was quashed or taken back: it never stood against the firm."""
    quashed = select(PenaltyDecision.id).where(PenaltyDecision.state == DecisionState.QUASHED)
    rescinded = select(RectificationOrder.id).where(RectificationOrder.state == OrderState.RESCINDED)
    return or_(
        and_(CreditEvent.source_kind == PenaltyDecision.__tablename__, CreditEvent.source_id.in_(quashed)),
        and_(CreditEvent.source_kind == RectificationOrder.__tablename__, CreditEvent.source_id.in_(rescinded)),
    )


def credit_clean_year(day: FreezeDay, *, by: User) -> int:
    """Credit every firm of a frozen day that had no record against it for the twelve months before. How many.

    It counts from the day after. Firms on the list, and those registered for less than the year, are left out.
    """
    first = rules.months_later(day.as_of, -12)
    against = select(CreditEvent.enterprise_id).where(
        CreditEvent.points < 0, CreditEvent.occurred_on > first, CreditEvent.occurred_on <= day.as_of, ~_fell()
    )
    listed = select(Listing.enterprise_id).where(
        Listing.listed_on <= day.as_of,
        func.coalesce(Listing.removed_on, date.max) > first,
        func.coalesce(Listing.term_to, date.max) > first,
    )
    clean = db.session.scalars(
        select(Evaluation)
        .join(Enterprise, Enterprise.id == Evaluation.enterprise_id)
        .where(
            Evaluation.as_of == day.as_of,
            Enterprise.registered_at < clock.midnight(first),
            Enterprise.id.not_in(against),
            Enterprise.id.not_in(listed),
        )
        .order_by(Evaluation.id)
    ).all()
    for each in clean:
        events.establish(
            EventKind.CLEAN_YEAR,
            enterprise_id=each.enterprise_id,
            occurred_on=date.fromordinal(day.as_of.toordinal() + 1),
            reason=f"{first.isoformat()} 至 {day.as_of.isoformat()} 没有失信记录",
            source=each,
            by=by,
            url=f"/enterprises/{each.enterprise_id}/credit?as-of={day.as_of.isoformat()}",
        )
    record(day, "credit:clean-year", f"连续一年无失信记录加分 {len(clean)} 家", by=by)
    return len(clean)
