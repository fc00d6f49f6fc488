"""Reads of issued documents and of attached files."""

from sqlalchemy import Select, exists, or_, select
from sqlalchemy.orm import selectinload
from sqlalchemy.sql.elements import ColumnElement

from accounts.models import User, UserRole
from accounts.roles import ENTERPRISE
from core.db import db
from core.pages import not_found
from registry.models import Attachment, Document, DocumentService, Representative
from registry.queries.scope import sees, works_for
from registry.rules.documents import READ_FROM_SERVICE


def is_disclosed() -> ColumnElement[bool]:
    """Whether its party may read a document yet: what burdens it from service on, everything else at once."""
    served = exists().where(DocumentService.document_id == Document.id, DocumentService.served_on.is_not(None))
    return or_(Document.kind.not_in(READ_FROM_SERVICE), served)


def visible_documents(seen_by: User | None) -> Select[Document]:
    """The issued documents of the enterprises a person may see; its own people see decisions once they are served."""
    wanted = select(Document).join(Document.enterprise).where(sees(seen_by))
    if seen_by is not None and seen_by.is_authenticated and seen_by.roles & ENTERPRISE:
        wanted = wanted.where(is_disclosed())
    return wanted


def document(document_id: int, *, seen_by: User | None) -> Document:
    """One issued document, or 404."""
    found = db.session.scalars(visible_documents(seen_by).where(Document.id == document_id)).one_or_none()
    return found or not_found()


def documents_of(enterprise_id: int, *, seen_by: User | None) -> list[Document]:
    """Everything issued to an enterprise, newest first, with how it was served."""
    wanted = visible_documents(seen_by).where(Document.enterprise_id == enterprise_id)
    wanted = wanted.options(selectinload(Document.services)).order_by(Document.id.desc())
    return list(db.session.scalars(wanted))


def my_documents(user: User) -> list[Document]:
    """Everything issued to the enterprise a person works for, newest first."""
    wanted = (
        visible_documents(user)
        .where(works_for(user))
        .options(selectinload(Document.services))
        .order_by(Document.id.desc())
    )
    return list(db.session.scalars(wanted))


def replaced_by(document: Document, *, seen_by: User | None) -> tuple[Document | None, list[Document]]:
    """The document that took the place of this one, and those whose place this one took."""
    later = visible_documents(seen_by).where(Document.id == document.replaced_by_id)
    earlier = visible_documents(seen_by).where(Document.replaced_by_id == document.id).order_by(Document.id)
    after = db.session.scalars(later).one_or_none() if document.replaced_by_id else None
    return after, list(db.session.scalars(earlier))


def visible_attachments(seen_by: User | None) -> Select[Attachment]:
    """The files about the enterprises a person may see; of those a firm's people see what is the firm's own."""
    wanted = select(Attachment).join(Attachment.enterprise).where(sees(seen_by))
    return wanted.where(is_of_firm()) if seen_by is not None and seen_by.roles & ENTERPRISE else wanted


ON_PAPER = ("application", "report_submission")
"""Of what the scans are that clerks attach to what a firm brought on paper, by its table."""


def is_of_firm() -> ColumnElement[bool]:
    """Whether a file is one that the firm gave: sent by its people, its letters of mandate, what it brought on paper.

    What officers gathered is evidence; the firm reads of it in the papers that are served on it.
    """
    by_firm = exists().where(UserRole.user_id == Attachment.uploaded_by_id, UserRole.role.in_(ENTERPRISE))
    return or_(by_firm, Attachment.subject_kind.in_((Representative.__tablename__, *ON_PAPER)))


def attachment(attachment_id: int, *, seen_by: User | None) -> Attachment:
    """One file, or 404."""
    found = db.session.scalars(visible_attachments(seen_by).where(Attachment.id == attachment_id)).one_or_none()
    return found or not_found()
