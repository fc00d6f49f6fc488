"""Areas, offices and people; their sessions; and the chain of everything that was done."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from flask_login import UserMixin
from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.roles import ENTERPRISE, Action, Role, may_all
from core.db import Base, Versioned, check
from core.language import gettext as _
from core.permanence import Frozen
from core.words import Titled


class AreaKind(Titled):
    """What kind of place an area is; zones and divisions have no GB/T 2260 code of their own."""

    PREFECTURE = "prefecture", "自治州"
    CITY = "city", "市"
    COUNTY = "county", "县"
    ZONE = "zone", "园区"
    DIVISION = "division", "兵团师"


class Area(Base):
    """行政区划: GB/T 2260 code, or an own code for zones and XPCC divisions."""

    __tablename__ = "area"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True, comment="GB/T 2260 代码或自编代码")
    name: Mapped[str] = mapped_column(comment="名称")
    kind: Mapped[AreaKind] = mapped_column(comment="类别")
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"), comment="上级")
    valid_from: Mapped[date | None] = mapped_column(comment="启用日期")
    valid_to: Mapped[date | None] = mapped_column(comment="停用日期")
    source: Mapped[str] = mapped_column(default="", comment="来源")
    confidence: Mapped[str] = mapped_column(default="", comment="可信度")


class Office(Base):
    """机关: the prefecture bureau, a county branch, a zone bureau or an XPCC division's bureau.

    ``punishes_from`` holds since when it may punish in its own name (Code art. 53); before, the parent signs.
    """

    __tablename__ = "office"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True, comment="机关代码")
    name: Mapped[str] = mapped_column(comment="全称")
    short_name: Mapped[str] = mapped_column(comment="简称")
    uscc: Mapped[str] = mapped_column(default="", comment="统一社会信用代码；未核对则空")
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"), comment="所在行政区划")
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("office.id"), comment="上级机关")
    document_prefix: Mapped[str] = mapped_column(comment="机关代字，如 昌州环")
    serial_prefix: Mapped[str] = mapped_column(default="", comment="序号前缀，如 阜-")
    punishes_from: Mapped[date | None] = mapped_column(comment="以自己名义处罚的起始日（法典第53条）")
    address: Mapped[str] = mapped_column(default="", comment="地址")
    telephone: Mapped[str] = mapped_column(default="", comment="电话")

    area: Mapped[Area] = relationship(lazy="joined")
    parent: Mapped["Office | None"] = relationship(remote_side=[id])


class User(Base, Versioned, UserMixin):
    """A person who signs in. Staff belong to an office; an enterprise's people have mandates instead."""

    __tablename__ = "user"
    __table_args__ = (
        check("failed_count >= 0", "failures_counted"),
        check("is_system = false OR office_id IS NULL", "system_has_no_office"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(unique=True, comment="登录名")
    name: Mapped[str] = mapped_column(comment="姓名")
    office_id: Mapped[int | None] = mapped_column(ForeignKey("office.id"), index=True, comment="所属机关；企业人员为空")
    telephone: Mapped[str] = mapped_column(default="", comment="电话", info={"personal": True})
    email: Mapped[str] = mapped_column(default="", comment="邮箱", info={"personal": True})
    certificate_number: Mapped[str] = mapped_column(default="", comment="行政执法证号")
    certificate_until: Mapped[date | None] = mapped_column(comment="执法证有效期至")
    password_hash: Mapped[str] = mapped_column(default="", comment="argon2id", info={"secret": True})
    password_changed_at: Mapped[datetime | None] = mapped_column(comment="密码修改时间")
    must_change_password: Mapped[bool] = mapped_column(default=False, comment="下次登录须改密码")
    totp_secret: Mapped[str] = mapped_column(default="", comment="动态口令密钥", info={"secret": True})
    totp_last_step: Mapped[int] = mapped_column(default=0, comment="最近用过的动态口令时间步，防重放")
    failed_count: Mapped[int] = mapped_column(default=0, comment="连续失败次数")
    locked_until: Mapped[datetime | None] = mapped_column(comment="锁定至")
    disabled_at: Mapped[datetime | None] = mapped_column(comment="停用时间")
    is_system: Mapped[bool] = mapped_column(default=False, comment="系统用户，不能登录")
    is_demo: Mapped[bool] = mapped_column(default=False, comment="示例账户，只在示例数据中可用")
    locale: Mapped[str] = mapped_column(default="zh", comment="界面语言")
    large_text: Mapped[bool] = mapped_column(default=False, comment="大字")
    high_contrast: Mapped[bool] = mapped_column(default=False, comment="高对比")
    calendar_token: Mapped[str] = mapped_column(
        default="", index=True, comment="日历订阅口令的 sha256", info={"secret": True}
    )

    office: Mapped[Office | None] = relationship(lazy="joined")
    grants: Mapped[list["UserRole"]] = relationship(
        lazy="selectin", cascade="all, delete-orphan", foreign_keys="UserRole.user_id", order_by="UserRole.id"
    )

    if TYPE_CHECKING:
        works_for_id: int | None
    else:
        works_for_id = None
    """The firm whose work was chosen in the browser that asks; set by its session, kept with it, never a permission."""

    @property
    def roles(self) -> frozenset[Role]:
        """The roles this person has now."""
        return frozenset(grant.role for grant in self.grants)

    @property
    def is_firm(self) -> bool:
        """Whether this person speaks for an enterprise."""
        return bool(self.roles & ENTERPRISE)

    @property
    def role_title(self) -> str:
        """The roles in the words of whoever reads."""
        return _("、").join(_(grant.role.label) for grant in self.grants)

    def may(self, action: Action) -> bool:
        """Whether this person may do this at all; whose things is a matter of scope."""
        return self.is_system or action in may_all(self.roles)

    @property
    def is_active(self) -> bool:
        """Whether this person may be signed in."""
        return self.disabled_at is None and not self.is_system


_ADMIN_ROLES = text("role IN ('system_admin', 'security_admin', 'auditor')")


class UserRole(Base):
    """A role given to a person; a partial unique index keeps two of the 三员 from meeting in one person."""

    __tablename__ = "user_role"
    __table_args__ = (
        UniqueConstraint("user_id", "role"),
        Index(
            "uq_user_role_one_admin", "user_id", unique=True, sqlite_where=_ADMIN_ROLES, postgresql_where=_ADMIN_ROLES
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), comment="用户")
    role: Mapped[Role] = mapped_column(comment="角色")
    granted_at: Mapped[datetime] = mapped_column(comment="授予时间")
    granted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), comment="授予人")


class UserSession(Base):
    """A signed-in browser, kept at the server so that signing out and disabling take effect at once."""

    __tablename__ = "user_session"
    __audited__ = False

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True, comment="会话口令的 sha256", info={"secret": True})
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True, comment="用户")
    started_at: Mapped[datetime] = mapped_column(comment="登录时间")
    seen_at: Mapped[datetime] = mapped_column(comment="最近活动")
    ended_at: Mapped[datetime | None] = mapped_column(comment="结束时间")
    address: Mapped[str] = mapped_column(default="", comment="来源地址")
    browser: Mapped[str] = mapped_column(default="", comment="浏览器")
    confirmed_at: Mapped[datetime | None] = mapped_column(comment="最近一次再次验证密码")
    enterprise_id: Mapped[int | None] = mapped_column(comment="代理多家企业时，正在办理的一家")

    user: Mapped[User] = relationship(lazy="joined")


class SavedView(Base):
    """常用视图: a list with its filters, kept under a name; for its owner or the whole office."""

    __tablename__ = "saved_view"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True, comment="所有人")
    office_id: Mapped[int | None] = mapped_column(ForeignKey("office.id"), index=True, comment="共享给机关")
    ledger: Mapped[str] = mapped_column(comment="列表")
    name: Mapped[str] = mapped_column(comment="名称")
    path: Mapped[str] = mapped_column(comment="列表的地址")
    query: Mapped[str] = mapped_column(comment="地址中的条件")

    user: Mapped[User] = relationship()


class ListHabit(Base):
    """How a person likes a list: its columns and whether rows stand close. A comfort, so not audited."""

    __tablename__ = "list_habit"
    __audited__ = False
    __table_args__ = (UniqueConstraint("user_id", "ledger"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), comment="所有人")
    ledger: Mapped[str] = mapped_column(comment="列表")
    columns: Mapped[str] = mapped_column(default="", comment="显示的列，逗号隔开；空为通常的列")
    dense: Mapped[bool] = mapped_column(default=False, comment="紧凑")


class AuditEntry(Base):
    """留痕: one act, with the after-image of every row it changed, chained to the entry before it."""

    __tablename__ = "audit_entry"
    __frozen__ = Frozen()
    __audited__ = False
    __table_args__ = (
        Index("ix_audit_entry_subject", "subject_kind", "subject_id", "id"),
        Index("ix_audit_entry_act", "act", "id"),
        Index("ix_audit_entry_enterprise", "enterprise_id", "id"),
        Index("ix_audit_entry_at", "at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, comment="连续序号")
    at: Mapped[datetime] = mapped_column(comment="服务器时间")
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), comment="何人")
    actor_name: Mapped[str] = mapped_column(comment="当时的姓名与登录名")
    office_id: Mapped[int | None] = mapped_column(comment="当时的机关")
    act: Mapped[str] = mapped_column(comment="做了什么（权限代码或步骤）")
    subject_kind: Mapped[str] = mapped_column(comment="对象类别（表名）")
    subject_id: Mapped[str] = mapped_column(comment="对象主键")
    enterprise_id: Mapped[int | None] = mapped_column(comment="所涉企业")
    summary: Mapped[str] = mapped_column(comment="一句话")
    after: Mapped[str] = mapped_column(comment="改动后的内容，规范 JSON")
    previous_hash: Mapped[str] = mapped_column(comment="上一条的哈希")
    hash: Mapped[str] = mapped_column(unique=True, comment="本条的哈希")

    actor: Mapped[User | None] = relationship()


class AuditHead(Base):
    """The one row that orders the chain: whoever appends locks it first."""

    __tablename__ = "audit_head"
    __audited__ = False
    __table_args__ = (check("id = 1", "one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    length: Mapped[int] = mapped_column(comment="条数")
    hash: Mapped[str] = mapped_column(comment="最后一条的哈希")


GENESIS = "0" * 64
"""What the first entry is chained to."""
