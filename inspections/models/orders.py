"""Rectification orders: what must be put right by when, item by item, and what the enterprise answered."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Office, User
from core.db import Base, Versioned, check
from core.permanence import Frozen
from core.words import Titled
from inspections.models.records import Finding, Inspection
from registry.models import Document, Enterprise


class OrderState(Titled):
    """Where a rectification order stands; overdue is computed."""

    DRAFT = "draft", "草稿", "calm"
    REVIEW = "review", "待审批", "info"
    APPROVED = "approved", "待送达", "info"
    SERVED = "served", "整改中", "warn"
    VERIFIED = "verified", "已办结", "ok"
    ESCALATED = "escalated", "已升级", "danger"
    RESCINDED = "rescinded", "已撤销", "calm"


class RectificationOrder(Base, Versioned):
    """责令改正: what must be put right, by when, on which article."""

    __tablename__ = "rectification_order"
    __frozen__ = Frozen(
        columns=(
            "enterprise_id",
            "office_id",
            "facts",
            "evidence",
            "content",
            "days_allowed",
            "legal_basis",
            "document_id",
        ),
        when="OLD.state NOT IN ('draft', 'review')",
    )
    __table_args__ = (
        check("(state IN ('served', 'verified', 'escalated')) <= (served_on IS NOT NULL)", "served_with_date"),
        check("(served_on IS NULL) = (due_on IS NULL)", "due_from_service"),
        check(
            "(state IN ('approved', 'served', 'verified', 'escalated')) <= (document_id IS NOT NULL)",
            "approved_with_document",
        ),
        check("(state = 'rescinded') <= (length(end_reason) > 0)", "rescinded_with_reason"),
        check("days_allowed > 0", "days_positive"),
        Index("ix_rectification_order_enterprise", "enterprise_id", "id"),
        Index("ix_rectification_order_state", "state", "due_on", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"), comment="企业")
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"), comment="作出机关")
    inspection_id: Mapped[int] = mapped_column(ForeignKey("inspection.id"), index=True, comment="来自的检查")
    state: Mapped[OrderState] = mapped_column(default=OrderState.DRAFT, comment="状态")
    facts: Mapped[str] = mapped_column(comment="违法事实")
    evidence: Mapped[str] = mapped_column(comment="证据")
    content: Mapped[str] = mapped_column(comment="改正内容")
    days_allowed: Mapped[int] = mapped_column(comment="改正期限，天数")
    working_days: Mapped[bool] = mapped_column(default=True, comment="按工作日计")
    citation: Mapped[dict[str, Any]] = mapped_column(comment="法律依据：选用的规则、理由、条文")
    legal_basis: Mapped[str] = mapped_column(comment="法律依据的文字")
    lead_officer_id: Mapped[int] = mapped_column(ForeignKey("user.id"), comment="主办")
    second_officer_id: Mapped[int] = mapped_column(ForeignKey("user.id"), comment="协办")
    drafted_at: Mapped[datetime] = mapped_column(comment="起草时间")
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), comment="审批人")
    approved_on: Mapped[date | None] = mapped_column(comment="审批日期")
    return_reason: Mapped[str] = mapped_column(default="", comment="退回意见")
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"), comment="决定书")
    served_on: Mapped[date | None] = mapped_column(comment="送达日期")
    due_on: Mapped[date | None] = mapped_column(comment="改正期限")
    due_arithmetic: Mapped[str] = mapped_column(default="", comment="期限的算式")
    provisional: Mapped[bool] = mapped_column(default=False, comment="期限暂定")
    closed_on: Mapped[date | None] = mapped_column(comment="办结日期")
    end_reason: Mapped[str] = mapped_column(default="", comment="升级或撤销的理由")
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("rectification_order.id"), comment="替换的责令改正")

    enterprise: Mapped[Enterprise] = relationship(lazy="joined")
    office: Mapped[Office] = relationship(lazy="joined")
    inspection: Mapped[Inspection] = relationship(foreign_keys=[inspection_id])
    lead_officer: Mapped[User] = relationship(foreign_keys=[lead_officer_id])
    second_officer: Mapped[User] = relationship(foreign_keys=[second_officer_id])
    approved_by: Mapped[User | None] = relationship(foreign_keys=[approved_by_id])
    document: Mapped[Document | None] = relationship()
    items: Mapped[list["OrderItem"]] = relationship(back_populates="order", order_by="OrderItem.id")


class ItemState(Titled):
    """Where one item of an order stands."""

    OPEN = "open", "未改正", "warn"
    ANSWERED = "answered", "已报送", "info"
    CLOSED = "closed", "已改正", "ok"


class OrderItem(Base, Versioned):
    """One finding under an order; closed one by one, re-checked only while open."""

    __tablename__ = "order_item"
    __table_args__ = (
        UniqueConstraint("order_id", "finding_id"),
        check("(state = 'closed') = (closed_on IS NOT NULL)", "closed_with_date"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("rectification_order.id"), comment="责令改正")
    finding_id: Mapped[int] = mapped_column(ForeignKey("finding.id"), index=True, comment="问题")
    requirement: Mapped[str] = mapped_column(comment="改正要求")
    state: Mapped[ItemState] = mapped_column(default=ItemState.OPEN, comment="状态")
    closed_on: Mapped[date | None] = mapped_column(comment="改正日期")
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), comment="认定人")
    closing_inspection_id: Mapped[int | None] = mapped_column(ForeignKey("inspection.id"), comment="复查")

    order: Mapped[RectificationOrder] = relationship(back_populates="items")
    finding: Mapped[Finding] = relationship(lazy="joined")
    responses: Mapped[list["ItemResponse"]] = relationship(order_by="ItemResponse.id")


class ItemResponse(Base):
    """What the enterprise says and proves about one item; attachments hang on it. Never updated."""

    __tablename__ = "item_response"
    __frozen__ = Frozen(columns=("item_id", "enterprise_id", "text", "done_on", "sent_at", "sent_by_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("order_item.id"), index=True, comment="改正项")
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"), comment="企业")
    text: Mapped[str] = mapped_column(comment="改正情况")
    done_on: Mapped[date] = mapped_column(comment="完成日期")
    sent_at: Mapped[datetime] = mapped_column(comment="报送时间")
    sent_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"), comment="报送人")
    judged_at: Mapped[datetime | None] = mapped_column(comment="审核时间")
    judged_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), comment="审核人")
    accepted: Mapped[bool | None] = mapped_column(comment="是否认可")
    judgement: Mapped[str] = mapped_column(default="", comment="审核意见")

    sent_by: Mapped[User] = relationship(foreign_keys=[sent_by_id])
    judged_by: Mapped[User | None] = relationship(foreign_keys=[judged_by_id])
