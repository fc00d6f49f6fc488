"""Enterprises, the names they bore and are found by, and their sites."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship, synonym

from accounts.models import Area, Office
from core.db import Base, Versioned, check
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
        Index("ix_enterprise_name", "name", "id", "credit_code", "permit_no"),  # codes met on the way need no row
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
