"""Results of self-monitoring, and what was found above its limit."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Base, check
from core.permanence import Frozen
from core.words import Titled
from permits.models.permits import LimitKind
from registry.models import Enterprise


class MeasureKind(Titled):
    """What a monitoring result is."""

    SAMPLE = "sample", "单次"
    HOUR = "hour", "小时均值"
    DAY = "day", "日均值"


class MonitoringResult(Base):
    """自行监测结果: one sample or mean. A correction is a new row; the older one stays and says since when."""

    __tablename__ = "monitoring_result"
    __frozen__ = Frozen(
        columns=("permit_id", "outlet_code", "pollutant_code", "kind", "measured_at", "value", "raw", "unit", "source")
    )
    __table_args__ = (
        Index(
            "uq_monitoring_result_current",
            "permit_id",
            "outlet_code",
            "pollutant_code",
            "kind",
            "measured_at",
            unique=True,
            sqlite_where=text("replaced_at IS NULL"),
            postgresql_where=text("replaced_at IS NULL"),
        ),
        Index("ix_monitoring_result_series", "permit_id", "outlet_code", "pollutant_code", "measured_at"),
        Index("ix_monitoring_result_enterprise", "enterprise_id", "measured_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"), comment="企业")
    permit_id: Mapped[int] = mapped_column(ForeignKey("permit.id"), comment="许可证")
    outlet_code: Mapped[str] = mapped_column(comment="排放口")
    pollutant_code: Mapped[str] = mapped_column(comment="污染物代码")
    kind: Mapped[MeasureKind] = mapped_column(comment="单次、小时均值、日均值")
    measured_at: Mapped[datetime] = mapped_column(comment="监测时间")
    value: Mapped[Decimal | None] = mapped_column(comment="结果；空为未检出或无效")
    raw: Mapped[Decimal | None] = mapped_column(comment="实测值，结果为折算值时")
    unit: Mapped[str] = mapped_column(comment="单位")
    flag: Mapped[str] = mapped_column(default="", comment="标记")
    source: Mapped[str] = mapped_column(default="manual", comment="来源：manual、import、api、hj212")
    replaced_at: Mapped[datetime | None] = mapped_column(comment="被更正的结果替换的时间")


class Exceedance(Base):
    """A figure above its limit, found on the way: a lead for the officer's desk, not yet a finding."""

    __tablename__ = "exceedance"
    __table_args__ = (
        UniqueConstraint("source_kind", "source_id", "outlet_code", "pollutant_code", "limit_kind"),
        Index("ix_exceedance_enterprise", "enterprise_id", "id"),
        Index("ix_exceedance_open", "handled_at", "id"),
        check("(handled_at IS NULL) OR (length(handling) > 0)", "handled_with_words"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"), comment="企业")
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), comment="场所")
    source_kind: Mapped[str] = mapped_column(comment="来源（表名）")
    source_id: Mapped[int] = mapped_column(comment="来源（主键）")
    outlet_code: Mapped[str] = mapped_column(comment="排放口")
    pollutant_code: Mapped[str] = mapped_column(comment="污染物代码")
    pollutant_name: Mapped[str] = mapped_column(comment="污染物")
    limit_kind: Mapped[LimitKind] = mapped_column(default=LimitKind.CONCENTRATION, comment="超过何种限值")
    value: Mapped[Decimal] = mapped_column(comment="值")
    limit_low: Mapped[Decimal | None] = mapped_column(comment="下限（范围值）")
    limit_value: Mapped[Decimal] = mapped_column(comment="限值")
    unit: Mapped[str] = mapped_column(comment="单位")
    basis: Mapped[str] = mapped_column(comment="许可证版本与限值来源")
    found_on: Mapped[date] = mapped_column(comment="发现日期")
    handled_at: Mapped[datetime | None] = mapped_column(comment="处理时间")
    handled_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), comment="处理人")
    handling: Mapped[str] = mapped_column(default="", comment="处理情况")

    enterprise: Mapped[Enterprise] = relationship(lazy="joined")
