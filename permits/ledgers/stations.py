"""The ledger of automatic stations: which speak, which are silent."""

from datetime import timedelta

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, or_, select

from accounts.models import User
from core import clock
from core.language import lazy_gettext as _l
from core.ledger import Badge, Choice, Code, Count, Day, Ledger, Link, Moment, Notable, Order, Search, Text, Word
from core.words import Titled
from permits.models import Permit, Protocol, RefusedPacket, Station, StationContact
from registry.models import Enterprise
from registry.queries import office_choices, sees
from registry.search import named

SILENT_AFTER = timedelta(hours=2)
"""A station that said nothing for so long is shown as silent. Ours, no law: 未核对."""


class Hearing(Titled):
    """Whether a station is heard: computed, never stored."""

    HEARD = "heard", "在线", "ok"
    SILENT = "silent", "中断", "warn"
    NEVER = "never", "从未收到", "danger"
    ENDED = "ended", "已停用", "calm"


def _hears(wanted: Hearing) -> ColumnElement[bool]:
    since, live = clock.now() - SILENT_AFTER, Station.ended_on.is_(None)
    conditions: dict[Hearing, ColumnElement[bool]] = {
        Hearing.ENDED: Station.ended_on.is_not(None),
        Hearing.NEVER: and_(live, StationContact.last_at.is_(None)),
        Hearing.SILENT: and_(live, StationContact.last_at < since),
        Hearing.HEARD: and_(live, StationContact.last_at >= since),
    }
    return conditions[wanted]


def _hearing() -> ColumnElement[str]:
    return case(*((_hears(each), literal(each.code)) for each in Hearing), else_=literal(""))


def _stations(viewer: User) -> Select[int]:
    """The stations at the permits that one may see, with when they were last heard."""
    return (
        select(Station.id)
        .join(Permit, Permit.id == Station.permit_id)
        .join(Enterprise, Enterprise.id == Permit.enterprise_id)
        .outerjoin(StationContact, StationContact.station_id == Station.id)
        .where(sees(viewer))
    )


def _finds(text: str) -> ColumnElement[bool]:
    return or_(Station.mn.startswith(text, autoescape=True), named(text))


STATIONS: Ledger[User] = Ledger(
    name="stations",
    title=_l("自动监测站台账"),
    unit=_l("个"),
    base=_stations,
    identity=Station.id,
    columns=(
        Code("mn", _l("MN"), Station.mn, link=Link("permits.station", station_id=Station.id), order="mn"),
        Text(
            "enterprise",
            _l("企业"),
            Enterprise.name,
            link=Link("registry.enterprise", enterprise_id=Enterprise.id),
            full=True,
        ),
        Code("permit", _l("许可证编号"), Permit.permit_no, hidden=True),
        Code("outlet", _l("排放口"), Station.outlet_code, width=10),
        Word(
            "protocol",
            _l("协议"),
            Station.protocol,
            read=lambda each: each if isinstance(each, Protocol) else Protocol.of(each),
        ),
        Badge("hearing", _l("状态"), _hearing, read=Hearing.of),
        Moment("last", _l("最近收到"), StationContact.last_at),
        Count("messages", _l("收到的数据包"), func.coalesce(StationContact.messages, 0)),
        Count(
            "refused",
            _l("未接收的数据包"),
            select(func.count())
            .select_from(RefusedPacket)
            .where(RefusedPacket.station_id == Station.id)
            .correlate(Station),
        ),
        Moment("added", _l("登记时间"), Station.added_at, hidden=True),
        Day("ended", _l("停用日期"), Station.ended_on, hidden=True),
    ),
    orders=(Order("mn", "MN", Station.mn, up=_l("顺序"), down=_l("倒序")),),
    default_order="mn",
    filters=(
        Search("q", _l("MN 开头、企业名称、拼音首字母或信用代码"), where=_finds, wide=True),
        Choice("hearing", _l("状态"), where=_hears, choices=Hearing),
        Choice("office", _l("监管机关"), Enterprise.office_id, choices=office_choices),
    ),
    notables=(Notable(_l("%(count)s 个中断"), lambda: _hears(Hearing.SILENT), {"hearing": Hearing.SILENT.code}),),
    definition=_l(
        "按 HJ 212 报送数据的监测站；两小时没有收到数据为中断。小时和日均值记为监测结果，实时和分钟数据保留 92 日。"
    ),
    empty=_l("用命令 flask --app app permits add-station 登记监测站后，会列在这里。"),
)
