"""Imports of workbooks, and which column was taken for what."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import User
from core.db import Base


class ImportRun(Base):
    """One import of a workbook: the file, its mapping, what came of it."""

    __tablename__ = "import_run"
    __table_args__ = (Index("ix_import_run_office", "office_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int | None] = mapped_column(ForeignKey("office.id"), comment="机关")
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), comment="导入人")
    kind: Mapped[str] = mapped_column(default="enterprises", comment="导入何物")
    file_name: Mapped[str] = mapped_column(comment="文件名")
    sha256: Mapped[str] = mapped_column(comment="文件 sha256")
    mapping: Mapped[dict[str, Any]] = mapped_column(comment="列的对应")
    result: Mapped[dict[str, Any]] = mapped_column(comment="结果：行数、问题")
    started_at: Mapped[datetime] = mapped_column(comment="上传时间")
    stored_at: Mapped[datetime | None] = mapped_column(comment="入库时间；空为仅试运行")

    user: Mapped[User] = relationship()


class RememberedMapping(Base):
    """The confirmed column mapping of an office for workbooks with these headers."""

    __tablename__ = "remembered_mapping"
    __table_args__ = (UniqueConstraint("office_id", "kind", "header_hash"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"), comment="机关")
    kind: Mapped[str] = mapped_column(comment="导入何物")
    header_hash: Mapped[str] = mapped_column(comment="表头的哈希")
    mapping: Mapped[dict[str, Any]] = mapped_column(comment="列的对应")
    confirmed_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"), comment="确认人")
    confirmed_at: Mapped[datetime] = mapped_column(comment="确认时间")
