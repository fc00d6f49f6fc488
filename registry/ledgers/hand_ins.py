"""The list of what enterprises handed in to meet their obligations."""

from accounts.models import Area, User
from core.language import lazy_gettext as _l
from core.ledger import Badge, Choice, Code, Count, Day, Days, Ledger, Link, Notable, Order, Search, Text, Word, lookup
from registry import queries
from registry.ledgers.obligations import mentions
from registry.models import Enterprise, HandIn, HandInState, Obligation, ObligationKind
from registry.queries import area_choices
from registry.rules.obligations import HANDED_IN

KINDS = [(each.code, each.label) for each in ObligationKind if each in HANDED_IN]


HAND_INS: Ledger[User] = Ledger(
    name="hand-ins",
    title=_l("报送材料台账"),
    unit=_l("件"),
    base=queries.visible_hand_ins,
    identity=HandIn.id,
    columns=(
        Text(
            "title",
            _l("报送材料"),
            Obligation.title,
            link=Link("registry.hand_in", hand_in_id=HandIn.id),
            sub="basis",
            width=30,
        ),
        Text("basis", _l("依据"), Obligation.basis, width=30),
        Text("enterprise", _l("企业"), Enterprise.name, link=Link("registry.enterprise", enterprise_id=Enterprise.id)),
        Code("credit_code", _l("统一社会信用代码"), Enterprise.credit_code, hidden=True),
        Word("kind", _l("种类"), Obligation.kind, hidden=True),
        Text("area", _l("区划"), lookup(Area.name, Area.id == Enterprise.area_id), width=12),
        Count("number", _l("第几次"), HandIn.number, hidden=True),
        Day("due", _l("期限"), Obligation.due_on),
        Day("sent", _l("报送日期"), HandIn.sent_on, order="sent"),
        Text("by", _l("报送人"), lookup(User.name, User.id == HandIn.sent_by_id), width=10),
        Badge("state", _l("状态"), HandIn.state),
        Text("reason", _l("退回理由"), HandIn.reason, hidden=True, width=30),
        Text("judged_by", _l("确认或退回人"), lookup(User.name, User.id == HandIn.judged_by_id), hidden=True, width=10),
    ),
    orders=(Order("sent", _l("报送日期"), HandIn.sent_on, up=_l("由早到晚"), down=_l("由晚到早")),),
    default_order="sent",
    filters=(
        Search("q", _l("企业、义务"), where=mentions, wide=True),
        Choice("state", _l("状态"), HandIn.state, choices=HandInState, usual=HandInState.SENT),
        Choice("kind", _l("种类"), Obligation.kind, choices=KINDS, more=True),
        Choice("area", _l("区划"), Enterprise.area_id, choices=area_choices),
        Days("sent", _l("报送日期"), HandIn.sent_on, more=True),
    ),
    notables=(
        Notable(_l("%(count)s 件等待确认"), lambda: HandIn.state == HandInState.SENT, {"state": HandInState.SENT.code}),
    ),
    definition=_l("企业为履行义务报送的材料，每报一次一行；报送当日即算履行，退回的恢复为未履行。"),
    empty=_l("企业报送材料后，会列在这里等待确认。"),
)
