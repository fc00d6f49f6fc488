"""The lists on which enterprises stand, year by year (环境监管重点单位名录 and the bureau's own)."""

from datetime import date

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Base, check
from core.words import Titled
from registry.models.enterprises import Enterprise


class ListKind(Titled):
    """环境监管重点单位名录 (部令第27号) and the other lists the bureau keeps."""

    WATER = "water", "水环境重点", "info"
    GROUNDWATER = "groundwater", "地下水重点", "info"
    AIR = "air", "大气环境重点", "info"
    NOISE = "noise", "噪声重点", "info"
    SOIL = "soil", "土壤重点监管", "info"
    RISK = "risk", "环境风险重点管控", "warn"
    HEAVY_METAL = "heavy_metal", "涉重金属", "warn"
    EMERGENCY = "emergency", "重污染天气应急减排", "info"


class ListMembership(Base):
    """A site's enterprise on a list for a year: by which criterion, on what basis, added and perhaps removed."""

    __tablename__ = "list_membership"
    __table_args__ = (
        UniqueConstraint("enterprise_id", "kind", "year"),
        check("(removed_on IS NULL) OR (length(removed_reason) > 0)", "removed_with_reason"),
        Index("ix_list_membership_year", "year", "kind", "enterprise_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"), comment="企业")
    kind: Mapped[ListKind] = mapped_column(comment="名录")
    year: Mapped[int] = mapped_column(comment="年度")
    criterion: Mapped[str] = mapped_column(default="", comment="纳入条件")
    basis: Mapped[str] = mapped_column(default="", comment="依据")
    added_on: Mapped[date] = mapped_column(comment="纳入日期")
    removed_on: Mapped[date | None] = mapped_column(comment="移出日期")
    removed_reason: Mapped[str] = mapped_column(default="", comment="移出原因")

    enterprise: Mapped[Enterprise] = relationship(lazy="joined")
