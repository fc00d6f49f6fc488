"""What enterprises owe, and what they handed in to meet it."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import User
from core.db import Base, Versioned, check
from core.permanence import Frozen
from core.words import Titled
from registry.models.enterprises import Enterprise


class ObligationKind(Titled):
    """What is owed."""

    REPORT = "report", "执行报告"
    MONITORING = "monitoring", "自行监测"
    RENEWAL = "renewal", "许可证延续"
    REGISTRATION = "registration", "排污登记变更"
    SOIL = "soil", "土壤污染防治"
    RETENTION = "retention", "台账和记录保存"
    RECTIFICATION = "rectification", "整改"
    PAYMENT = "payment", "缴纳罚款"
    OTHER = "other", "其他"


class Obligation(Base):
    """Who owes what by when, on which article, from which source row. Overdue is a query, never a flag."""

    __tablename__ = "obligation"
    __table_args__ = (
        UniqueConstraint("source_kind", "source_id", "key"),
        check("(voided_on IS NULL) OR (length(void_reason) > 0)", "voided_with_reason"),
        Index("ix_obligation_due", "due_on", "id"),
        Index("ix_obligation_enterprise_due", "enterprise_id", "due_on", "id"),
        Index(
            "ix_obligation_open",
            "enterprise_id",
            "due_on",
            "kind",
            sqlite_where=text("fulfilled_on IS NULL AND voided_on IS NULL"),
            postgresql_where=text("fulfilled_on IS NULL AND voided_on IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"), comment="企业")
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id"), comment="场所")
    kind: Mapped[ObligationKind] = mapped_column(comment="种类")
    title: Mapped[str] = mapped_column(comment="义务")
    basis: Mapped[str] = mapped_column(comment="依据")
    source_kind: Mapped[str] = mapped_column(comment="来源（表名）")
    source_id: Mapped[int] = mapped_column(comment="来源（主键）")
    key: Mapped[str] = mapped_column(comment="来源内的键，如 2026-q3；同一来源同一键只有一条")
    period_from: Mapped[date | None] = mapped_column(comment="所涉期间起")
    period_to: Mapped[date | None] = mapped_column(comment="所涉期间止")
    opens_on: Mapped[date | None] = mapped_column(comment="可办理起始日")
    due_on: Mapped[date] = mapped_column(comment="期限")
    provisional: Mapped[bool] = mapped_column(default=False, comment="暂定：涉及尚未公布节假日的年度")
    arithmetic: Mapped[str] = mapped_column(default="", comment="期限的算式")
    fulfilled_on: Mapped[date | None] = mapped_column(comment="履行日期")
    voided_on: Mapped[date | None] = mapped_column(comment="作废日期")
    void_reason: Mapped[str] = mapped_column(default="", comment="作废原因")
    url: Mapped[str] = mapped_column(default="", comment="企业办理地址")

    enterprise: Mapped[Enterprise] = relationship(lazy="joined")


class HandInState(Titled):
    """Where a thing handed in stands: it counts from the day it came, until somebody gives it back."""

    SENT = "sent", "待确认", "info"
    CONFIRMED = "confirmed", "已确认", "ok"
    RETURNED = "returned", "已退回", "warn"


class HandIn(Base, Versioned):
    """What an enterprise handed in to meet an obligation; its files hang on it. What was sent is never rewritten."""

    __tablename__ = "hand_in"
    __frozen__ = Frozen(columns=("obligation_id", "number", "note", "sent_on", "sent_at", "sent_by_id"))
    __table_args__ = (
        UniqueConstraint("obligation_id", "number"),
        check("(state = 'sent') = (judged_at IS NULL) AND (judged_at IS NULL) = (judged_by_id IS NULL)", "judged_by"),
        check("(state = 'returned') = (length(reason) > 0)", "returned_with_reason"),
        Index("ix_hand_in_state", "state", "id"),
        Index("ix_hand_in_enterprise", "enterprise_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"), comment="企业")
    obligation_id: Mapped[int] = mapped_column(ForeignKey("obligation.id"), comment="所履行的义务")
    number: Mapped[int] = mapped_column(comment="第几次报送")
    state: Mapped[HandInState] = mapped_column(default=HandInState.SENT, comment="状态")
    note: Mapped[str] = mapped_column(default="", comment="说明")
    sent_on: Mapped[date] = mapped_column(comment="报送日期")
    sent_at: Mapped[datetime] = mapped_column(comment="报送时间")
    sent_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"), comment="报送人")
    judged_at: Mapped[datetime | None] = mapped_column(comment="确认或退回时间")
    judged_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), comment="确认或退回人")
    reason: Mapped[str] = mapped_column(default="", comment="退回理由")

    enterprise: Mapped[Enterprise] = relationship(lazy="joined")
    obligation: Mapped[Obligation] = relationship(lazy="joined")
    sent_by: Mapped[User] = relationship(foreign_keys=[sent_by_id])
    judged_by: Mapped[User | None] = relationship(foreign_keys=[judged_by_id])
