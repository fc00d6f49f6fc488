"""What anybody may read of permits: what is asked for (办法16), and which ended (办法29); no person's name."""

from flask import Response, request

from accounts.exports import public_answer
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


@bp.get("/public/permit-ends")
@public
@may_lag
def permit_ends() -> Answer:
    """The permits that were cancelled, withdrawn or revoked, the last first, each with its notice."""
    return page("permits/permit_ends.html", ledger=ledgers.PERMIT_ENDS.page(db.session, request.args, None))


@bp.get("/public/permit-ends.<any('xlsx', 'csv', 'json'):form>")
@public
@may_lag
def export_permit_ends(form: str) -> Response:
    """The same list as a file."""
    return public_answer(ledgers.PERMIT_ENDS, form)
