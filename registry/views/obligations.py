"""What enterprises owe the public: the list, and one obligation with its sum and its source."""

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from accounts import exports, lists
from accounts.guard import may
from accounts.people import me
from accounts.roles import Action
from core import clock
from core.db import db
from core.pages import Answer, page
from core.workflow import NotAllowed
from registry import actions, evidence, queries, subjects
from registry import obligations as owed
from registry.blueprint import bp
from registry.forms.enterprises import RemindForm
from registry.ledgers.obligations import OBLIGATIONS
from registry.rules.obligations import KEPT


@bp.get("/obligations")
@may(Action.OBLIGATION_READ)
def obligations() -> Answer:
    """What is owed, nearest first; what is late is computed as of today."""
    return page("registry/obligations.html", ledger=lists.page_of(OBLIGATIONS))


@bp.get("/obligations.<any('xlsx', 'csv', 'json'):form>")
@may(Action.OBLIGATION_READ)
def export_obligations(form: str) -> Answer:
    """The same list as a file."""
    return exports.answer(OBLIGATIONS, form)


@bp.route("/obligations/remind", methods=["GET", "POST"])
@may(Action.OBLIGATION_REMIND)
def remind_firms() -> Answer:
    """催办: whom it would reach and whom not, then, asked once, the reminders themselves."""
    chosen = OBLIGATIONS.identities(db.session, request.values, me(), actions.MOST + 1)
    rows = queries.obligations_in(chosen[: actions.MOST], seen_by=me())
    form = RemindForm()
    if form.validate_on_submit():
        try:
            sent = actions.remind(rows, form.note.data or "", by=me())
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            flash(_("已催办 %(count)d 项，企业的消息里可以看到。", count=sent), "ok")
            return redirect(url_for(".obligations"), 303)
    told = actions.reminders(rows, clock.today())
    return page(
        "registry/remind_firms.html",
        form=form,
        sent=[each for each in told if not each.why_not],
        left_out=[each for each in told if each.why_not],
        cut=len(chosen) > actions.MOST,
        most=actions.MOST,
        deadlines={each.id: owed.countdown_of(each, clock.today()) for each in rows},
        crumbs=[(_("义务"), url_for(".obligations")), (_("催办"), None)],
    )


@bp.get("/obligations/<int:obligation_id>")
@may(Action.OBLIGATION_READ)
def obligation(obligation_id: int) -> Answer:
    """One obligation: by when, on which article, by what sum, from which source."""
    found = queries.obligation(obligation_id, seen_by=me())
    today, sent = clock.today(), queries.hand_ins_of(found)
    standing = owed.standing(found, today)
    return page(
        "registry/obligation.html",
        obligation=found,
        kept=found.kind in KEPT,
        sent=sent,
        files=evidence.of(sent),
        standing=standing,
        paper_url=subjects.paper_page(found, standing),
        deadline=owed.countdown_of(found, today),
        source_url=subjects.page_of(found.source_kind, found.source_id),
        crumbs=[(_("义务"), url_for(".obligations")), (found.title, None)],
    )
