"""Everything the register holds about a firm, in one archive for the firm itself.

Each room hangs its parts here. A part names its columns one by one, so that nothing is handed out by accident, and is
read while it is sent: memory stays flat however much a firm has.
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any

from sqlalchemy import Select, select, type_coerce
from sqlalchemy.orm import Session

from accounts.models import User
from core import clock
from core.attachments import BadFile
from core.db import coded
from core.language import gettext as _
from core.ledger import Stamp
from core.ledger.flat import inert
from core.ledger.zipped import Zip
from core.words import Titled
from registry import documents, evidence
from registry.models import (
    Attachment,
    Document,
    Enterprise,
    FormerName,
    ListMembership,
    Obligation,
    Representative,
    Site,
)
from registry.queries import is_disclosed, is_of_firm
from registry.rules.documents import Standing

BATCH = 500
PIECE = 256 * 1024


@dataclass(frozen=True)
class Part:
    """One file of the archive: its place, what it is, about how large, and its bytes as they are read."""

    path: str
    title: str
    chunks: Callable[[], Iterable[bytes]]
    size: int = 0
    heads: tuple[str, ...] = ()


@dataclass(frozen=True)
class Owner:
    """Whose archive it is; kept apart from the session, which has ended when the sending begins."""

    name: str
    credit_code: str


Source = Callable[[Session, Sequence[int]], Iterator[Part]]
SOURCES: list[Source] = []


def source(told: Source) -> Source:
    """Mark a function as giving parts: it is asked with a session and the firm's keys (its own, and those merged into it)."""
    SOURCES.append(told)
    return told


def table(session: Session, path: str, title: str, statement: Select[*tuple[Any, ...]]) -> Part:
    """Rows as CSV, as Excel opens it; each column is headed by its comment in the data dictionary, as the reader says it."""
    heads = tuple(_heading(each) for each in statement.selected_columns)

    def chunks() -> Iterator[bytes]:
        buffer = io.StringIO()
        writer = csv.writer(buffer, lineterminator="\r\n")
        writer.writerow([_(each) for each in heads])
        yield "\ufeff".encode() + buffer.getvalue().encode()
        for batch in session.execute(statement.execution_options(yield_per=BATCH)).partitions():
            buffer.seek(0)
            buffer.truncate()
            writer.writerows([_cell(value) for value in row] for row in batch)
            yield buffer.getvalue().encode()

    return Part(path, title, chunks, heads=heads)


def headings(session: Session) -> set[str]:
    """Every head of a column, for the catalogue; an empty database will do."""
    return {head for told in SOURCES for part in told(session, [0]) for head in part.heads}


def _heading(column: Any) -> str:
    return str(getattr(column, "comment", None) or column.name).split("；")[0]


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, Titled):
        label: str = inert(_(value.label))
        return label
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, datetime):
        return clock.beijing(value).strftime("%Y-%m-%d %H:%M:%S")
    text = str(value)
    return inert(text) if isinstance(value, str) else text


def kept(path: str, title: str, content: Callable[[], bytes], size: int = 0) -> Part:
    """A file that exists as it is; read when its turn comes, one at a time."""

    def chunks() -> Iterable[bytes]:
        whole = content()
        return (whole[start : start + PIECE] for start in range(0, len(whole), PIECE))

    return Part(path, title, chunks, size)


def written(session: Session, firm: Owner, firm_ids: Sequence[int], stamp: Stamp) -> Iterator[bytes]:
    """The archive as it comes to be; the index with the hash of every file stands last."""
    archive = Zip(clock.beijing(stamp.at))
    index: list[tuple[str, str, str, str]] = []
    for told in SOURCES:
        for part in told(session, firm_ids):
            if not archive.has_room(part.size):
                index.append((part.path, part.title, "", _("太大，没有收入；请在网页上下载。")))
                continue
            try:
                chunks = part.chunks()
            except (FileNotFoundError, BadFile):
                index.append((part.path, part.title, "", _("文件缺失或者已损坏，没有收入；请联系监管机关。")))
                continue
            measured = _Measured()
            yield from archive.member(part.path, measured.through(chunks))
            index.append((part.path, part.title, str(measured.size), measured.hash.hexdigest()))
    yield from archive.member("目录.csv", _index(index, firm, stamp))
    yield archive.end()


class _Measured:
    """Counts and hashes what goes through."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.size, self.hash = 0, sha256()

    def through(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """The same chunks, counted."""
        for chunk in chunks:
            self.size += len(chunk)
            self.hash.update(chunk)
            yield chunk


def _index(rows: Iterable[tuple[str, str, str, str]], firm: Owner, stamp: Stamp) -> Iterator[bytes]:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    at = clock.beijing(stamp.at).strftime("%Y-%m-%d %H:%M:%S")
    for label, words in (
        (_("企业"), firm.name),
        (_("统一社会信用代码"), firm.credit_code),
        (_("导出时间"), at),
        (_("导出人"), stamp.by_name),
        (_("审计链首"), stamp.audit_head),
    ):
        writer.writerow([label, inert(words)])
    writer.writerow([])
    writer.writerow([_("文件"), _("内容"), _("字节数"), "sha256"])
    writer.writerows([inert(cell) for cell in row] for row in rows)
    yield "\ufeff".encode() + buffer.getvalue().encode()


# --- the parts of this room ---------------------------------------------------------------------------------------


@source
def _firm(session: Session, firms: Sequence[int]) -> Iterator[Part]:
    e, s, m, r, o = Enterprise, Site, ListMembership, Representative, Obligation
    yield table(
        session,
        "企业/基本信息.csv",
        _("企业基本信息"),
        select(
            e.name,
            e.credit_code,
            e.legal_representative,
            e.contact_name,
            e.contact_phone,
            e.address,
            e.industry_code,
            e.scale,
            e.category,
            e.status,
            e.status_since,
        )
        .where(e.id.in_(firms))
        .order_by(e.id),
    )
    names = select(FormerName.name, FormerName.valid_from, FormerName.valid_to)
    yield table(
        session,
        "企业/曾用名.csv",
        _("曾用名"),
        names.where(FormerName.enterprise_id.in_(firms)).order_by(FormerName.id),
    )
    sites = select(s.name, s.address, s.longitude, s.latitude, s.control_unit, s.industry_code, s.category, s.closed_on)
    yield table(session, "企业/场所.csv", _("场所"), sites.where(s.enterprise_id.in_(firms)).order_by(s.id))
    lists = select(m.kind, m.year, m.criterion, m.basis, m.added_on, m.removed_on, m.removed_reason)
    yield table(session, "企业/名录.csv", _("重点单位名录"), lists.where(m.enterprise_id.in_(firms)).order_by(m.id))
    people = select(User.name, User.username, r.mandate, r.since, r.until, r.end_reason).join(
        User, User.id == r.user_id
    )
    yield table(session, "企业/授权人员.csv", _("授权人员"), people.where(r.enterprise_id.in_(firms)).order_by(r.id))
    owed = select(
        o.kind,
        o.title,
        o.basis,
        o.period_from,
        o.period_to,
        o.due_on,
        o.arithmetic,
        o.fulfilled_on,
        o.voided_on,
        o.void_reason,
    )
    yield table(session, "义务/义务.csv", _("义务"), owed.where(o.enterprise_id.in_(firms)).order_by(o.due_on, o.id))


def each_row(session: Session, statement: Select[*tuple[Any, ...]]) -> Iterator[Any]:
    """The rows one after the other, a page at a time by their keys: files are read in between, so no cursor stays open."""
    last, key = 0, statement.selected_columns[0]
    while True:
        rows = session.execute(statement.where(key > last).order_by(key).limit(BATCH)).all()
        yield from rows
        if len(rows) < BATCH:
            return
        last = rows[-1][0]


@source
def _documents(session: Session, firms: Sequence[int]) -> Iterator[Part]:
    d = Document
    mine = (d.enterprise_id.in_(firms), is_disclosed())
    state = type_coerce(documents.standing_on(clock.today()), coded(Standing)).label(str(d.state.comment))
    listed = select(d.number, d.title, d.kind, d.issued_on, state, d.state_reason, d.code, d.sha256)
    yield table(session, "文书/文书.csv", _("文书"), listed.where(*mine).order_by(d.id))
    for key, number in each_row(session, select(d.id, d.number).where(*mine)):

        def content(key: int = key) -> bytes:
            made = documents.pdf(session.get_one(Document, key))
            session.expunge_all()
            return made

        yield kept(f"文书/{key}_{evidence.plain_name(number)}.pdf", number, content)


@source
def _attachments(session: Session, firms: Sequence[int]) -> Iterator[Part]:
    a = Attachment
    mine = (a.enterprise_id.in_(firms), is_of_firm())
    listed = select(a.id, a.name, a.caption, a.media_type, a.size, a.sha256, a.uploaded_at)
    yield table(session, "附件/附件.csv", _("本企业报送的附件"), listed.where(*mine).order_by(a.id))
    for key, name, digest, size in each_row(session, select(a.id, a.name, a.sha256, a.size).where(*mine)):

        def content(digest: str = digest) -> bytes:
            return evidence.store().get(digest)

        yield kept(f"附件/{key}_{evidence.plain_name(name)}", name, content, size)
