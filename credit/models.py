"""Credit: versioned schemes, events from final decisions and facts, and listings from proposal to removal."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Office, User
from core.db import SENTENCES, Base, Versioned, check
from core.permanence import Frozen
from core.words import Titled
from inspections.models import PenaltyDecision
from registry.models import Document, Enterprise


class Grade(Titled):
    """环境信用等级 (FACTS D2: 江苏 12 分制)."""

    GREEN = "green", "绿", "ok"
    BLUE = "blue", "蓝", "info"
    YELLOW = "yellow", "黄", "warn"
    RED = "red", "红", "danger"
    BLACK = "black", "黑", "grave"


class Scheme(Base):
    """A version of the evaluation scheme: base, bounds and grade thresholds; its rules say what costs points."""

    __tablename__ = "scheme"
    __table_args__ = (
        UniqueConstraint("key", "number"),
        check("valid_to IS NULL OR valid_to > valid_from", "runs_forward"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(comment="方案键")
    number: Mapped[int] = mapped_column(comment="版本")
    title: Mapped[str] = mapped_column(comment="名称")
    base: Mapped[Decimal] = mapped_column(comment="起始分")
    ceiling: Mapped[Decimal] = mapped_column(comment="最高分")
    floor: Mapped[Decimal] = mapped_column(comment="最低分")
    thresholds: Mapped[list[Any]] = mapped_column(comment="等级下限：[等级代码, 最低分]，由高到低")
    valid_from: Mapped[date] = mapped_column(comment="启用")
    valid_to: Mapped[date | None] = mapped_column(comment="停用（不含）")
    source: Mapped[str] = mapped_column(comment="来源")
    is_example: Mapped[bool] = mapped_column(default=True, comment="示例方案，未经主管部门发布")

    rules: Mapped[list["SchemeRule"]] = relationship(back_populates="scheme", order_by="SchemeRule.position")


class EventClass(Titled):
    """失信行为的程度 (信用修复管理办法, 国家发展改革委令第36号)."""

    NONE = "none", "不公示", "calm"
    MINOR = "minor", "轻微", "calm"
    GENERAL = "general", "一般", "warn"
    SERIOUS = "serious", "严重", "danger"


class SchemeRule(Base):
    """What an event of a kind is worth, and for how many months."""

    __tablename__ = "scheme_rule"
    __table_args__ = (UniqueConstraint("scheme_id", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    scheme_id: Mapped[int] = mapped_column(ForeignKey("scheme.id"), comment="方案")
    position: Mapped[int] = mapped_column(comment="次序")
    kind: Mapped[str] = mapped_column(comment="事件种类，见 EventKind")
    title: Mapped[str] = mapped_column(comment="规则")
    points: Mapped[Decimal] = mapped_column(comment="分值，扣分为负")
    months: Mapped[int | None] = mapped_column(comment="有效月数；空为不失效")
    event_class: Mapped[EventClass] = mapped_column(comment="程度")
    source: Mapped[str] = mapped_column(default="", comment="依据")

    scheme: Mapped[Scheme] = relationship(back_populates="rules")


class EventKind(Titled):
    """What can count for or against an enterprise."""

    LATE_REPORT = "late_report", "逾期提交执行报告"
    ORDER = "order", "被责令改正"
    ORDER_UNRECTIFIED = "order_unrectified", "责令改正逾期未改"
    PENALTY_WARNING = "penalty_warning", "被警告、通报批评"
    PENALTY_FINE = "penalty_fine", "被罚款"
    PENALTY_HEAVY = "penalty_heavy", "被较大数额罚款、没收或限产停产"
    PENALTY_REVOCATION = "penalty_revocation", "被吊销许可证件"
    EVASION = "evasion", "逃避监管或监测数据造假"
    PROMISE = "promise", "公开承诺守信"
    CLEAN_YEAR = "clean_year", "连续一年无失信记录"


class CreditEvent(Base):
    """信用事件: one fact from a final decision or an established omission, with its own points and term.

    Points, months and class are frozen from the scheme rule at the day; a void or a repair ends it, nothing deletes it.
    """

    __tablename__ = "credit_event"
    __frozen__ = Frozen(
        columns=(
            "enterprise_id",
            "kind",
            "points",
            "occurred_on",
            "expires_on",
            "source_kind",
            "source_id",
            "reason",
            "recorded_at",
        )
    )
    __table_args__ = (
        UniqueConstraint("source_kind", "source_id", "kind"),
        check("(ended_on IS NULL) OR (length(end_reason) > 0)", "ended_with_reason"),
        check("expires_on IS NULL OR expires_on > occurred_on", "expires_later"),
        Index("ix_credit_event_enterprise", "enterprise_id", "occurred_on", "kind", "points", "expires_on", "ended_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"), comment="企业")
    kind: Mapped[EventKind] = mapped_column(comment="事件")
    rule_id: Mapped[int | None] = mapped_column(ForeignKey("scheme_rule.id"), comment="规则")
    event_class: Mapped[EventClass] = mapped_column(comment="程度")
    points: Mapped[Decimal] = mapped_column(comment="分值")
    occurred_on: Mapped[date] = mapped_column(comment="认定文书日期，计算起点")
    expires_on: Mapped[date | None] = mapped_column(comment="失效日（当日起不计）")
    reason: Mapped[str] = mapped_column(comment="事由")
    source_kind: Mapped[str] = mapped_column(comment="来源（表名）")
    source_id: Mapped[int] = mapped_column(comment="来源（主键）")
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"), comment="文书")
    document_number: Mapped[str] = mapped_column(default="", comment="文号")
    url: Mapped[str] = mapped_column(default="", comment="来源地址")
    recorded_at: Mapped[datetime] = mapped_column(comment="记录时间")
    ended_on: Mapped[date | None] = mapped_column(comment="因撤销、更正或修复而终止的日期")
    end_reason: Mapped[str] = mapped_column(default="", comment="终止原因")

    enterprise: Mapped[Enterprise] = relationship(lazy="joined")
    rule: Mapped[SchemeRule | None] = relationship(lazy="joined")
    document: Mapped[Document | None] = relationship()


class Evaluation(Base):
    """A frozen evaluation: the score and its lines on a named day, with the hash that proves them. Never updated."""

    __tablename__ = "evaluation"
    __frozen__ = Frozen()
    __table_args__ = (UniqueConstraint("enterprise_id", "as_of"), Index("ix_evaluation_place", "as_of", "place", "id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"), comment="企业")
    scheme_id: Mapped[int] = mapped_column(ForeignKey("scheme.id"), comment="方案")
    as_of: Mapped[date] = mapped_column(comment="评价日")
    score: Mapped[Decimal] = mapped_column(comment="得分")
    grade: Mapped[Grade] = mapped_column(comment="等级")
    content: Mapped[str] = mapped_column(comment="逐项说明，规范 JSON")
    sha256: Mapped[str] = mapped_column(comment="内容的 sha256")
    frozen_at: Mapped[datetime] = mapped_column(comment="冻结时间")
    frozen_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"), comment="冻结人")
    place: Mapped[int | None] = mapped_column(comment="位次：分高者在前，同分并列，黑色列最后；早先冻结的为空")


class ListType(Titled):
    """Which list: each needs a law, regulation or central policy behind it (FACTS D4)."""

    NATIONAL = "national", "国家规定的严重失信名单"
    REGION = "region", "自治区规定的名单"
    PREFECTURE = "prefecture", "州重点关注名单"


class ListingState(Titled):
    """The way onto the list and off it; nobody is listed without having been told and heard."""

    PROPOSED = "proposed", "拟列入", "calm"
    NOTIFIED = "notified", "已告知", "info"
    OBJECTED = "objected", "有异议", "warn"
    LISTED = "listed", "已列入", "grave"
    REMOVED = "removed", "已移出", "ok"
    DROPPED = "dropped", "不予列入", "calm"


class Listing(Base, Versioned):
    """列入名单: ground, legal basis, prior notice, objection, decision, term, removal."""

    __tablename__ = "listing"
    __frozen__ = Frozen(
        columns=(
            "enterprise_id",
            "list_type",
            "event_id",
            "decision_id",
            "ground",
            "legal_basis",
            "term_months",
            "proposed_by_id",
        ),
        when="OLD.state <> 'proposed'",
    )
    __table_args__ = (
        check("length(legal_basis) > 0", "has_legal_basis"),
        check("(state IN ('notified', 'objected', 'listed', 'removed')) <= (notified_on IS NOT NULL)", "told_first"),
        check("(state IN ('listed', 'removed')) <= (listed_on IS NOT NULL)", "listed_with_date"),
        check("(listed_on IS NULL) = (term_to IS NULL)", "listed_with_term"),
        check("(state IN ('listed', 'removed')) <= (decision_document_id IS NOT NULL)", "listed_with_document"),
        check("(state = 'removed') <= (removed_on IS NOT NULL)", "removed_with_date"),
        check("decided_by_id IS NULL OR decided_by_id <> proposed_by_id", "four_eyes"),
        check("listed_on IS NULL OR term_to > listed_on", "term_runs_forward"),
        Index("ix_listing_enterprise", "enterprise_id", "id"),
        Index("ix_listing_listed", "listed_on", "id"),
        Index("ix_listing_state", "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"), comment="企业")
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"), comment="列入机关")
    list_type: Mapped[ListType] = mapped_column(comment="名单")
    state: Mapped[ListingState] = mapped_column(default=ListingState.PROPOSED, comment="状态")
    event_id: Mapped[int] = mapped_column(ForeignKey("credit_event.id"), index=True, comment="触发的信用事件")
    decision_id: Mapped[int] = mapped_column(ForeignKey("penalty_decision.id"), comment="触发的生效处罚决定")
    ground: Mapped[str] = mapped_column(comment="列入事由")
    legal_basis: Mapped[str] = mapped_column(comment="列入依据")
    term_months: Mapped[int] = mapped_column(comment="期限，月")
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"), comment="提出人")
    proposed_on: Mapped[date] = mapped_column(comment="提出日期")
    notice_document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"), comment="事先告知书")
    notified_on: Mapped[date | None] = mapped_column(comment="告知书送达日期")
    objection_until: Mapped[date | None] = mapped_column(comment="陈述申辩截止日")
    objection_arithmetic: Mapped[str] = mapped_column(default="", comment="期限算式")
    waived_on: Mapped[date | None] = mapped_column(comment="书面放弃陈述申辩的日期")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), comment="决定人")
    decision_document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"), comment="列入决定书")
    listed_on: Mapped[date | None] = mapped_column(comment="列入日期")
    term_to: Mapped[date | None] = mapped_column(comment="期限止（当日起不再列入）")
    removed_on: Mapped[date | None] = mapped_column(comment="移出日期")
    removal_reason: Mapped[str] = mapped_column(default="", comment="移出或不予列入的理由")
    removal_document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"), comment="移出决定书")

    enterprise: Mapped[Enterprise] = relationship(lazy="joined")
    office: Mapped[Office] = relationship(lazy="joined")
    event: Mapped[CreditEvent] = relationship()
    decision: Mapped[PenaltyDecision] = relationship()
    proposed_by: Mapped[User] = relationship(foreign_keys=[proposed_by_id])
    decided_by: Mapped[User | None] = relationship(foreign_keys=[decided_by_id])
    notice_document: Mapped[Document | None] = relationship(foreign_keys=[notice_document_id])
    decision_document: Mapped[Document | None] = relationship(foreign_keys=[decision_document_id])
    removal_document: Mapped[Document | None] = relationship(foreign_keys=[removal_document_id])
    objections: Mapped[list["Objection"]] = relationship(order_by="Objection.id")
    removals: Mapped[list["RemovalProposal"]] = relationship(order_by="RemovalProposal.id", back_populates="listing")

    @property
    def open_removal(self) -> "RemovalProposal | None":
        """The proposal to take it off the list that waits for its decision."""
        return next((each for each in self.removals if each.decided_on is None), None)


class Objection(Base):
    """异议 (陈述申辩) of the enterprise against a listing, and the answer it got."""

    __tablename__ = "objection"
    __frozen__ = Frozen(
        columns=("listing_id", "text", "sent_at", "sent_by_id", "answered_on", "answered_by_id", "upheld", "answer"),
        when="OLD.answered_on IS NOT NULL",
    )
    __table_args__ = (check("(answered_on IS NULL) = (upheld IS NULL)", "answered_whole"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    listing_id: Mapped[int] = mapped_column(ForeignKey("listing.id"), index=True, comment="列入事项")
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"), comment="企业")
    text: Mapped[str] = mapped_column(comment="陈述申辩意见")
    sent_at: Mapped[datetime] = mapped_column(comment="提出时间")
    sent_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"), comment="提出人")
    answered_on: Mapped[date | None] = mapped_column(comment="答复日期")
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), comment="答复人")
    upheld: Mapped[bool | None] = mapped_column(comment="是否采纳")
    answer: Mapped[str] = mapped_column(default="", comment="答复")


class RemovalProposal(Base):
    """提出移出: one person asks to take a firm off the list before its term ends, another decides."""

    __tablename__ = "removal_proposal"
    __frozen__ = Frozen(
        columns=(
            "listing_id",
            "reason",
            "proposed_by_id",
            "proposed_on",
            "decided_on",
            "decided_by_id",
            "granted",
            "answer",
        ),
        when="OLD.decided_on IS NOT NULL",
    )
    __table_args__ = (
        check("length(reason) > 0", "has_reason"),
        check("(decided_on IS NULL) = (granted IS NULL)", "decided_whole"),
        check("(decided_on IS NULL) = (decided_by_id IS NULL)", "decided_by_somebody"),
        check("decided_by_id IS NULL OR decided_by_id <> proposed_by_id", "four_eyes"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    listing_id: Mapped[int] = mapped_column(ForeignKey("listing.id"), index=True, comment="列入事项")
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"), comment="企业")
    reason: Mapped[str] = mapped_column(comment="移出的理由")
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"), comment="提出人")
    proposed_on: Mapped[date] = mapped_column(comment="提出日期")
    decided_on: Mapped[date | None] = mapped_column(comment="决定日期")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), comment="决定人")
    granted: Mapped[bool | None] = mapped_column(comment="是否移出")
    answer: Mapped[str] = mapped_column(default="", comment="不予移出的理由")

    listing: Mapped[Listing] = relationship(back_populates="removals")
    proposed_by: Mapped[User] = relationship(foreign_keys=[proposed_by_id])
    decided_by: Mapped[User | None] = relationship(foreign_keys=[decided_by_id])


class RepairState(Titled):
    """信用修复申请."""

    APPLIED = "applied", "待受理", "info"
    GRANTED = "granted", "已修复", "ok"
    REFUSED = "refused", "不予修复", "danger"


class Repair(Base, Versioned):
    """信用修复 of one event (发改委令第36号): term reached, duties done, promise made; then points and listing end."""

    __tablename__ = "repair"
    __frozen__ = Frozen(
        columns=(
            "event_id",
            "state",
            "statement",
            "promise",
            "applied_on",
            "applied_by_id",
            "decided_on",
            "decided_by_id",
            "reason",
        ),
        when="OLD.state <> 'applied'",
    )
    __table_args__ = (
        check("(state = 'applied') = (decided_on IS NULL)", "decided_with_date"),
        check("(state = 'refused') <= (length(reason) > 0)", "refused_with_reason"),
        Index("ix_repair_enterprise", "enterprise_id", "id"),
        Index("ix_repair_state", "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"), comment="企业")
    event_id: Mapped[int] = mapped_column(ForeignKey("credit_event.id"), index=True, comment="信用事件")
    state: Mapped[RepairState] = mapped_column(default=RepairState.APPLIED, comment="状态")
    statement: Mapped[str] = mapped_column(comment="改正及履行情况")
    promise: Mapped[str] = mapped_column(comment="信用承诺")
    applied_on: Mapped[date] = mapped_column(comment="申请日期")
    applied_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"), comment="申请人")
    decided_on: Mapped[date | None] = mapped_column(comment="决定日期")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), comment="决定人")
    reason: Mapped[str] = mapped_column(default="", comment="决定理由")

    enterprise: Mapped[Enterprise] = relationship(lazy="joined")
    event: Mapped[CreditEvent] = relationship()


class FreezeDay(Base):
    """A named day on which all grades were frozen for use outside (power price, banks)."""

    __tablename__ = "freeze_day"
    __frozen__ = Frozen()

    id: Mapped[int] = mapped_column(primary_key=True)
    as_of: Mapped[date] = mapped_column(unique=True, comment="评价日")
    scheme_id: Mapped[int] = mapped_column(ForeignKey("scheme.id"), comment="方案")
    enterprises: Mapped[int] = mapped_column(comment="家数")
    sha256: Mapped[str] = mapped_column(comment="全部评价的哈希")
    frozen_at: Mapped[datetime] = mapped_column(comment="冻结时间")
    frozen_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"), comment="冻结人")
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict, comment="各等级家数")


SENTENCES.update(
    {
        "ck_scheme_runs_forward": "方案的停用日期要晚于启用日期。",
        "ck_credit_event_ended_with_reason": "终止信用事件要写明原因。",
        "ck_credit_event_expires_later": "失效日期要晚于发生日期。",
        "ck_listing_has_legal_basis": "写明列入的法律、法规或政策依据。",
        "ck_listing_told_first": "先送达事先告知书，再决定列入。",
        "ck_listing_listed_with_date": "列入名单要有列入日期。",
        "ck_listing_listed_with_term": "列入名单要有期限。",
        "ck_listing_listed_with_document": "列入名单要有决定书。",
        "ck_listing_removed_with_date": "移出名单要有移出日期。",
        "ck_listing_four_eyes": "提出人不能自己决定，请另一人办理。",
        "ck_listing_term_runs_forward": "期限要晚于列入日期。",
        "ck_objection_answered_whole": "答复陈述申辩要写明是否采纳。",
        "ck_repair_decided_with_date": "修复申请的决定要有日期。",
        "ck_repair_refused_with_reason": "不予修复要写明理由。",
        "uq_freeze_day_as_of": "这一天已经冻结过。",
        "freeze_day.as_of": "这一天已经冻结过。",
        "uq_evaluation_enterprise_id": "这一天已经冻结过。",
    }
)
