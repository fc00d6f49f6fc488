"""Who speaks for an enterprise, and the letter that says so."""

from datetime import date

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import User
from core.db import Base
from core.words import Titled
from registry.models.attachments import Attachment
from registry.models.enterprises import Enterprise


class Mandate(Titled):
    """What a representative may do for an enterprise."""

    PREPARER = "preparer", "填报人"
    SIGNER = "signer", "签发人"


class Representative(Base):
    """A person who acts for an enterprise, since and until when, with the letter that says so."""

    __tablename__ = "representative"
    __table_args__ = (Index("ix_representative_user", "user_id", "enterprise_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"), index=True, comment="企业")
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), comment="用户")
    mandate: Mapped[Mandate] = mapped_column(comment="权限")
    since: Mapped[date] = mapped_column(comment="起")
    until: Mapped[date | None] = mapped_column(comment="止（当日仍有效）")
    letter_id: Mapped[int | None] = mapped_column(ForeignKey("attachment.id"), comment="授权书")
    end_reason: Mapped[str | None] = mapped_column(comment="企业终止授权的理由；未经企业终止的为空")

    enterprise: Mapped[Enterprise] = relationship(lazy="joined")
    user: Mapped[User] = relationship(lazy="joined")
    letter: Mapped[Attachment | None] = relationship()
