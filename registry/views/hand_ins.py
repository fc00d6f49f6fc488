"""What firms handed in: the list, one of them with its files, and the clerk's word on it."""

from flask import flash, redirect, url_for
from flask_babel import gettext as _

from accounts import exports, lists
from accounts.guard import may
from accounts.people import me
from accounts.roles import Action
from core import clock
from core.pages import Answer, page
from core.workflow import NotAllowed
from registry import actions, evidence, obligations, queries
from registry.blueprint import bp
from registry.forms.hand_ins import JudgeHandInForm
from registry.ledgers.hand_ins import HAND_INS
from registry.workflow import HAND_IN


@bp.get("/hand-ins")
@may(Action.OBLIGATION_READ)
def hand_ins() -> Answer:
    """Everything handed in that one may see; what waits for a clerk first."""
    return page("registry/hand_ins.html", ledger=lists.page_of(HAND_INS))


@bp.get("/hand-ins.<any('xlsx', 'csv', 'json'):form>")
@may(Action.OBLIGATION_READ)
def export_hand_ins(form: str) -> Answer:
    """The same list as a file."""
    return exports.answer(HAND_INS, form)


@bp.get("/hand-ins/<int:hand_in_id>")
@may(Action.OBLIGATION_READ)
def hand_in(hand_in_id: int) -> Answer:
    """One of them: what was owed by when, every time it was handed in, the files with their hashes."""
    found = queries.hand_in(hand_in_id, seen_by=me())
    sent = queries.hand_ins_of(found.obligation)
    return page(
        "registry/hand_in.html",
        found=found,
        sent=sent,
        files=evidence.of(sent),
        standing=obligations.standing(found.obligation, clock.today()),
        judge=bool(HAND_IN.open_to(found, me().may)),
        crumbs=[(_("报送材料"), url_for(".hand_ins")), (found.obligation.title, None)],
    )


@bp.route("/hand-ins/<int:hand_in_id>/judge", methods=["GET", "POST"])
@may(Action.OBLIGATION_CONFIRM)
def judge_hand_in(hand_in_id: int) -> Answer:
    """Confirm it, or give it back with what is lacking."""
    found, form = queries.hand_in(hand_in_id, seen_by=me()), JudgeHandInForm()
    HAND_IN.may_leave("confirm", found.state)
    if form.validate_on_submit():
        try:
            if form.accepted.data == "1":
                actions.confirm_hand_in(found, by=me())
            else:
                actions.return_hand_in(found, form.reason.data or "", by=me())
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            flash(_("已确认。") if form.accepted.data == "1" else _("已退回，企业会收到消息。"), "ok")
            return redirect(url_for(".hand_in", hand_in_id=found.id), 303)
    return page(
        "registry/judge_hand_in.html",
        form=form,
        found=found,
        files=evidence.of([found]).get(found.id, []),
        crumbs=[
            (_("报送材料"), url_for(".hand_ins")),
            (found.obligation.title, url_for(".hand_in", hand_in_id=found.id)),
            (_("确认或退回"), None),
        ],
    )
