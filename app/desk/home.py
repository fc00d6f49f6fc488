"""The enterprise's home: what one firm owes, by when, why, and the one act that is this person's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import or_, select

from accounts.models import User
from accounts.roles import Role
from core import clock
from core.countdown import Countdown
from core.db import db
from credit import queries as credit
from credit.models import Grade
from inspections.models import ItemState, OrderItem
from permits.models import ApplicationState, ExecutionReport, RegistrationState, ReportState
from permits.queries import applications, corrections, registrations
from registry import obligations
from registry.models import Obligation, ObligationKind
from registry.queries import visible_obligations
from registry.rules.obligations import KEPT, Standing


@dataclass(frozen=True)
class Owed:
    """One thing owed: its deadline, where it stands, and the act; without one somebody else has it, or it is not open."""

    what: Obligation
    deadline: Countdown
    state: str
    tone: str
    act: str = ""
    url: str = ""


@dataclass(frozen=True)
class Home:
    """What a firm owes, what can be done now first, each by its deadline."""

    owed: Sequence[Owed]
    today: date
    kept: Sequence[Obligation] = ()
    """The records it has to keep, the first to be over first: nothing to do, so said once and counted nowhere."""

    @property
    def late(self) -> int:
        """How many are past their last day."""
        return sum(each.what.due_on < self.today for each in self.owed)

    @property
    def open(self) -> int:
        """How many can be done now."""
        return len(self.now)

    @property
    def now(self) -> list[Owed]:
        """What can be done, or is in the hands of somebody else."""
        return [each for each in self.owed if each.what.opens_on is None or each.what.opens_on <= self.today]

    @property
    def later(self) -> list[Owed]:
        """What has its day, and cannot be done yet."""
        return [each for each in self.owed if each.what.opens_on is not None and each.what.opens_on > self.today]

    @property
    def first(self) -> Owed | None:
        """The most urgent thing that this person can do."""
        return next((each for each in self.owed if each.act), None)


def home(person: User, enterprise_id: int, today: date) -> Home:
    """What an enterprise of this person owes; three questions, however many things it owes."""
    wanted = or_(obligations.is_open(), obligations.stands([Standing.KEEPING], today))
    found = db.session.scalars(
        visible_obligations(person)
        .where(Obligation.enterprise_id == enterprise_id, wanted)
        .order_by(Obligation.due_on, Obligation.id)
    ).all()
    owed = [each for each in found if each.kind not in KEPT]
    reports = _reports(owed)
    answered = _answered(owed)
    made = [
        _waits(each, today) if each.id in answered else _owed(each, reports.get(each.id), person, today)
        for each in owed
    ]
    made.sort(key=lambda each: each.what.opens_on is not None and each.what.opens_on > today)
    return Home(made, today, [each for each in found if each.kind in KEPT])


def _reports(owed: Sequence[Obligation]) -> dict[int, ExecutionReport]:
    """The report on its way to each obligation: the one that meets it, or the one it asks to correct."""
    due = {each.id for each in owed if each.kind is ObligationKind.REPORT}
    corrected = {each.source_id: each.id for each in owed if each.source_kind == "execution_report"}
    if not due:
        return {}
    wanted = select(ExecutionReport).where(
        or_(ExecutionReport.obligation_id.in_(due), ExecutionReport.id.in_(corrected))
    )
    return {corrected.get(each.id, each.obligation_id): each for each in db.session.scalars(wanted).unique()}


def _answered(owed: Sequence[Obligation]) -> set[int]:
    """The orders, by what they oblige to, of which every item was answered and waits for the office."""
    orders = {each.source_id: each.id for each in owed if each.kind is ObligationKind.RECTIFICATION}
    if not orders:
        return set()
    unanswered = select(OrderItem.order_id).where(OrderItem.order_id.in_(orders), OrderItem.state == ItemState.OPEN)
    return {orders[each] for each in orders.keys() - set(db.session.scalars(unanswered))}


def _waits(each: Obligation, today: date) -> Owed:
    return Owed(each, obligations.countdown_of(each, today), _("已报送，等监管机关审核"), "info")


def _owed(each: Obligation, report: ExecutionReport | None, person: User, today: date) -> Owed:
    deadline = obligations.countdown_of(each, today)
    if each.opens_on and each.opens_on > today:
        return Owed(each, deadline, _("未开始"), "calm")
    state, tone = (_("逾期"), "danger") if each.due_on < today else (_("待办"), "warn")
    if each.kind is not ObligationKind.REPORT:
        acts = {
            ObligationKind.RECTIFICATION: _("去报送"),
            ObligationKind.REGISTRATION: _("去变更登记"),
            ObligationKind.RENEWAL: _("看许可证"),
            ObligationKind.SOIL: _("去报送"),
            ObligationKind.MONITORING: _("去录入"),
        }
        if each.kind is ObligationKind.MONITORING and Role.PREPARER not in person.roles:
            return Owed(each, deadline, _("等填报人录入"), tone)
        return Owed(each, deadline, state, tone, acts.get(each.kind, _("去办理")), each.url)
    said, act, url = _report_act(each, report, signs=Role.SIGNER in person.roles)
    return Owed(each, deadline, said or state, tone, act, url)


def _report_act(each: Obligation, report: ExecutionReport | None, *, signs: bool) -> tuple[str, str, str]:
    """Where a report stands, and what this person does next: the preparer fills it in, the signer signs it."""
    checked = report is not None and report.state is ReportState.CHECKED
    if signs:
        if report and checked:
            return _("等您签发"), _("去签发"), f"/my/reports/{report.id}/sign"
        return _("等填报人填报"), "", ""
    if checked:
        return _("等签发人签发"), "", ""
    if report is not None and report.submission_number:
        return "", _("去更正"), f"/my/reports/{report.id}"
    return "", _("继续填报") if report else _("去填报"), each.url


@dataclass(frozen=True)
class Waiting:
    """An application or a registration form that waits for this person: why, the one act and its address."""

    title: str
    why: str
    act: str
    url: str
    pressing: bool = True


def applying(person: User, enterprise_id: int) -> list[Waiting]:
    """What a firm applies for or files that waits for this person."""
    signs = Role.SIGNER in person.roles
    states = (ApplicationState.CHECKED,) if signs else (ApplicationState.SUPPLEMENT, ApplicationState.DRAFT)
    found = []
    for each in applications.mandated(person, *states):
        if each.enterprise_id != enterprise_id or each.keyed_by_id is not None:
            continue
        title, url = _("许可%(kind)s", kind=_(each.kind.label)), f"/my/applications/{each.id}"
        if signs:
            found.append(Waiting(title, _("等您签发"), _("去签发"), f"{url}/sign"))
        elif each.state is ApplicationState.SUPPLEMENT:
            found.append(Waiting(title, _("机关告知补正"), _("去补正"), url))
        else:
            found.append(Waiting(title, _("填写中"), _("继续填写"), url, pressing=False))
    return found + _registering(enterprise_id, signs=signs)


def _registering(enterprise_id: int, *, signs: bool) -> list[Waiting]:
    """The registration forms of a firm that wait for its signer, or for whoever fills them in."""
    wanted = RegistrationState.CHECKED if signs else RegistrationState.DRAFT
    found = []
    for each in registrations.unfinished([enterprise_id]):
        if each.state is not wanted or each.keyed_by_id is not None:
            continue
        title, url = _("排污%(kind)s", kind=_(each.kind.label)), f"/my/registrations/{each.id}"
        if signs:
            found.append(Waiting(title, _("等您签发"), _("去签发"), f"{url}/sign"))
        else:
            found.append(Waiting(title, _("填写中"), _("继续填写"), url, pressing=False))
    return found


@dataclass(frozen=True)
class Correcting:
    """An accepted report that the firm corrects of its own accord: since when, where it stands, and the one act."""

    report: ExecutionReport
    corrects: int
    since: date
    state: str
    act: str = ""
    url: str = ""


def correcting(person: User, enterprise_id: int) -> list[Correcting]:
    """The corrections that a firm asked for itself; nothing is owed of them, so they stand beside what is."""
    signs = Role.SIGNER in person.roles
    found = []
    for report, asked in corrections.of_own_accord(enterprise_id, person):
        url = f"/my/reports/{report.id}"
        state, act = (_("填报人更正中"), "") if signs else (_("填写中"), _("继续更正"))
        if report.state is ReportState.SUBMITTED:
            state, act = _("等发证机关审核"), ""
        elif report.state is ReportState.CHECKED:
            state, act = (_("等您签发"), _("去签发")) if signs else (_("等签发人签发"), "")
            url = f"{url}/sign"
        found.append(Correcting(report, asked.corrects, clock.beijing(asked.asked_at).date(), state, act, url))
    return found


@dataclass(frozen=True)
class Better:
    """A day to come on which points lapse and the grade is better, if nothing new is counted against the firm."""

    on: date
    score: str
    grade: Grade


def next_better(enterprise_id: int, today: date) -> Better | None:
    """The first day ahead on which the score rises by itself."""
    spans = credit.curve(enterprise_id)
    now = next((each for each in reversed(spans) if each.valid_from <= today), None)
    for each in spans:
        if now is not None and each.valid_from > today and each.score > now.score:
            return Better(each.valid_from, f"{each.score.normalize():f}", Grade(each.grade))
    return None
