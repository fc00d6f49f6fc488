"""Permits and their versions, and what each version limits and demands.

What an issued version says is never changed or deleted, by whoever asks: a mistake is mended by a version of its own.
"""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Office
from core.db import Base, Versioned, check
from core.permanence import Frozen
from core.words import Titled
from registry.models import Category, Enterprise, Site


class PermitState(Titled):
    """Where a permit stands. Expiry is not a state: it follows from the dates."""

    DRAFT = "draft", "草稿", "calm"
    IN_FORCE = "in_force", "有效", "ok"
    RECTIFICATION = "rectification", "限期整改", "warn"
    CANCELLED = "cancelled", "已注销", "calm"
    WITHDRAWN = "withdrawn", "已撤销", "danger"
    REVOKED = "revoked", "已吊销", "danger"


class EndGround(Titled):
    """Why a permit was withdrawn or revoked, as far as the law hangs a ban on it (条例第四十条、第四十一条)."""

    OTHER = "other", "其他", "calm"
    FRAUD = "fraud", "以欺骗、贿赂等不正当手段取得", "danger"
    FORGED = "forged", "伪造、变造、转让许可证", "danger"


class Permit(Base, Versioned):
    """排污许可证 (or 排污登记): one site, one number, a chain of versions."""

    __tablename__ = "permit"
    __table_args__ = (
        check("(state IN ('cancelled', 'withdrawn', 'revoked')) = (ended_on IS NOT NULL)", "ended_on_if_ended"),
        check("(ended_on IS NULL) OR (length(end_reason) > 0)", "ended_with_reason"),
        Index("ix_permit_enterprise", "enterprise_id", "id"),
        Index("ix_permit_valid_to", "valid_to", "id"),
        Index("ix_permit_number", "permit_no", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"), comment="企业")
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), index=True, comment="场所")
    permit_no: Mapped[str] = mapped_column(unique=True, comment="许可证编号 HJ 608-2017")
    category: Mapped[Category] = mapped_column(comment="管理类别")
    authority_id: Mapped[int] = mapped_column(ForeignKey("office.id"), comment="发证机关")
    state: Mapped[PermitState] = mapped_column(default=PermitState.DRAFT, comment="状态")
    issued_on: Mapped[date] = mapped_column(comment="首次发证日期")
    valid_from: Mapped[date] = mapped_column(comment="现行版本有效期起")
    valid_to: Mapped[date] = mapped_column(comment="现行版本有效期止（当日仍有效）")
    ended_on: Mapped[date | None] = mapped_column(comment="注销、撤销或吊销日期")
    end_reason: Mapped[str] = mapped_column(default="", comment="注销、撤销或吊销的理由")
    end_ground: Mapped[EndGround] = mapped_column(
        default=EndGround.OTHER, server_default="other", comment="撤销、吊销的原因，决定是否三年内不得再次申请"
    )
    source: Mapped[str] = mapped_column(default="", comment="来源")
    updated_at: Mapped[datetime] = mapped_column(comment="最近修改")

    enterprise: Mapped[Enterprise] = relationship(lazy="joined")
    site: Mapped[Site] = relationship(lazy="joined")
    authority: Mapped[Office] = relationship(lazy="joined")
    versions: Mapped[list["PermitVersion"]] = relationship(
        back_populates="permit", order_by="PermitVersion.number", cascade="all, delete-orphan"
    )


class VersionGround(Titled):
    """Why a version came to be (办法第24–30条)."""

    FIRST = "first", "首次申请"
    CHANGE = "change", "变更"
    RENEWAL = "renewal", "延续"
    REAPPLICATION = "reapplication", "重新申请"
    CORRECTION = "correction", "更正录入"
    IMPORTED = "imported", "台账导入"


class VersionState(Titled):
    """Whether a version is still being written or has been put in force."""

    DRAFT = "draft", "草稿", "calm"
    ISSUED = "issued", "已生效", "ok"


def _once_issued(version_id: str) -> Frozen:
    """Held from the day the version was issued; ``version_id`` is SQL over ``OLD``."""
    issued = f"EXISTS (SELECT 1 FROM permit_version v WHERE v.id = {version_id} AND v.state = 'issued')"  # noqa: S608 - our own words
    return Frozen(when=issued, deletable=f"NOT {issued}")


_OF_OUTLET = "(SELECT o.permit_version_id FROM outlet o WHERE o.id = OLD.outlet_id)"


class PermitVersion(Base):
    """The permit as it reads from a day on. ``in_force_to`` is the last day, empty while no later version follows."""

    __tablename__ = "permit_version"
    __frozen__ = Frozen(
        columns=(
            "permit_id",
            "number",
            "ground",
            "state",
            "in_force_from",
            "valid_from",
            "valid_to",
            "applied_on",
            "decided_on",
            "remark",
            "issued_at",
        ),
        when="OLD.state = 'issued'",
        deletable="OLD.state = 'draft'",
    )
    __table_args__ = (
        UniqueConstraint("permit_id", "number"),
        check("(state = 'issued') = (issued_at IS NOT NULL)", "issued_with_time"),
        check("valid_to >= valid_from", "validity_runs_forward"),
        check("in_force_to IS NULL OR in_force_to >= in_force_from", "force_runs_forward"),
        Index("ix_permit_version_force", "permit_id", "in_force_from"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    permit_id: Mapped[int] = mapped_column(ForeignKey("permit.id"), comment="许可证")
    number: Mapped[int] = mapped_column(comment="第几版")
    ground: Mapped[VersionGround] = mapped_column(comment="形成原因")
    state: Mapped[VersionState] = mapped_column(default=VersionState.DRAFT, comment="状态")
    in_force_from: Mapped[date] = mapped_column(comment="本版施行起")
    in_force_to: Mapped[date | None] = mapped_column(comment="本版施行止（当日仍施行）")
    valid_from: Mapped[date] = mapped_column(comment="许可证有效期起")
    valid_to: Mapped[date] = mapped_column(comment="许可证有效期止（当日仍有效）")
    applied_on: Mapped[date | None] = mapped_column(comment="申请日期，判断延续是否按时（办法第24条）")
    decided_on: Mapped[date | None] = mapped_column(comment="决定日期")
    remark: Mapped[str] = mapped_column(default="", comment="说明")
    issued_at: Mapped[datetime | None] = mapped_column(comment="在本系统生效的时间；义务从此时起生成")

    permit: Mapped[Permit] = relationship(back_populates="versions")
    outlets: Mapped[list["Outlet"]] = relationship(
        back_populates="permit_version", order_by="Outlet.code", cascade="all, delete-orphan"
    )
    conditions: Mapped[list["Condition"]] = relationship(order_by="Condition.position", cascade="all, delete-orphan")
    report_requirements: Mapped[list["ReportRequirement"]] = relationship(
        order_by="ReportRequirement.id", cascade="all, delete-orphan"
    )


class OutletKind(Titled):
    """排放口类型; the codes DA, DW, MF follow HJ 608."""

    AIR_MAIN = "air_main", "废气主要排放口"
    AIR_GENERAL = "air_general", "废气一般排放口"
    AIR_UNORGANISED = "air_unorganised", "无组织排放"
    WATER = "water", "废水排放口"


class Outlet(Base):
    """排放口 of a permit version."""

    __tablename__ = "outlet"
    __frozen__ = _once_issued("OLD.permit_version_id")
    __table_args__ = (UniqueConstraint("permit_version_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    permit_version_id: Mapped[int] = mapped_column(ForeignKey("permit_version.id"), comment="许可证版本")
    code: Mapped[str] = mapped_column(comment="编号，如 DA001")
    name: Mapped[str] = mapped_column(comment="名称")
    kind: Mapped[OutletKind] = mapped_column(comment="类型")
    destination: Mapped[str] = mapped_column(default="", comment="排放去向")
    longitude: Mapped[Decimal | None] = mapped_column(comment="经度")
    latitude: Mapped[Decimal | None] = mapped_column(comment="纬度")

    permit_version: Mapped[PermitVersion] = relationship(back_populates="outlets")
    limits: Mapped[list["EmissionLimit"]] = relationship(
        back_populates="outlet", order_by="EmissionLimit.id", cascade="all, delete-orphan"
    )
    monitoring: Mapped[list["MonitoringRequirement"]] = relationship(
        order_by="MonitoringRequirement.id", cascade="all, delete-orphan"
    )


class LimitKind(Titled):
    """What a limit bounds."""

    CONCENTRATION = "concentration", "许可排放浓度"
    RATE = "rate", "许可排放速率"
    ANNUAL = "annual", "许可年排放量"
    SPECIAL = "special", "特殊时段"


class LimitSource(Titled):
    """What a limit rests on; the text of the standard stands beside it."""

    STANDARD = "standard", "排放标准", "calm"
    AREA = "area", "乌—昌—石区域特别排放限值", "info"
    ULTRA_LOW = "ultra_low", "超低排放", "info"
    PROMISED = "promised", "承诺的更严限值", "info"
    APPROVAL = "approval", "环评批复", "calm"
    QUANTITY = "quantity", "许可排放量核算", "calm"
    HEAVY_POLLUTION = "heavy_pollution", "重污染天气应急减排", "warn"


class EmissionLimit(Base):
    """许可排放限值: outlet × pollutant × kind; ``value_low`` is the lower bound of a range such as pH 6–9."""

    __tablename__ = "emission_limit"
    __frozen__ = _once_issued(_OF_OUTLET)
    __table_args__ = (
        UniqueConstraint("outlet_id", "pollutant_code", "kind"),
        check("value >= 0", "limit_not_negative"),
        check("value_low IS NULL OR value_low <= value", "range_runs_upward"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    outlet_id: Mapped[int] = mapped_column(ForeignKey("outlet.id"), comment="排放口")
    pollutant_code: Mapped[str] = mapped_column(comment="污染物代码 HJ 524/525")
    pollutant_name: Mapped[str] = mapped_column(comment="污染物")
    kind: Mapped[LimitKind] = mapped_column(comment="限值种类")
    value_low: Mapped[Decimal | None] = mapped_column(comment="下限（范围值）")
    value: Mapped[Decimal] = mapped_column(comment="限值")
    unit: Mapped[str] = mapped_column(comment="单位")
    source: Mapped[LimitSource] = mapped_column(
        default=LimitSource.STANDARD, server_default="standard", comment="限值来源"
    )
    basis: Mapped[str] = mapped_column(default="", comment="执行标准")

    outlet: Mapped[Outlet] = relationship(back_populates="limits")


class MonitoringRequirement(Base):
    """自行监测要求: outlet × pollutant × how often."""

    __tablename__ = "monitoring_requirement"
    __frozen__ = _once_issued(_OF_OUTLET)

    id: Mapped[int] = mapped_column(primary_key=True)
    outlet_id: Mapped[int] = mapped_column(ForeignKey("outlet.id"), index=True, comment="排放口")
    pollutant_code: Mapped[str] = mapped_column(comment="污染物代码")
    pollutant_name: Mapped[str] = mapped_column(comment="污染物")
    frequency: Mapped[str] = mapped_column(comment="频次，如 1次/季")
    method: Mapped[str] = mapped_column(default="", comment="手工或自动")


class Condition(Base):
    """A condition of the permit, in a tree; ``source`` says which article or standard it comes from."""

    __tablename__ = "condition"
    __frozen__ = _once_issued("OLD.permit_version_id")

    id: Mapped[int] = mapped_column(primary_key=True)
    permit_version_id: Mapped[int] = mapped_column(ForeignKey("permit_version.id"), index=True, comment="许可证版本")
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("condition.id"), comment="上级")
    position: Mapped[int] = mapped_column(comment="次序")
    label: Mapped[str] = mapped_column(comment="编号，如 8.2")
    category: Mapped[str] = mapped_column(comment="类别")
    text: Mapped[str] = mapped_column(comment="内容")
    source: Mapped[str] = mapped_column(default="", comment="来源")
    standard_key: Mapped[str] = mapped_column(default="", server_default="", comment="标准条款的键；自拟的为空")


class ReportPeriod(Titled):
    """执行报告周期."""

    MONTH = "month", "月报"
    QUARTER = "quarter", "季报"
    YEAR = "year", "年报"


class ReportRequirement(Base):
    """执行报告要求: the period, and the due day as the permit copy states it (days after the period's end)."""

    __tablename__ = "report_requirement"
    __frozen__ = _once_issued("OLD.permit_version_id")
    __table_args__ = (
        UniqueConstraint("permit_version_id", "period"),
        check("due_days BETWEEN 1 AND 366", "due_within_a_year"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    permit_version_id: Mapped[int] = mapped_column(ForeignKey("permit_version.id"), comment="许可证版本")
    period: Mapped[ReportPeriod] = mapped_column(comment="周期")
    due_days: Mapped[int] = mapped_column(comment="期后多少日内，许可证副本载明")
    condition_label: Mapped[str] = mapped_column(default="", comment="副本条款")
    replaces_last: Mapped[bool] = mapped_column(default=True, comment="年报代替第四季度、十二月的报告（办法37）")
