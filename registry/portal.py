"""An enterprise's own pages: whose work is done, who may do it, what was issued to it and what it owes."""

from flask import Response, flash, redirect, stream_with_context, url_for
from flask_babel import gettext as _

from accounts import exports, lists, sessions
from accounts.audit import record
from accounts.guard import may
from accounts.people import me
from accounts.roles import Action
from core import clock
from core.db import db
from core.forms import given
from core.pages import Answer, attachment, not_found, page
from core.workflow import NotAllowed
from registry import actions, archive, evidence, obligations, queries
from registry.blueprint import bp
from registry.documents import served_on, standings
from registry.forms.hand_ins import HandInForm
from registry.forms.people import AppointForm, DismissForm
from registry.ledgers.people import MY_PEOPLE
from registry.rules.obligations import HANDED_IN


@bp.get("/my/firms")
@may(Action.MY_READ)
def my_firms() -> Answer:
    """The firms one speaks for: what each has to do and what is late, and whose work to do now."""
    today = clock.today()
    return page(
        "registry/my_firms.html",
        firms=queries.firms_of(me()),
        current=queries.firm_of(me()),
        burdens=queries.burdens(me(), today),
        seen=obligations.seen_deadline,
        mandates=queries.mandates_of(me(), today),
        crumbs=[(_("首页"), "/my"), (_("我的企业"), None)],
    )


@bp.post("/my/firms/<int:enterprise_id>/choose")
@may(Action.MY_READ)
def choose_firm(enterprise_id: int) -> Answer:
    """Do this firm's work from now on, in this browser."""
    found = next((each for each in queries.firms_of(me()) if each.id == enterprise_id), None) or not_found()
    sessions.work_for(found.id, by=me())
    flash(_("现在办理：%(firm)s", firm=found.name), "ok")
    return redirect("/my", 303)


@bp.get("/my/documents")
@may(Action.MY_READ)
def my_documents() -> Answer:
    """Everything issued to the enterprises one speaks for; decisions from the day they are served."""
    found = queries.my_documents(me())
    return page("registry/my_documents.html", documents=found, standings=standings(found), served_on=served_on)


@bp.get("/my/obligations")
@may(Action.MY_READ)
def my_obligations() -> Answer:
    """What is owed, nearest first, and what was done lately."""
    today = clock.today()
    owed, done = queries.my_obligations(me())
    overdue = [each for each in owed if each.due_on < today]
    firm = queries.firm_of(me())
    return page(
        "registry/my_obligations.html",
        overdue=overdue,
        owed=owed[len(overdue) :],
        done=done,
        kept=queries.kept_by(me(), firm.id, today) if firm else [],
        sent=queries.my_hand_ins(me()),
        standing=obligations.standing,
        seen=obligations.countdown_of,
    )


@bp.route("/my/obligations/<int:obligation_id>/hand-in", methods=["GET", "POST"])
@may(Action.OBLIGATION_HAND_IN)
def my_hand_in(obligation_id: int) -> Answer:
    """Hand files in for an obligation, and what became of those handed in before; they stay when it is void."""
    found, form, today = queries.obligation(obligation_id, seen_by=me()), HandInForm(), clock.today()
    if found.kind not in HANDED_IN:
        not_found()
    if form.validate_on_submit():
        files = [file for file in form.files.data or [] if file and file.filename]
        try:
            actions.hand_in(found, form.note.data or "", files, by=me())
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            flash(_("已报送，等待发证机关确认。"), "ok")
            return redirect(url_for(".my_hand_in", obligation_id=found.id), 303)
    sent = queries.hand_ins_of(found)
    standing = obligations.standing(found, today)
    return page(
        "registry/my_hand_in.html",
        form=form,
        owed=found,
        sent=sent,
        files=evidence.of(sent),
        standing=standing,
        open=found.fulfilled_on is None and found.voided_on is None,
        refused=actions.why_not_handed_in(found, today),
        deadline=obligations.countdown_of(found, today),
        crumbs=[(_("我的义务"), url_for(".my_obligations")), (found.title, None)],
    )


@bp.get("/my/people")
@may(Action.MY_READ)
def my_people() -> Answer:
    """Who speaks for the firm, and since when."""
    return page("registry/my_people.html", ledger=lists.page_of(MY_PEOPLE), firm=queries.firm_of(me()))


@bp.get("/my/people.<any('xlsx', 'csv', 'json'):form>")
@may(Action.MY_READ)
def export_my_people(form: str) -> Answer:
    """The same list as a file."""
    return exports.answer(MY_PEOPLE, form)


def _people(last: str) -> list[tuple[str, str | None]]:
    return [(_("人员"), url_for(".my_people")), (last, None)]


@bp.get("/my/people/<int:representative_id>")
@may(Action.MY_READ)
def my_person(representative_id: int) -> Answer:
    """One mandate with its letter."""
    found = queries.representative(representative_id, seen_by=me())
    return page("registry/my_person.html", found=found, crumbs=_people(found.user.name))


@bp.route("/my/people/new", methods=["GET", "POST"])
@may(Action.PEOPLE_EDIT)
def appoint_preparer() -> Answer:
    """Let somebody fill in for the firm, with the letter."""
    firm = queries.firm_of(me()) or not_found()
    form = AppointForm(since=clock.today())
    if form.validate_on_submit():
        letter = form.letter.data if form.letter.data and form.letter.data.filename else None
        try:
            actions.appoint_preparer(
                firm,
                form.username.data or "",
                form.name.data or "",
                given(form.since.data),
                form.until.data,
                letter,
                by=me(),
            )
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            flash(_("已登记，对方从授权起日起可以填报。"), "ok")
            return redirect(url_for(".my_people"), 303)
    return page("registry/appoint_preparer.html", form=form, firm=firm, crumbs=_people(_("增加填报人")))


@bp.route("/my/people/<int:representative_id>/end", methods=["GET", "POST"])
@may(Action.PEOPLE_EDIT)
def dismiss_representative(representative_id: int) -> Answer:
    """End a mandate of the firm, with the reason."""
    found = queries.representative(representative_id, seen_by=me())
    form = DismissForm(on=clock.today())
    if form.validate_on_submit():
        try:
            actions.dismiss_representative(found, given(form.on.data), form.reason.data or "", by=me())
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            flash(_("授权已终止。"), "ok")
            return redirect("/my" if found.user_id == me().id else url_for(".my_people"), 303)
    return page("registry/dismiss_representative.html", form=form, found=found, crumbs=_people(found.user.name))


@bp.get("/my/archive")
@may(Action.MY_READ)
def my_archive() -> Answer:
    """What the archive of the firm holds, and the button that makes it."""
    return page("registry/my_archive.html", firm=queries.firm_of(me()))


@bp.post("/my/archive.zip")
@may(Action.MY_READ)
def export_my_archive() -> Answer:
    """Everything the register holds about the firm, in one file, streamed; the export itself is recorded."""
    firm = queries.firm_of(me()) or not_found()
    own, mark = db.sessionmaker(), exports.stamp()
    record(firm, "registry:archive:export", f"导出全部数据：{firm.name}", by=me())
    firm_ids = [firm.id, *(each.id for each in queries.merged_into(firm.id))]
    made = archive.written(own, archive.Owner(firm.name, firm.credit_code), firm_ids, mark)
    response = Response(stream_with_context(exports.sent(made, own)), content_type="application/zip")
    name = f"{firm.name}_{clock.beijing(mark.at):%Y%m%d}.zip"
    response.headers["Content-Disposition"] = attachment(name)
    return response
