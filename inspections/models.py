"""Inspections, what they found, what was ordered to be put right, and penalty decisions on record."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Office, User
from core.db import SENTENCES, Base, Versioned, check
from core.permanence import Frozen
from core.words import Titled
from registry.models import Document, Enterprise, Site


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


class Checklist(Base):
    """检查清单, in dated versions; 示例 where no official list was at hand."""

    __tablename__ = "checklist"
    __table_args__ = (UniqueConstraint("key", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(comment="清单键")
    number: Mapped[int] = mapped_column(comment="版本")
    title: Mapped[str] = mapped_column(comment="名称")
    valid_from: Mapped[date] = mapped_column(comment="启用")
    valid_to: Mapped[date | None] = mapped_column(comment="停用")
    source: Mapped[str] = mapped_column(default="", comment="来源")
    items: Mapped[list["ChecklistItem"]] = relationship(order_by="ChecklistItem.position")


class ChecklistItem(Base):
    """One question of a checklist: what should be, and on which article."""

    __tablename__ = "checklist_item"

    id: Mapped[int] = mapped_column(primary_key=True)
    checklist_id: Mapped[int] = mapped_column(ForeignKey("checklist.id"), index=True, comment="清单")
    position: Mapped[int] = mapped_column(comment="次序")
    section: Mapped[str] = mapped_column(comment="部分")
    question: Mapped[str] = mapped_column(comment="检查内容")
    requirement: Mapped[str] = mapped_column(comment="应当怎样")
    source: Mapped[str] = mapped_column(default="", comment="依据")
    violation_key: Mapped[str] = mapped_column(default="", comment="对应案由")


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
    answers: Mapped[list["ChecklistAnswer"]] = relationship(
        order_by="ChecklistAnswer.item_id", cascade="all, delete-orphan"
    )
    findings: Mapped[list["Finding"]] = relationship(back_populates="inspection", order_by="Finding.position")
    document: Mapped[Document | None] = relationship()
    follows_order: Mapped["RectificationOrder | None"] = relationship(foreign_keys=[follows_order_id])


class AnswerKind(Titled):
    """检查结果."""

    MEETS = "meets", "符合", "ok"
    FAILS = "fails", "不符合", "danger"
    NOT_APPLICABLE = "not_applicable", "不适用", "calm"


class ChecklistAnswer(Base):
    """The answer to one checklist question in one inspection."""

    __tablename__ = "checklist_answer"
    __frozen__ = Frozen(
        when="EXISTS (SELECT 1 FROM inspection WHERE inspection.id = OLD.inspection_id AND inspection.state <> 'draft')"
    )
    __table_args__ = (UniqueConstraint("inspection_id", "item_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    inspection_id: Mapped[int] = mapped_column(ForeignKey("inspection.id"), comment="检查")
    item_id: Mapped[int] = mapped_column(ForeignKey("checklist_item.id"), comment="检查项")
    answer: Mapped[AnswerKind] = mapped_column(comment="结果")
    remark: Mapped[str] = mapped_column(default="", comment="说明")

    item: Mapped[ChecklistItem] = relationship(lazy="joined")


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


SENTENCES.update(
    {
        "ck_inspection_ends_after_start": "检查结束时间要晚于开始时间。",
        "ck_inspection_final_with_end": "定稿的检查要有结束时间。",
        "ck_inspection_final_with_two_officers": "定稿的检查要有两名执法人员。",
        "ck_inspection_two_different_officers": "主办和协办不能是同一个人。",
        "ck_inspection_backdating_by_another": "参加检查的人不能同意自己补录，请审批人办理。",
        "ck_inspection_voided_with_reason": "作废检查要写明原因。",
        "uq_checklist_answer_inspection_id": "这一项检查内容已经回答过，请刷新后再改。",
        "ck_finding_voided_with_reason": "作废问题要写明原因。",
        "uq_finding_inspection_id": "另一人同时记录了问题，请再保存一次。",
        "ck_rectification_order_served_with_date": "送达的责令改正要有送达日期。",
        "ck_rectification_order_due_from_service": "改正期限从送达起算，两个日期要同时有。",
        "ck_rectification_order_approved_with_document": "批准的责令改正要有编号的决定书。",
        "ck_rectification_order_rescinded_with_reason": "撤销责令改正要写明理由。",
        "ck_rectification_order_days_positive": "改正期限至少一天。",
        "ck_order_item_closed_with_date": "认定已改正的要有日期。",
        "uq_order_item_order_id": "同一个问题在一份责令改正里只能出现一次。",
        "ck_penalty_decision_fine_not_negative": "罚款不能为负。",
        "ck_penalty_decision_confirmed_by_someone": "生效的处罚决定要有复核人。",
        "ck_penalty_decision_four_eyes": "登记人不能复核自己登记的处罚决定，请另一人复核。",
        "ck_penalty_decision_quashed_with_date": "撤销处罚决定要有撤销日期。",
        "ck_penalty_decision_served_after_decision": "送达不能早于决定。",
        "ck_quash_proposal_four_eyes": "登记撤销的人不能自己确认，请另一人办理。",
        "uq_quash_proposal_open": "已经登记了撤销，正等另一人确认。",
        "ck_decision_stay_lifted_after_stay": "恢复执行不能早于停止执行。",
        "uq_penalty_decision_number": "这个决定书文号已经登记过。",
        "penalty_decision.number": "这个决定书文号已经登记过。",
    }
)
