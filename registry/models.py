"""Enterprises and their sites, the lists they stand on, who speaks for them, what they owe, and what was issued."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship, synonym

from accounts.models import Area, Office, User
from core.db import Base, Versioned, check
from core.permanence import Frozen
from core.words import Titled


class Status(Titled):
    """Whether an enterprise runs."""

    OPERATING = "operating", "在产", "ok"
    SUSPENDED = "suspended", "停产", "warn"
    CLOSED = "closed", "关闭", "calm"


class Scale(Titled):
    """企业规模."""

    LARGE = "large", "大型"
    MEDIUM = "medium", "中型"
    SMALL = "small", "小型"
    MICRO = "micro", "微型"


class IdKind(Titled):
    """What the identifying code is: the unified social credit code, or a fallback for who has none."""

    USCC = "uscc", "统一社会信用代码"
    OTHER = "other", "其他证号"


class Category(Titled):
    """排污许可管理类别 (排污许可管理条例第二条, 名录 2019)."""

    KEY = "key", "重点管理", "info"
    SIMPLIFIED = "simplified", "简化管理", "calm"
    REGISTRATION = "registration", "登记管理", "calm"
    NONE = "none", "未纳入", "calm"


class Industry(Base):
    """国民经济行业分类 GB/T 4754-2017."""

    __tablename__ = "industry"

    code: Mapped[str] = mapped_column(primary_key=True, comment="行业代码")
    name: Mapped[str] = mapped_column(comment="名称")
    section: Mapped[str] = mapped_column(comment="门类字母")
    digits: Mapped[int] = mapped_column(comment="层级：0 门类 2 大类 3 中类 4 小类")
    agreement: Mapped[str] = mapped_column(default="", comment="两份独立抄本是否一致")


class Enterprise(Base, Versioned):
    """排污单位: one legal person (or its fallback identity), with the facts every list shows.

    Area, office and category repeat those of the main site, so that lists read one table.
    """

    __tablename__ = "enterprise"
    __table_args__ = (
        check("length(credit_code) > 0", "has_code"),
        check("(status = 'operating') OR (status_since IS NOT NULL)", "stopped_since"),
        check("merged_into_id IS NULL OR status = 'closed'", "merged_is_closed"),
        Index("ix_enterprise_name", "name", "id"),
        Index("ix_enterprise_office_name", "office_id", "name", "id"),
        Index("ix_enterprise_area_name", "area_id", "name", "id"),
        Index("ix_enterprise_registered", "registered_at", "id"),
        Index("ix_enterprise_industry", "industry_code", "id"),
        Index(
            "ix_enterprise_category", "category", "name", "id", "office_id"
        ),  # with the office, counting needs no row
        Index("ix_enterprise_permit_end", "permit_valid_to", "id"),
        Index("ix_enterprise_inspected", "last_inspected_on", "id"),
        Index(
            "ix_enterprise_merged_into",
            "merged_into_id",
            sqlite_where=text("merged_into_id IS NOT NULL"),
            postgresql_where=text("merged_into_id IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    credit_code: Mapped[str] = mapped_column(unique=True, comment="统一社会信用代码 GB 32100，或其他证号")
    id_kind: Mapped[IdKind] = mapped_column(default=IdKind.USCC, comment="证号种类")
    name: Mapped[str] = mapped_column(comment="名称")
    search_key: Mapped[str] = mapped_column(default="", comment="检索用：名称、曾用名、拼音首字母")
    legal_representative: Mapped[str] = mapped_column(default="", comment="法定代表人", info={"personal": True})
    contact_name: Mapped[str] = mapped_column(default="", comment="环保联系人", info={"personal": True})
    contact_phone: Mapped[str] = mapped_column(default="", comment="联系电话", info={"personal": True})
    address: Mapped[str] = mapped_column(default="", comment="注册地址")
    industry_code: Mapped[str | None] = mapped_column(ForeignKey("industry.code"), comment="行业代码")
    scale: Mapped[Scale | None] = mapped_column(comment="规模")
    category: Mapped[Category] = mapped_column(default=Category.NONE, comment="管理类别（取最严的场所）")
    status: Mapped[Status] = mapped_column(default=Status.OPERATING, comment="生产状态")
    status_reason: Mapped[str] = mapped_column(default="", comment="停产或关闭原因")
    status_since: Mapped[date | None] = mapped_column(comment="状态起始日")
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"), comment="所在区划（主场所）")
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"), comment="监管机关（主场所）")
    remark: Mapped[str] = mapped_column(default="", comment="备注")
    source: Mapped[str] = mapped_column(default="", comment="来源：登记或导入文件")
    source_key: Mapped[str] = mapped_column(default="", comment="来源行")
    registered_at: Mapped[datetime] = mapped_column(comment="登记时间")
    updated_at: Mapped[datetime] = mapped_column(comment="最近修改")
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("enterprise.id"), comment="并入")
    permit_no: Mapped[str] = mapped_column(default="", index=True, comment="现行许可证号（许可室维护）")
    permit_valid_to: Mapped[date | None] = mapped_column(comment="现行许可证到期日（许可室维护）")
    last_inspected_on: Mapped[date | None] = mapped_column(comment="最近检查日（检查室维护）")
    is_demo: Mapped[bool] = mapped_column(default=False, comment="示例数据")

    state: Mapped[Status] = synonym("status")
    """The same as ``status``: the name under which the workflow moves it."""

    area: Mapped[Area] = relationship(lazy="joined")
    office: Mapped[Office] = relationship(lazy="joined")
    industry: Mapped[Industry | None] = relationship(lazy="joined")
    sites: Mapped[list["Site"]] = relationship(back_populates="enterprise", order_by="Site.id")
    names: Mapped[list["FormerName"]] = relationship(order_by="FormerName.valid_to", cascade="all, delete-orphan")


class FormerName(Base):
    """曾用名, with the period in which it was borne."""

    __tablename__ = "former_name"

    id: Mapped[int] = mapped_column(primary_key=True)
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"), index=True, comment="企业")
    name: Mapped[str] = mapped_column(comment="曾用名")
    valid_from: Mapped[date | None] = mapped_column(comment="起")
    valid_to: Mapped[date] = mapped_column(comment="止")


class NameGram(Base):
    """Bigrams of names, former names and initials: the portable index behind the search."""

    __tablename__ = "name_gram"
    __audited__ = False
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - half the size; SQLAlchemy reads it as a class attribute

    gram: Mapped[str] = mapped_column(primary_key=True, comment="两字片段")
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"), primary_key=True, comment="企业")


class Site(Base, Versioned):
    """固定污染源 (生产经营场所): one permit belongs to one site; territory and supervising office may differ."""

    __tablename__ = "site"
    __table_args__ = (
        check("(longitude IS NULL) = (latitude IS NULL)", "both_coordinates"),
        Index("ix_site_office", "office_id", "enterprise_id"),
        Index("ix_site_area", "area_id", "enterprise_id"),
        Index("ix_site_name", "name", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"), index=True, comment="企业")
    name: Mapped[str] = mapped_column(comment="场所名称")
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"), comment="所在区划")
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"), comment="监管机关")
    address: Mapped[str] = mapped_column(default="", comment="地址")
    longitude: Mapped[Decimal | None] = mapped_column(comment="经度，CGCS2000 度")
    latitude: Mapped[Decimal | None] = mapped_column(comment="纬度，CGCS2000 度")
    control_unit: Mapped[str] = mapped_column(default="", comment="三线一单管控单元")
    industry_code: Mapped[str | None] = mapped_column(ForeignKey("industry.code"), comment="行业代码")
    category: Mapped[Category] = mapped_column(default=Category.NONE, comment="排污许可管理类别")
    closed_on: Mapped[date | None] = mapped_column(comment="关闭日期")

    enterprise: Mapped[Enterprise] = relationship(back_populates="sites", lazy="joined")
    area: Mapped[Area] = relationship(lazy="joined")
    office: Mapped[Office] = relationship(lazy="joined")


class ListKind(Titled):
    """环境监管重点单位名录 (部令第27号) and the other lists the bureau keeps."""

    WATER = "water", "水环境重点", "info"
    GROUNDWATER = "groundwater", "地下水重点", "info"
    AIR = "air", "大气环境重点", "info"
    NOISE = "noise", "噪声重点", "info"
    SOIL = "soil", "土壤重点监管", "info"
    RISK = "risk", "环境风险重点管控", "warn"
    HEAVY_METAL = "heavy_metal", "涉重金属", "warn"
    EMERGENCY = "emergency", "重污染天气应急减排", "info"


class ListMembership(Base):
    """A site's enterprise on a list for a year: by which criterion, on what basis, added and perhaps removed."""

    __tablename__ = "list_membership"
    __table_args__ = (
        UniqueConstraint("enterprise_id", "kind", "year"),
        check("(removed_on IS NULL) OR (length(removed_reason) > 0)", "removed_with_reason"),
        Index("ix_list_membership_year", "year", "kind", "enterprise_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"), comment="企业")
    kind: Mapped[ListKind] = mapped_column(comment="名录")
    year: Mapped[int] = mapped_column(comment="年度")
    criterion: Mapped[str] = mapped_column(default="", comment="纳入条件")
    basis: Mapped[str] = mapped_column(default="", comment="依据")
    added_on: Mapped[date] = mapped_column(comment="纳入日期")
    removed_on: Mapped[date | None] = mapped_column(comment="移出日期")
    removed_reason: Mapped[str] = mapped_column(default="", comment="移出原因")

    enterprise: Mapped[Enterprise] = relationship(lazy="joined")


class Mandate(Titled):
    """What a representative may do for an enterprise."""

    PREPARER = "preparer", "填报人"
    SIGNER = "signer", "签发人"


class Representative(Base):
    """A person who acts for an enterprise, since and until when, with the letter that says so."""

    __tablename__ = "representative"
    __table_args__ = (Index("ix_representative_user", "user_id", "enterprise_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"), index=True, comment="企业")
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), comment="用户")
    mandate: Mapped[Mandate] = mapped_column(comment="权限")
    since: Mapped[date] = mapped_column(comment="起")
    until: Mapped[date | None] = mapped_column(comment="止（当日仍有效）")
    letter_id: Mapped[int | None] = mapped_column(ForeignKey("attachment.id"), comment="授权书")
    end_reason: Mapped[str | None] = mapped_column(comment="企业终止授权的理由；未经企业终止的为空")

    enterprise: Mapped[Enterprise] = relationship(lazy="joined")
    user: Mapped[User] = relationship(lazy="joined")
    letter: Mapped["Attachment | None"] = relationship()


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


class Notification(Base):
    """A message to one person, with its object; read state is not audited."""

    __tablename__ = "notification"
    __audited__ = False
    __table_args__ = (
        UniqueConstraint("user_id", "key"),
        Index("ix_notification_user", "user_id", "read_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), comment="收件人")
    key: Mapped[str] = mapped_column(comment="同一件事只提醒一次")
    title: Mapped[str] = mapped_column(comment="标题")
    body: Mapped[str] = mapped_column(default="", comment="内容")
    url: Mapped[str] = mapped_column(default="", comment="对象地址")
    tone: Mapped[str] = mapped_column(default="info", comment="语气")
    sent_at: Mapped[datetime] = mapped_column(comment="时间")
    read_at: Mapped[datetime | None] = mapped_column(comment="已读时间")
    mailed_at: Mapped[datetime | None] = mapped_column(comment="邮件发出时间")


class GradeSpan(Base):
    """The credit grade of an enterprise over a span of days, past and to come: points lapse on days known beforehand.

    Written by the credit room alone; kept here so that every list can ask for the grade of a day by one join.
    """

    __tablename__ = "grade_span"
    __audited__ = False
    __table_args__ = (
        check("valid_to IS NULL OR valid_to > valid_from", "span_runs_forward"),
        Index("ix_grade_span_enterprise", "enterprise_id", "valid_from", "valid_to", "grade", "score"),
        Index("ix_grade_span_grade", "grade", "valid_from", "enterprise_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"), comment="企业")
    grade: Mapped[str] = mapped_column(comment="等级代码：green blue yellow red black")
    score: Mapped[Decimal] = mapped_column(comment="得分")
    valid_from: Mapped[date] = mapped_column(comment="起（含）")
    valid_to: Mapped[date | None] = mapped_column(comment="止（不含）；空为至今")


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
