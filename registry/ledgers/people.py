"""The list of who speaks for a firm."""

from typing import Any

from sqlalchemy import ColumnElement, and_, or_

from accounts.models import User
from core import clock
from core.language import lazy_gettext as _l
from core.ledger import Choice, Code, Day, Flag, Ledger, Link, Order, Text, Word, YesNo, lookup
from registry import queries
from registry.models import Mandate, Representative


def _holds() -> ColumnElement[bool]:
    today = clock.today()
    return and_(Representative.since <= today, or_(Representative.until.is_(None), Representative.until >= today))


def _held(_ticked: Any) -> ColumnElement[bool]:
    return _holds()


MY_PEOPLE: Ledger[User] = Ledger(
    name="my-people",
    title=_l("本企业授权人员"),
    unit=_l("项"),
    base=queries.my_people,
    identity=Representative.id,
    columns=(
        Text(
            "name",
            _l("姓名"),
            lookup(User.name, User.id == Representative.user_id),
            link=Link("registry.my_person", representative_id=Representative.id),
            full=True,
        ),
        Code("username", _l("登录名"), lookup(User.username, User.id == Representative.user_id)),
        Word("mandate", _l("权限"), Representative.mandate),
        Day("since", _l("授权起"), Representative.since, order="-since"),
        Day("until", _l("授权止"), Representative.until, order="-until", hint=_l("当日仍有效；空为长期")),
        YesNo("holds", _l("现在有效"), _holds),
        Text("reason", _l("终止理由"), Representative.end_reason, hidden=True),
    ),
    orders=(
        Order("since", _l("授权起"), Representative.since, up=_l("由早到晚"), down=_l("由晚到早")),
        Order("until", _l("授权止"), Representative.until, up=_l("由早到晚"), down=_l("由晚到早")),
    ),
    default_order="-since",
    filters=(
        Choice("mandate", _l("权限"), Representative.mandate, choices=Mandate),
        Flag("now", _l("现在有效"), where=_held),
    ),
    definition=_l("可以或者曾经可以代表本企业的人，每项授权一行；终止的也保留。"),
    empty=_l("签发人由监管机关凭授权书登记，填报人由签发人在这里登记。"),
)
