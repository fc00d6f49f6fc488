"""证后监管: the site of every permit that ended stays under watch until somebody releases it with a reason."""

from datetime import date

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import User
from core.db import Base, Versioned, check
from core.permanence import Frozen
from core.words import Titled
from permits.models.permits import Permit
from registry.models import Site


class WatchCause(Titled):
    """Why a permit holds no longer (办法第二十九、三十条, 条例第三十四条; expired: 条例第十四条)."""

    CANCELLED = "cancelled", "注销", "calm"
    WITHDRAWN = "withdrawn", "撤销", "danger"
    REVOKED = "revoked", "吊销", "danger"
    EXPIRED = "expired", "届满", "warn"


class SoilSurvey(Titled):
    """Whether 土壤污染状况调查 is owed, as an officer found (法典454、462; when it is owed is 未核对)."""

    UNKNOWN = "unknown", "待查明", "warn"
    OWED = "owed", "应当调查", "danger"
    DONE = "done", "已经调查", "ok"
    NOT_OWED = "not_owed", "不需调查", "calm"


class LandUse(Titled):
    """What becomes of the land."""

    UNKNOWN = "unknown", "待查明", "warn"
    SAME = "same", "用途不变", "ok"
    CHANGING = "changing", "拟变更用途", "warn"
    SENSITIVE = "sensitive", "拟用于住宅、公共服务", "danger"


class WatchState(Titled):
    """Whether a site is still watched."""

    OPEN = "open", "监管中", "warn"
    RELEASED = "released", "已解除", "ok"


_OPEN = text("state = 'open'")


class PostPermitWatch(Base, Versioned):
    """A site under watch since a permit ended; what opened the watch is never rewritten, and one site has one at a time."""

    __tablename__ = "post_permit_watch"
    __frozen__ = Frozen(columns=("site_id", "permit_id", "why", "ended_on", "end_reason", "opened_on"))
    __table_args__ = (
        check("(state = 'released') = (released_on IS NOT NULL)", "released_with_day"),
        check("(released_on IS NULL) = (length(release_reason) = 0)", "released_with_reason"),
        check("(released_on IS NULL) = (released_by_id IS NULL)", "released_by_somebody"),
        check("survey = 'unknown' OR length(survey_basis) > 0", "survey_with_basis"),
        Index("uq_post_permit_watch_open", "site_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_post_permit_watch_site", "site_id", "ended_on"),
        Index("ix_post_permit_watch_ended", "ended_on", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), comment="场所")
    permit_id: Mapped[int] = mapped_column(ForeignKey("permit.id"), index=True, comment="失效的许可证")
    why: Mapped[WatchCause] = mapped_column(comment="失效原因")
    ended_on: Mapped[date] = mapped_column(comment="失效日期（当日起无效）")
    end_reason: Mapped[str] = mapped_column(comment="失效说明")
    opened_on: Mapped[date] = mapped_column(comment="列入日期")
    state: Mapped[WatchState] = mapped_column(default=WatchState.OPEN, comment="状态")
    survey: Mapped[SoilSurvey] = mapped_column(default=SoilSurvey.UNKNOWN, comment="土壤污染状况调查")
    survey_basis: Mapped[str] = mapped_column(default="", comment="认定的依据，或者调查报告")
    land_use: Mapped[LandUse] = mapped_column(default=LandUse.UNKNOWN, comment="土地用途")
    watched_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), comment="监管人")
    remark: Mapped[str] = mapped_column(default="", comment="监管情况")
    released_on: Mapped[date | None] = mapped_column(comment="解除日期")
    released_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), comment="解除人")
    release_reason: Mapped[str] = mapped_column(default="", comment="解除理由")

    site: Mapped[Site] = relationship(lazy="joined")
    permit: Mapped[Permit] = relationship(lazy="joined")
    watched_by: Mapped[User | None] = relationship(foreign_keys=[watched_by_id])
    released_by: Mapped[User | None] = relationship(foreign_keys=[released_by_id])

    @property
    def enterprise_id(self) -> int:
        """Whose site it is today; two firms may have become one."""
        return self.permit.enterprise_id
