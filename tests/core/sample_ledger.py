"""A small list of works with every kind of column, filter and order, on tables of its own."""

import enum
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from flask import Flask, Response, request
from flask_wtf import CSRFProtect
from jinja2 import ChoiceLoader, DictLoader, FileSystemLoader
from sqlalchemy import Engine, ForeignKey, Integer, Select, create_engine, event, func, or_, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from core import clock, filters, language
from core.db import Base as Register
from core.db import UtcDateTime
from core.ledger import (
    AsOf,
    Badge,
    Between,
    Choice,
    Code,
    Count,
    Day,
    Days,
    Figure,
    Flag,
    Ledger,
    Link,
    Mark,
    Moment,
    Order,
    Percent,
    Row,
    Search,
    Shelf,
    Stamp,
    Text,
    View,
    Word,
    YesNo,
    lookup,
)
from core.pages import page
from core.words import Titled

TODAY = date(2026, 11, 23)
STAMP = Stamp(
    at=clock.midnight(TODAY) + timedelta(hours=18, minutes=40),
    by_name="王晓岚",
    audit_head="a41c77e9" * 8,
    scope="昌吉市",
)


class Kind(Titled):
    """管理类别."""

    KEY = "key", "重点管理", "info"
    SIMPLE = "simple", "简化管理", "calm"


class Base(DeclarativeBase):
    type_annotation_map = {enum.Enum: Register.type_annotation_map[enum.Enum], datetime: UtcDateTime()}


class Area(Base):
    __tablename__ = "sample_area"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Works(Base):
    __tablename__ = "sample_works"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    code: Mapped[str] = mapped_column(default="")
    owner: Mapped[str] = mapped_column(default="")
    kind: Mapped[Kind] = mapped_column(default=Kind.KEY)
    area_id: Mapped[int | None] = mapped_column(ForeignKey("sample_area.id"))
    expires_on: Mapped[date | None]
    seen_at: Mapped[datetime | None]
    fine: Mapped[Decimal | None]
    share: Mapped[Decimal | None]
    findings: Mapped[int] = mapped_column(default=0)
    online: Mapped[bool | None]


def works_of(seen_by: str) -> Select[Works]:
    """A prefecture officer sees all, a county's only its own, an unknown person nothing."""
    if seen_by == "州":
        return select(Works)
    return select(Works).where(Works.area_id.in_(select(Area.id).where(Area.name == seen_by)))


def left(row: Row) -> Mark | None:
    days = (row["expiry"] - clock.today()).days if row["expiry"] else None
    return None if days is None else Mark(f"剩 {days} 天", "danger" if days < 30 else "muted")


WORKS: Ledger[str] = Ledger(
    name="works",
    title="企业台账",
    unit="家",
    base=works_of,
    identity=Works.id,
    columns=[
        Text(
            "name", "企业", Works.name, link=Link("works_page", works_id=Works.id), sub="code", order="name", width=34
        ),
        Code("code", "统一社会信用代码", Works.code),
        Word("kind", "管理类别", Works.kind, order="kind"),
        Text("area", "县市", lookup(Area.name, Area.id == Works.area_id)),
        Day("expiry", "许可证到期", Works.expires_on, order="expiry", note=left),
        Moment("seen", "最近检查", Works.seen_at, order="-seen"),
        Figure("fine", "罚款（元）", Works.fine, order="fine", hint="近三年生效的罚款合计"),
        Percent("share", "达标率", Works.share),
        Count(
            "findings",
            "问题",
            Works.findings,
            shown=lambda row: Mark(f"{row['findings']} 个", "danger") if row["findings"] else Mark("无", "muted"),
        ),
        YesNo("online", "联网", Works.online),
        Badge("state", "状态", Works.kind, hidden=True),
        Text("owner", "法定代表人", Works.owner, hidden=True, open_to=lambda seen_by: seen_by == "州"),
        Count("twice", "问题×2", lambda: Works.findings * 2, on_page=False),
    ],
    filters=[
        Search(
            "q",
            "名称或代码",
            where=lambda text: or_(Works.name.icontains(text, autoescape=True), Works.code == text),
            wide=True,
        ),
        Choice("kind", "管理类别", Works.kind, choices=Kind),
        Choice("area", "县市", Works.area_id, choices=[(1, "阜康市"), (2, "昌吉市")]),
        Days("expiry", "许可证到期", Works.expires_on),
        Days("seen", "最近检查", Works.seen_at, more=True),
        Between("findings", "问题数", Works.findings, more=True),
        Flag("online", "只看联网", where=lambda _ticked: Works.online.is_(True), more=True),
        AsOf(
            "as-of",
            "截至",
            where=lambda day: or_(Works.expires_on.is_(None), Works.expires_on > day - timedelta(days=40000)),
        ),
    ],
    orders=[
        Order("expiry", "许可证到期日", Works.expires_on, up="由近到远", down="由远到近"),
        Order("name", "名称", Works.name),
        Order("kind", "管理类别", Works.kind, Works.expires_on.desc(), Works.findings),
        Order("seen", "最近检查", Works.seen_at, Works.name),
        Order("fine", "罚款", Works.fine.desc(), Works.findings.desc(), up="由多到少", down="由少到多"),
        Order("length", "名称长短", func.length(Works.name, type_=Integer), Works.online),
    ],
    default_order="expiry",
    definition="在册的全部企业。",
    empty="登记第一家企业后会列在这里。",
)


def engine_on_disk(url: str = "sqlite://") -> Engine:
    engine = create_engine(url)
    Base.metadata.drop_all(engine)
    Base.metadata.create_all(engine)
    return engine


def works(number: int, **given: Any) -> Works:
    """One works with plausible facts, the same for the same number."""
    facts: dict[str, Any] = {
        "id": number,
        "name": f"阜康第{number:04d}化工厂（示例）",
        "code": f"91652302MA7{number:07d}",
        "owner": "李建国",
        "kind": Kind.KEY if number % 3 else Kind.SIMPLE,
        "area_id": number % 2 + 1,
        "expires_on": None if number % 7 == 0 else TODAY + timedelta(days=number % 50),
        "seen_at": None if number % 5 == 0 else clock.midnight(TODAY) - timedelta(hours=number % 40),
        "fine": None if number % 4 == 0 else Decimal(number % 6) * Decimal("1234.56"),
        "share": Decimal(number % 100) / 100,
        "findings": number % 4,
        "online": (True, False, None)[number % 3],
    }
    return Works(**{**facts, **given})


def filled(session: Session, rows: Sequence[Works]) -> None:
    session.execute(Works.__table__.delete())
    session.execute(Area.__table__.delete())
    session.add_all([Area(id=1, name="阜康市"), Area(id=2, name="昌吉市"), *rows])
    session.commit()
    session.expunge_all()


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    """The statements sent meanwhile."""
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)


ROOT = Path(__file__).parents[2]
OFFICER = SimpleNamespace(
    is_authenticated=True,
    name="王晓岚",
    office=SimpleNamespace(name="昌吉州生态环境局阜康市分局", short_name="阜康市分局"),
    role_title="执法员",
)
TEMPLATE = """{% extends "layout.html" %}{% from "parts/ledger.html" import ledger_page with context %}
{% block title %}企业{% endblock %}{% block subtitle %}在阜康市分局管辖内的固定污染源单位{% endblock %}
{% block acts %}<a class="btn btn-plain" href="/works/1">登记企业</a>{% endblock %}
{% block content %}{% call ledger_page(ledger, acts=acts) %}<a class="btn btn-plain" href="/works/1">登记企业</a>{% endcall %}{% endblock %}"""


def sample_app(engine: Engine) -> Flask:
    """The templates and one list, without rooms; signed in as an officer of the office named in the header."""
    app = Flask("works", template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "static"))
    app.jinja_loader = ChoiceLoader([FileSystemLoader(ROOT / "templates"), DictLoader({"works.html": TEMPLATE})])
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    app.config.update(SECRET_KEY="0123456789abcdef0123456789abcdef", TESTING=True, WTF_CSRF_CHECK_DEFAULT=False)
    language.install(app, lambda: "zh_Hans_CN")
    filters.install(app)
    CSRFProtect(app)

    @app.context_processor
    def shell() -> dict[str, Any]:
        return {
            "current_user": OFFICER,
            "now": "2026-11-23 09:40",
            "demo": True,
            "locale": "zh",
            "audit_head": STAMP.audit_head,
            "large_text": "large" in request.headers,
            "menu": [],
        }

    @app.get("/works")
    def works_list() -> Any:
        acts = [("安排检查", "/works/inspect"), ("催办", "/works/remind")] if "Batch" in request.headers else ()
        with Session(engine) as session:
            ledger = WORKS.page(session, request.args, request.headers.get("Office", "州"))
            if acts:
                views = [View("30 日内到期", "expiry-to=2026-12-23"), View("我的重点", "kind=key", shared=True)]
                ledger.shelf = Shelf(views, "/views/new", "/lists/arrange", "/views")
            return page("works.html", ledger=ledger, acts=acts)

    @app.get("/works.<any(xlsx, csv, json):form>")
    def works_file(form: str) -> Response:
        with Session(engine) as session:
            if form == "csv":
                return Response(b"".join(WORKS.csv(session, request.args, "州")))
            return Response(b"".join(getattr(WORKS, form)(session, request.args, "州", STAMP)))

    @app.get("/works/<int:works_id>")
    def works_page(works_id: int) -> str:
        return str(works_id)

    return app
