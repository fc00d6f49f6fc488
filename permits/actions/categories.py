"""Confirming the category under which a site is managed (排污许可管理条例第二条, 名录 2019)."""

from collections.abc import Sequence
from decimal import Decimal

from accounts.audit import record
from accounts.models import User
from core import clock
from core.db import db
from core.filters import shown_number
from core.said import said
from core.workflow import Missing, NotAllowed
from permits.models import CategoryDecision
from permits.rules import catalog
from registry.actions.enterprises import follow_main_site
from registry.models import Category, Site


def confirm_category(
    site: Site, industries: Sequence[str], answers: catalog.Answers, category: Category, reason: str, *, by: User
) -> CategoryDecision:
    """Keep what an officer confirmed with what the catalogue came to, and bring the site in line.

    A permit that stands is not touched: another category is put in force by an application of its own.
    """
    advice = catalog.advise(industries, answers)
    if advice.candidate is not category and not reason.strip():
        told = (
            said("与名录得出的类别不同，请写明理由。") if advice.candidate else said("名录还得不出类别，请写明理由。")
        )
        raise NotAllowed([Missing(told, "reason")])
    decision = CategoryDecision(
        site_id=site.id,
        industries=",".join(industries),
        answers={
            key: format(each.normalize(), "f") if isinstance(each, Decimal) else each for key, each in answers.items()
        },
        candidate=advice.candidate,
        grounds="；".join(grounds_of(each) for each in advice.findings),
        category=category,
        reason=reason.strip(),
        decided_by_id=by.id,
        decided_at=clock.now(),
    )
    db.session.add(decision)
    before, site.category = site.category, category
    db.session.flush()
    follow_main_site(site.enterprise)
    change = f"{before.label} → {category.label}" if before is not category else category.label
    record(
        decision,
        "permits:category:confirm",
        f"认定管理类别：{site.name} {change}",
        by=by,
        enterprise_id=site.enterprise_id,
    )
    return decision


def grounds_of(finding: catalog.Finding) -> str:
    """The rows of the catalogue that one industry comes to, in words."""
    if not finding.rows:
        return f"{finding.industry}：录入的名录条目得不出"
    rows = "，或者 ".join(f"第 {each.entry} 类{each.category.label}（{each.words}）" for each in finding.rows)
    return f"{finding.industry}：{rows}"


def answer_words(question: catalog.Question, answer: str) -> str:
    """An answer as it was kept, in words."""
    if question.kind is catalog.AnswerKind.YES_NO:
        return {"yes": "是", "no": "否"}.get(answer, answer)
    if question.kind is catalog.AnswerKind.CHOICE:
        return dict(question.choices).get(answer, answer)
    return f"{shown_number(Decimal(answer))} {question.unit}"
