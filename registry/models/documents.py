"""Issued documents: their kinds, numbers and frozen content, and how they were served."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Office, User
from core.db import Base, check
from core.permanence import Frozen
from core.words import Titled
from registry.models.enterprises import Enterprise


class DocumentKind(Titled):
    """Every kind of document the product issues; the tone is not shown."""

    INSPECTION_RECORD = "inspection_record", "现场检查（勘察）笔录"
    ORDER = "order", "责令改正违法行为决定书"
    RECHECK_RECORD = "recheck_record", "复查记录"
    PENALTY_DECISION = "penalty_decision", "行政处罚决定书"
    LISTING_NOTICE = "listing_notice", "列入名单事先告知书"
    LISTING_DECISION = "listing_decision", "列入名单决定书"
    REMOVAL_DECISION = "removal_decision", "移出名单决定书"
    PERMIT_ACCEPTANCE = "permit_acceptance", "排污许可申请受理通知书"
    PERMIT_CANCELLATION = "permit_cancellation", "注销排污许可证决定书"
    PERMIT_CLOCK_RESUME = "permit_clock_resume", "排污许可审批恢复计时告知书"
    PERMIT_CLOCK_STOP = "permit_clock_stop", "排污许可审批停止计时告知书"
    PERMIT_COPY = "permit_copy", "排污许可证副本"
    PERMIT_END_NOTICE = "permit_end_notice", "排污许可证注销公告"
    PERMIT_GRANT = "permit_grant", "准予排污许可决定书"
    PERMIT_NON_ACCEPTANCE = "permit_non_acceptance", "排污许可申请不予受理决定书"
    PERMIT_ORIGINAL = "permit_original", "排污许可证正本"
    PERMIT_REFUSAL = "permit_refusal", "不予排污许可决定书"
    PERMIT_REPLACEMENT = "permit_replacement", "准予补领排污许可证决定书"
    PERMIT_SUPPLEMENT = "permit_supplement", "排污许可申请材料补正告知书"
    REGISTRATION_RECEIPT = "registration_receipt", "固定污染源排污登记回执"
    REPORT_RECEIPT = "report_receipt", "执行报告提交回执"
    CREDIT_EXPLANATION = "credit_explanation", "环境信用评价说明"
    SERVICE_RECEIPT = "service_receipt", "送达回证"


class DocumentState(Titled):
    """Whether an issued document still stands."""

    ISSUED = "issued", "有效", "ok"
    REPLACED = "replaced", "已被替换", "warn"
    VOIDED = "voided", "已作废", "danger"


class DocumentCounter(Base):
    """The last serial of an office, kind and year; locked by whoever issues, so numbers have neither gap nor twin."""

    __tablename__ = "document_counter"
    __audited__ = False

    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"), primary_key=True, comment="机关")
    kind: Mapped[DocumentKind] = mapped_column(primary_key=True, comment="文种")
    year: Mapped[int] = mapped_column(primary_key=True, comment="年度")
    last: Mapped[int] = mapped_column(comment="已用到的序号")


class Document(Base):
    """An issued document: number, frozen content, hash of its PDF bytes, code for verification, and its fate."""

    __tablename__ = "document"
    __frozen__ = Frozen(
        columns=(
            "number",
            "office_id",
            "kind",
            "year",
            "serial",
            "content",
            "sha256",
            "code",
            "issued_on",
            "issued_at",
            "issued_by_id",
            "enterprise_id",
            "title",
            "subject_kind",
            "subject_id",
            "law_versions",
        )
    )
    __table_args__ = (
        UniqueConstraint("office_id", "kind", "year", "serial"),
        Index("ix_document_subject", "subject_kind", "subject_id"),
        Index("ix_document_enterprise", "enterprise_id", "id"),
        Index("ix_document_issued", "issued_on", "id"),
        check("(state = 'issued') OR (length(state_reason) > 0)", "ended_with_reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"), comment="相对人")
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"), comment="机关")
    kind: Mapped[DocumentKind] = mapped_column(comment="文种")
    year: Mapped[int] = mapped_column(comment="年度")
    serial: Mapped[int] = mapped_column(comment="序号")
    number: Mapped[str] = mapped_column(unique=True, comment="文号")
    title: Mapped[str] = mapped_column(comment="标题")
    subject_kind: Mapped[str] = mapped_column(comment="所属事项（表名）")
    subject_id: Mapped[int] = mapped_column(comment="所属事项（主键）")
    content: Mapped[dict[str, Any]] = mapped_column(comment="冻结的内容（core.paper 的 JSON）")
    law_versions: Mapped[list[str]] = mapped_column(comment="所引法条版本")
    sha256: Mapped[str] = mapped_column(unique=True, comment="PDF 字节的 sha256", info={"file": True})
    code: Mapped[str] = mapped_column(unique=True, comment="验证码，80 位随机")
    issued_on: Mapped[date] = mapped_column(comment="落款日期")
    issued_at: Mapped[datetime] = mapped_column(comment="签发时间")
    issued_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"), comment="签发人")
    state: Mapped[DocumentState] = mapped_column(default=DocumentState.ISSUED, comment="状态")
    state_reason: Mapped[str] = mapped_column(default="", comment="替换或作废原因")
    replaced_by_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"), comment="替换为")

    enterprise: Mapped[Enterprise] = relationship(lazy="joined")
    office: Mapped[Office] = relationship(lazy="joined")
    issued_by: Mapped[User] = relationship()
    services: Mapped[list["DocumentService"]] = relationship(back_populates="document", order_by="DocumentService.id")


class ServiceMode(Titled):
    """送达方式 (行政处罚法第61条, 民事诉讼法第七章第二节)."""

    DIRECT = "direct", "直接送达"
    LEFT = "left", "留置送达"
    ENTRUSTED = "entrusted", "委托送达"
    POST = "post", "邮寄送达"
    ELECTRONIC = "electronic", "电子送达"
    FORWARDED = "forwarded", "转交送达"
    PUBLIC = "public", "公告送达"


class DocumentService(Base):
    """送达: how, to whom and when a document was served; a failed attempt stays on record."""

    __tablename__ = "document_service"
    __frozen__ = Frozen()
    __table_args__ = (check("(served_on IS NOT NULL) OR (length(failure) > 0)", "served_or_failed"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), index=True, comment="文书")
    mode: Mapped[ServiceMode] = mapped_column(comment="方式")
    recipient: Mapped[str] = mapped_column(comment="收件人")
    place: Mapped[str] = mapped_column(default="", comment="地点")
    served_on: Mapped[date | None] = mapped_column(comment="送达日期")
    failure: Mapped[str] = mapped_column(default="", comment="未送达的原因")
    remark: Mapped[str] = mapped_column(default="", comment="备注")
    server_id: Mapped[int] = mapped_column(ForeignKey("user.id"), comment="送达人")
    witness: Mapped[str] = mapped_column(default="", comment="见证人")
    recorded_at: Mapped[datetime] = mapped_column(comment="记录时间")

    document: Mapped[Document] = relationship(back_populates="services")
    server: Mapped[User] = relationship()
