"""Penalty decisions on record, what stays their execution, and how they are quashed."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Office, User
from core.db import Base, Versioned, check
from core.permanence import Frozen
from core.words import Titled
from registry.models import Enterprise


class PenaltyKind(Titled):
    """处罚种类 (行政处罚法第9条)."""

    WARNING = "warning", "警告、通报批评"
    FINE = "fine", "罚款"
    CONFISCATION = "confiscation", "没收"
    PERMIT = "permit", "暂扣或吊销许可证件"
    RESTRICTION = "restriction", "限制生产、停产停业"
    OTHER = "other", "其他"


class DecisionState(Titled):
    """A decision counts for credit only when a second person has confirmed it and it is in effect."""

    RECORDED = "recorded", "待复核", "info"
    CONFIRMED = "confirmed", "已生效", "ok"
    QUASHED = "quashed", "已撤销", "calm"


class PenaltyDecision(Base, Versioned):
    """行政处罚决定 on record with its document; the case procedure behind it is kept elsewhere for now."""

    __tablename__ = "penalty_decision"
    __frozen__ = Frozen(
        columns=(
            "enterprise_id",
            "number",
            "facts",
            "fine",
            "confiscated",
            "rule_id",
            "legal_basis",
            "decided_on",
            "recorded_by_id",
        ),
        when="OLD.state <> 'recorded'",
    )
    __table_args__ = (
        check("fine IS NULL OR fine >= 0", "fine_not_negative"),
        check("(state = 'confirmed') <= (confirmed_by_id IS NOT NULL)", "confirmed_by_someone"),
        check("confirmed_by_id IS NULL OR confirmed_by_id <> recorded_by_id", "four_eyes"),
        check("(state = 'quashed') = (quashed_on IS NOT NULL)", "quashed_with_date"),
        check("served_on IS NULL OR served_on >= decided_on", "served_after_decision"),
        Index("ix_penalty_decision_enterprise", "enterprise_id", "id"),
        Index("ix_penalty_decision_decided", "decided_on", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"), comment="企业")
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"), comment="处罚机关")
    order_id: Mapped[int | None] = mapped_column(
        ForeignKey("rectification_order.id"), index=True, comment="相关责令改正"
    )
    number: Mapped[str] = mapped_column(unique=True, comment="决定书文号")
    state: Mapped[DecisionState] = mapped_column(default=DecisionState.RECORDED, comment="状态")
    violation_key: Mapped[str] = mapped_column(comment="案由")
    violation_branch: Mapped[str] = mapped_column(default="", comment="案由分支")
    rule_id: Mapped[str] = mapped_column(comment="适用的罚则")
    citation: Mapped[dict[str, Any]] = mapped_column(comment="选用过程")
    legal_basis: Mapped[str] = mapped_column(comment="处罚依据")
    facts: Mapped[str] = mapped_column(comment="违法事实")
    kinds: Mapped[list[str]] = mapped_column(comment="处罚种类")
    content: Mapped[str] = mapped_column(comment="处罚内容")
    fine: Mapped[Decimal | None] = mapped_column(comment="罚款，元")
    confiscated: Mapped[Decimal | None] = mapped_column(comment="没收，元")
    act_from: Mapped[date] = mapped_column(comment="行为起")
    act_to: Mapped[date] = mapped_column(comment="行为止")
    decided_on: Mapped[date] = mapped_column(comment="决定日期")
    served_on: Mapped[date | None] = mapped_column(comment="送达日期")
    paid_on: Mapped[date | None] = mapped_column(comment="缴清日期")
    corrected_on: Mapped[date | None] = mapped_column(comment="改正完成日期")
    attachment_id: Mapped[int | None] = mapped_column(ForeignKey("attachment.id"), comment="决定书扫描件")
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"), comment="记录人")
    recorded_at: Mapped[datetime] = mapped_column(comment="记录时间")
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), comment="复核人")
    confirmed_at: Mapped[datetime | None] = mapped_column(comment="复核时间")
    quashed_on: Mapped[date | None] = mapped_column(comment="撤销日期")
    quash_reason: Mapped[str] = mapped_column(default="", comment="撤销理由")

    enterprise: Mapped[Enterprise] = relationship(lazy="joined")
    office: Mapped[Office] = relationship(lazy="joined")
    recorded_by: Mapped[User] = relationship(foreign_keys=[recorded_by_id])
    confirmed_by: Mapped[User | None] = relationship(foreign_keys=[confirmed_by_id])
    stays: Mapped[list["DecisionStay"]] = relationship(back_populates="decision", order_by="DecisionStay.id")
    quashings: Mapped[list["QuashProposal"]] = relationship(back_populates="decision", order_by="QuashProposal.id")

    @property
    def open_quashing(self) -> "QuashProposal | None":
        """What somebody noted of its quashing and nobody has decided on yet."""
        return next((each for each in self.quashings if each.decided_on is None), None)

    def stay_on(self, day: date) -> "DecisionStay | None":
        """The stay under which the decision is not carried out on a day, if there is one."""
        return next((each for each in self.stays if each.covers(day)), None)


class QuashProposal(Base):
    """登记撤销: one person notes by which document a penalty decision was quashed, another lets it take effect or not."""

    __tablename__ = "quash_proposal"
    __frozen__ = Frozen(
        columns=("enterprise_id", "decision_id", "quashed_on", "reason", "proposed_by_id", "proposed_at"),
    )
    __table_args__ = (
        check("length(reason) > 0", "has_reason"),
        check("(decided_on IS NULL) = (granted IS NULL)", "decided_whole"),
        check("(decided_on IS NULL) = (decided_by_id IS NULL)", "decided_by_somebody"),
        check("decided_by_id IS NULL OR decided_by_id <> proposed_by_id", "four_eyes"),
        Index(
            "uq_quash_proposal_open",
            "decision_id",
            unique=True,
            sqlite_where=text("decided_on IS NULL"),
            postgresql_where=text("decided_on IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"), comment="企业")
    decision_id: Mapped[int] = mapped_column(ForeignKey("penalty_decision.id"), comment="处罚决定")
    quashed_on: Mapped[date] = mapped_column(comment="撤销日期")
    reason: Mapped[str] = mapped_column(comment="撤销理由")
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"), comment="登记人")
    proposed_at: Mapped[datetime] = mapped_column(comment="登记时间")
    decided_on: Mapped[date | None] = mapped_column(comment="确认日期")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), comment="确认人")
    granted: Mapped[bool | None] = mapped_column(comment="是否撤销")
    answer: Mapped[str] = mapped_column(default="", comment="不予撤销的理由")

    decision: Mapped[PenaltyDecision] = relationship(back_populates="quashings")
    proposed_by: Mapped[User] = relationship(foreign_keys=[proposed_by_id])


class DecisionStay(Base):
    """停止执行 (行政复议法第四十二条, 行政诉讼法第五十六条): an appeal alone stays nothing, this does, until it is lifted."""

    __tablename__ = "decision_stay"
    __frozen__ = Frozen(columns=("enterprise_id", "decision_id", "stayed_from", "reason", "noted_by_id", "noted_at"))
    __table_args__ = (check("lifted_on IS NULL OR lifted_on >= stayed_from", "lifted_after_stay"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"), comment="企业")
    decision_id: Mapped[int] = mapped_column(ForeignKey("penalty_decision.id"), index=True, comment="处罚决定")
    stayed_from: Mapped[date] = mapped_column(comment="停止执行之日")
    lifted_on: Mapped[date | None] = mapped_column(comment="恢复执行之日；空为仍停止")
    reason: Mapped[str] = mapped_column(comment="停止执行的裁定或决定")
    noted_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"), comment="登记人")
    noted_at: Mapped[datetime] = mapped_column(comment="登记时间")

    decision: Mapped[PenaltyDecision] = relationship(back_populates="stays")

    def covers(self, day: date) -> bool:
        """Whether the decision is not carried out on this day."""
        return self.stayed_from <= day and (self.lifted_on is None or day < self.lifted_on)
