"""正本 and 副本 of a permit: which were issued for which version, and whether what they say still holds."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Select, and_, or_, select

from core.db import db
from permits.models import (
    Application,
    ApplicationFacility,
    ApplicationKind,
    ApplicationState,
    Permit,
    PermitState,
    PermitVersion,
)
from permits.queries import applications
from permits.queries.permits import issued, spans
from permits.rules import validity
from registry.models import Category, Document, DocumentKind, DocumentState
from registry.rules.documents import Standing

KINDS = (DocumentKind.PERMIT_ORIGINAL, DocumentKind.PERMIT_COPY)
CERTIFIED = (Category.KEY, Category.SIMPLIFIED)
"""Categories that have a certificate; a registration has its receipt."""


def of_permit(found: Permit) -> Sequence[Document]:
    """Everything that was issued for a permit, the newest version first, 正本 before 副本."""
    ids = [each.id for each in issued(found)]
    wanted = select(Document).where(
        Document.subject_kind == "permit_version", Document.subject_id.in_(ids), Document.kind.in_(KINDS)
    )
    rows = db.session.scalars(wanted.order_by(Document.id)).unique()
    return sorted(
        rows,
        key=lambda each: (-ids.index(each.subject_id), each.state.code != "issued", KINDS.index(each.kind), -each.id),
    )


def end_papers(found: Permit) -> Sequence[Document]:
    """The decision to cancel a permit, whoever asked for it, and the public notice; none while it runs."""
    if found.ended_on is None:
        return []
    asked = select(Application.id).where(
        Application.permit_id == found.id, Application.kind == ApplicationKind.CANCELLATION
    )
    wanted = select(Document).where(
        Document.kind.in_((DocumentKind.PERMIT_CANCELLATION, DocumentKind.PERMIT_END_NOTICE)),
        or_(
            and_(Document.subject_kind == "permit", Document.subject_id == found.id),
            and_(Document.subject_kind == "application", Document.subject_id.in_(asked)),
        ),
    )
    return db.session.scalars(wanted.order_by(Document.id)).unique().all()


def standing(found: Permit) -> Sequence[Document]:
    """Those neither replaced nor voided."""
    return [each for each in of_permit(found) if each.state is DocumentState.ISSUED]


def to_certify(found: Permit, today: date) -> PermitVersion | None:
    """The version that a certificate would be issued for today: the one in force, else the next one to come."""
    if found.state is PermitState.DRAFT or found.ended_on or found.category not in CERTIFIED:
        return None
    span = validity.in_force(spans(found), today, found.ended_on)
    wanted = [each for each in issued(found) if (span and each.number == span.number) or each.in_force_from > today]
    return wanted[0] if wanted else None


def may_be_certified(version: PermitVersion, today: date) -> bool:
    """Whether a version holds today or is still to hold, under a permit that was not ended."""
    permit = version.permit
    over = version.valid_to < today or (version.in_force_to is not None and version.in_force_to < today)
    return permit.category in CERTIFIED and permit.ended_on is None and version.issued_at is not None and not over


def lapsed(today: date) -> Sequence[tuple[Standing, Select[int]]]:
    """The versions that hold no longer on a day: their term is over, or a later one took their place."""
    return [
        (Standing.EXPIRED, select(PermitVersion.id).where(PermitVersion.valid_to < today)),
        (Standing.LAPSED, select(PermitVersion.id).where(PermitVersion.in_force_to < today)),
    ]


def replacements(found: Permit) -> Sequence[Application]:
    """The granted applications for lost certificates of a permit, the first decided first."""
    wanted = select(Application).where(
        Application.permit_id == found.id,
        Application.kind == ApplicationKind.REPLACEMENT,
        Application.state == ApplicationState.GRANTED,
    )
    return db.session.scalars(wanted.order_by(Application.decided_on, Application.id)).unique().all()


def facilities(version: PermitVersion) -> Sequence[ApplicationFacility]:
    """The facilities as the application for this version states them; empty where there was none."""
    owner = applications.owner_of(version)
    return sorted(owner.facilities, key=lambda each: (each.kind.code, each.code)) if owner else []
