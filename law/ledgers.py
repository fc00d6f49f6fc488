"""The law's lists: one declaration each for page, print and export."""

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select

from accounts.models import User
from core.language import gettext as _
from core.language import lazy_gettext as _l
from core.ledger import (
    AsOf,
    Badge,
    Choice,
    Code,
    Day,
    Figure,
    Flag,
    Ledger,
    Link,
    Mark,
    Notable,
    Order,
    Row,
    Search,
    Text,
    Word,
    lookup,
)
from law.causes import ConflictKind, FineWhen, LawRank, fine_words, readable, sanction_words
from law.models import CatalogEntry, Confidence, Law, Medium, Pollutant, RuleConflict, ViolationRule


def _checked(model: Any) -> Text:
    """Who ticked the row, or 未核对."""
    return Text(
        "checked",
        _l("核对"),
        lookup(User.name, User.id == model.checked_by_id),
        shown=lambda row: row["checked"] or Mark(_("未核对"), "warn"),
        width=10,
    )


def _only_unchecked(model: Any) -> Flag:
    return Flag("unchecked", _l("只看未核对"), where=lambda _value: model.checked_on.is_(None), more=True)


def _confidence(code: str) -> str:
    word = Confidence.of(code)
    return _(word.label) if word else code


def _confident(model: Any) -> Text:
    return Text("confidence", _l("可信度"), model.confidence, read=_confidence, width=8, hidden=True)


def _in_force(model: Any) -> AsOf:
    def holds(day: Any) -> ColumnElement[bool]:
        begun = or_(model.valid_from.is_(None), model.valid_from <= day)
        return and_(begun, or_(model.valid_to.is_(None), model.valid_to >= day))

    return AsOf("on", _l("在这一天适用"), where=holds)


def _all(model: Any) -> Any:
    def rows(_seen_by: User) -> Select[Any]:
        return select(model)

    return rows


LAWS: Ledger[User] = Ledger(
    name="laws",
    title=_l("法律法规"),
    unit=_l("部"),
    base=_all(Law),
    identity=Law.id,
    columns=(
        Text("title", _l("名称"), Law.title, link=Link("law.law", key=Law.key), sub="number", order="title", width=36),
        Text("number", _l("文号"), Law.number, on_page=False, width=24),
        Word("rank", _l("位阶"), Law.rank),
        Day("valid_from", _l("施行"), Law.valid_from, order="-since"),
        Day("valid_to", _l("废止"), Law.valid_to),
        Text("repealed_by", _l("废止依据或待核说明"), Law.repealed_by, hidden=True, width=30),
        Text("source", _l("来源"), Law.source, hidden=True, width=30),
        _confident(Law),
        _checked(Law),
    ),
    orders=(
        Order("rank", _l("位阶"), Law.rank, Law.valid_from.desc(), up=_l("由高到低"), down=_l("由低到高")),
        Order("since", _l("施行日"), Law.valid_from, up=_l("由早到晚"), down=_l("由晚到早")),
        Order("title", _l("名称"), Law.title),
    ),
    default_order="-since",
    filters=(
        Search("q", _l("名称"), Law.title, wide=True),
        Choice("rank", _l("位阶"), Law.rank, choices=LawRank),
        Flag("standing", _l("只看现行有效"), where=lambda _value: Law.valid_to.is_(None)),
        _only_unchecked(Law),
    ),
    notables=(Notable(_l("%(count)s 部未核对"), lambda: Law.checked_on.is_(None), {"unchecked": "1"}),),
    definition=_l("产品所带或本单位录入的法律、法规、规章，一个版本一行；未核对的可以使用，但须对照正式文本。"),
)


def _fine(row: Row) -> str:
    return fine_words(row["fine_min"], row["fine_max"], row["fine_unit"], row["fine_base"]) or _("无罚款")


def _fine_condition(row: Row) -> str | None:
    when: FineWhen = row["fine_when"]
    return _("%(fact)s后才能罚", fact=_(when.label)) if when.waits else None


def _place(row: Row) -> str:
    return f"{row['law']} {row['article']}".strip() if row["law"] else _("未见罚则")


VIOLATIONS: Ledger[User] = Ledger(
    name="violations",
    title=_l("违法行为"),
    unit=_l("条"),
    base=_all(ViolationRule),
    identity=ViolationRule.id,
    columns=(
        Text(
            "name",
            _l("案由"),
            ViolationRule.name,
            link=Link("law.violation", violation_key=ViolationRule.violation_key),
            sub="branch",
            order="key",
            width=40,
        ),
        Text("branch", _l("情形"), ViolationRule.branch, on_page=False),
        Code("rule_id", _l("规则编号"), ViolationRule.rule_id, hidden=True),
        Word("medium", _l("要素"), ViolationRule.medium, width=10),
        Text(
            "law",
            _l("处罚依据"),
            lookup(Law.short_title, Law.key == ViolationRule.penalty_law),
            also={"article": ViolationRule.penalty_article},
            shown=_place,
        ),
        Code("article", _l("条款"), ViolationRule.penalty_article, on_page=False),
        Figure(
            "fine_max",
            _l("罚款"),
            ViolationRule.fine_max,
            also={
                "fine_min": ViolationRule.fine_min,
                "fine_unit": ViolationRule.fine_unit,
                "fine_base": ViolationRule.fine_base,
                "fine_when": ViolationRule.fine_when,
            },
            shown=_fine,
            note=_fine_condition,
            hint=_l("导出时为上限"),
        ),
        Figure("fine_low", _l("罚款下限"), ViolationRule.fine_min, on_page=False),
        Code("unit", _l("罚款单位"), ViolationRule.fine_unit, on_page=False),
        Word("when", _l("罚款前提"), ViolationRule.fine_when, on_page=False),
        Text(
            "sanctions", _l("其他处罚与措施"), ViolationRule.other_sanctions, read=sanction_words, hidden=True, width=30
        ),
        Text("competent", _l("主管部门"), ViolationRule.competent, hidden=True),
        Day("valid_from", _l("适用自"), ViolationRule.valid_from, order="-since"),
        Day("valid_to", _l("至"), ViolationRule.valid_to, hidden=True),
        _confident(ViolationRule),
        _checked(ViolationRule),
    ),
    orders=(
        Order("list", _l("目录顺序"), ViolationRule.id, up=_l("由前到后"), down=_l("由后到前")),
        Order("key", _l("案由代号"), ViolationRule.violation_key, ViolationRule.valid_from),
        Order("since", _l("适用日"), ViolationRule.valid_from, up=_l("由早到晚"), down=_l("由晚到早")),
    ),
    default_order="list",
    filters=(
        Search("q", _l("案由"), ViolationRule.name, wide=True),
        Choice("medium", _l("要素"), ViolationRule.medium, choices=Medium),
        _in_force(ViolationRule),
        Choice("when", _l("罚款前提"), ViolationRule.fine_when, choices=FineWhen, more=True),
        Search("article", _l("条款"), ViolationRule.penalty_article, more=True),
        Flag(
            "open",
            _l("只看有待法制审核的问题"),
            where=lambda _value: ViolationRule.violation_key.in_(
                select(RuleConflict.violation_key).where(RuleConflict.chosen_rule == "")
            ),
            more=True,
        ),
        _only_unchecked(ViolationRule),
    ),
    notables=(Notable(_l("%(count)s 条未核对"), lambda: ViolationRule.checked_on.is_(None), {"unchecked": "1"}),),
    definition=_l("一条为一部法律对一个案由的一种情形；同一案由在不同时期、不同情形各有一条。"),
)

CONFLICTS: Ledger[User] = Ledger(
    name="conflicts",
    title=_l("待法制审核的问题"),
    unit=_l("个"),
    base=_all(RuleConflict),
    identity=RuleConflict.id,
    columns=(
        Code(
            "violation_key",
            _l("案由代号"),
            RuleConflict.violation_key,
            link=Link("law.violation", violation_key=RuleConflict.violation_key),
            order="key",
        ),
        Badge("kind", _l("类别"), RuleConflict.kind),
        Text("question", _l("问题"), RuleConflict.question, sub="difference", read=readable, full=True, width=50),
        Text("difference", _l("不同之处"), RuleConflict.difference, read=readable, on_page=False, width=40),
        Code(
            "chosen_rule",
            _l("选定"),
            RuleConflict.chosen_rule,
            shown=lambda row: row["chosen_rule"] or Mark(_("未选定"), "warn"),
        ),
        Text("chosen_by", _l("选定人"), lookup(User.name, User.id == RuleConflict.chosen_by_id), width=10),
        Day("chosen_on", _l("选定日期"), RuleConflict.chosen_on, hidden=True),
    ),
    orders=(Order("key", _l("案由代号"), RuleConflict.violation_key),),
    default_order="key",
    filters=(
        Search("q", _l("问题"), RuleConflict.question, wide=True),
        Choice("kind", _l("类别"), RuleConflict.kind, choices=ConflictKind),
        Flag("open", _l("只看未选定"), where=lambda _value: RuleConflict.chosen_rule == ""),
    ),
    notables=(Notable(_l("%(count)s 个未选定"), lambda: RuleConflict.chosen_rule == "", {"open": "1"}),),
    definition=_l("法规与法典并存、法典内部竞合、转致已废止法律、空白等，须由具名的法制审核人员回答。"),
)

MEDIA = (("air", _l("废气")), ("water", _l("废水")))

POLLUTANTS: Ledger[User] = Ledger(
    name="pollutants",
    title=_l("污染物"),
    unit=_l("种"),
    base=_all(Pollutant),
    identity=Pollutant.id,
    columns=(
        Text("name", _l("名称"), Pollutant.name, order="code"),
        Text("medium", _l("介质"), Pollutant.medium, read=lambda code: str(dict(MEDIA).get(code, code)), width=8),
        Code("code", _l("HJ 524、HJ 525 代码"), Pollutant.code),
        Text("code_evidence", _l("代码依据"), Pollutant.code_evidence, hidden=True),
        Figure("tax_equivalent", _l("污染当量值 kg"), Pollutant.tax_equivalent),
        Text("equivalent_evidence", _l("当量依据"), Pollutant.equivalent_evidence),
        _checked(Pollutant),
    ),
    orders=(Order("code", _l("代码"), Pollutant.code),),
    default_order="code",
    filters=(
        Search("q", _l("名称"), Pollutant.name),
        Choice("medium", _l("介质"), Pollutant.medium, choices=MEDIA),
        _only_unchecked(Pollutant),
    ),
    definition=_l("废气、废水污染物的编码与环境保护税污染当量值。"),
    sizes=(50, 100),
)

CATALOG: Ledger[User] = Ledger(
    name="catalog",
    title=_l("排污许可分类管理名录"),
    unit=_l("类"),
    base=_all(CatalogEntry),
    identity=CatalogEntry.id,
    columns=(
        Text("category", _l("行业类别"), CatalogEntry.category, sub="industries", order="number", width=24),
        Code("industries", _l("行业代码"), CatalogEntry.industries, on_page=False),
        Code("number", _l("序号"), CatalogEntry.number, width=8),
        Text("key_scope", _l("重点管理"), CatalogEntry.key_scope, width=34, full=True),
        Text("simplified_scope", _l("简化管理"), CatalogEntry.simplified_scope, width=34, full=True),
        Text("registration_scope", _l("登记管理"), CatalogEntry.registration_scope, width=30, full=True),
        _checked(CatalogEntry),
    ),
    orders=(Order("number", _l("序号"), CatalogEntry.number),),
    default_order="number",
    filters=(Search("q", _l("行业类别"), CatalogEntry.category), _only_unchecked(CatalogEntry)),
    definition=_l("固定污染源排污许可分类管理名录（2019 年版）中与本州有关的条目；摘要，以正式文本为准。"),
    sizes=(50, 100),
)
