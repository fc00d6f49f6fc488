"""Corrections of accepted reports: who asked, why, and what became of it."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import User
from core.db import Base, check
from core.permanence import Frozen
from core.words import Titled


class CorrectionAsker(Titled):
    """Who wants an accepted report corrected."""

    FIRM = "firm", "企业", "info"
    OFFICE = "office", "发证机关", "warn"


class CorrectionOutcome(Titled):
    """What became of a correction."""

    ACCEPTED = "accepted", "更正已接受", "ok"
    GIVEN_UP = "given_up", "企业放弃更正", "calm"
    KEPT = "kept", "维持原报告", "calm"


class ReportCorrection(Base):
    """更正: an accepted report opened again; what was accepted stays in force until the correction is accepted."""

    __tablename__ = "report_correction"
    __frozen__ = Frozen(columns=("report_id", "corrects", "asker", "asked_by_id", "asked_at", "reason"))
    __table_args__ = (
        check("(ended_at IS NULL) = (outcome IS NULL)", "ended_with_outcome"),
        check("(ended_at IS NULL) = (ended_by_id IS NULL)", "ended_by_somebody"),
        check("length(reason) > 0", "has_reason"),
        Index(
            "uq_report_correction_open",
            "report_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("ix_report_correction_report", "report_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("execution_report.id"), comment="报告")
    corrects: Mapped[int] = mapped_column(comment="所更正的是第几次提交")
    asker: Mapped[CorrectionAsker] = mapped_column(comment="由谁提出")
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"), comment="提出人")
    asked_at: Mapped[datetime] = mapped_column(comment="提出时间")
    reason: Mapped[str] = mapped_column(comment="更正的理由")
    ended_at: Mapped[datetime | None] = mapped_column(comment="办结时间")
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), comment="办结人")
    outcome: Mapped[CorrectionOutcome | None] = mapped_column(comment="结果")
    answer: Mapped[str] = mapped_column(default="", comment="办结说明")

    asked_by: Mapped[User] = relationship(foreign_keys=[asked_by_id])
    ended_by: Mapped[User | None] = relationship(foreign_keys=[ended_by_id])
