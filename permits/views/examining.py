"""Acts of the office on an application, each on a page of its own: intake, examination, decision."""

from collections.abc import Callable, Sequence
from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from accounts.guard import may
from accounts.people import me
from accounts.roles import Action
from core import clock
from core.forms import Form, given
from core.pages import Answer, not_found, page
from core.workflow import NotAllowed
from permits import actions, queries
from permits.blueprint import bp
from permits.forms.applications import PauseForm, QuestionForm, RemarksForm, ResumeForm, ReviewForm
from permits.forms.rows import ConfirmForm, ReasonForm
from permits.models import Application
from permits.views.applications import clock_shown, content_of, crumbs
from permits.workflow import APPLICATION


def _act(
    found: Application,
    form: Form,
    keep: Callable[[], object],
    title: str,
    *,
    act: str,
    done: str,
    effects: Sequence[str] = (),
    fields: Sequence[str] = (),
    hints: dict[str, str] | None = None,
    grave: bool = False,
) -> Answer:
    """One act with what it does, its fields, and the refusal where it is lacking something."""
    if form.validate_on_submit():
        try:
            keep()
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            flash(done, "ok")
            return redirect(url_for(".application", application_id=found.id), 303)
    return page(
        "permits/act_on_application.html",
        layout="layout.html",
        application=found,
        form=form,
        title=title,
        effects=effects,
        act=act,
        fields=[form[name] for name in fields],
        hints=hints or {},
        grave=grave,
        clock=clock_shown(found, clock.today()),
        home=url_for(".application", application_id=found.id),
        crumbs=crumbs(found, title),
    )


def _found(application_id: int, verb: str | None = None) -> Application:
    """An application one may see, in a state from which this step leads on."""
    found = queries.applications.application(application_id, seen_by=me())
    if verb:
        APPLICATION.may_leave(verb, found.state)
    return found


@bp.route("/applications/<int:application_id>/accept", methods=["GET", "POST"])
@may(Action.APPLICATION_ACCEPT)
def accept_application(application_id: int) -> Answer:
    """Accept, with the receipt."""
    found, form = _found(application_id, "accept"), ConfirmForm()
    deemed = queries.applications.is_deemed_accepted(found, clock.today())
    effects = [_("出具受理通知书，审批期限开始计算。")]
    if deemed:
        effects.append(_("告知期限已过，申请视为自收到之日起受理，审批期限也自该日起算。"))
    return _act(
        found,
        form,
        lambda: actions.accept_application(found, by=me()),
        _("受理申请"),
        act=_("受理"),
        done=_("已受理，受理通知书已出具。"),
        effects=effects,
    )


@bp.route("/applications/<int:application_id>/supplement", methods=["GET", "POST"])
@may(Action.APPLICATION_ACCEPT)
def supplement_application(application_id: int) -> Answer:
    """Ask once for everything that is lacking."""
    found = _found(application_id, "supplement")
    return _remarks(
        found,
        lambda remarks: actions.ask_for_supplement(found, remarks, by=me()),
        _("告知补正"),
        hint=_("只能告知一次，请写全；出具补正告知书，企业补正后重新提交。"),
        act=_("出具补正告知书"),
        done=_("补正告知书已出具。"),
    )


def _remarks(
    found: Application, keep: Callable[[Any], object], title: str, *, hint: str, act: str, done: str
) -> Answer:
    form = RemarksForm()
    more = bool(request.form.get("more"))
    if request.method == "GET" or more:
        form.add_blank(3)
    if not more and form.validate_on_submit():
        try:
            keep(form.remarks())
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            flash(done, "ok")
            return redirect(url_for(".application", application_id=found.id), 303)
    return page(
        "permits/comment_on_application.html",
        application=found,
        form=form,
        title=title,
        hint=hint,
        act=act,
        content=content_of(found),
        files=queries.applications.files(found),
        home=url_for(".application", application_id=found.id),
        crumbs=crumbs(found, title),
    )


@bp.route("/applications/<int:application_id>/decline", methods=["GET", "POST"])
@may(Action.APPLICATION_ACCEPT)
def decline_application(application_id: int) -> Answer:
    """Not accept, with the reason."""
    found, form = _found(application_id, "decline"), ReasonForm()
    return _act(
        found,
        form,
        lambda: actions.decline_application(found, form.reason.data or "", by=me()),
        _("不予受理"),
        act=_("不予受理"),
        done=_("不予受理决定书已出具。"),
        effects=[_("出具不予受理决定书，写明理由和救济途径。"), _("这件申请就此结束，可以另行申请。")],
        fields=["reason"],
        grave=True,
    )


@bp.route("/applications/<int:application_id>/note-withdrawal", methods=["GET", "POST"])
@may(Action.APPLICATION_ACCEPT)
def note_withdrawal(application_id: int) -> Answer:
    """Note that the applicant withdrew what it had brought on paper."""
    found, form = _found(application_id, "note_withdrawal"), ReasonForm()
    if found.keyed_by_id is None:
        not_found()
    return _act(
        found,
        form,
        lambda: actions.withdraw_application(found, form.reason.data or "", by=me()),
        _("登记撤回"),
        act=_("登记撤回"),
        done=_("申请已撤回。"),
        effects=[_("这件申请就此结束，可以另行申请。")],
        fields=["reason"],
        grave=True,
    )


@bp.route("/applications/<int:application_id>/comment", methods=["GET", "POST"])
@may(Action.APPLICATION_REVIEW)
def comment_on_application(application_id: int) -> Answer:
    """Write down what the examination found, by section."""
    found = _found(application_id, "review")
    return _remarks(
        found,
        lambda remarks: actions.comment_on(found, remarks, by=me()),
        _("写审查意见"),
        hint=_("逐部分写明审查发现；意见留存，不发给企业。"),
        act=_("保存意见"),
        done=_("已保存。"),
    )


def _told(found: Application) -> str:
    online = _("出具停止计时告知书，企业在“我的许可申请”里即时看到，自首日起不计入。")
    on_paper = _("出具停止计时告知书，请打印送达，并在文书页登记送达；登记送达以前不扣除。")
    return str(online if actions.reads_online(found) else on_paper)


@bp.route("/applications/<int:application_id>/pauses/new", methods=["GET", "POST"])
@may(Action.APPLICATION_REVIEW)
def stop_clock(application_id: int) -> Answer:
    """Note days that a hearing, a test or experts take."""
    found = _found(application_id, "review")
    form = PauseForm(data={"first_day": clock.today()})
    return _act(
        found,
        form,
        lambda: actions.stop_clock(found, form.facts(), by=me()),
        _("停止计时"),
        act=_("停止计时并告知"),
        done=_("停止计时告知书已出具。"),
        effects=[
            _("听证、检测、专家评审所需的时间不计算在审批期限内，应当书面告知申请人（办法第 23 条）。"),
            _told(found),
        ],
        fields=["why", "words", "asks", "first_day", "last_day"],
        hints={
            "last_day": _("还没有结束的留空，结束时另行告知。"),
            "asks": _("没有要求的留空。"),
        },
    )


@bp.route("/applications/<int:application_id>/pauses/<int:pause_id>/end", methods=["GET", "POST"])
@may(Action.APPLICATION_REVIEW)
def resume_clock(application_id: int, pause_id: int) -> Answer:
    """End a stop of the clock."""
    found = _found(application_id)
    pause = next((each for each in found.pauses if each.id == pause_id), None) or not_found()
    form = ResumeForm(data={"last_day": clock.today()})
    return _act(
        found,
        form,
        lambda: actions.resume_clock(pause, given(form.last_day.data), by=me()),
        _("恢复计时"),
        act=_("恢复计时并告知"),
        done=_("恢复计时告知书已出具。"),
        effects=[_("出具恢复计时告知书，写明不计入的日期和新的期限。")],
        fields=["last_day"],
        hints={"last_day": _("这一天还不计入期限，次日起计。")},
    )


@bp.route("/applications/<int:application_id>/site-check", methods=["GET", "POST"])
@may(Action.APPLICATION_REVIEW)
def ask_site_check(application_id: int) -> Answer:
    """Have the site seen by its officers."""
    found, form = _found(application_id, "review"), QuestionForm()
    return _act(
        found,
        form,
        lambda: actions.ask_site_check(found, form.question.data or "", by=me()),
        _("要求现场核查"),
        act=_("要求现场核查"),
        done=_("已转给监管机关的执法人员。"),
        effects=[
            _("进入%(office)s执法人员的工作台，检查定稿后自动回到这里。", office=found.site.office.short_name),
            _("重点管理的首次申请和重新申请，审批期限改为有现场核查的期限（条例第 12 条）。"),
        ],
        fields=["question"],
    )


@bp.route("/applications/<int:application_id>/review", methods=["GET", "POST"])
@may(Action.APPLICATION_REVIEW)
def review_application(application_id: int) -> Answer:
    """End the examination with an opinion."""
    found, form = _found(application_id, "review"), ReviewForm()
    return _act(
        found,
        form,
        lambda: actions.finish_review(found, *form.facts(), by=me()),
        _("完成技术审查"),
        act=_("送审批"),
        done=_("已送审批。"),
        effects=[_("由另一名审批人作出决定；送审批后内容不能再改，除非退回重审。")],
        fields=["opinion", "words"],
    )


@bp.route("/applications/<int:application_id>/return", methods=["GET", "POST"])
@may(Action.APPLICATION_DECIDE)
def return_application(application_id: int) -> Answer:
    """Give it back to be examined again."""
    found, form = _found(application_id, "return"), ReasonForm()
    return _act(
        found,
        form,
        lambda: actions.return_to_review(found, form.reason.data or "", by=me()),
        _("退回重审"),
        act=_("退回重审"),
        done=_("已退回审查人。"),
        effects=[_("审批期限照常计算。")],
        fields=["reason"],
    )


@bp.route("/applications/<int:application_id>/grant", methods=["GET", "POST"])
@may(Action.APPLICATION_DECIDE)
def grant_application(application_id: int) -> Answer:
    """Grant what is asked for."""
    found, form = _found(application_id, "grant"), ConfirmForm()
    return _act(
        found,
        form,
        lambda: actions.grant_application(found, by=me()),
        _("准予许可"),
        act=_("准予许可"),
        done=_("已准予许可，决定书已出具。"),
        effects=_consequences(found),
        grave=True,
    )


def _consequences(found: Application) -> list[str]:
    effects = [_("出具准予许可决定书，今天作出决定。")]
    code = found.kind.code
    if code == "cancellation":
        return [
            _("出具注销决定书和注销公告，今天作出决定。"),
            _("许可证自今天起注销，正本、副本作废，此后的义务作废，不能恢复。"),
        ]
    if code == "replacement":
        return [
            _("出具准予补领决定书，同时签发新的正本和副本，原来的由新的替换。"),
            _("许可证内容和有效期不变。"),
        ]
    if found.permit is not None:
        first, last = actions.term_if_decided(found, found.permit, clock.today())
        effects.append(_("有效期 %(first)s 至 %(last)s。", first=first.isoformat(), last=last.isoformat()))
    effects.append(_("申请的内容成为许可证的新版本，今后不能修改；监测、报告等义务按新版本重新生成。"))
    if code == "change":
        effects.append(_("变更的基本信息写入企业档案。"))
    return effects


@bp.route("/applications/<int:application_id>/refuse", methods=["GET", "POST"])
@may(Action.APPLICATION_DECIDE)
def refuse_application(application_id: int) -> Answer:
    """Refuse, with the reasons."""
    found, form = _found(application_id, "refuse"), ReasonForm()
    return _act(
        found,
        form,
        lambda: actions.refuse_application(found, form.reason.data or "", by=me()),
        _("不予许可"),
        act=_("不予许可"),
        done=_("不予许可决定书已出具。"),
        effects=[_("出具不予许可决定书，写明理由和救济途径。"), _("这件申请就此结束，可以另行申请。")],
        fields=["reason"],
        grave=True,
    )
