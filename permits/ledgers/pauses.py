"""The ledger of clock stops: which days did not count against the office, why, and by which paper it was told."""

from typing import Any

from sqlalchemy import ColumnElement, and_, case, literal

from accounts.models import User
from core.language import lazy_gettext as _l
from core.ledger import Badge, Choice, Day, Days, Ledger, Link, Notable, Order, Search, Text, Word, lookup
from core.words import Titled
from permits import queries
from permits.models import Application, ApplicationPause, ApplicationState, PauseReason
from registry.models import Document, Enterprise
from registry.queries import office_choices
from registry.search import named


class Stop(Titled):
    """Where a stop stands: computed, never stored."""

    RUNNING = "running", "停止中", "warn"
    UNTOLD = "untold", "还没有告知，不扣除", "danger"
    OVER = "over", "已恢复", "ok"


def _stands(wanted: Stop) -> ColumnElement[bool]:
    told, running = ApplicationPause.told_on.is_not(None), ApplicationPause.last_day.is_(None)
    conditions: dict[Stop, ColumnElement[bool]] = {
        Stop.UNTOLD: ~told,
        Stop.RUNNING: and_(told, running),
        Stop.OVER: and_(told, ~running),
    }
    return conditions[wanted]


def _standing() -> ColumnElement[str]:
    return case(*((_stands(each), literal(each.code)) for each in Stop), else_=literal(""))


def _paper(number: Any) -> ColumnElement[Any]:
    return lookup(Document.id, Document.number == number)


PAUSES: Ledger[User] = Ledger(
    name="clock-stops",
    title=_l("停止计时台账"),
    unit=_l("次"),
    base=queries.clocks.visible_pauses,
    identity=ApplicationPause.id,
    columns=(
        Text(
            "enterprise",
            _l("企业"),
            Enterprise.name,
            link=Link("permits.application", application_id=Application.id),
            sub="kind",
            full=True,
        ),
        Word("kind", _l("申请种类"), Application.kind),
        Badge("reason", _l("停止计时的原因"), ApplicationPause.reason),
        Text("words", _l("说明"), ApplicationPause.words, width=30, hidden=True),
        Text("asks", _l("要求申请人办理"), ApplicationPause.asks, width=30, hidden=True),
        Day("first", _l("首日"), ApplicationPause.first_day, order="first"),
        Day("last", _l("末日"), ApplicationPause.last_day),
        Day("told", _l("书面告知"), ApplicationPause.told_on),
        Text(
            "notice",
            _l("停止计时告知书"),
            ApplicationPause.notice,
            link=Link("registry.document", document_id=_paper(ApplicationPause.notice)),
            width=26,
        ),
        Text(
            "resumed",
            _l("恢复计时告知书"),
            ApplicationPause.resume_notice,
            link=Link("registry.document", document_id=_paper(ApplicationPause.resume_notice)),
            hidden=True,
            width=26,
        ),
        Badge("standing", _l("状态"), _standing, read=Stop.of),
        Badge("state", _l("申请的状态"), Application.state, hidden=True),
        Text("by", _l("登记人"), lookup(User.name, User.id == ApplicationPause.by_id), hidden=True, width=10),
    ),
    orders=(Order("first", _l("首日"), ApplicationPause.first_day, up=_l("由早到晚"), down=_l("由近到远")),),
    default_order="-first",
    filters=(
        Search("q", _l("企业名称、拼音首字母或信用代码"), where=named, wide=True),
        Choice("standing", _l("状态"), where=_stands, choices=Stop),
        Choice("reason", _l("停止计时的原因"), ApplicationPause.reason, choices=PauseReason),
        Choice("state", _l("申请的状态"), Application.state, choices=ApplicationState, more=True),
        Choice("office", _l("审批机关"), Application.authority_id, choices=office_choices, more=True),
        Days("first", _l("首日"), ApplicationPause.first_day),
    ),
    notables=(Notable(_l("%(count)s 次停止中"), lambda: _stands(Stop.RUNNING), {"standing": Stop.RUNNING.code}),),
    definition=_l(
        "审查中因听证、检测、专家评审停止计时的，每次一行；书面告知申请人的才从审批期限中扣除（办法第 23 条）。"
    ),
    empty=_l("在审查中的申请里登记停止计时后，会列在这里。"),
)
