"""Under which category a site is managed, as an officer confirmed it, with what the catalogue's rows came to."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import User
from core.db import Base, check
from core.permanence import Frozen
from registry.models import Category, Site


class CategoryDecision(Base):
    """管理类别认定: what was answered, what the catalogue came to, and what a named person confirmed. Never changed."""

    __tablename__ = "category_decision"
    __frozen__ = Frozen()
    __table_args__ = (
        check("candidate IS NOT NULL AND candidate = category OR length(reason) > 0", "reason_if_other"),
        Index("ix_category_decision_site", "site_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), comment="场所")
    industries: Mapped[str] = mapped_column(comment="所涉行业代码 GB/T 4754，以逗号分开，主要行业在前")
    answers: Mapped[dict[str, Any]] = mapped_column(comment="问题 → 回答")
    candidate: Mapped[Category | None] = mapped_column(comment="按名录得出的类别；空为得不出")
    grounds: Mapped[str] = mapped_column(comment="名录条目和理由")
    category: Mapped[Category] = mapped_column(comment="认定的类别")
    reason: Mapped[str] = mapped_column(default="", comment="与名录得出的不同，或者得不出时的理由")
    decided_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"), comment="认定人")
    decided_at: Mapped[datetime] = mapped_column(comment="认定时间")

    site: Mapped[Site] = relationship()
    decided_by: Mapped[User] = relationship()
