"""The law as dated rows: texts, articles, causes with their fines, periods, the calendar, pollutants, the catalogue.

Every row says from when to when it holds, where it comes from, how sure that is, and which legal officer ticked it
against the official text. A row that nobody ticked is usable and marked 未核对.
"""

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from accounts.models import User
from core.db import Base, Versioned, check
from core.words import Titled
from law.calendar import DayKind
from law.causes import ConflictKind, FineWhen, Hint, LawRank, fine_words
from law.terms import Unit


class Confidence(Titled):
    """How sure the reading of a row is."""

    HIGH = "high", "高", "ok"
    MEDIUM = "medium", "中", "info"
    LOW = "low", "低", "warn"
    MEMORY = "memory", "凭记忆", "warn"
    PARAMETER = "parameter", "法律没有写，本机关的参数", "warn"


class Medium(Titled):
    """What is polluted or protected."""

    GENERAL = "综合", "综合"
    AIR = "大气", "大气"
    WATER = "水", "水"
    GROUNDWATER = "地下水", "地下水"
    SOIL = "土壤", "土壤"
    WASTE = "固废", "固体废物"
    NOISE = "噪声", "噪声"
    RADIATION = "辐射", "辐射"
    EMERGENCY = "应急", "应急"
    CARBON = "碳", "碳排放"


class Dated:
    """From when to when a row holds, on which source, how sure, and who ticked it against the official text."""

    valid_from: Mapped[date | None] = mapped_column(comment="适用起始日；不明则空")
    valid_to: Mapped[date | None] = mapped_column(comment="适用截止日；仍适用则空")
    source: Mapped[str] = mapped_column(default="", comment="来源")
    confidence: Mapped[str] = mapped_column(default="", comment="可信度")
    checked_on: Mapped[date | None] = mapped_column(comment="核对日期")

    @declared_attr
    def checked_by_id(cls) -> Mapped[int | None]:  # noqa: N805
        """The legal officer who ticked the row."""
        return mapped_column(ForeignKey("user.id"), comment="核对人")

    @declared_attr
    def checked_by(cls) -> Mapped[User | None]:  # noqa: N805
        """The legal officer who ticked the row."""
        return relationship(User, foreign_keys=[cls.checked_by_id])  # type: ignore[list-item]


def _checked() -> CheckConstraint:
    return check("(checked_by_id IS NULL) = (checked_on IS NULL)", "checked_by_somebody")


def _in_order() -> CheckConstraint:
    return check("valid_from IS NULL OR valid_to IS NULL OR valid_from <= valid_to", "valid_in_order")


class Law(Base, Dated, Versioned):
    """A law, regulation or order in one of its versions; the next version is a row of its own."""

    __tablename__ = "law"
    __table_args__ = (_checked(), _in_order())

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True, comment="代号，如 EEC2026")
    title: Mapped[str] = mapped_column(comment="全称")
    short_title: Mapped[str] = mapped_column(comment="简称")
    rank: Mapped[LawRank] = mapped_column(comment="位阶")
    number: Mapped[str] = mapped_column(default="", comment="文号")
    passed_on: Mapped[str] = mapped_column(default="", comment="通过日期；联合发文可有两个")
    repealed_by: Mapped[str] = mapped_column(default="", comment="废止依据或待核说明")
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("law.id"), comment="所替代的版本")

    replaces: Mapped["Law | None"] = relationship(remote_side=[id])


class Article(Base, Dated, Versioned):
    """An article, down to paragraph and item, with what it is about in our own words; never the official wording."""

    __tablename__ = "article"
    __table_args__ = (UniqueConstraint("law_key", "ref"), _checked(), _in_order())

    id: Mapped[int] = mapped_column(primary_key=True)
    law_key: Mapped[str] = mapped_column(ForeignKey("law.key"), comment="法律代号")
    number: Mapped[int] = mapped_column(comment="条")
    ref: Mapped[str] = mapped_column(comment="条[.款][(项)]，如 1086.1(2)")
    subject: Mapped[str] = mapped_column(comment="内容（自拟摘要）")

    law: Mapped[Law] = relationship()


class ViolationRule(Base, Dated, Versioned):
    """案由: one cause of violation under one law in one branch, with breach, penalty and measures."""

    __tablename__ = "violation_rule"
    __table_args__ = (_checked(), _in_order(), Index("ix_violation_rule_violation_key", "violation_key", "valid_from"))

    id: Mapped[int] = mapped_column(primary_key=True)
    rule_id: Mapped[str] = mapped_column(unique=True, comment="规则编号，如 PP-CONC@C26-1")
    violation_key: Mapped[str] = mapped_column(comment="案由代号")
    name: Mapped[str] = mapped_column(comment="案由名称（按当时用语）")
    medium: Mapped[Medium] = mapped_column(comment="要素")
    branch: Mapped[str] = mapped_column(default="", comment="情形；须由执法人员选定")
    breach_law: Mapped[str] = mapped_column(default="", comment="违反的法律")
    breach_article: Mapped[str] = mapped_column(default="", comment="违反的条款，以分号分开")
    penalty_law: Mapped[str] = mapped_column(default="", comment="处罚依据的法律")
    penalty_article: Mapped[str] = mapped_column(default="", comment="处罚依据的条款")
    fine_min: Mapped[Decimal | None] = mapped_column(comment="罚款下限")
    fine_max: Mapped[Decimal | None] = mapped_column(comment="罚款上限")
    fine_unit: Mapped[str] = mapped_column(default="none", comment="yuan 元 / times 倍 / percent 百分比 / none 无")
    fine_base: Mapped[str] = mapped_column(default="", comment="倍数或百分比的基数")
    fine_when: Mapped[FineWhen] = mapped_column(comment="罚款的前提")
    aggravated_when: Mapped[str] = mapped_column(default="", comment="加重的情形")
    aggravated_min: Mapped[Decimal | None] = mapped_column(comment="加重下限")
    aggravated_max: Mapped[Decimal | None] = mapped_column(comment="加重上限")
    aggravated_unit: Mapped[str] = mapped_column(default="", comment="加重的单位")
    person_fine_min: Mapped[Decimal | None] = mapped_column(comment="责任人员罚款下限（元）")
    person_fine_max: Mapped[Decimal | None] = mapped_column(comment="责任人员罚款上限（元）")
    other_sanctions: Mapped[str] = mapped_column(default="", comment="其他处罚与措施代码")
    daily_penalty: Mapped[str] = mapped_column(default="", comment="按日计罚")
    seizure: Mapped[str] = mapped_column(default="", comment="查封扣押")
    detention: Mapped[str] = mapped_column(default="", comment="移送拘留")
    crime_referral: Mapped[str] = mapped_column(default="", comment="移送涉嫌犯罪")
    credit_class_hint: Mapped[str] = mapped_column(default="", comment="信用分级（示例）")
    evidence: Mapped[str] = mapped_column(default="", comment="常用证据，以分号分开")
    competent: Mapped[str] = mapped_column(default="", comment="主管部门；不是生态环境的应当移送")
    note: Mapped[str] = mapped_column(default="", comment="说明")

    @property
    def fine_words(self) -> str:
        """The fine as the law says it; empty where there is none."""
        return fine_words(self.fine_min, self.fine_max, self.fine_unit, self.fine_base)

    @property
    def aggravated_words(self) -> str:
        """The higher tier with its condition; empty where there is none."""
        words = fine_words(self.aggravated_min, self.aggravated_max, self.aggravated_unit)
        return f"{self.aggravated_when}：{words}" if words else ""

    @property
    def person_words(self) -> str:
        """The fine on responsible persons; empty where there is none."""
        return fine_words(self.person_fine_min, self.person_fine_max, "yuan")


class TransitionPair(Base, Dated):
    """An old rule and the Code's for the same cause, compared by fines and their conditions only."""

    __tablename__ = "transition_pair"
    __table_args__ = (UniqueConstraint("violation_key", "old_rule", "new_rule"), _checked(), _in_order())

    id: Mapped[int] = mapped_column(primary_key=True)
    violation_key: Mapped[str] = mapped_column(index=True, comment="案由代号")
    old_rule: Mapped[str] = mapped_column(default="", comment="旧规则；没有则空")
    new_rule: Mapped[str] = mapped_column(default="", comment="法典规则；没有则空")
    hint: Mapped[Hint] = mapped_column(comment="比较")
    note: Mapped[str] = mapped_column(default="", comment="说明")


class RuleConflict(Base, Dated, Versioned):
    """Two rules against each other, or a gap; a named legal officer may choose a side, with the reason kept."""

    __tablename__ = "rule_conflict"
    __table_args__ = (
        UniqueConstraint("violation_key", "rule_a", "rule_b", "kind"),
        _checked(),
        _in_order(),
        check(
            "(chosen_rule = '') = (chosen_by_id IS NULL) AND (chosen_rule = '') = (chosen_on IS NULL) "
            "AND (chosen_rule = '') = (chosen_reason = '')",
            "chosen_by_somebody_with_reason",
        ),
        check("chosen_rule IN ('', rule_a, rule_b)", "chosen_is_a_side"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    violation_key: Mapped[str] = mapped_column(index=True, comment="案由代号")
    rule_a: Mapped[str] = mapped_column(comment="规则甲")
    rule_b: Mapped[str] = mapped_column(comment="规则乙")
    kind: Mapped[ConflictKind] = mapped_column(comment="类别")
    comparison: Mapped[str] = mapped_column(default="", comment="比较")
    difference: Mapped[str] = mapped_column(default="", comment="不同之处")
    question: Mapped[str] = mapped_column(default="", comment="请法制审核回答的问题")
    chosen_rule: Mapped[str] = mapped_column(default="", comment="选定的规则；未选则空")
    chosen_reason: Mapped[str] = mapped_column(default="", comment="选定的理由")
    chosen_on: Mapped[date | None] = mapped_column(comment="选定日期")
    chosen_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), comment="选定人")

    chosen_by: Mapped[User | None] = relationship(foreign_keys=[chosen_by_id])


class DeadlineRule(Base, Dated, Versioned):
    """A statutory period as the table has it, and how the bureau counts it."""

    __tablename__ = "deadline_rule"
    __table_args__ = (_checked(), _in_order())

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True, comment="代号，如 case.statement_defence")
    title: Mapped[str] = mapped_column(comment="名称")
    value: Mapped[str] = mapped_column(comment="数值，原样")
    unit: Mapped[str] = mapped_column(comment="单位，原样")
    meaning: Mapped[str] = mapped_column(default="", comment="说明")
    event: Mapped[str] = mapped_column(default="", comment="起算的事件")
    counted_in: Mapped[Unit | None] = mapped_column(comment="改按此单位计；空则按原样")
    first_day_counts: Mapped[bool] = mapped_column(default=False, comment="当日计入")
    last_day_moves: Mapped[bool] = mapped_column(default=False, comment="末日遇休息日顺延")
    note: Mapped[str] = mapped_column(default="", comment="未核对之处")
    words: Mapped[str] = mapped_column(default="", comment="不是期限而是数额的，用文字说明")

    @property
    def is_parameter(self) -> bool:
        """Whether the law names no day, so that the bureau sets the day of the year itself."""
        return self.confidence == Confidence.PARAMETER.code and self.unit == "date"


class DeadlineOverride(Base, Dated):
    """A last day that an authority moved, once. A mistake is withdrawn with its reason: the row stays, and moves nothing."""

    __tablename__ = "deadline_override"
    __table_args__ = (
        Index(
            "uq_deadline_override_standing",
            "key",
            "usual_on",
            unique=True,
            sqlite_where=text("withdrawn_on IS NULL"),
            postgresql_where=text("withdrawn_on IS NULL"),
        ),
        _checked(),
        _in_order(),
        check(
            "(withdrawn_on IS NULL) = (withdrawn_by_id IS NULL) AND (withdrawn_on IS NULL) = (withdrawn_reason = '')",
            "withdrawn_by_somebody_with_reason",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(ForeignKey("deadline_rule.key"), comment="期限代号")
    usual_on: Mapped[date] = mapped_column(comment="原定日期")
    moved_to: Mapped[date] = mapped_column(comment="改定日期")
    basis: Mapped[str] = mapped_column(comment="依据")
    entered_on: Mapped[date | None] = mapped_column(comment="录入日期；随产品提供则空")
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), comment="录入人；随产品提供则空")
    withdrawn_on: Mapped[date | None] = mapped_column(comment="撤回日期；仍适用则空")
    withdrawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), comment="撤回人")
    withdrawn_reason: Mapped[str] = mapped_column(default="", comment="撤回的理由")

    entered_by: Mapped[User | None] = relationship(foreign_keys=[entered_by_id])
    withdrawn_by: Mapped[User | None] = relationship(foreign_keys=[withdrawn_by_id])

    @property
    def title(self) -> str:
        """As the trail names it."""
        return f"{self.key} {self.usual_on} 改为 {self.moved_to}"

    @property
    def confidence_word(self) -> str:
        """How sure the row is, in a word; of one entered here nothing is said until it is ticked."""
        word = Confidence.of(self.confidence)
        return word.label if word else self.confidence or "—"


class AnnouncedYear(Base):
    """A year whose holiday arrangement the State Council has announced and somebody has entered."""

    __tablename__ = "announced_year"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, comment="年份")
    source: Mapped[str] = mapped_column(default="", comment="来源，如 国办发明电文号")
    entered_on: Mapped[date | None] = mapped_column(comment="录入日期；随产品提供则空")
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), comment="录入人；随产品提供则空")

    entered_by: Mapped[User | None] = relationship()


class CalendarDay(Base):
    """A day that differs from what its weekday says: 法定节假日, 调休, or a regional holiday of Xinjiang."""

    __tablename__ = "calendar_day"
    __table_args__ = (UniqueConstraint("day", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(comment="日期")
    kind: Mapped[DayKind] = mapped_column(comment="类别")
    name: Mapped[str] = mapped_column(default="", comment="节日")
    source: Mapped[str] = mapped_column(default="", comment="来源")
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), comment="录入人；随产品提供则空")

    entered_by: Mapped[User | None] = relationship()


class Pollutant(Base, Dated, Versioned):
    """污染物 with its code of HJ 524 / HJ 525 and its tax equivalent."""

    __tablename__ = "pollutant"
    __table_args__ = (_checked(), _in_order())

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True, comment="代号，如 SO2")
    name: Mapped[str] = mapped_column(comment="名称")
    medium: Mapped[str] = mapped_column(comment="air 气 / water 水")
    code: Mapped[str] = mapped_column(comment="HJ 524、HJ 525 代码")
    code_evidence: Mapped[str] = mapped_column(default="", comment="代码依据")
    tax_equivalent: Mapped[Decimal | None] = mapped_column(comment="污染当量值（kg）")
    equivalent_evidence: Mapped[str] = mapped_column(default="", comment="当量依据")


class CatalogEntry(Base, Dated, Versioned):
    """固定污染源排污许可分类管理名录 (2019): what makes an industry key, simplified or registration management."""

    __tablename__ = "catalog_entry"
    __table_args__ = (_checked(), _in_order())

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(unique=True, comment="名录序号")
    category: Mapped[str] = mapped_column(comment="行业类别")
    industries: Mapped[str] = mapped_column(default="", comment="GB/T 4754 中类代码，以逗号分开")
    key_scope: Mapped[str] = mapped_column(default="", comment="重点管理")
    simplified_scope: Mapped[str] = mapped_column(default="", comment="简化管理")
    registration_scope: Mapped[str] = mapped_column(default="", comment="登记管理")


CHECKABLE: dict[str, Any] = {
    "laws": Law,
    "articles": Article,
    "rules": ViolationRule,
    "transitions": TransitionPair,
    "conflicts": RuleConflict,
    "deadlines": DeadlineRule,
    "moved-days": DeadlineOverride,
    "pollutants": Pollutant,
    "catalog": CatalogEntry,
}
"""What a legal officer may tick, by its word in the address."""
