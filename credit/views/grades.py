"""Grades and why: the list of a day, one firm's explanation, the schemes, frozen days."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from accounts import exports, lists
from accounts.guard import may
from accounts.people import me
from accounts.roles import Action
from core import clock
from core.db import db
from core.forms import given
from core.pages import Answer, page
from core.text import date_of
from core.workflow import NotAllowed
from credit import actions, ledgers, notices, queries, rules
from credit.blueprint import bp
from credit.forms import ConfirmForm, FreezeForm, PromiseForm
from credit.models import EventKind, Grade
from credit.scale import curve_points, scale
from registry import documents
from registry import queries as registry
from registry.models import DocumentKind, GradeSpan
from registry.tabs import enterprise_tabs


@bp.get("/credit")
@may(Action.EVALUATION_READ)
def grades() -> Answer:
    """The grades of a day; today unless the address says otherwise."""
    return page("credit/grades.html", ledger=lists.page_of(ledgers.GRADES))


@bp.get("/credit.<any('xlsx', 'csv', 'json'):form>")
@may(Action.EVALUATION_READ)
def export_grades(form: str) -> Answer:
    """The same list as a file."""
    return exports.answer(ledgers.GRADES, form)


def account_of(enterprise_id: int, as_of: date) -> dict[str, Any]:
    """Everything the explanation of one firm shows: score, lines, what if, curve, frozen copy."""
    scheme = queries.scheme_on(as_of)
    facts = queries.scheme_facts(scheme)
    rows = queries.events_of(enterprise_id)
    events = queries.facts_of_all(rows)
    terms = queries.listed_terms(enterprise_id)
    listed = any(term.covers(as_of) for term in terms)
    score = rules.evaluate(facts, events, as_of, listed=listed)
    earliest = {each.id: rules.earliest_repair(each.event_class, each.occurred_on) for each in rows}
    spans = queries.curve(enterprise_id)
    running, lines = score.base, []
    for item in score.items:
        running += item.points
        lines.append((item, running))
    return {
        "score": score,
        "lines": lines,
        "scheme": scheme,
        "scale": scale(facts, score.score),
        "curve": curve_points(facts, spans, as_of),
        "story": _story(spans, as_of),
        "spans": spans,
        "turn": _last_turn(score, spans),
        "what_if": rules.what_if(facts, events, as_of, earliest, listed=listed),
        "reckoned": _reckoned(facts, events, terms, as_of),
        "past": [each for each, facts_ in zip(rows, events, strict=True) if not facts_.counts(as_of)],
        "listings": queries.listings_of(enterprise_id),
        "repairs": queries.repairs_of(enterprise_id),
        "as_of": as_of,
        "frozen": queries.frozen(enterprise_id, as_of),
        "ceiling": Decimal(facts.ceiling),
    }


def _story(spans: Sequence[GradeSpan], today: date) -> str:
    """The finding of the curve in words: where the score stood a year ago, how low or high it went, where it is."""
    first = today - timedelta(days=365)
    seen = [span.score for span in spans if span.valid_from <= today and (span.valid_to or date.max) > first]
    if not seen:
        return str(_("还没有得分记录"))
    start, now, low, high = seen[0], seen[-1], min(seen), max(seen)
    if low == high:
        words = _("一年来保持 %(now)s 分")
    elif low < min(start, now):
        words = _("一年来由 %(start)s 分降到 %(low)s 分，又升到 %(now)s 分")
    elif high > max(start, now):
        words = _("一年来由 %(start)s 分升到 %(high)s 分，又降到 %(now)s 分")
    elif now < start:
        words = _("一年来由 %(start)s 分降到 %(now)s 分")
    else:
        words = _("一年来由 %(start)s 分升到 %(now)s 分")
    figures = {"start": start, "now": now, "low": low, "high": high}
    return str(words) % {name: rules.number_words(figure) for name, figure in figures.items()}


def _last_turn(score: rules.Score, spans: Sequence[GradeSpan]) -> dict[str, Any] | None:
    """The last change of the grade: from what, to what, when, and what happened on that day."""
    past = [each for each in spans if each.valid_from <= score.as_of]
    for before, after in zip(past[-2::-1], past[:0:-1], strict=False):
        if before.grade != after.grade:
            why = "、".join(item.reason for item in score.items if item.on == after.valid_from)
            return {"on": after.valid_from, "before": Grade(before.grade), "after": Grade(after.grade), "why": why}
    return None


def _reckoned(
    facts: rules.SchemeFacts, events: Sequence[rules.EventFacts], terms: Sequence[rules.ListedTerm], as_of: date
) -> dict[str, Any]:
    """What the address asks to be reckoned: a day to come, without some events."""
    asked = date_of(request.args.get("on", ""))
    day = min(max(asked or as_of, as_of), as_of.replace(year=as_of.year + 5, day=min(as_of.day, 28)))
    without = frozenset(request.args.getlist("without", int))
    return {
        "on": day,
        "without": without,
        "score": rules.simulate(facts, events, terms, day, without) if asked or without else None,
    }


@bp.get("/enterprises/<int:enterprise_id>/credit")
@may(Action.EVALUATION_READ)
def enterprise_credit(enterprise_id: int) -> Answer:
    """One firm's score on a day, line by line."""
    found = registry.enterprise(enterprise_id, seen_by=me())
    day = date_of(request.args.get("as-of", "")) or clock.today()
    return page(
        "credit/enterprise_credit.html",
        enterprise=found,
        tabs=enterprise_tabs(found, "credit.enterprise_credit"),
        **account_of(found.id, min(day, clock.today())),
    )


@bp.route("/enterprises/<int:enterprise_id>/credit/explanation", methods=["GET", "POST"])
@may(Action.LISTING_PROPOSE)
def issue_explanation(enterprise_id: int) -> Answer:
    """Issue the explanation sheet as a numbered document."""
    found, form = registry.enterprise(enterprise_id, seen_by=me()), ConfirmForm()
    score = queries.score(found.id, clock.today())
    if form.validate_on_submit():
        document = documents.issue(
            DocumentKind.CREDIT_EXPLANATION,
            office=found.office,
            enterprise=found,
            subject=found,
            title=f"环境信用评价说明：{found.name}",
            compose=notices.explanation_sheet(found, score, queries.scheme_on(clock.today()).title),
            on=clock.today(),
            by=me(),
        )
        db.session.flush()
        return redirect(url_for("registry.document", document_id=document.id), 303)
    return page("credit/issue_explanation.html", form=form, enterprise=found, score=score)


@bp.route("/enterprises/<int:enterprise_id>/credit/promise", methods=["GET", "POST"])
@may(Action.EVENT_RECORD)
def note_promise(enterprise_id: int) -> Answer:
    """Put a firm's public promise on record, with its letter."""
    found, form = registry.enterprise(enterprise_id, seen_by=me()), PromiseForm()
    if form.validate_on_submit():
        try:
            actions.note_promise(found, given(form.on.data), form.letter.data or None, by=me())
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            flash(_("信用承诺已登记，从承诺之日起计分。"), "ok")
            return redirect(url_for(".enterprise_credit", enterprise_id=found.id), 303)
    return page("credit/note_promise.html", form=form, enterprise=found)


@bp.get("/credit/schemes")
@may(Action.SCHEME_READ)
def schemes() -> Answer:
    """Every version of the scheme, with its rules."""
    return page("credit/schemes.html", schemes=queries.schemes(), kinds={kind.code: kind.label for kind in EventKind})


@bp.route("/credit/freeze-days", methods=["GET", "POST"])
@may(Action.LISTING_PROPOSE)
def freeze_days() -> Answer:
    """Freeze the grades of a day for use outside; once frozen, never changed."""
    form = FreezeForm(as_of=clock.today())
    if form.validate_on_submit():
        try:
            day = actions.freeze_day(given(form.as_of.data), by=me())
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            flash(_("已冻结 %(day)s，%(count)d 家。", day=day.as_of, count=day.enterprises), "ok")
            return redirect(url_for(".freeze_days"), 303)
    return page("credit/freeze_days.html", form=form, days=queries.freeze_days())


@bp.get("/credit/freeze-days/grades")
@may(Action.EVALUATION_READ)
def frozen_grades() -> Answer:
    """The grades of a frozen day in their order, for use outside."""
    crumbs = [(_("信用等级"), url_for(".grades")), (_("冻结的等级"), None)]
    return page("credit/frozen_grades.html", ledger=lists.page_of(ledgers.FROZEN), crumbs=crumbs)


@bp.get("/credit/freeze-days/grades.<any('xlsx', 'csv', 'json'):form>")
@may(Action.EVALUATION_READ)
def export_frozen_grades(form: str) -> Answer:
    """The same list as a file."""
    return exports.answer(ledgers.FROZEN, form)
