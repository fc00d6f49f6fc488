"""What anybody may read before a key unit applies for a permit (办法16): no account, no person's name."""

from flask import request

from accounts.guard import may_lag, public
from core.db import db
from core.pages import Answer, page
from permits import ledgers, queries
from permits.blueprint import bp
from permits.rules import applications as rules


@bp.get("/public/permit-applications")
@public
@may_lag
def permit_notices() -> Answer:
    """The applications that are disclosed now."""
    return page("permits/permit_notices.html", ledger=ledgers.NOTICES.page(db.session, request.args, None))


@bp.get("/public/permit-applications/<int:application_id>")
@public
@may_lag
def permit_notice(application_id: int) -> Answer:
    """What one unit asks for."""
    found = queries.applications.disclosed_application(application_id)
    return page(
        "permits/permit_notice.html",
        application=found,
        content=rules.disclosed(queries.applications.content(found)),
        notice=queries.applications.notice_of(found),
    )
