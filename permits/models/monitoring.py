"""Results of self-monitoring, and what was found above its limit."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import User
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
        columns=(
            "permit_id",
            "outlet_code",
            "pollutant_code",
            "kind",
            "measured_at",
            "value",
            "unit",
            "source",
            "detection_limit",
            "invalid_reason",
            "raw",
        )
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
    unit: Mapped[str] = mapped_column(comment="单位")
    flag: Mapped[str] = mapped_column(default="", comment="标记")
    source: Mapped[str] = mapped_column(default="manual", comment="来源：manual、import、api、hj212")
    replaced_at: Mapped[datetime | None] = mapped_column(comment="被更正的结果替换的时间")
    detection_limit: Mapped[Decimal | None] = mapped_column(comment="检出限，未检出时填")
    invalid_reason: Mapped[str | None] = mapped_column(comment="标记为无效的理由；有效的为空")
    raw: Mapped[Decimal | None] = mapped_column(comment="实测值，结果为折算值时")

    @property
    def is_non_detect(self) -> bool:
        """Whether the laboratory looked and found nothing above its detection limit."""
        return self.value is None and self.detection_limit is not None


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


class SignalKind(Titled):
    """What in a series looks as if it had not been measured."""

    FLAT = "flat", "长时间不变"
    DIGITS = "digits", "末位数字集中"
    COPIED = "copied", "与另一排放口相同"
    IMPOSSIBLE = "impossible", "不可能的数值"


class MonitoringSignal(Base):
    """数据异常信号: what a series shows, for an officer to look into; neither a finding nor a verdict."""

    __tablename__ = "monitoring_signal"
    __table_args__ = (
        UniqueConstraint(
            "permit_id",
            "outlet_code",
            "pollutant_code",
            "measure",
            "kind",
            "first_at",
            name="uq_monitoring_signal_series",
        ),
        Index("ix_monitoring_signal_enterprise", "enterprise_id", "id"),
        Index("ix_monitoring_signal_open", "handled_at", "id"),
        Index("ix_monitoring_signal_last", "last_at", "id"),
        check("(handled_at IS NULL) OR (length(handling) > 0)", "handled_with_words"),
        check("last_at >= first_at", "runs_forward"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"), comment="企业")
    permit_id: Mapped[int] = mapped_column(ForeignKey("permit.id"), comment="许可证")
    outlet_code: Mapped[str] = mapped_column(comment="排放口")
    pollutant_code: Mapped[str] = mapped_column(comment="污染物代码")
    pollutant_name: Mapped[str] = mapped_column(comment="污染物")
    measure: Mapped[MeasureKind] = mapped_column(comment="单次、小时均值、日均值")
    kind: Mapped[SignalKind] = mapped_column(comment="信号种类")
    first_at: Mapped[datetime] = mapped_column(comment="起")
    last_at: Mapped[datetime] = mapped_column(comment="止")
    count: Mapped[int] = mapped_column(comment="涉及多少个数据")
    told: Mapped[str] = mapped_column(comment="看到了什么")
    found_on: Mapped[date] = mapped_column(comment="发现日期")
    handled_at: Mapped[datetime | None] = mapped_column(comment="处理时间")
    handled_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), comment="处理人")
    handling: Mapped[str] = mapped_column(default="", comment="处理情况")

    enterprise: Mapped[Enterprise] = relationship(lazy="joined")


class ApiToken(Base):
    """A key with which a firm's own program reports its results: shown once, kept as a hash, good for that firm alone."""

    __tablename__ = "api_token"
    __table_args__ = (
        Index("ix_api_token_enterprise", "enterprise_id", "id"),
        check("(revoked_at IS NULL) = (revoked_by_id IS NULL)", "revoked_by_somebody"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"), comment="企业")
    name: Mapped[str] = mapped_column(comment="用途，如 在线监测平台")
    shown: Mapped[str] = mapped_column(comment="开头几位，供辨认")
    token_hash: Mapped[str] = mapped_column(unique=True, comment="令牌的 sha256", info={"secret": True})
    created_at: Mapped[datetime] = mapped_column(comment="创建时间")
    created_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"), comment="创建人（签发人）")
    revoked_at: Mapped[datetime | None] = mapped_column(comment="停用时间")
    revoked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), comment="停用人")

    enterprise: Mapped[Enterprise] = relationship(lazy="joined")
    created_by: Mapped[User] = relationship(foreign_keys=[created_by_id])


class ResultBatch(Base):
    """A delivery of results by a firm's program and what was answered: the same delivery again gets the same answer."""

    __tablename__ = "result_batch"
    __audited__ = False
    __table_args__ = (UniqueConstraint("enterprise_id", "batch"), Index("ix_result_batch_token", "token_id", "id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"), comment="企业")
    token_id: Mapped[int] = mapped_column(ForeignKey("api_token.id"), comment="令牌")
    batch: Mapped[str] = mapped_column(comment="企业给的批次编号")
    body_hash: Mapped[str] = mapped_column(comment="内容的 sha256")
    answer: Mapped[dict[str, Any]] = mapped_column(comment="第一次的答复")
    received_at: Mapped[datetime] = mapped_column(comment="收到时间")
