"""This room's part of a firm's archive: the events counted, the grades day by day, listings and repairs."""

from collections.abc import Iterator, Sequence

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from credit.models import CreditEvent, Listing, Repair
from registry.archive import Part, source, table
from registry.models import GradeSpan


@source
def _credit(session: Session, firms: Sequence[int]) -> Iterator[Part]:
    e, g, n, r = CreditEvent, GradeSpan, Listing, Repair
    events = select(
        e.kind,
        e.event_class,
        e.points,
        e.reason,
        e.document_number,
        e.occurred_on,
        e.expires_on,
        e.ended_on,
        e.end_reason,
    )
    yield table(session, "信用/信用事件.csv", _("信用事件"), events.where(e.enterprise_id.in_(firms)).order_by(e.id))
    grades = select(g.grade, g.score, g.valid_from, g.valid_to)
    yield table(session, "信用/信用等级.csv", _("信用等级"), grades.where(g.enterprise_id.in_(firms)).order_by(g.id))
    listings = select(
        n.list_type,
        n.state,
        n.ground,
        n.legal_basis,
        n.notified_on,
        n.objection_until,
        n.listed_on,
        n.term_to,
        n.removed_on,
    ).where(n.enterprise_id.in_(firms), n.notified_on.is_not(None))
    yield table(session, "信用/名单.csv", _("名单"), listings.order_by(n.id))
    repairs = select(e.reason, r.applied_on, r.statement, r.promise, r.state, r.decided_on, r.reason.label("决定理由"))
    repairs = repairs.join(r, r.event_id == e.id).where(r.enterprise_id.in_(firms))
    yield table(session, "信用/信用修复.csv", _("信用修复申请"), repairs.order_by(r.id))
