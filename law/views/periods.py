"""Statutory periods: the table, a try with one's own date, and how the bureau counts each."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from accounts.guard import may
from accounts.people import me
from accounts.roles import Action
from core import clock
from core.db import expect_version
from core.forms import shown_version
from core.pages import Answer, page
from core.said import Refusal, shown
from core.workflow import Missing, NotAllowed
from law import actions, queries
from law.blueprint import bp
from law.deadlines import Deadline, OutOfYears, Suspension
from law.forms import ReadingForm, TryForm
from law.models import DeadlineRule
from law.terms import NotATerm


@bp.get("/law/deadlines")
@may(Action.LAW_READ)
def deadlines() -> Answer:
    """Every statutory period, with a try-it form on top."""
    rules = queries.deadline_rules()
    form = _try_form(rules)
    found = _tried(form) if "term" in request.args else None
    return page(
        "law/deadlines.html",
        groups=_grouped(rules),
        lengths={rule.key: queries.read_term(rule).words for rule in rules},
        count=len(rules),
        form=form,
        asked="term" in request.args,
        found=found,
        seen=found.seen(clock.today(), queries.calendar()) if found else None,
    )


@bp.get("/law/moved-days")
@may(Action.LAW_READ)
def moved_days() -> Answer:
    """The last days that an authority moved, the newest first."""
    titles = {rule.key: rule.title for rule in queries.deadline_rules()}
    return page("law/moved_days.html", rows=queries.moved_days(), titles=titles)


@bp.get("/law/deadlines/<key>")
@may(Action.LAW_READ)
def deadline_rule(key: str) -> Answer:
    """One period: source, how it is counted, who checked it."""
    rule = queries.deadline_rule(key)
    term = queries.read_term(rule)
    return page(
        "law/deadline_rule.html",
        rule=rule,
        term=term,
        length=term.words,
        moved=queries.moved_days(key),
        crumbs=[(_("法定期限"), url_for(".deadlines")), (rule.title, None)],
    )


@bp.route("/law/deadlines/<key>/edit", methods=["GET", "POST"])
@may(Action.LAW_CHECK)
def settle_deadline(key: str) -> Answer:
    """Decide how a period is counted, and tick it."""
    rule = queries.deadline_rule(key)
    form = ReadingForm(obj=rule)
    if not form.is_submitted():
        form.counted_in.data = rule.counted_in.code if rule.counted_in else ""
        form.on_day.data = rule.value
    if not rule.is_parameter:
        del form.on_day
    if form.validate_on_submit():
        expect_version(rule, shown_version(form), dict(form.data))
        try:
            actions.settle_deadline(rule, form.facts(), on=clock.today(), by=me())
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            flash(_("已核定，今后按此计算。"), "ok")
            return redirect(url_for(".deadline_rule", key=key), 303)
    crumbs = [
        (_("法定期限"), url_for(".deadlines")),
        (rule.title, url_for(".deadline_rule", key=key)),
        (_("核定"), None),
    ]
    term = queries.read_term(rule)
    return page("law/settle_deadline.html", form=form, rule=rule, term=term, length=term.words, crumbs=crumbs)


def _try_form(rules: Sequence[DeadlineRule]) -> TryForm:
    form = TryForm(request.args)
    form.term.choices = [("", _("请选择"))] + [(rule.key, rule.title) for rule in rules]
    if not form.start.raw_data:
        form.start.data = clock.today()
    return form


def _tried(form: TryForm) -> Deadline | None:
    """The answer, or None with the refusal at its field."""
    start: date | None = form.start.data
    if not form.validate() or start is None:
        return None
    try:
        pauses = _pauses(form)
        return queries.deadline(
            form.term.data or "",
            start,
            event=form.event.data or "",
            suspensions=pauses,
            extended=form.extended.data or 0,
        )
    except NotAllowed as refusal:
        form.refuse(refusal.missing)
    except KeyError:
        form.hidden_problem("term", _("没有这个期限。"))
    except NotATerm as error:
        form.hidden_problem("term", shown(error.sentence))
    except OutOfYears as error:
        form.hidden_problem("start", shown(error.sentence))
    except Refusal as error:
        form.hidden_problem("extended", shown(error.sentence))
    return None


def _pauses(form: TryForm) -> list[Suspension]:
    first, last = form.pause_first.data, form.pause_last.data
    if first is None and last is None:
        return []
    if first is None or last is None or last < first:
        raise NotAllowed([Missing(_("扣除期间须写明起止，结束不能早于开始。"), "pause_last")])
    return [Suspension(first, last, form.pause_told.data, _("所填期间"))]


GROUPS = (
    (_l("处罚程序"), ("case", "fine", "simple_procedure", "limitation", "detention")),
    (_l("救济与执行"), ("reconsideration", "litigation", "court_enforcement_apply", "court_enforcement_urge")),
    (_l("按日计罚、查封扣押、限产停产"), ("daily_penalty", "seizure", "restrict", "restrict_production")),
    (_l("排污许可"), ("permit", "registration", "fraud_permit", "records", "soil")),
    (_l("报告与披露"), ("execution_report", "disclosure")),
    (_l("危险废物、辐射、应急"), ("hazwaste", "radiation", "contingency_plan")),
    (_l("信用"), ("credit",)),
)
"""The heading under which a period stands, by the first word of its key."""


def _grouped(rules: Sequence[DeadlineRule]) -> list[tuple[Any, list[DeadlineRule]]]:
    groups = [
        (heading, [rule for rule in rules if rule.key.partition(".")[0] in first_words])
        for heading, first_words in GROUPS
    ]
    placed = {rule.key for _heading, members in groups for rule in members}
    groups.append((_("其他"), [rule for rule in rules if rule.key not in placed]))
    return [(heading, members) for heading, members in groups if members]
