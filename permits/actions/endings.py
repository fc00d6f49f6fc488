"""What goes out when a permit ends: the decision to cancel it, and the public notice (办法第二十九条)."""

from sqlalchemy import select

from accounts.models import User
from core import clock
from core.db import db
from permits import notices
from permits.actions.permits import ON_END
from permits.models import Application, ApplicationKind, ApplicationState, Permit, PermitState
from permits.queries.certificates import CERTIFIED
from registry import documents
from registry.models import DocumentKind


def tell_of_end(permit: Permit, word: str, by: User) -> None:
    """Decide in writing where the office cancels of itself, and tell the public of every permit that ends.

    What is withdrawn or revoked was decided elsewhere (办法30, 条例34); a registration has its receipt.
    """
    if permit.category not in CERTIFIED or permit.ended_on is None:
        return
    applied = _applied(permit)
    if permit.state is PermitState.CANCELLED and not applied:
        documents.issue(
            DocumentKind.PERMIT_CANCELLATION,
            office=permit.authority,
            enterprise=permit.enterprise,
            subject=permit,
            title=f"{DocumentKind.PERMIT_CANCELLATION.label}：{permit.permit_no}",
            compose=notices.endings.cancellation_by_office(permit, permit.ended_on, permit.end_reason),
            on=clock.today(),
            by=by,
        )
    documents.issue(
        DocumentKind.PERMIT_END_NOTICE,
        office=permit.authority,
        enterprise=permit.enterprise,
        subject=permit,
        title=f"{DocumentKind.PERMIT_END_NOTICE.label}：{permit.permit_no}（{word}）",
        compose=notices.endings.public_notice(permit, permit.ended_on, applied=applied),
        on=clock.today(),
        by=by,
    )


def _applied(permit: Permit) -> bool:
    """Whether the holder applied for it, so that the decision on the application says it already."""
    wanted = select(Application.id).where(
        Application.permit_id == permit.id,
        Application.kind == ApplicationKind.CANCELLATION,
        Application.state == ApplicationState.GRANTED,
    )
    return db.session.scalar(wanted.limit(1)) is not None


ON_END.append(tell_of_end)
