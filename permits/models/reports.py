"""Execution reports, from draft to accepted, with the copies of record that were signed."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import User
from core.db import Base, Versioned, check
from core.permanence import Frozen
from core.words import Titled
from permits.models.corrections import ReportCorrection
from permits.models.permits import PermitVersion, ReportPeriod
from registry.models import Attachment, Document, Enterprise, Obligation


class ReportState(Titled):
    """Where an execution report stands; late is computed, never stored."""

    DRAFT = "draft", "填报中", "calm"
    CHECKED = "checked", "待签发", "info"
    SUBMITTED = "submitted", "已提交", "info"
    RETURNED = "returned", "已退回", "warn"
    ACCEPTED = "accepted", "已接受", "ok"


class ExecutionReport(Base, Versioned):
    """排污许可证执行报告 of one period, from draft to accepted; a correction is the next submission of the same report.

    ``accepted_number`` says which submission is in force: it stays so while a correction of it is under way.
    """

    __tablename__ = "execution_report"
    __table_args__ = (
        UniqueConstraint("obligation_id"),
        check("(state IN ('submitted', 'accepted')) <= (submitted_at IS NOT NULL)", "submitted_with_time"),
        check("(submitted_at IS NULL) = (signed_by_id IS NULL)", "submitted_with_signer"),
        check("(state = 'accepted') <= (accepted_by_id IS NOT NULL)", "accepted_by_someone"),
        Index("ix_execution_report_enterprise", "enterprise_id", "id"),
        Index("ix_execution_report_state", "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"), comment="企业")
    permit_version_id: Mapped[int] = mapped_column(ForeignKey("permit_version.id"), comment="许可证版本")
    obligation_id: Mapped[int] = mapped_column(ForeignKey("obligation.id"), comment="所履行的义务")
    period: Mapped[ReportPeriod] = mapped_column(comment="周期")
    period_from: Mapped[date] = mapped_column(comment="期间起")
    period_to: Mapped[date] = mapped_column(comment="期间止")
    state: Mapped[ReportState] = mapped_column(default=ReportState.DRAFT, comment="状态")
    shutdown_days: Mapped[int] = mapped_column(default=0, comment="停产天数")
    narrative: Mapped[str] = mapped_column(default="", comment="说明")
    acknowledged: Mapped[dict[str, Any]] = mapped_column(default=dict, comment="已确认的提示：键 → 提示原文与理由")
    saved_at: Mapped[datetime] = mapped_column(comment="最近保存")
    prepared_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), comment="填报人")
    checked_at: Mapped[datetime | None] = mapped_column(comment="送签时间")
    signed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), comment="签发人；纸质代录的为代录人")
    submitted_at: Mapped[datetime | None] = mapped_column(comment="提交时间")
    first_submitted_on: Mapped[date | None] = mapped_column(comment="首次提交日期，判断是否逾期")
    accepted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), comment="接受人")
    accepted_at: Mapped[datetime | None] = mapped_column(comment="接受时间")
    submission_number: Mapped[int] = mapped_column(default=0, comment="第几次提交")
    accepted_number: Mapped[int | None] = mapped_column(comment="已接受、现行有效的是第几次提交")
    returned_on: Mapped[date | None] = mapped_column(comment="最近一次退回更正的日期")
    correction_days: Mapped[int | None] = mapped_column(comment="更正期限，工作日")

    enterprise: Mapped[Enterprise] = relationship(lazy="joined")
    permit_version: Mapped[PermitVersion] = relationship()
    obligation: Mapped[Obligation] = relationship(lazy="joined")
    prepared_by: Mapped[User | None] = relationship(foreign_keys=[prepared_by_id])
    signed_by: Mapped[User | None] = relationship(foreign_keys=[signed_by_id])
    accepted_by: Mapped[User | None] = relationship(foreign_keys=[accepted_by_id])
    figures: Mapped[list["ReportFigure"]] = relationship(
        back_populates="report", order_by="ReportFigure.outlet_code, ReportFigure.pollutant_code"
    )
    submissions: Mapped[list["ReportSubmission"]] = relationship(order_by="ReportSubmission.number")
    comments: Mapped[list["ReportComment"]] = relationship(order_by="ReportComment.id")
    corrections: Mapped[list[ReportCorrection]] = relationship(order_by="ReportCorrection.id")


class ReportFigure(Base):
    """One line of the report: an outlet and a pollutant, with the limit it is held against.

    What was accepted is kept beside what is being filled in, so that sums over accepted figures never see a draft.
    """

    __tablename__ = "report_figure"
    __table_args__ = (UniqueConstraint("report_id", "outlet_code", "pollutant_code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("execution_report.id"), comment="报告")
    outlet_code: Mapped[str] = mapped_column(comment="排放口")
    pollutant_code: Mapped[str] = mapped_column(comment="污染物代码")
    pollutant_name: Mapped[str] = mapped_column(comment="污染物")
    limit_low: Mapped[Decimal | None] = mapped_column(comment="浓度下限")
    limit_value: Mapped[Decimal | None] = mapped_column(comment="浓度限值")
    limit_unit: Mapped[str] = mapped_column(default="", comment="浓度单位")
    annual_limit: Mapped[Decimal | None] = mapped_column(comment="年许可量，吨")
    mean: Mapped[Decimal | None] = mapped_column(comment="平均浓度")
    minimum: Mapped[Decimal | None] = mapped_column(comment="最小值")
    maximum: Mapped[Decimal | None] = mapped_column(comment="最大值")
    samples: Mapped[int | None] = mapped_column(comment="监测次数")
    exceedances: Mapped[int | None] = mapped_column(comment="超标次数")
    quantity: Mapped[Decimal | None] = mapped_column(comment="实际排放量，吨")
    accepted_mean: Mapped[Decimal | None] = mapped_column(comment="已接受的平均浓度")
    accepted_exceedances: Mapped[int | None] = mapped_column(comment="已接受的超标次数")
    accepted_quantity: Mapped[Decimal | None] = mapped_column(comment="已接受的实际排放量，吨")
    prefilled_from: Mapped[str] = mapped_column(default="", comment="预填来源")

    report: Mapped[ExecutionReport] = relationship(back_populates="figures")


class ReportSubmission(Base):
    """The copy of record: what was signed, frozen with its hash (CROMERR's copy of record). Never updated."""

    __tablename__ = "report_submission"
    __frozen__ = Frozen(
        columns=("report_id", "number", "corrects", "content", "sha256", "signed_by_id", "signed_at", "declaration")
    )
    __table_args__ = (UniqueConstraint("report_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("execution_report.id"), comment="报告")
    number: Mapped[int] = mapped_column(comment="第几次提交")
    corrects: Mapped[int | None] = mapped_column(comment="所更正的是第几次提交；空为首次或退回后重报")
    content: Mapped[str] = mapped_column(comment="提交内容，规范 JSON")
    sha256: Mapped[str] = mapped_column(comment="内容的 sha256")
    signed_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"), comment="签发人；纸质代录的为代录人")
    signed_at: Mapped[datetime] = mapped_column(comment="签发时间；纸质代录的为代录时间")
    declaration: Mapped[str] = mapped_column(comment="签发声明")
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"), comment="回执")

    signed_by: Mapped[User] = relationship()
    document: Mapped[Document | None] = relationship()
    paper: Mapped["ReportPaper | None"] = relationship(back_populates="submission", lazy="joined")


class ReportPaper(Base):
    """The paper behind a submission that a clerk keyed in: when it came, who signed it by hand, who keyed it, the scan.

    A submission without one was signed here by the firm itself.
    """

    __tablename__ = "report_paper"
    __frozen__ = Frozen()
    __table_args__ = (
        UniqueConstraint("submission_id"),
        check("length(signatory) > 0 AND length(post) > 0", "signed_by_hand"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("report_submission.id"), comment="所代录的提交")
    received_on: Mapped[date] = mapped_column(comment="收到纸质报告的日期，判断是否逾期")
    signatory: Mapped[str] = mapped_column(comment="纸质报告上的签字人，照原样")
    post: Mapped[str] = mapped_column(comment="签字人职务，照原样")
    keyed_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"), comment="代录人；不能接受自己代录的报告")
    scan_id: Mapped[int] = mapped_column(ForeignKey("attachment.id"), comment="扫描件；有几份的为第一份")

    submission: Mapped[ReportSubmission] = relationship(back_populates="paper")
    keyed_by: Mapped[User] = relationship()
    scan: Mapped[Attachment] = relationship()


class ReportComment(Base):
    """A clerk's remark on a returned report, pinned to a field."""

    __tablename__ = "report_comment"
    __frozen__ = Frozen()

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("execution_report.id"), index=True, comment="报告")
    submission_number: Mapped[int] = mapped_column(comment="针对第几次提交")
    field: Mapped[str] = mapped_column(comment="字段，如 DA001/a21026/mean；空为整份")
    text: Mapped[str] = mapped_column(comment="意见")
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"), comment="何人")
    at: Mapped[datetime] = mapped_column(comment="时间")
