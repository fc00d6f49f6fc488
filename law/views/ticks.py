"""The legal officer's tick: a row was compared with the official text, by whom and when."""

from decimal import Decimal
from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from accounts.guard import may
from accounts.people import me
from accounts.roles import Action
from core import clock
from core.pages import Answer, page, safe_next
from core.words import Titled
from core.workflow import NotAllowed
from law import actions, queries
from law.blueprint import bp
from law.forms import ConfirmForm, ReasonForm
from law.models import ViolationRule
from law.views.causes import compared

KINDS = "any(laws, articles, rules, transitions, conflicts, deadlines, 'moved-days', pollutants, catalog)"


@bp.route(f"/law/checks/<{KINDS}:kind>/<int:row_id>", methods=["GET", "POST"])
@may(Action.LAW_CHECK)
def check_row(kind: str, row_id: int) -> Answer:
    """Tick a row."""
    row: Any = queries.checkable(kind, row_id)
    form, back = ConfirmForm(), _back(row)
    if form.validate_on_submit():
        try:
            actions.check_row(row, on=clock.today(), by=me())
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            flash(_("已核对。"), "ok")
            return redirect(back, 303)
    return page("law/check_row.html", form=form, row=row, name=actions.name_of(row), back=back, said=_said(row))


@bp.route(f"/law/checks/<{KINDS}:kind>/<int:row_id>/undo", methods=["GET", "POST"])
@may(Action.LAW_CHECK)
def uncheck_row(kind: str, row_id: int) -> Answer:
    """Take a tick back, with the reason."""
    row: Any = queries.checkable(kind, row_id)
    form, back = ReasonForm(), _back(row)
    if form.validate_on_submit():
        try:
            actions.uncheck_row(row, form.reason.data or "", by=me())
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            return redirect(back, 303)
    return page("law/uncheck_row.html", form=form, row=row, name=actions.name_of(row), back=back)


TICK = {"id", "version", "confidence", "checked_by_id", "checked_on", "position", "entered_by_id", "withdrawn_by_id"}
"""Columns that say nothing of the law."""


def _said(row: Any) -> list[tuple[str, str]]:
    """All that a row says, by what each column means: this is what is compared with the official text."""
    if isinstance(row, ViolationRule):
        term = f"{row.valid_from or '…'} {_('至')} {row.valid_to or '…'}"
        if row.valid_from and row.valid_from > clock.today():
            term = _("将于 %(day)s 施行", day=row.valid_from.isoformat())
        return [
            (_("适用"), term),
            *((label, values[0]) for label, values, _differs in compared([row], queries.short_titles())),
        ]
    told = []
    for column in row.__table__.columns:
        value = getattr(row, column.key)
        if column.key in TICK or value in (None, "", [], {}):
            continue
        if isinstance(value, bool):
            value = "是" if value else "否"
        elif isinstance(value, Decimal):
            value = format(value.normalize(), "f")
        elif isinstance(value, Titled):
            value = value.label
        told.append((column.comment or column.key, str(value)))
    return told


def _back(row: Any) -> str:
    """Where the row is shown: the page one came from if it is ours, else its own."""
    asked = safe_next(request.args.get("next"))
    if asked:
        return asked
    if getattr(row, "violation_key", ""):
        return url_for(".violation", violation_key=row.violation_key)
    if getattr(row, "law_key", ""):
        return url_for(".law", key=row.law_key)
    if row.__tablename__ == "deadline_override":
        return url_for("permits.moved_day", moved_id=row.id)
    pages = {"law": ".law", "deadline_rule": ".deadline_rule"}
    endpoint = pages.get(row.__tablename__)
    if endpoint:
        return url_for(endpoint, key=row.key)
    return url_for({"pollutant": ".pollutants"}.get(row.__tablename__, ".catalog"))
