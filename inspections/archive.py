"""This room's part of a firm's archive: what was ordered and answered, and the penalties, all once served."""

from collections.abc import Iterator, Sequence

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from inspections.models import Finding, ItemResponse, OrderItem, PenaltyDecision, RectificationOrder
from registry.archive import Part, source, table
from registry.models import Document


@source
def _orders(session: Session, firms: Sequence[int]) -> Iterator[Part]:
    o, i, f, r, d = RectificationOrder, OrderItem, Finding, ItemResponse, PenaltyDecision
    served = (o.enterprise_id.in_(firms), o.served_on.is_not(None))
    listed = select(
        Document.number,
        o.facts,
        o.content,
        o.legal_basis,
        o.served_on,
        o.due_on,
        o.due_arithmetic,
        o.state,
        o.closed_on,
    ).join(Document, Document.id == o.document_id)
    yield table(session, "检查/责令改正.csv", _("责令改正"), listed.where(*served).order_by(o.id))
    found = select(
        Document.number,
        f.found_on,
        f.requirement,
        f.requirement_source,
        f.facts,
        f.severity,
        i.requirement.label("改正要求"),
        i.state,
        i.closed_on,
    )
    found = found.join(o, o.document_id == Document.id).join(i, i.order_id == o.id).join(f, f.id == i.finding_id)
    yield table(session, "检查/发现的问题.csv", _("责令改正所列的问题"), found.where(*served).order_by(i.id))
    answers = select(Document.number, i.requirement, r.text, r.done_on, r.sent_at, r.judged_at, r.accepted, r.judgement)
    answers = answers.join(o, o.document_id == Document.id).join(i, i.order_id == o.id).join(r, r.item_id == i.id)
    yield table(session, "检查/改正情况.csv", _("报送的改正情况"), answers.where(*served).order_by(r.id))
    fined = select(d.number, d.facts, d.content, d.fine, d.legal_basis, d.decided_on, d.served_on, d.state)
    fined = fined.where(d.enterprise_id.in_(firms), d.served_on.is_not(None)).order_by(d.id)
    yield table(session, "检查/处罚决定.csv", _("处罚决定"), fined)
