"""The law under an order or a decision: picked by dates, chosen by a named person where the law leaves it open."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from accounts.models import User
from core import clock
from core.countdown import Countdown, countdown, never_rests
from core.said import said
from core.workflow import Missing, NotAllowed
from inspections.models import Finding, RectificationOrder
from law import queries as law
from law.citations import Citation, Unanswerable
from law.deadlines import Deadline, deadline
from law.terms import Term, TermKind, Unit


def cite(finding: Finding, *, act_from: date, act_to: date, decided: date) -> Citation:
    """What may be cited for a finding; a finding without a cause of violation cannot carry an order."""
    if not finding.violation_key:
        raise NotAllowed([Missing(said("问题还没有选案由，先在检查里补上。"), "findings")])
    return cite_key(finding.violation_key, finding.violation_branch, act_from=act_from, act_to=act_to, decided=decided)


def cite_key(key: str, branch: str, *, act_from: date, act_to: date, decided: date) -> Citation:
    """What may be cited for a cause of violation; a question that makes no sense is refused at its field."""
    try:
        return law.cite(key, branch, act_from=act_from, act_to=act_to, decided=decided)
    except Unanswerable as wrong:
        raise NotAllowed([Missing(wrong.sentence, "violation_key")]) from wrong


def must_explain(citation: Citation, rule_id: str, fine: Decimal | None) -> list[Missing]:
    """What a person who puts a penalty on record must give a reason for, besides a conflict.

    A fine that the law makes depend on a fact (拒不改正、逾期、情节严重) is unlawful without it; an act past its
    limitation is not punished any more unless it was found out in time.
    """
    found = []
    waits = dict(citation.waits)
    if fine and rule_id in waits:
        found.append(
            Missing(
                said("罚款以“%(waits)s”为前提：请写明记录这一事实的文书和日期。", waits=waits[rule_id]), "choice_reason"
            )
        )
    if citation.limitation is not None and citation.limitation.expired:
        found.append(
            Missing(said("%(reason)s请写明发现日期和理由。", reason=citation.limitation.reason), "choice_reason")
        )
    return found


def chosen(citation: Citation, rule_id: str, reason: str, by: User) -> dict[str, Any]:
    """The citation as it is frozen into an order: what was offered, what was chosen, by whom and why."""
    offered = [option.rule.rule_id for option in citation.options] or list(citation.rules)
    if citation.transfer_to:
        raise NotAllowed(
            [
                Missing(
                    said("此案由由%(transfer_to)s主管，应当移送，不能由本机关处理。", transfer_to=citation.transfer_to),
                    "rule_id",
                )
            ]
        )
    if not offered:
        raise NotAllowed([Missing(citation.reason or "没有可以引用的规定。", "rule_id")])
    if rule_id not in offered:
        raise NotAllowed([Missing(said("所选依据不适用于这个行为日期和决定日期。"), "rule_id")])
    needs_person = citation.conflict or rule_id not in citation.rules
    if needs_person and not reason:
        raise NotAllowed([Missing(said("新旧规定不一致，要由具名的人选定并写明理由。"), "choice_reason")])
    return {
        "rules": [rule_id],
        "offered": offered,
        "conflict": citation.conflict,
        "reason": citation.reason,
        "choice_reason": reason,
        "chosen_by": f"{by.name}（{by.username}）" if needs_person or reason else "",
        "chosen_at": clock.now().isoformat() if needs_person or reason else "",
    }


def causes(findings: Sequence[Finding]) -> list[list[Finding]]:
    """Findings by their cause of violation, in the order in which the causes first come."""
    found: dict[tuple[str, str], list[Finding]] = {}
    for each in findings:
        found.setdefault((each.violation_key, each.violation_branch), []).append(each)
    return list(found.values())


def cite_order(
    findings: Sequence[Finding], rule_ids: Sequence[str], reason: str, *, decided: date, by: User
) -> dict[str, Any]:
    """The law under an order as it is frozen: one rule for each cause among its findings, none left out.

    ``rule_ids`` are what was chosen, the first of them for the first cause; a later cause for which nothing was chosen
    takes its rule by itself only where the law leaves no choice.
    """
    parts = []
    for number, group in enumerate(causes(findings)):
        day = group[0].found_on
        citation = cite(group[0], act_from=day, act_to=day, decided=decided)
        rule_id = rule_ids[0] if rule_ids else ""
        if number:
            offered = {option.rule.rule_id for option in citation.options} | set(citation.rules)
            rule_id = next((each for each in rule_ids[1:] if each in offered), "")
            if not rule_id and len(citation.rules) == 1 and not citation.conflict:
                rule_id = citation.rules[0]
            if not rule_id and offered:
                told = "、".join(str(each.position) for each in group)
                raise NotAllowed(
                    [Missing(said("问题 %(told)s 的案由不同，还要为它选法律依据。", told=told), "more_rules")]
                )
        parts.append(chosen(citation, rule_id, reason, by))
    return {
        **parts[0],
        "rules": list(dict.fromkeys(rule for part in parts for rule in part["rules"])),
        "offered": list(dict.fromkeys(rule for part in parts for rule in part["offered"])),
        "conflict": any(part["conflict"] for part in parts),
        "reason": "".join(dict.fromkeys(part["reason"] for part in parts)),
        "chosen_by": next((part["chosen_by"] for part in parts if part["chosen_by"]), ""),
        "chosen_at": next((part["chosen_at"] for part in parts if part["chosen_at"]), ""),
    }


def order_words(citation: dict[str, Any]) -> str:
    """The articles in the words of an order: what was breached, and what it rests on."""
    return f"违反{breach_words(citation)}；依据{ground_words(citation)}"


def breach_words(citation: dict[str, Any]) -> str:
    """The articles that were breached, of every rule cited."""
    return _articles(law.violation_rule(rule_id).breach_article for rule_id in citation["rules"])


def ground_words(citation: dict[str, Any]) -> str:
    """The articles that an order rests on; those breached where a rule names no article of penalty."""
    rules = [law.violation_rule(rule_id) for rule_id in citation["rules"]]
    return _articles(
        f"{rule.penalty_law} {rule.penalty_article}" if rule.penalty_article else rule.breach_article for rule in rules
    )


def _articles(cells: Iterable[str]) -> str:
    return "、".join(dict.fromkeys(text for cell in cells for text in law.citation_texts(cell)))


def has_fine(rule_id: str) -> bool:
    """Whether the rule knows a fine at all."""
    return law.violation_rule(rule_id).fine_unit != "none"


def fine_range(rule_id: str) -> tuple[Decimal | None, Decimal | None]:
    """The lawful range of a fine in yuan, up to the aggravated tier; None where it is not counted in yuan."""
    rule = law.violation_rule(rule_id)
    if rule.fine_unit != "yuan":
        return None, None
    return rule.fine_min, max(filter(None, (rule.fine_max, rule.aggravated_max)), default=None)


def order_deadline(days: int, working: bool, served_on: date) -> Deadline:
    """The last day for putting right: counted from the day after service, in the days the order allows."""
    term = Term(
        key="order",
        title="改正期限",
        kind=TermKind.PERIOD,
        value=days,
        unit=Unit.WORKDAY if working else Unit.DAY,
        event="送达",
    )
    return deadline(term, served_on, law.calendar())


def seen_deadline(order: RectificationOrder, today: date) -> Countdown | None:
    """The last day of a served order as its pages show it: the day that is stored, which is the day the firm was told."""
    if order.served_on is None or order.due_on is None:
        return None
    return countdown(
        order.due_on,
        today,
        since=order.served_on if order.served_on < order.due_on else None,
        working=order.working_days,
        is_rest=law.calendar().is_rest if order.working_days else never_rests,
        arithmetic=order.due_arithmetic,
        provisional=order.provisional,
    )
