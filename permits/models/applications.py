"""Applications for discharge permits (条例7–15, 办法16–32): what is asked for, what was said of it, and its clock."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Office, User
from core.db import Base, Versioned, check
from core.permanence import Frozen
from core.words import Titled
from permits.models.permits import Permit, PermitVersion
from registry.models import Category, Enterprise, Site


class ApplicationKind(Titled):
    """What is asked for."""

    FIRST = "first", "首次申请"
    CHANGE = "change", "变更"
    RENEWAL = "renewal", "延续"
    REAPPLICATION = "reapplication", "重新申请"
    REPLACEMENT = "replacement", "补领"
    CANCELLATION = "cancellation", "注销"


class ApplicationState(Titled):
    """Where an application stands; deemed accepted and overdue are reckoned, never stored."""

    DRAFT = "draft", "填写中", "calm"
    CHECKED = "checked", "待签发", "info"
    SUBMITTED = "submitted", "待受理", "info"
    SUPPLEMENT = "supplement", "待补正", "warn"
    ACCEPTED = "accepted", "审查中", "info"
    REVIEWED = "reviewed", "待审批", "info"
    GRANTED = "granted", "准予许可", "ok"
    REFUSED = "refused", "不予许可", "danger"
    DECLINED = "declined", "不予受理", "danger"
    WITHDRAWN = "withdrawn", "已撤回", "calm"


class Section(Titled):
    """A part of an application."""

    GROUNDS = "grounds", "申请理由"
    UNIT = "unit", "单位基本情况"
    FACILITIES = "facilities", "生产和治理设施"
    OUTLETS = "outlets", "排放口"
    LIMITS = "limits", "申请的限值和排放量"
    MONITORING = "monitoring", "自行监测方案"
    NOTICE = "notice", "申请前信息公开"
    COMMITMENT = "commitment", "承诺书"
    ATTACHMENTS = "attachments", "附件"


class Opinion(Titled):
    """What the technical review came to."""

    GRANT = "grant", "建议准予许可", "ok"
    REFUSE = "refuse", "建议不予许可", "danger"


class Application(Base, Versioned):
    """排污许可申请: one procedure from the first draft to the decision. Its content is a draft version of the permit."""

    __tablename__ = "application"
    __table_args__ = (
        check(
            "(state IN ('submitted', 'supplement', 'accepted', 'reviewed', 'granted', 'refused', 'declined'))"
            " <= (received_on IS NOT NULL)",
            "received_if_submitted",
        ),
        check("(state = 'supplement') <= (supplement_asked_on IS NOT NULL)", "asked_if_supplement"),
        check(
            "(state IN ('accepted', 'reviewed', 'granted', 'refused'))"
            " <= (accepted_on IS NOT NULL AND accepted_by_id IS NOT NULL)",
            "accepted_by_someone",
        ),
        check(
            "(state IN ('reviewed', 'granted', 'refused'))"
            " <= (reviewed_by_id IS NOT NULL AND opinion IS NOT NULL AND length(review_words) > 0)",
            "reviewed_with_opinion",
        ),
        check(
            "(state IN ('granted', 'refused')) <= (decided_on IS NOT NULL AND decided_by_id IS NOT NULL)",
            "decided_by_someone",
        ),
        check("decided_by_id IS NULL OR decided_by_id <> reviewed_by_id", "decided_by_another"),
        check("(state IN ('refused', 'declined', 'withdrawn')) <= (length(end_reason) > 0)", "ended_with_reason"),
        check("signed_by_id IS NULL OR signed_by_id <> prepared_by_id", "signed_by_another"),
        check("accepted_on IS NULL OR accepted_on >= received_on", "accepted_after_receipt"),
        Index("ix_application_enterprise", "enterprise_id", "id"),
        Index("ix_application_state", "state", "due_on", "id"),
        Index(
            "uq_application_permit_version",
            "permit_version_id",
            unique=True,
            sqlite_where=text("permit_version_id IS NOT NULL"),
            postgresql_where=text("permit_version_id IS NOT NULL"),
        ),
        Index("ix_application_notice", "notice_from", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"), comment="企业")
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), index=True, comment="场所")
    permit_id: Mapped[int | None] = mapped_column(ForeignKey("permit.id"), index=True, comment="所涉许可证")
    permit_version_id: Mapped[int | None] = mapped_column(
        ForeignKey("permit_version.id"), comment="申请内容：起草中的许可证版本"
    )
    kind: Mapped[ApplicationKind] = mapped_column(comment="申请种类")
    category: Mapped[Category] = mapped_column(comment="管理类别")
    authority_id: Mapped[int] = mapped_column(ForeignKey("office.id"), comment="审批机关")
    state: Mapped[ApplicationState] = mapped_column(default=ApplicationState.DRAFT, comment="状态")

    unit_name: Mapped[str] = mapped_column(default="", comment="单位名称")
    legal_representative: Mapped[str] = mapped_column(default="", comment="法定代表人", info={"personal": True})
    address: Mapped[str] = mapped_column(default="", comment="注册地址")
    site_address: Mapped[str] = mapped_column(default="", comment="生产经营场所地址")
    contact_name: Mapped[str] = mapped_column(default="", comment="联系人", info={"personal": True})
    contact_phone: Mapped[str] = mapped_column(default="", comment="联系电话", info={"personal": True})
    changed_on: Mapped[date | None] = mapped_column(comment="基本信息变更日期（办法26）")
    new_project: Mapped[bool] = mapped_column(default=False, comment="有新建、改建、扩建项目")
    reason: Mapped[str] = mapped_column(default="", comment="申请理由")
    ends_on: Mapped[date | None] = mapped_column(comment="注销：停止排污日期")
    calculation: Mapped[str] = mapped_column(default="", comment="排放量计算过程（办法18）")
    monitoring_plan: Mapped[str] = mapped_column(default="", comment="自行监测方案说明（办法19）")
    committed: Mapped[bool] = mapped_column(default=False, comment="已确认承诺书（办法17）")
    notice_from: Mapped[date | None] = mapped_column(comment="信息公开起始日（办法16）")
    notice_sha256: Mapped[str] = mapped_column(default="", comment="公开内容的 sha256")

    prepared_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), comment="填报人")
    keyed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), comment="代录人；空为企业网上申请")
    begun_at: Mapped[datetime] = mapped_column(comment="开始填写")
    saved_at: Mapped[datetime] = mapped_column(comment="最近保存")
    signed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), comment="签发人")
    submission_number: Mapped[int] = mapped_column(default=0, comment="第几次提交")
    received_on: Mapped[date | None] = mapped_column(comment="首次收到申请的日期")
    supplement_asked_on: Mapped[date | None] = mapped_column(comment="告知补正的日期（只能一次）")
    supplemented_on: Mapped[date | None] = mapped_column(comment="收到补正材料的日期")
    accepted_on: Mapped[date | None] = mapped_column(comment="受理日期")
    accepted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), comment="受理人")
    reviewed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), comment="审查人")
    reviewed_on: Mapped[date | None] = mapped_column(comment="审查完成日期")
    opinion: Mapped[Opinion | None] = mapped_column(comment="审查意见")
    review_words: Mapped[str] = mapped_column(default="", comment="审查意见的说明")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), comment="审批人")
    decided_on: Mapped[date | None] = mapped_column(comment="决定日期")
    end_reason: Mapped[str] = mapped_column(default="", comment="不予受理、不予许可或撤回的理由")
    due_on: Mapped[date | None] = mapped_column(comment="机关下一步的期限；停止计时期间为空")
    due_arithmetic: Mapped[str] = mapped_column(default="", comment="期限的算式")
    due_provisional: Mapped[bool] = mapped_column(default=False, comment="暂定：涉及尚未公布节假日的年度")

    enterprise: Mapped[Enterprise] = relationship(lazy="joined")
    site: Mapped[Site] = relationship()
    authority: Mapped[Office] = relationship()
    permit: Mapped[Permit | None] = relationship()
    permit_version: Mapped[PermitVersion | None] = relationship()
    prepared_by: Mapped[User | None] = relationship(foreign_keys=[prepared_by_id])
    keyed_by: Mapped[User | None] = relationship(foreign_keys=[keyed_by_id])
    signed_by: Mapped[User | None] = relationship(foreign_keys=[signed_by_id])
    accepted_by: Mapped[User | None] = relationship(foreign_keys=[accepted_by_id])
    reviewed_by: Mapped[User | None] = relationship(foreign_keys=[reviewed_by_id])
    decided_by: Mapped[User | None] = relationship(foreign_keys=[decided_by_id])
    facilities: Mapped[list["ApplicationFacility"]] = relationship(
        order_by="ApplicationFacility.code", cascade="all, delete-orphan"
    )
    comments: Mapped[list["ApplicationComment"]] = relationship(order_by="ApplicationComment.id")
    pauses: Mapped[list["ApplicationPause"]] = relationship(
        back_populates="application", order_by="ApplicationPause.first_day"
    )
    submissions: Mapped[list["ApplicationSubmission"]] = relationship(order_by="ApplicationSubmission.number")
    site_checks: Mapped[list["SiteCheck"]] = relationship(back_populates="application", order_by="SiteCheck.id")


class FacilityKind(Titled):
    """What a facility is for; its code begins MF or T (HJ 608)."""

    PRODUCTION = "production", "生产设施"
    TREATMENT = "treatment", "治理设施"


class ApplicationFacility(Base):
    """生产设施 or 治理设施 as the applicant states it."""

    __tablename__ = "application_facility"
    __table_args__ = (UniqueConstraint("application_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), comment="申请")
    code: Mapped[str] = mapped_column(comment="编号，如 MF0001、TA001")
    name: Mapped[str] = mapped_column(comment="名称")
    kind: Mapped[FacilityKind] = mapped_column(comment="类型")
    process: Mapped[str] = mapped_column(default="", comment="工艺")
    capacity: Mapped[str] = mapped_column(default="", comment="能力或参数")


class CommentPurpose(Titled):
    """Why something was said of an application."""

    SUPPLEMENT = "supplement", "补正要求", "warn"
    REVIEW = "review", "审查意见", "info"
    RETURN = "return", "退回重审", "warn"


class ApplicationComment(Base):
    """What the office said of one section of an application."""

    __tablename__ = "application_comment"
    __frozen__ = Frozen()

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True, comment="申请")
    submission_number: Mapped[int] = mapped_column(comment="针对第几次提交")
    purpose: Mapped[CommentPurpose] = mapped_column(comment="用途")
    section: Mapped[Section | None] = mapped_column(comment="针对哪一部分；空为整份")
    text: Mapped[str] = mapped_column(comment="内容")
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"), comment="何人")
    at: Mapped[datetime] = mapped_column(comment="时间")

    by: Mapped[User] = relationship()


class PauseReason(Titled):
    """What lets the clock stop (办法23)."""

    HEARING = "hearing", "听证"
    TESTING = "testing", "检测"
    EXPERTS = "experts", "专家评审"


class ApplicationPause(Base):
    """Days that do not count against the office, if the applicant was told in writing (办法23)."""

    __tablename__ = "application_pause"
    __table_args__ = (check("last_day IS NULL OR last_day >= first_day", "pause_runs_forward"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True, comment="申请")
    reason: Mapped[PauseReason] = mapped_column(comment="原因")
    words: Mapped[str] = mapped_column(default="", comment="说明")
    asks: Mapped[str] = mapped_column(default="", server_default="", comment="要求申请人办理的事项")
    first_day: Mapped[date] = mapped_column(comment="首日")
    last_day: Mapped[date | None] = mapped_column(comment="末日；空为尚未结束")
    told_on: Mapped[date | None] = mapped_column(comment="书面告知申请人的日期；没有告知的不扣除")
    notice: Mapped[str] = mapped_column(default="", server_default="", comment="停止计时告知书的文号")
    resume_notice: Mapped[str] = mapped_column(default="", server_default="", comment="恢复计时告知书的文号")
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"), comment="何人")

    application: Mapped[Application] = relationship(back_populates="pauses")


class ApplicationSubmission(Base):
    """The copy of record: what was handed in, frozen with its hash. Never updated."""

    __tablename__ = "application_submission"
    __frozen__ = Frozen()
    __table_args__ = (UniqueConstraint("application_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), comment="申请")
    number: Mapped[int] = mapped_column(comment="第几次提交")
    content: Mapped[str] = mapped_column(comment="提交内容，规范 JSON")
    sha256: Mapped[str] = mapped_column(comment="内容的 sha256")
    signed_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"), comment="签发人；代录的为代录人")
    signed_at: Mapped[datetime] = mapped_column(comment="提交时间")
    declaration: Mapped[str] = mapped_column(comment="承诺书全文")

    signed_by: Mapped[User] = relationship()


class SiteCheck(Base):
    """现场核查 asked for in the review: it stands on the desk of the site's officers until an inspection answers it."""

    __tablename__ = "site_check"
    __table_args__ = (
        check("(done_on IS NULL) = (inspection_id IS NULL)", "done_by_inspection"),
        Index("ix_site_check_open", "done_on", "id"),
        Index("ix_site_check_site", "site_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True, comment="申请")
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"), index=True, comment="企业")
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), comment="场所")
    question: Mapped[str] = mapped_column(comment="要核查什么")
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"), comment="何人要求")
    asked_at: Mapped[datetime] = mapped_column(comment="何时要求")
    done_on: Mapped[date | None] = mapped_column(comment="核查日期")
    inspection_id: Mapped[int | None] = mapped_column(comment="所做的检查（检查室的编号）")

    application: Mapped[Application] = relationship(back_populates="site_checks")
    enterprise: Mapped[Enterprise] = relationship(lazy="joined")
    asked_by: Mapped[User] = relationship()
