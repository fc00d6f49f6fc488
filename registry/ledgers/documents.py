"""The list of issued documents."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import aliased

from accounts.models import Office, User
from core import clock
from core.language import lazy_gettext as _l
from core.ledger import Badge, Choice, Code, Day, Days, Flag, Ledger, Link, Notable, Order, Search, Text, Word, lookup
from registry import documents, queries
from registry.models import Document, DocumentKind, DocumentService, DocumentState, Enterprise
from registry.rules.documents import DECISIONS, Standing
from registry.search import named

_signer = aliased(User)

SERVED_ON = (
    select(func.min(DocumentService.served_on))
    .where(DocumentService.document_id == Document.id)
    .correlate(Document)
    .scalar_subquery()
)


def _mentions(text: str) -> ColumnElement[bool]:
    return or_(Document.number.icontains(text, autoescape=True), named(text))


def _unserved(_ticked: Any) -> ColumnElement[bool]:
    served = exists().where(DocumentService.document_id == Document.id, DocumentService.served_on.is_not(None))
    return Document.kind.in_(DECISIONS) & (Document.state == DocumentState.ISSUED) & ~served


def _standing() -> ColumnElement[str]:
    return documents.standing_on(clock.today())


def _stands(wanted: Standing) -> ColumnElement[bool]:
    return _standing() == wanted.code


def _offices(viewer: User) -> Iterable[tuple[int, str]]:
    return queries.office_choices(viewer)


DOCUMENTS: Ledger[User] = Ledger(
    name="documents",
    title=_l("文书台账"),
    unit=_l("份"),
    base=queries.visible_documents,
    identity=Document.id,
    columns=(
        Text(
            "number",
            _l("文号"),
            Document.number,
            link=Link("registry.document", document_id=Document.id),
            sub="title",
            order="number",
            width=28,
        ),
        Text("title", _l("标题"), Document.title),
        Word("kind", _l("文种"), Document.kind, width=24),
        Text("enterprise", _l("企业"), Enterprise.name, link=Link("registry.enterprise", enterprise_id=Enterprise.id)),
        Code("credit_code", _l("统一社会信用代码"), Enterprise.credit_code, hidden=True),
        Text("office", _l("签发机关"), lookup(Office.short_name, Office.id == Document.office_id), width=14),
        Day("issued", _l("落款日期"), Document.issued_on, order="-issued"),
        Day("served", _l("送达日期"), SERVED_ON),
        Badge("state", _l("状态"), _standing, read=Standing.of),
        Text("reason", _l("替换或作废原因"), Document.state_reason, hidden=True),
        Text("signer", _l("签发人"), lookup(_signer.name, _signer.id == Document.issued_by_id), hidden=True, width=10),
        Code("code", _l("验证码"), Document.code, hidden=True),
        Code("sha256", "SHA-256", Document.sha256, on_page=False, width=66),
    ),
    orders=(
        Order("issued", _l("落款日期"), Document.issued_on, up=_l("由早到晚"), down=_l("由晚到早")),
        Order("number", _l("文号"), Document.office_id, Document.kind, Document.year, Document.serial),
    ),
    default_order="-issued",
    notables=(Notable(_l("%(count)s 份应送达未送达"), lambda: _unserved(True), {"unserved": "1"}),),
    filters=(
        Search("q", _l("文号、企业"), where=_mentions, wide=True),
        Choice("kind", _l("文种"), Document.kind, choices=DocumentKind),
        Choice("state", _l("状态"), where=_stands, choices=Standing),
        Choice("office", _l("签发机关"), Document.office_id, choices=_offices),
        Days("issued", _l("落款日期"), Document.issued_on),
        Flag("unserved", _l("应送达未送达"), where=_unserved),
    ),
    definition=_l("本机关管辖企业的全部已签发文书，含已替换和已作废的；送达日期为首次成功送达之日。"),
    empty=_l("笔录定稿、决定书批准、报告回执签发后，会自动列在这里。"),
)
