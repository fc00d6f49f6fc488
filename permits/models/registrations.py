"""The registration form (排污登记, 条例24, 办法39): filed online, numbered at once, valid five years."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import User
from core.db import Base, Versioned, check
from core.words import Titled
from permits.models.permits import Permit
from registry.models import Enterprise, Site


class RegistrationKind(Titled):
    """What is filed."""

    FIRST = "first", "首次登记"
    CHANGE = "change", "变更登记"
    RENEWAL = "renewal", "延续登记"
    CANCELLATION = "cancellation", "注销登记"


class RegistrationState(Titled):
    """Where a form stands; nobody examines it, so it is filed or it is not."""

    DRAFT = "draft", "填写中", "calm"
    CHECKED = "checked", "待签发", "info"
    FILED = "filed", "已登记", "ok"
    DISCARDED = "discarded", "已删除", "calm"


class Registration(Base, Versioned):
    """排污登记表 of a site. The registration itself is the permit row of this category; each form is one filing."""

    __tablename__ = "registration"
    __table_args__ = (
        check("(state = 'filed') <= (filed_on IS NOT NULL AND permit_id IS NOT NULL)", "filed_with_number"),
        check("signed_by_id IS NULL OR prepared_by_id IS NULL OR signed_by_id <> prepared_by_id", "signed_by_another"),
        Index("ix_registration_enterprise", "enterprise_id", "id"),
        Index("ix_registration_state", "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"), comment="企业")
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), index=True, comment="场所")
    permit_id: Mapped[int | None] = mapped_column(
        ForeignKey("permit.id"), index=True, comment="登记（许可证台账中的一行）"
    )
    kind: Mapped[RegistrationKind] = mapped_column(comment="登记种类")
    state: Mapped[RegistrationState] = mapped_column(default=RegistrationState.DRAFT, comment="状态")
    unit_name: Mapped[str] = mapped_column(default="", comment="单位名称")
    legal_representative: Mapped[str] = mapped_column(default="", comment="法定代表人", info={"personal": True})
    site_address: Mapped[str] = mapped_column(default="", comment="生产经营场所地址")
    contact_name: Mapped[str] = mapped_column(default="", comment="联系人", info={"personal": True})
    contact_phone: Mapped[str] = mapped_column(default="", comment="联系电话", info={"personal": True})
    products: Mapped[str] = mapped_column(default="", comment="主要产品及规模")
    processes: Mapped[str] = mapped_column(default="", comment="主要工艺")
    fuels: Mapped[str] = mapped_column(default="", comment="燃料和主要原辅料")
    discharges: Mapped[str] = mapped_column(default="", comment="污染物排放去向和治理设施")
    standards: Mapped[str] = mapped_column(default="", comment="执行的排放标准")
    changed_on: Mapped[date | None] = mapped_column(comment="信息变动日期")
    reason: Mapped[str] = mapped_column(default="", comment="注销理由")
    prepared_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), comment="填报人")
    keyed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), comment="代录人")
    signed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), comment="签发人")
    saved_at: Mapped[datetime] = mapped_column(comment="最近保存")
    filed_on: Mapped[date | None] = mapped_column(comment="登记日期")

    enterprise: Mapped[Enterprise] = relationship(lazy="joined")
    site: Mapped[Site] = relationship()
    permit: Mapped[Permit | None] = relationship()
    prepared_by: Mapped[User | None] = relationship(foreign_keys=[prepared_by_id])
    keyed_by: Mapped[User | None] = relationship(foreign_keys=[keyed_by_id])
    signed_by: Mapped[User | None] = relationship(foreign_keys=[signed_by_id])
