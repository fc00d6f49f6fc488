"""The clock of an application: stopped and set going again, each told in writing in the same act (办法23)."""

from dataclasses import dataclass
from datetime import date

from accounts.audit import record
from accounts.models import User
from accounts.roles import Action
from core import clock
from core.db import db
from core.said import said
from core.workflow import Missing, NotAllowed
from permits import notices, queries
from permits.actions.applications import reckon
from permits.actions.examining import issue_on, refuse_unless_examined, tell_applicant
from permits.models import Application, ApplicationPause, PauseReason
from registry import documents, notifications
from registry.models import Document, DocumentKind


@dataclass(frozen=True)
class StopInput:
    """Why the clock stops, from which day to which (open while ``last`` is None), and what the applicant has to do."""

    reason: PauseReason
    words: str
    first: date
    last: date | None = None
    asks: str = ""


def stop_clock(application: Application, facts: StopInput, *, by: User) -> ApplicationPause:
    """Stop the clock and tell the applicant in writing; who applied on paper is told by service of the notice."""
    refuse_unless_examined(application)
    _refuse_bad_days(application, facts)
    made = ApplicationPause(
        reason=facts.reason,
        words=facts.words.strip(),
        asks=facts.asks.strip(),
        first_day=facts.first,
        last_day=facts.last,
        by_id=by.id,
    )
    application.pauses.append(made)
    if reads_online(application):
        made.told_on = clock.today()
    db.session.flush()
    reckoned = queries.clocks.reckoning(application, made)
    document = issue_on(
        application, DocumentKind.PERMIT_CLOCK_STOP, notices.clocks.stop(application, made, reckoned), by=by
    )
    made.notice = document.number
    note = f"停止计时：{facts.reason.label}，{document.number}"
    record(made, Action.APPLICATION_REVIEW, note, by=by, enterprise_id=application.enterprise_id)
    reckon(application)
    tell_applicant(
        application,
        "停止计时",
        f"{facts.reason.label}：{facts.words.strip()}，自 {facts.first.isoformat()} 起"
        f"{'' if made.told_on else '（告知书送达后）'}不计入审批期限，见 {document.number}。"
        + (f"请办理：{facts.asks.strip()}" if facts.asks.strip() else ""),
        "warn" if facts.asks.strip() else "info",
    )
    return made


def _refuse_bad_days(application: Application, facts: StopInput) -> None:
    lacking = []
    if application.accepted_on is not None and facts.first < application.accepted_on:
        lacking.append(Missing(said("停止计时不能早于受理之日。"), "first_day"))
    if facts.last is not None and facts.last < facts.first:
        lacking.append(Missing(said("末日不能早于首日。"), "last_day"))
    if any(
        facts.first <= (each.last_day or date.max) and each.first_day <= (facts.last or date.max)
        for each in application.pauses
    ):
        lacking.append(Missing(said("与已登记的停止计时重叠。"), "first_day"))
    if lacking:
        raise NotAllowed(lacking)


def reads_online(application: Application) -> bool:
    """Whether the applicant reads its notices on its own pages at once: it applied there and somebody speaks for it."""
    return application.keyed_by_id is None and bool(notifications.people_of(application.enterprise_id))


def resume_clock(pause: ApplicationPause, last: date, *, by: User) -> None:
    """Set the clock going again from the day after ``last``, and tell the applicant by when it is decided now."""
    application = pause.application
    if pause.last_day is not None:
        raise NotAllowed([said("这次停止计时已经结束。")])
    if not pause.first_day <= last <= clock.today():
        raise NotAllowed([Missing(said("末日应在首日和今天之间。"), "last_day")])
    pause.last_day = last
    if pause.told_on is None and reads_online(application):
        pause.told_on = clock.today()
    db.session.flush()
    reckoned = queries.clocks.reckoning(application, pause)
    document = issue_on(
        application, DocumentKind.PERMIT_CLOCK_RESUME, notices.clocks.resumption(application, pause, reckoned), by=by
    )
    pause.resume_notice = document.number
    note = f"恢复计时，{document.number}"
    record(pause, Action.APPLICATION_REVIEW, note, by=by, enterprise_id=application.enterprise_id)
    reckon(application)
    tell_applicant(application, "恢复计时", f"见 {document.number}。{application.due_arithmetic}", "info")


def notice_served(document: Document, served_on: date, by: User) -> None:
    """Who applied on paper was told when the notice was served: from then on the stop is left out of the count."""
    application = db.session.get_one(Application, document.subject_id)
    for pause in application.pauses:
        if document.number in (pause.notice, pause.resume_notice) and pause.told_on is None:
            pause.told_on = served_on
            note = f"停止计时已书面告知：{document.number}"
            record(pause, Action.DOCUMENT_SERVE, note, by=by, enterprise_id=application.enterprise_id)
            reckon(application)


documents.WHEN_SERVED[Application.__tablename__] = notice_served
