"""Inspections and what they found; what a final record says is never changed."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Office, User
from core.db import Base, Versioned, check
from core.permanence import Frozen
from core.words import Titled
from inspections.models.checklists import Checklist, ChecklistAnswer
from registry.models import Document, Enterprise, Site

if TYPE_CHECKING:  # an order comes from an inspection, and an inspection may follow up an order
    from inspections.models.orders import RectificationOrder


class InspectionKind(Titled):
    """Why the officers came."""

    RANDOM = "random", "双随机检查"
    SPECIAL = "special", "专项检查"
    COMPLAINT = "complaint", "信访投诉"
    LEAD = "lead", "线索核查"
    FOLLOW_UP = "follow_up", "复查"
    JOINT = "joint", "兵地联合检查"


class InspectionState(Titled):
    """An inspection is drafted on the spot, then its record is signed and final, or it is voided; never deleted."""

    DRAFT = "draft", "记录中", "warn"
    FINAL = "final", "已定稿", "ok"
    VOIDED = "voided", "已作废", "calm"


class Inspection(Base, Versioned):
    """现场检查: where, who (at least two officers, 行政处罚法第42条), when, what was asked and what was found."""

    __tablename__ = "inspection"
    __frozen__ = Frozen(
        columns=(
            "enterprise_id",
            "site_id",
            "started_at",
            "ended_at",
            "recorded_at",
            "backdating_allowed_by_id",
            "lead_officer_id",
            "second_officer_id",
            "person_met",
            "production",
            "narrative",
            "signature",
            "signature_sha256",
            "signed_name",
            "signed_at",
            "refusal",
            "rights_told",
            "certificates_shown",
        ),
        when="OLD.state <> 'draft'",
    )
    __table_args__ = (
        check("ended_at IS NULL OR ended_at >= started_at", "ends_after_start"),
        check("(state = 'final') <= (ended_at IS NOT NULL)", "final_with_end"),
        check("(state = 'final') <= (second_officer_id IS NOT NULL)", "final_with_two_officers"),
        check("lead_officer_id <> second_officer_id", "two_different_officers"),
        check(
            "backdating_allowed_by_id NOT IN (lead_officer_id, coalesce(second_officer_id, 0))", "backdating_by_another"
        ),
        check("(state = 'voided') = (length(void_reason) > 0)", "voided_with_reason"),
        Index("ix_inspection_enterprise", "enterprise_id", "id"),
        Index("ix_inspection_office", "office_id", "started_at", "id"),
        Index("ix_inspection_started", "started_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"), comment="企业")
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), comment="场所")
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"), comment="检查机关")
    kind: Mapped[InspectionKind] = mapped_column(comment="检查类型")
    state: Mapped[InspectionState] = mapped_column(default=InspectionState.DRAFT, comment="状态")
    lead_officer_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True, comment="主办")
    second_officer_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), comment="协办")
    lead_certificate: Mapped[str] = mapped_column(default="", comment="主办执法证号（当时）")
    second_certificate: Mapped[str] = mapped_column(default="", comment="协办执法证号（当时）")
    started_at: Mapped[datetime] = mapped_column(comment="开始时间（现场所述）")
    ended_at: Mapped[datetime | None] = mapped_column(comment="结束时间（现场所述）")
    recorded_at: Mapped[datetime] = mapped_column(comment="系统记录时间")
    backdated_reason: Mapped[str] = mapped_column(default="", comment="补录原因（开始早于记录 7 日以上）")
    backdating_allowed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), comment="同意补录的审批人")
    person_met: Mapped[str] = mapped_column(default="", comment="现场负责人", info={"personal": True})
    person_met_role: Mapped[str] = mapped_column(default="", comment="职务")
    certificates_shown: Mapped[bool] = mapped_column(default=False, comment="已出示执法证")
    rights_told: Mapped[bool] = mapped_column(default=False, comment="已告知回避、陈述权利和配合义务")
    production: Mapped[str] = mapped_column(default="", comment="生产及设施运行情况")
    narrative: Mapped[str] = mapped_column(default="", comment="现场情况")
    checklist_id: Mapped[int | None] = mapped_column(ForeignKey("checklist.id"), comment="检查清单版本")
    signature: Mapped[list[Any]] = mapped_column(default=list, comment="当事人签名笔画")
    signature_sha256: Mapped[str] = mapped_column(default="", comment="纸上签名的照片（展示件 sha256）")
    signed_name: Mapped[str] = mapped_column(default="", comment="签名人", info={"personal": True})
    signed_at: Mapped[datetime | None] = mapped_column(comment="签名或拒签的时间")
    refusal: Mapped[str] = mapped_column(default="", comment="拒签情况及见证")
    follows_order_id: Mapped[int | None] = mapped_column(
        ForeignKey("rectification_order.id", use_alter=True), comment="复查所针对的责令改正"
    )
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"), comment="笔录")
    void_reason: Mapped[str] = mapped_column(default="", comment="作废原因")

    @property
    def signed(self) -> bool:
        """Whether the party signed, on the screen or on paper."""
        return bool(self.signature or self.signature_sha256)

    enterprise: Mapped[Enterprise] = relationship(lazy="joined")
    site: Mapped[Site] = relationship(lazy="joined")
    office: Mapped[Office] = relationship(lazy="joined")
    lead_officer: Mapped[User] = relationship(foreign_keys=[lead_officer_id])
    second_officer: Mapped[User | None] = relationship(foreign_keys=[second_officer_id])
    backdating_allowed_by: Mapped[User | None] = relationship(foreign_keys=[backdating_allowed_by_id])
    checklist: Mapped[Checklist | None] = relationship()
    answers: Mapped[list[ChecklistAnswer]] = relationship(
        order_by="ChecklistAnswer.item_id", cascade="all, delete-orphan"
    )
    findings: Mapped[list["Finding"]] = relationship(back_populates="inspection", order_by="Finding.position")
    document: Mapped[Document | None] = relationship()
    follows_order: Mapped["RectificationOrder | None"] = relationship(foreign_keys=[follows_order_id])


class Severity(Titled):
    """How grave a finding is; graded by the officer, never ranked by colour alone."""

    MINOR = "minor", "轻微", "calm"
    GENERAL = "general", "一般", "warn"
    SERIOUS = "serious", "严重", "danger"


class FindingState(Titled):
    """Where a finding stands."""

    OPEN = "open", "待处理", "warn"
    ORDERED = "ordered", "已责令改正", "info"
    CORRECTED = "corrected", "已改正", "ok"
    ESCALATED = "escalated", "转立案", "danger"
    VOIDED = "voided", "已作废", "calm"


class Finding(Base, Versioned):
    """检查发现的问题: what should be (requirement and its source) and what was (facts and evidence)."""

    __tablename__ = "finding"
    __frozen__ = Frozen(
        columns=(
            "inspection_id",
            "enterprise_id",
            "position",
            "found_on",
            "requirement",
            "requirement_source",
            "facts",
            "severity",
        ),
        when="EXISTS (SELECT 1 FROM inspection WHERE inspection.id = OLD.inspection_id AND inspection.state <> 'draft')",
    )
    __table_args__ = (
        UniqueConstraint("inspection_id", "position"),
        check("(state = 'voided') = (length(void_reason) > 0)", "voided_with_reason"),
        Index("ix_finding_enterprise", "enterprise_id", "id"),
        Index("ix_finding_state", "state", "found_on", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    inspection_id: Mapped[int] = mapped_column(ForeignKey("inspection.id"), comment="检查")
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"), comment="企业")
    position: Mapped[int] = mapped_column(comment="第几个问题")
    state: Mapped[FindingState] = mapped_column(default=FindingState.OPEN, comment="状态")
    found_on: Mapped[date] = mapped_column(comment="发现日期")
    requirement: Mapped[str] = mapped_column(comment="应当怎样")
    requirement_source: Mapped[str] = mapped_column(comment="要求的来源：许可条款或法条")
    facts: Mapped[str] = mapped_column(comment="事实")
    severity: Mapped[Severity] = mapped_column(comment="程度")
    violation_key: Mapped[str] = mapped_column(default="", comment="案由")
    violation_branch: Mapped[str] = mapped_column(default="", comment="案由分支")
    outlet_code: Mapped[str] = mapped_column(default="", comment="排放口")
    corrected_on_spot: Mapped[bool] = mapped_column(default=False, comment="当场改正")
    void_reason: Mapped[str] = mapped_column(default="", comment="作废原因")

    inspection: Mapped[Inspection] = relationship(back_populates="findings", lazy="joined")
    enterprise: Mapped[Enterprise] = relationship()
