"""The list of what enterprises owe."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, case, literal, or_

from accounts.models import Area, Office, User
from core import clock
from core.countdown import left_words
from core.language import lazy_gettext as _l
from core.ledger import (
    Badge,
    Choice,
    Code,
    Day,
    Days,
    Flag,
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
from registry import obligations, queries
from registry.models import Enterprise, Obligation, ObligationKind
from registry.rules.obligations import KEPT, Standing
from registry.search import named

STANDING_CHOICES = [
    ("owed", _l("未履行")),
    *((each.code, _l(each.label)) for each in Standing),
]
OWED = (Standing.OVERDUE, Standing.DUE_TODAY, Standing.OPEN, Standing.UPCOMING)


def _stands(wanted: str) -> ColumnElement[bool]:
    chosen = OWED if wanted == "owed" else (Standing(wanted),)
    return obligations.stands(chosen, clock.today())


def _standing() -> ColumnElement[Any]:
    """Where each stands today, computed in the statement."""
    today = clock.today()
    return case(*((obligations.stands([each], today), literal(each.code)) for each in Standing), else_=literal(""))


def _word(code: str) -> Standing | None:
    return Standing.of(code)


def _left(row: Row) -> Mark | None:
    """How long there is still time, or how late it is."""
    due_on: date = row["due"]
    if row["done"] or row["voided"] or row["sort"] in KEPT:
        return None
    today = clock.today()
    tone = "danger" if due_on < today else "warn" if (due_on - today).days <= 7 else "muted"
    return Mark(left_words(obligations.seen_deadline(due_on, row["sum"], today), today), tone)


def mentions(text: str) -> ColumnElement[bool]:
    """Whether an obligation's title or its firm's name says it."""
    return or_(Obligation.title.icontains(text, autoescape=True), named(text))


OBLIGATIONS: Ledger[User] = Ledger(
    name="obligations",
    title=_l("义务台账"),
    unit=_l("项"),
    base=queries.visible_obligations,
    identity=Obligation.id,
    columns=(
        Text(
            "title",
            _l("义务"),
            Obligation.title,
            link=Link("registry.obligation", obligation_id=Obligation.id),
            sub="basis",
            width=30,
        ),
        Text("basis", _l("依据"), Obligation.basis, width=30),
        Text("enterprise", _l("企业"), Enterprise.name, link=Link("registry.enterprise", enterprise_id=Enterprise.id)),
        Code("credit_code", _l("统一社会信用代码"), Enterprise.credit_code, hidden=True),
        Word("kind", _l("种类"), Obligation.kind),
        Text("area", _l("区划"), lookup(Area.name, Area.id == Enterprise.area_id), width=12),
        Text(
            "office",
            _l("监管机关"),
            lookup(Office.short_name, Office.id == Enterprise.office_id),
            hidden=True,
            width=14,
        ),
        Day(
            "due",
            _l("期限"),
            Obligation.due_on,
            order="due",
            note=_left,
            also={
                "done": Obligation.fulfilled_on,
                "voided": Obligation.voided_on,
                "sum": Obligation.arithmetic,
                "sort": Obligation.kind,
            },
        ),
        Day("fulfilled", _l("履行日期"), Obligation.fulfilled_on),
        Badge("standing", _l("状态"), _standing, read=_word),
        Text("arithmetic", _l("期限算式"), Obligation.arithmetic, hidden=True, width=40),
    ),
    orders=(Order("due", _l("期限"), Obligation.due_on, up=_l("由近到远"), down=_l("由远到近")),),
    default_order="due",
    filters=(
        Search("q", _l("企业、义务"), where=mentions, wide=True),
        Choice("standing", _l("状态"), where=_stands, choices=STANDING_CHOICES, usual="owed"),
        Choice("kind", _l("种类"), Obligation.kind, choices=ObligationKind),
        Choice("area", _l("区划"), Enterprise.area_id, choices=queries.area_choices),
        Days("due", _l("期限"), Obligation.due_on),
        Flag("provisional", _l("期限暂定"), where=lambda _ticked: Obligation.provisional.is_(True), more=True),
    ),
    notables=(
        Notable(_l("%(count)s 项已逾期"), lambda: _stands(Standing.OVERDUE.code), {"standing": Standing.OVERDUE.code}),
        Notable(_l("%(count)s 项今日到期"), lambda: _stands(Standing.DUE_TODAY.code), {"standing": "due_today"}),
    ),
    definition=_l("本机关管辖企业的法定和许可义务；逾期按当日计算，最后一日仍在期限内。"),
    empty=_l("许可证载明报告和监测要求、责令改正送达后，义务会自动列在这里。"),
)
