"""排污权: what an enterprise may emit in a year because it was allotted, bought, leased, sold or leased out."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import User
from core.db import Base, check
from core.permanence import Frozen
from core.words import Titled
from permits.models.permits import Permit


class RightSource(Titled):
    """Where a right comes from or goes to; the permit is its proof and its carrier (排污许可管理办法第九条)."""

    ALLOTTED = "allotted", "初始核定", "ok"
    BOUGHT = "bought", "受让", "info"
    LEASED = "leased", "租入", "info"
    SOLD = "sold", "出让", "warn"
    LET = "let", "租出", "warn"

    @property
    def gives(self) -> bool:
        """Whether it takes from what is held."""
        return self in (RightSource.SOLD, RightSource.LET)


class EmissionRight(Base):
    """A line of the ledger of rights; a mistake is voided with a reason, and both remain."""

    __tablename__ = "emission_right"
    __frozen__ = Frozen(
        columns=(
            "permit_id",
            "pollutant_code",
            "pollutant_name",
            "source",
            "amount",
            "period_from",
            "period_to",
            "counterparty",
            "price",
            "basis",
            "recorded_by_id",
            "recorded_at",
        )
    )
    __table_args__ = (
        check("amount > 0", "amount_positive"),
        check("price IS NULL OR price >= 0", "price_not_negative"),
        check("period_to >= period_from", "period_runs_forward"),
        check("source = 'allotted' OR length(counterparty) > 0", "traded_with_somebody"),
        check("(voided_at IS NULL) = (length(void_reason) = 0)", "voided_with_reason"),
        Index("ix_emission_right_permit", "permit_id", "pollutant_code"),
        Index("ix_emission_right_period", "period_to", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    permit_id: Mapped[int] = mapped_column(ForeignKey("permit.id"), comment="许可证")
    pollutant_code: Mapped[str] = mapped_column(comment="污染物代码 HJ 524/525")
    pollutant_name: Mapped[str] = mapped_column(comment="污染物")
    source: Mapped[RightSource] = mapped_column(comment="来源或去向")
    amount: Mapped[Decimal] = mapped_column(comment="数量，吨/年")
    period_from: Mapped[date] = mapped_column(comment="期限起")
    period_to: Mapped[date] = mapped_column(comment="期限止（当日仍有效）")
    counterparty: Mapped[str] = mapped_column(default="", comment="交易对方")
    price: Mapped[Decimal | None] = mapped_column(comment="成交价款，元")
    basis: Mapped[str] = mapped_column(comment="依据：文号或合同号")
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"), comment="登记人")
    recorded_at: Mapped[datetime] = mapped_column(comment="登记时间")
    voided_at: Mapped[datetime | None] = mapped_column(comment="作废时间")
    voided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), comment="作废人")
    void_reason: Mapped[str] = mapped_column(default="", comment="作废理由")

    permit: Mapped[Permit] = relationship()
    recorded_by: Mapped[User] = relationship(foreign_keys=[recorded_by_id])
