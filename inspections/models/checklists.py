"""Checklists in dated versions, and what was answered to their questions."""

from datetime import date

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Base
from core.permanence import Frozen
from core.words import Titled


class Checklist(Base):
    """检查清单, in dated versions; 示例 where no official list was at hand."""

    __tablename__ = "checklist"
    __table_args__ = (UniqueConstraint("key", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(comment="清单键")
    number: Mapped[int] = mapped_column(comment="版本")
    title: Mapped[str] = mapped_column(comment="名称")
    valid_from: Mapped[date] = mapped_column(comment="启用")
    valid_to: Mapped[date | None] = mapped_column(comment="停用")
    source: Mapped[str] = mapped_column(default="", comment="来源")
    items: Mapped[list["ChecklistItem"]] = relationship(order_by="ChecklistItem.position")


class ChecklistItem(Base):
    """One question of a checklist: what should be, and on which article."""

    __tablename__ = "checklist_item"

    id: Mapped[int] = mapped_column(primary_key=True)
    checklist_id: Mapped[int] = mapped_column(ForeignKey("checklist.id"), index=True, comment="清单")
    position: Mapped[int] = mapped_column(comment="次序")
    section: Mapped[str] = mapped_column(comment="部分")
    question: Mapped[str] = mapped_column(comment="检查内容")
    requirement: Mapped[str] = mapped_column(comment="应当怎样")
    source: Mapped[str] = mapped_column(default="", comment="依据")
    violation_key: Mapped[str] = mapped_column(default="", comment="对应案由")


class AnswerKind(Titled):
    """检查结果."""

    MEETS = "meets", "符合", "ok"
    FAILS = "fails", "不符合", "danger"
    NOT_APPLICABLE = "not_applicable", "不适用", "calm"


class ChecklistAnswer(Base):
    """The answer to one checklist question in one inspection."""

    __tablename__ = "checklist_answer"
    __frozen__ = Frozen(
        when="EXISTS (SELECT 1 FROM inspection WHERE inspection.id = OLD.inspection_id AND inspection.state <> 'draft')"
    )
    __table_args__ = (UniqueConstraint("inspection_id", "item_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    inspection_id: Mapped[int] = mapped_column(ForeignKey("inspection.id"), comment="检查")
    item_id: Mapped[int] = mapped_column(ForeignKey("checklist_item.id"), comment="检查项")
    answer: Mapped[AnswerKind] = mapped_column(comment="结果")
    remark: Mapped[str] = mapped_column(default="", comment="说明")

    item: Mapped[ChecklistItem] = relationship(lazy="joined")
