"""留痕: the chain of everything that was done, to read, to filter and to verify. For the auditor."""

from typing import Any

from flask import request, url_for
from flask_babel import gettext as _

from accounts import audit as chain
from accounts import exports, ledgers, lists, queries, subjects
from accounts.blueprint import bp
from accounts.forms import ConfirmForm
from accounts.guard import may
from accounts.roles import Action
from core.db import db
from core.pages import Answer, page


@bp.get("/audit")
@may(Action.AUDIT_READ)
def audit() -> Answer:
    """Everything that was done, the newest first."""
    return page(
        "accounts/audit.html",
        ledger=lists.page_of(ledgers.TRAIL),
        head=chain.head_hash(db.session),
    )


@bp.get("/audit/<int:entry_id>")
@may(Action.AUDIT_READ)
def audit_entry(entry_id: int) -> Answer:
    """One act: who, when, on what, and what each row became."""
    found = queries.entry(entry_id)
    crumbs = [(_("留痕"), url_for(".audit")), (_("第 %(id)d 条", id=found.id), None)]
    intact = chain.is_intact(found)
    return page(
        "accounts/audit_entry.html",
        entry=found,
        subject=subjects.named(found.subject_kind, found.subject_id),
        rows=queries.after_image(found),
        intact=intact,
        crumbs=crumbs,
    )


@bp.get("/audit/verify")
@may(Action.AUDIT_VERIFY)
def verify_audit() -> Answer:
    """Walk the whole chain now; an outside hash may be given to find a cut or re-computed tail."""
    given = (request.args.get("head") or "").strip().lower()
    result: Any = chain.verify(db.session, given or None) if "head" in request.args else None
    crumbs = [(_("留痕"), url_for(".audit")), (_("核验"), None)]
    return page("accounts/verify_audit.html", form=ConfirmForm(), result=result, given=given, crumbs=crumbs)


@bp.get("/audit.<any('xlsx', 'csv', 'json'):form>")
@may(Action.AUDIT_READ)
def export_audit(form: str) -> Answer:
    """The trail as a file, with the newest hash in its source line."""
    return exports.answer(ledgers.TRAIL, form)
