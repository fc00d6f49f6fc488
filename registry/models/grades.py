"""The credit grades of enterprises by day, as the credit room reckons them."""

from datetime import date
from decimal import Decimal

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, check


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
