"""The ledgers of applications: the office's, a firm's own, and what is disclosed to the public beforehand."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement

from accounts.models import User
from core import clock
from core.countdown import left_words
from core.language import gettext as _
from core.language import lazy_gettext as _l
from core.ledger import (
    Badge,
    Choice,
    Code,
    Day,
    Days,
    Ledger,
    Link,
    Mark,
    Notable,
    Order,
    Row,
    Search,
    Text,
    Word,
    lookup,
)
from core.words import Titled
from law import queries as law
from permits import queries
from permits.models import Application, ApplicationKind, ApplicationState, Permit
from permits.rules import applications as rules
from registry.models import Category, Enterprise, Site
from registry.obligations import seen_deadline
from registry.search import named

S = ApplicationState


class Left(Titled):
    """How much of the office's time is left."""

    LATE = "late", "已逾期", "danger"
    DAYS_3 = "3", "3 天内", "warn"
    DAYS_10 = "10", "10 天内", "info"
    LATER = "later", "10 天以后", "calm"
    NONE = "none", "没有期限或者停止计时", "calm"


def _left(wanted: Left) -> ColumnElement[bool]:
    today, due = clock.today(), Application.due_on
    running = Application.state.in_((S.SUBMITTED, S.ACCEPTED, S.REVIEWED))
    conditions: dict[Left, ColumnElement[bool]] = {
        Left.LATE: due < today,
        Left.DAYS_3: due.between(today, today + timedelta(days=3)),
        Left.DAYS_10: due.between(today + timedelta(days=4), today + timedelta(days=10)),
        Left.LATER: due > today + timedelta(days=10),
        Left.NONE: due.is_(None),
    }
    return running & conditions[wanted]


def _days_left(row: Row) -> Mark | None:
    """How long until the office's next step is due."""
    due: date | None = row["due"]
    if due is None:
        return None
    today = clock.today()
    tone = "danger" if due <= today else "warn" if (due - today).days <= 3 else "muted"
    return Mark(left_words(seen_deadline(due, row["arithmetic"], today), today), tone)


def _number() -> ColumnElement[Any]:
    return lookup(Permit.permit_no, Permit.id == Application.permit_id)


def _site() -> ColumnElement[Any]:
    return lookup(Site.name, Site.id == Application.site_id)


def _kind(endpoint: str) -> Word:
    link = Link(endpoint, application_id=Application.id)
    return Word("kind", _l("申请种类"), Application.kind, link=link, width=12)


_ORDERS = (
    Order("received", _l("收到日期"), Application.received_on, up=_l("由早到晚"), down=_l("由晚到早")),
    Order("due", _l("机关期限"), Application.due_on, up=_l("由近到远"), down=_l("由远到近")),
    Order("begun", _l("开始填写"), Application.begun_at, up=_l("由早到晚"), down=_l("由晚到早")),
    Order("enterprise", _l("企业"), Enterprise.name, up=_l("顺序"), down=_l("倒序")),
)

_KIND = Choice("kind", _l("申请种类"), Application.kind, choices=ApplicationKind)
_STATE = Choice("state", _l("状态"), Application.state, choices=ApplicationState)

APPLICATIONS: Ledger[User] = Ledger(
    name="applications",
    title=_l("许可申请台账"),
    unit=_l("件"),
    base=queries.applications.visible_applications,
    identity=Application.id,
    columns=(
        _kind("permits.application"),
        Text(
            "enterprise",
            _l("企业"),
            Enterprise.name,
            link=Link("registry.enterprise", enterprise_id=Enterprise.id),
            order="enterprise",
            full=True,
        ),
        Text("site", _l("场所"), _site, hidden=True),
        Code("credit_code", _l("统一社会信用代码"), Enterprise.credit_code, hidden=True),
        Word("category", _l("管理类别"), Application.category),
        Code("permit_no", _l("许可证编号"), _number, hidden=True),
        Day("received", _l("收到日期"), Application.received_on, order="received"),
        Day("accepted", _l("受理日期"), Application.accepted_on, hidden=True),
        Day(
            "due",
            _l("机关期限"),
            Application.due_on,
            order="due",
            note=_days_left,
            also={"arithmetic": Application.due_arithmetic},
        ),
        Text("sum", _l("期限算式"), Application.due_arithmetic, hidden=True),
        Word("opinion", _l("审查意见"), Application.opinion, hidden=True),
        Day("decided", _l("决定日期"), Application.decided_on, hidden=True),
        Text("reason", _l("未准许的理由"), Application.end_reason, hidden=True),
        Badge("state", _l("状态"), Application.state),
    ),
    orders=_ORDERS,
    default_order="due",
    filters=(
        Search("q", _l("企业名称、拼音首字母、信用代码或许可证号"), where=named, wide=True),
        _STATE,
        Choice("left", _l("期限"), where=_left, choices=Left),
        _KIND,
        Choice("category", _l("管理类别"), Application.category, choices=Category),
        Days("received_on", _l("收到日期"), Application.received_on, more=True),
    ),
    notables=(
        Notable(_l("%(count)s 件已过期限"), lambda: _left(Left.LATE), {"left": Left.LATE.code}),
        Notable(_l("%(count)s 件待受理"), lambda: Application.state == S.SUBMITTED, {"state": S.SUBMITTED.code}),
        Notable(_l("%(count)s 件待审批"), lambda: Application.state == S.REVIEWED, {"state": S.REVIEWED.code}),
    ),
    definition=_l(
        "企业提交和窗口代录的许可申请，每件一行；机关期限为下一步（受理或者决定）的最后一日，停止计时期间为空。"
    ),
    empty=_l("企业在网上提交，或者由窗口代录。"),
)

MY_APPLICATIONS: Ledger[User] = Ledger(
    name="my-applications",
    title=_l("我的许可申请"),
    unit=_l("件"),
    base=queries.applications.mine,
    identity=Application.id,
    columns=(
        _kind("permits.my_application"),
        Text("site", _l("场所"), _site, full=True),
        Text("enterprise", _l("企业"), Enterprise.name, order="enterprise", hidden=True),
        Code("permit_no", _l("许可证编号"), _number, hidden=True),
        Day("received", _l("提交日期"), Application.received_on, order="received"),
        Day("accepted", _l("受理日期"), Application.accepted_on),
        Day("due", _l("机关期限"), Application.due_on, order="due"),
        Day("decided", _l("决定日期"), Application.decided_on),
        Text("reason", _l("未准许的理由"), Application.end_reason, hidden=True),
        Badge("state", _l("状态"), Application.state),
    ),
    orders=_ORDERS,
    default_order="-begun",
    filters=(_STATE, _KIND),
    definition=_l("本单位的许可申请，每件一行；机关期限为机关下一步的最后一日。"),
    empty=_l("从上面选一项开始申请。"),
)


def _notice_ends(row: Row) -> str | None:
    begun: date | None = row["from"]
    notice = law.deadline(rules.NOTICE, begun) if begun else None
    return _("公开至 %(day)s", day=notice.due.isoformat()) if notice else None


NOTICES: Ledger[User | None] = Ledger(
    name="permit-notices",
    title=_l("排污许可申请前信息公开"),
    unit=_l("件"),
    base=queries.applications.disclosed,
    identity=Application.id,
    columns=(
        Text(
            "enterprise",
            _l("企业"),
            Application.unit_name,
            link=Link("permits.permit_notice", application_id=Application.id),
            full=True,
        ),
        Word("kind", _l("申请种类"), Application.kind),
        Text("place", _l("生产经营场所"), Application.site_address),
        Day("from", _l("公开日期"), Application.notice_from, order="from", note=_notice_ends),
    ),
    orders=(Order("from", _l("公开日期"), Application.notice_from, up=_l("由早到晚"), down=_l("由晚到早")),),
    default_order="-from",
    filters=(Search("q", _l("企业名称、拼音首字母或信用代码"), where=named, wide=True),),
    definition=_l(
        "重点管理的单位首次申请、重新申请前公开的基本信息和拟申请的许可事项，公开不少于五个工作日（办法第 16 条）。"
    ),
    empty=_l("现在没有公开中的申请。"),
)
