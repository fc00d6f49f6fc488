"""The working-day calendar: what each year rests and works, regional holidays, and a new year's arrangement."""

from calendar import Calendar as Weeks
from collections.abc import Sequence
from datetime import date
from itertools import groupby

from flask import flash, redirect, url_for
from flask_babel import gettext as _

from accounts.guard import may
from accounts.people import me
from accounts.roles import Action
from core import clock
from core.pages import Answer, not_found, page
from core.said import shown
from core.workflow import NotAllowed
from law import actions, queries
from law.blueprint import bp
from law.calendar import BadAnnouncement, Calendar, DayKind, read_announcement
from law.forms import AnnouncementForm, ConfirmForm, RegionalForm
from law.models import CalendarDay

FIRST_YEAR, LAST_YEAR = 2004, 2100


@bp.get("/law/calendar")
@may(Action.LAW_READ)
def calendar() -> Answer:
    """This year."""
    return _year(clock.today().year)


@bp.get("/law/calendar/<int:year>")
@may(Action.LAW_READ)
def calendar_year(year: int) -> Answer:
    """One year, day by day."""
    return _year(year)


def _year(year: int) -> Answer:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        not_found()
    marked = queries.days_of_year(year)
    calendar = queries.calendar()
    return page(
        "law/calendar_year.html",
        year=year,
        years=queries.calendar_years(),
        announced=queries.announced_year(year),
        spans=_spans(marked),
        months=_months(year, calendar, {day.day: day for day in marked}),
        workdays=calendar.workdays_between(date(year - 1, 12, 31), date(year, 12, 31)),
        regional=[day for day in marked if day.kind is DayKind.REGIONAL],
    )


def _spans(marked: Sequence[CalendarDay]) -> list[tuple[str, str, list[CalendarDay]]]:
    """The marked days in runs of one festival and one effect: off or at work."""
    runs = groupby(marked, key=lambda day: (day.name, day.kind is DayKind.MAKEUP, day.kind is DayKind.REGIONAL))
    return [(name, _("上班") if makeup else _("放假"), list(days)) for (name, makeup, _regional), days in runs]


Cell = tuple[date, str, str]
"""A day, what it is (off, weekend, makeup or empty for an ordinary working day), and its festival."""


def _months(year: int, calendar: Calendar, marked: dict[date, CalendarDay]) -> list[list[list[Cell | None]]]:
    """Twelve months of weeks of seven cells, Monday first; None where the month has no day."""
    return [
        [[_cell(day, calendar, marked) if day.month == month else None for day in week] for week in weeks]
        for month, weeks in ((month, Weeks().monthdatescalendar(year, month)) for month in range(1, 13))
    ]


def _cell(day: date, calendar: Calendar, marked: dict[date, CalendarDay]) -> Cell:
    found = marked.get(day)
    if calendar.is_workday(day):
        return day, "makeup" if found and found.kind is DayKind.MAKEUP else "", found.name if found else ""
    return day, "off" if found else "weekend", found.name if found else ""


@bp.route("/law/calendar/<int:year>/announce", methods=["GET", "POST"])
@may(Action.CALENDAR_EDIT)
def announce_year(year: int) -> Answer:
    """Enter the State Council's arrangement of a year."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        not_found()
    form = AnnouncementForm()
    if form.validate_on_submit():
        try:
            days = read_announcement(form.days.data or "", year)
            actions.announce_year(year, days, form.source.data or "", on=clock.today(), by=me())
        except BadAnnouncement as error:
            form.hidden_problem("days", shown(error.sentence))
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            flash(_("%(year)d 年的安排已录入，经过这一年的期限不再是暂定。", year=year), "ok")
            return redirect(url_for(".calendar_year", year=year), 303)
    crumbs = [
        (_("工作日历"), url_for(".calendar")),
        (str(year), url_for(".calendar_year", year=year)),
        (_("录入"), None),
    ]
    return page("law/announce_year.html", form=form, year=year, crumbs=crumbs)


@bp.route("/law/calendar/regional/new", methods=["GET", "POST"])
@may(Action.CALENDAR_EDIT)
def add_regional_days() -> Answer:
    """Enter a regional holiday."""
    form = RegionalForm()
    if form.validate_on_submit() and form.first_on.data:
        first = form.first_on.data
        try:
            actions.add_regional_days(
                first, form.last_on.data or first, form.name.data or "", form.source.data or "", by=me()
            )
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            flash(_("已录入。以工作日计的期限从现在起跳过这几天。"), "ok")
            return redirect(url_for(".calendar_year", year=first.year), 303)
    crumbs = [(_("工作日历"), url_for(".calendar")), (_("地区性节假日"), None)]
    return page("law/add_regional_days.html", form=form, crumbs=crumbs)


@bp.route("/law/calendar/regional/<int:day_id>/remove", methods=["GET", "POST"])
@may(Action.CALENDAR_EDIT)
def remove_regional_day(day_id: int) -> Answer:
    """Take a regional holiday out again."""
    found = queries.regional_day(day_id)
    form, year = ConfirmForm(), found.day.year
    if form.validate_on_submit():
        actions.remove_regional_day(found, by=me())
        return redirect(url_for(".calendar_year", year=year), 303)
    back = url_for(".calendar_year", year=year)
    crumbs = [(_("工作日历"), url_for(".calendar")), (str(year), back), (_("删除"), None)]
    return page("law/remove_regional_day.html", form=form, day=found, back=back, crumbs=crumbs)
