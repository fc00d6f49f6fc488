"""A list as one person sees it: with the columns and density they are used to, and the views they keep."""

from typing import Any

from flask import request, url_for
from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import joinedload
from werkzeug.datastructures import MultiDict

from accounts.audit import head_hash
from accounts.models import ListHabit, SavedView, User
from accounts.people import me
from core.db import db
from core.ledger import Ledger, LedgerPage, Shelf, View
from core.pages import not_found


def page_of(ledger: Ledger[Any]) -> LedgerPage:
    """The page of a list that the address asks for; what the address leaves open is as the person likes it."""
    person = me()
    shown = ledger.page(db.session, _accustomed(ledger, person), person)
    shown.shelf = Shelf(
        views=[View(each.name, each.query, each.user_id != person.id) for each in views(person, ledger.name)],
        save_url=url_for("accounts.save_view"),
        arrange_url=url_for("accounts.arrange_list"),
        manage_url=url_for("accounts.views"),
    )
    if shown.printing:
        shown.audit_head = head_hash(db.session)
    return shown


def _accustomed(ledger: Ledger[Any], person: User) -> MultiDict[str, str]:
    """The address with the person's own columns and density where it says nothing; columns gone since are left out."""
    args = MultiDict(request.args.items(multi=True))
    habit = db.session.scalars(_HABIT, {"person": person.id, "ledger": ledger.name}).one_or_none()
    if habit is None:
        return args
    known = {column.key for column in ledger.columns_open_to(person)}
    columns = [key for key in habit.columns.split(",") if key in known]
    if columns and "cols" not in args:
        args["cols"] = ",".join(columns)
    if habit.dense and "dense" not in args:
        args["dense"] = "1"
    return args


def views(person: User, ledger: str | None = None) -> list[SavedView]:
    """The views that a person kept, or that somebody shares with the own office; of one list, or of all."""
    wanted = _VIEWS_OF_ONE if ledger else _VIEWS
    given = {"person": person.id, "office": person.office_id, "ledger": ledger}
    return list(db.session.scalars(wanted, given))


_PERSON, _LEDGER = bindparam("person", type_=User.id.type), bindparam("ledger", type_=SavedView.ledger.type)
_HABIT = select(ListHabit).where(ListHabit.user_id == _PERSON, ListHabit.ledger == _LEDGER)
_KEPT = (
    select(SavedView)
    .where(or_(SavedView.user_id == _PERSON, SavedView.office_id == bindparam("office")))
    .order_by(SavedView.ledger, SavedView.name, SavedView.id)
)
_VIEWS_OF_ONE = _KEPT.where(SavedView.ledger == _LEDGER)
_VIEWS = _KEPT.options(joinedload(SavedView.user))
"""Made once: every list begins with them. Who is of no office shares with none, as nothing equals NULL."""


def own_view(view_id: int) -> SavedView:
    """One of the own views, or 404."""
    found = db.session.get(SavedView, view_id)
    return found if found and found.user_id == me().id else not_found()
