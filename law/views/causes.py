"""Causes of violation: old and new side by side, what stands against what, and which rule may be cited on a day."""

from collections.abc import Sequence

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from accounts.guard import may
from accounts.people import me
from accounts.roles import Action
from core import clock
from core.db import expect_version
from core.forms import shown_version
from core.pages import Answer, page
from core.workflow import NotAllowed
from law import actions, queries
from law.blueprint import bp
from law.causes import FineWhen, answer_words, named, sanction_words
from law.citations import Citation, Unanswerable
from law.forms import ChoiceForm, CiteForm, ReasonForm
from law.limitation import Harm
from law.models import ViolationRule


@bp.get("/law/violations/<violation_key>")
@may(Action.LAW_READ)
def violation(violation_key: str) -> Answer:
    """A cause: every rule it ever had, how they compare, what is open, and the answer for given days."""
    rules = queries.violation(violation_key)
    form = _cite_form(violation_key)
    asked = "act_to" in request.args
    citation = _cited(violation_key, form) if asked and form.validate() else None
    titles = queries.short_titles()
    name = queries.violation_name(violation_key, clock.today())
    return page(
        "law/violation.html",
        key=violation_key,
        name=name,
        rules=rules,
        rows=compared(rules, titles),
        titles=titles,
        by_id={rule.rule_id: rule for rule in rules},
        transitions=queries.transitions(violation_key),
        conflicts=queries.conflicts(violation_key),
        others=queries.rules_named_by_conflicts(violation_key),
        form=form,
        asked=asked,
        citation=citation,
        crumbs=[(_("违法行为"), url_for(".violations")), (name, None)],
    )


def _cite_form(violation_key: str) -> CiteForm:
    form = CiteForm(request.args)
    form.branch.choices = [("", _("不选"))] + [(each, each) for each in queries.branches(violation_key)]
    if not form.decided.raw_data:
        form.decided.data = clock.today()
    return form


def _cited(violation_key: str, form: CiteForm) -> Citation | None:
    """The answer, or None with the refusal at its field."""
    act_to, decided = form.act_to.data, form.decided.data
    if act_to is None or decided is None:
        return None
    when = FineWhen.of(form.recorded.data)
    try:
        return queries.cite(
            violation_key,
            form.branch.data or "",
            act_from=form.act_from.data or act_to,
            act_to=act_to,
            decided=decided,
            harm=Harm.of(form.harm.data) or Harm.NONE,
            recorded=[when] if when else [],
        )
    except Unanswerable as refusal:
        form.refuse(NotAllowed([refusal.sentence]).missing)
        return None


def compared(rules: Sequence[ViolationRule], titles: dict[str, str]) -> list[tuple[str, list[str], bool]]:
    """The rules of a cause line by line: label, one value a rule, and whether they differ."""
    lines = [
        (_("案由名称"), [rule.name for rule in rules]),
        (_("情形"), [rule.branch for rule in rules]),
        (_("违反条款"), ["；".join(queries.citation_texts(rule.breach_article)) for rule in rules]),
        (_("处罚条款"), [_penalty(rule) for rule in rules]),
        (_("罚款"), [rule.fine_words or _("无罚款") for rule in rules]),
        (_("罚款前提"), [_(rule.fine_when.label) for rule in rules]),
        (_("加重"), [rule.aggravated_words for rule in rules]),
        (_("责任人员罚款"), [rule.person_words for rule in rules]),
        (_("其他处罚与措施"), [sanction_words(rule.other_sanctions) for rule in rules]),
        (_("按日计罚"), [named(answer_words(rule.daily_penalty), titles) for rule in rules]),
        (_("查封扣押"), [named(answer_words(rule.seizure), titles) for rule in rules]),
        (_("移送拘留"), [named(answer_words(rule.detention), titles) for rule in rules]),
        (_("涉嫌犯罪"), [named(answer_words(rule.crime_referral), titles) for rule in rules]),
        (_("主管部门"), [rule.competent for rule in rules]),
        (_("说明"), [named(rule.note, titles) for rule in rules]),
    ]
    return [(label, values, len(set(values)) > 1) for label, values in lines if any(values)]


def _penalty(rule: ViolationRule) -> str:
    if not rule.penalty_article:
        return str(_("未见罚则"))
    return queries.citation_texts(f"{rule.penalty_law} {rule.penalty_article}")[0]


@bp.route("/law/conflicts/<int:conflict_id>/choose", methods=["GET", "POST"])
@may(Action.LAW_CHECK)
def choose_side(conflict_id: int) -> Answer:
    """Decide for the bureau which of two rules is cited, with the reason."""
    conflict = queries.conflict(conflict_id)
    form = ChoiceForm(version=conflict.version, rule_id=conflict.chosen_rule, reason=conflict.chosen_reason)
    sides = [queries.violation_rule(side) for side in (conflict.rule_a, conflict.rule_b)]
    titles = queries.short_titles()
    form.rule_id.choices = [(side.rule_id, queries.title_of(side, titles)) for side in sides]
    back = url_for(".violation", violation_key=conflict.violation_key)
    if form.validate_on_submit():
        expect_version(conflict, shown_version(form), dict(form.data))
        try:
            actions.choose_side(conflict, form.rule_id.data, form.reason.data or "", on=clock.today(), by=me())
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            flash(_("已选定，今后引用时按此办理并注明选定人。"), "ok")
            return redirect(back, 303)
    name = queries.violation_name(conflict.violation_key, clock.today())
    return page(
        "law/choose_side.html",
        form=form,
        conflict=conflict,
        rows=compared(sides, titles),
        sides=[queries.title_of(side, titles) for side in sides],
        name=name,
        back=back,
        crumbs=[(_("违法行为"), url_for(".violations")), (name, back), (_("选定"), None)],
    )


@bp.route("/law/conflicts/<int:conflict_id>/reopen", methods=["GET", "POST"])
@may(Action.LAW_CHECK)
def reopen_conflict(conflict_id: int) -> Answer:
    """Take a choice back."""
    conflict = queries.conflict(conflict_id)
    form = ReasonForm()
    back = url_for(".violation", violation_key=conflict.violation_key)
    if form.validate_on_submit():
        try:
            actions.reopen_conflict(conflict, form.reason.data or "", by=me())
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            return redirect(back, 303)
    name = queries.violation_name(conflict.violation_key, clock.today())
    crumbs = [(_("违法行为"), url_for(".violations")), (name, back), (_("撤回选定"), None)]
    return page("law/reopen_conflict.html", form=form, conflict=conflict, back=back, crumbs=crumbs)
