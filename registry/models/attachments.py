"""Files that prove something, each about one enterprise."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import User
from core.db import Base
from core.permanence import Frozen
from registry.models.enterprises import Enterprise


class Attachment(Base):
    """A file that proves something; its bytes are kept by their hash, what is shown is a copy without metadata."""

    __tablename__ = "attachment"
    __frozen__ = Frozen(
        columns=(
            "subject_kind",
            "subject_id",
            "name",
            "media_type",
            "size",
            "sha256",
            "preview_sha256",
            "taken_at",
            "longitude",
            "latitude",
            "uploaded_at",
            "uploaded_by_id",
        )
    )
    __table_args__ = (Index("ix_attachment_subject", "subject_kind", "subject_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"), index=True, comment="所涉企业，决定谁能看")
    subject_kind: Mapped[str] = mapped_column(default="", comment="附于何物（表名）")
    subject_id: Mapped[int | None] = mapped_column(comment="附于何物（主键）")
    name: Mapped[str] = mapped_column(comment="原文件名")
    caption: Mapped[str] = mapped_column(default="", comment="说明")
    media_type: Mapped[str] = mapped_column(comment="已验证的类型")
    size: Mapped[int] = mapped_column(comment="字节数")
    sha256: Mapped[str] = mapped_column(index=True, comment="原件 sha256", info={"file": True})
    preview_sha256: Mapped[str] = mapped_column(default="", comment="去除元数据的副本 sha256", info={"file": True})
    taken_at: Mapped[datetime | None] = mapped_column(comment="EXIF 拍摄时间")
    longitude: Mapped[Decimal | None] = mapped_column(comment="EXIF 经度")
    latitude: Mapped[Decimal | None] = mapped_column(comment="EXIF 纬度")
    uploaded_at: Mapped[datetime] = mapped_column(comment="上传时间")
    uploaded_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"), comment="上传人")

    enterprise: Mapped[Enterprise] = relationship()
    uploaded_by: Mapped[User] = relationship()
