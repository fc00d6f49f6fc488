"""Issued documents: numbered without gap, frozen, hashed, verifiable, replaced or voided but never lost.

Upper rooms call ``issue`` inside their own act; pages here show, serve and void what was issued.
"""

import re
import secrets
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256

from flask import current_app
from sqlalchemy import ColumnElement, Select, String, case, literal, select, type_coerce

from accounts.audit import record, take
from accounts.models import Office, User
from accounts.roles import Action
from core import clock
from core.attachments import Store
from core.db import Base, db, insert_new
from core.paper import Paper, UnfinishedPaper, UnprintableCharacter, from_json, render, to_json
from core.said import said
from core.workflow import Missing, NotAllowed
from registry.models import (
    Document,
    DocumentCounter,
    DocumentKind,
    DocumentService,
    DocumentState,
    Enterprise,
    ServiceMode,
)
from registry.rules import documents as rules
from registry.rules.documents import Outcome, Standing
from registry.workflow import DOCUMENT


@dataclass(frozen=True)
class Issue:
    """What the act of issuing gives to whoever composes the paper; on a draft ``code`` and ``verify_url`` are empty.

    Number, code, address and draft mark are put on the paper by the issue; ``compose`` need not.
    """

    number: str
    on: date
    code: str
    verify_url: str
    office: Office
    """The office in whose name the document goes out: it may stand above the one that acts."""


Compose = Callable[[Issue], Paper]

WHEN_SERVED: dict[str, Callable[[Document, date, User], None]] = {}
"""Table name of the subject → what its room does in the same transaction when a document about it was served."""

LAPSED: dict[str, Callable[[date], Sequence[tuple[Standing, Select[int]]]]] = {}
"""Table name of the subject → the subjects of which what a document says holds no longer on a day, though the document
stands: how it is said, and their keys; the first that fits counts."""


def issue(
    kind: DocumentKind,
    *,
    office: Office,
    enterprise: Enterprise,
    subject: Base,
    title: str,
    compose: Compose,
    on: date,
    by: User,
    law_versions: Sequence[str] = (),
    replaces: Document | None = None,
    because: str = "",
) -> Document:
    """Number, render, freeze and record a document, all in the transaction of the act that issues it.

    ``on`` is the date the document bears: today, or yesterday for an act that began before midnight; its year is the
    year of the number. ``office`` acts; who signs follows from the powers of that day (生态环境法典第五十三条).
    ``because`` says why the document replaced had to be.
    Raises ``NotAllowed`` for another date, when the paper is unfinished or holds a character that no font has, or when
    ``replaces`` no longer stands or is another party's or kind's.
    """
    _refuse_other_dates(on)
    if replaces is not None:
        _refuse_replacing(replaces, kind, enterprise)
    db.session.flush()
    signing = issuing_office(office, kind, on)
    serial = _next_serial(signing, kind, on.year)
    code = "".join(secrets.choice(rules.CODE_ALPHABET) for _ in range(rules.CODE_LENGTH))
    number = _number(signing, kind, on.year, serial)
    content = to_json(_composed(compose, Issue(number, on, code, verify_url(code), signing)))
    document = Document(
        enterprise_id=enterprise.id,
        office_id=signing.id,
        kind=kind,
        year=on.year,
        serial=serial,
        number=number,
        title=title,
        subject_kind=subject.__tablename__,
        subject_id=subject.id,  # type: ignore[attr-defined]
        content=content,
        law_versions=list(law_versions),
        sha256=_store().put(_printed(from_json(content))),
        code=code,
        issued_on=on,
        issued_at=clock.now(),
        issued_by_id=by.id,
        state=DocumentState.ISSUED,
    )
    db.session.add(document)
    record(document, Action.DOCUMENT_ISSUE, f"签发{kind.label}：{number}", by=by)
    if replaces is not None:
        replaces.state_reason = f"已由 {number} 替换" + (f"：{because}" if because else "")
        replaces.replaced_by_id = document.id
        take(DOCUMENT, "replace", replaces, by=by, note=number)
    return document


def preview(compose: Compose, office: Office, kind: DocumentKind, on: date) -> bytes:
    """The PDF as it would be, marked as a draft, without number or code; nothing is kept of it."""
    signing = issuing_office(office, kind, on)
    return _printed(_composed(compose, Issue(_number(signing, kind, on.year, None), on, "", "", signing)))


def pdf(document: Document) -> bytes:
    """The bytes that were issued; a file lost from the store is rendered again from the frozen content.

    Raises ``BadFile`` when the kept file, or what is rendered in its place, is not what was issued.
    """
    try:
        return _store().get(document.sha256)
    except FileNotFoundError:
        content = render(from_json(document.content), _store().get)
        if sha256(content).hexdigest() != document.sha256:
            raise
        return content


def issuing_office(office: Office, kind: DocumentKind, on: date) -> Office:
    """In whose name a document of this kind goes out on a day when ``office`` acts."""
    line: list[Office] = []
    above: Office | None = office
    while above is not None:
        line.append(above)
        above = above.parent
    chosen = rules.signatory([rules.Signatory(each.id, each.punishes_from) for each in line], kind, on)
    return next(each for each in line if each.id == chosen.id)


def void(document: Document, reason: str, by: User) -> None:
    """Take a document out of force; its number stays used and its text readable (FACTS C3: 作废号保留).

    What decides over punishment or listing is never voided by the person who signed it.
    """
    if document.kind in rules.FOUR_EYES and document.issued_by_id == by.id:
        raise NotAllowed([Missing(said("作废处罚、列入、移出名单的决定书，须由签发人以外的审批人办理。"))])
    DOCUMENT.may_leave("void", document.state)
    document.state_reason = reason.strip()
    take(DOCUMENT, "void", document, by=by, note=reason.strip())


def serve(
    document: Document,
    *,
    mode: ServiceMode,
    recipient: str,
    place: str = "",
    served_on: date | None = None,
    failure: str = "",
    remark: str = "",
    witness: str = "",
    noticed_on: date | None = None,
    by: User,
) -> DocumentService:
    """Record that a document was served, or that an attempt failed; both stay for good.

    ``noticed_on`` is the day of a public notice (民事诉讼法第九十五条). Raises ``NotAllowed`` with what is lacking.
    """
    if document.state is not DocumentState.ISSUED:
        raise NotAllowed([said("文书%(state)s，不能再送达。", state=document.state)])
    lacking = rules.missing_in_service(
        mode,
        issued_on=document.issued_on,
        served_on=served_on,
        failure=failure,
        failed_before=failed_modes(document),
        noticed_on=noticed_on,
        remark=remark,
        witness=witness,
        today=clock.today(),
    )
    if lacking:
        raise NotAllowed(lacking)
    noticed = f"公告日期 {noticed_on.isoformat()}" if noticed_on else ""
    service = DocumentService(
        document=document,
        mode=mode,
        recipient=recipient,
        place=place,
        served_on=served_on,
        failure=failure,
        remark="；".join(part for part in (noticed, remark) if part),
        server_id=by.id,
        witness=witness,
        recorded_at=clock.now(),
    )
    db.session.add(service)
    told = f"送达（{mode.label}）" if served_on else f"未能送达（{mode.label}）：{failure}"
    record(document, Action.DOCUMENT_SERVE, f"{document.number} {told}", by=by)
    if served_on and document.subject_kind in WHEN_SERVED:
        WHEN_SERVED[document.subject_kind](document, served_on, by)
    return service


def failed_modes(document: Document) -> list[ServiceMode]:
    """The ways by which serving failed, in their order."""
    return [service.mode for service in document.services if service.served_on is None]


def served_on(document: Document) -> date | None:
    """When the document was first served, or None."""
    return min((service.served_on for service in document.services if service.served_on), default=None)


def suggested_mode(document: Document) -> ServiceMode | None:
    """How to serve next after what failed; None when it is served, nothing failed, or nothing is left."""
    return None if served_on(document) else rules.fallback(failed_modes(document))


@dataclass(frozen=True)
class Verdict:
    """What checking found; ``sha256`` is that of the file that was checked, empty when only a code was."""

    outcome: Outcome
    document: Document | None = None
    sha256: str = ""


def verify_code(code: str) -> Verdict:
    """Whether a code from paper is that of a document, and whether that still stands."""
    found = _by_code(code)
    return Verdict(_standing(found), found) if found else Verdict(Outcome.UNKNOWN)


def verify_bytes(content: bytes, code: str = "") -> Verdict:
    """Whether a file is, byte for byte, one that was issued.

    Any other file is at best a changed one: of the document whose code was given, or whose code the file still bears.
    """
    digest = sha256(content).hexdigest()
    found = db.session.scalars(select(Document).where(Document.sha256 == digest)).one_or_none()
    if found is not None and (not code or rules.code_of(code) == found.code):
        return Verdict(_standing(found), found, digest)
    candidates = [code] if code else codes_in(content)
    changed = next((each for each in map(_by_code, candidates) if each is not None), None)
    return Verdict(Outcome.CHANGED if changed else Outcome.UNKNOWN, changed, digest)


def verify_url(code: str) -> str:
    """Where anybody can check a document: what its QR code says."""
    return f"{current_app.config['SETTINGS'].public_url}/verify/{code}"


_STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)
_CODE = re.compile(rb"/verify/([A-Z2-9]{16})|\b([A-Z2-9]{4}(?:-[A-Z2-9]{4}){3})\b")
MOST_STREAMS = 400
MOST_INFLATED = 1_000_000
"""Bytes of one stream that are looked at: a code stands near the front, and nobody may fill the memory."""


def codes_in(content: bytes) -> list[str]:
    """The verification codes that a PDF still bears, wherever it keeps them, each once and in their order."""
    found = [
        rules.code_of((plain or in_groups).decode())
        for part in _parts(content)
        for plain, in_groups in _CODE.findall(part)
    ]
    return list(dict.fromkeys(filter(None, found)))[:5]


def _parts(content: bytes) -> Iterator[bytes]:
    yield content
    yield content.replace(b"\x00", b"")
    for number, stream in enumerate(_STREAM.finditer(content)):
        if number >= MOST_STREAMS:
            return
        try:
            yield zlib.decompressobj().decompress(stream[1], MOST_INFLATED)
        except zlib.error:
            continue


def _by_code(code: str) -> Document | None:
    wanted = rules.code_of(code) or "-"
    return db.session.scalars(select(Document).where(Document.code == wanted)).one_or_none()


def standing_on(today: date) -> ColumnElement[str]:
    """How a document stands on a day, as a column: its state, or what the dates of its subject made of it."""
    lapsed = [
        ((Document.subject_kind == kind) & Document.subject_id.in_(keys), literal(how.code))
        for kind, told in LAPSED.items()
        for how, keys in told(today)
    ]
    state = type_coerce(Document.state, String)
    return case(*(((Document.state == DocumentState.ISSUED) & fits, how) for fits, how in lapsed), else_=state)


def standings(found: Iterable[Document]) -> dict[int, Standing]:
    """How some documents stand today, by their keys; asked at once."""
    ids = [each.id for each in found]
    rows = db.session.execute(select(Document.id, standing_on(clock.today())).where(Document.id.in_(ids)))
    return {number: Standing(code) for number, code in rows}


def standing(document: Document) -> Standing:
    """How one document stands today."""
    return standings([document])[document.id]


def _standing(document: Document) -> Outcome:
    found = standing(document)
    return Outcome.VALID if found is Standing.ISSUED else Outcome(found.code)


def _composed(compose: Compose, given: Issue) -> Paper:
    """The paper, with what only the issue knows put in by the issue itself."""
    return replace(
        compose(given),
        number=given.number,
        verify_url=given.verify_url,
        verify_code=rules.grouped(given.code),
        draft=not given.code,
    )


def _printed(paper: Paper) -> bytes:
    """The PDF; what cannot be printed is refused in words for the person who wrote it."""
    try:
        return render(paper, _store().get)
    except (UnprintableCharacter, UnfinishedPaper) as error:
        raise NotAllowed([str(error)]) from error


def _refuse_other_dates(on: date) -> None:
    if (clock.today() - on).days not in (0, 1):
        raise NotAllowed([said("落款日期须是签发当日（%(today)s），不能倒签或预签。", today=clock.today().isoformat())])


def _refuse_replacing(replaced: Document, kind: DocumentKind, enterprise: Enterprise) -> None:
    if replaced.kind is not kind or replaced.enterprise_id != enterprise.id:
        raise NotAllowed([said("只能替换同一企业、同一文种的文书。")])
    DOCUMENT.may_leave("replace", replaced.state)


def _number(office: Office, kind: DocumentKind, year: int, serial: int | None) -> str:
    return rules.number_of(office.document_prefix, rules.WORDS[kind], year, office.serial_prefix, serial)


def _next_serial(office: Office, kind: DocumentKind, year: int) -> int:
    """The next serial; the counter's row stays locked until the act ends, and an act undone gives its number back."""
    key = {"office_id": office.id, "kind": kind, "year": year}
    db.session.execute(insert_new(DocumentCounter).values(**key, last=0).on_conflict_do_nothing())
    counter = db.session.scalars(
        select(DocumentCounter).filter_by(**key).with_for_update().execution_options(populate_existing=True)
    ).one()
    counter.last += 1
    db.session.flush()
    return counter.last


def _store() -> Store:
    store: Store = current_app.extensions["store"]
    return store
