"""What enterprises owe the public: the list, and one obligation with its sum and its source."""

from flask import url_for
from flask_babel import gettext as _

from accounts import exports, lists
from accounts.guard import may
from accounts.people import me
from accounts.roles import Action
from core import clock
from core.countdown import countdown
from core.pages import Answer, page
from registry import obligations as owed
from registry import queries, subjects
from registry.blueprint import bp
from registry.ledgers.obligations import OBLIGATIONS


@bp.get("/obligations")
@may(Action.OBLIGATION_READ)
def obligations() -> Answer:
    """What is owed, nearest first; what is late is computed as of today."""
    return page("registry/obligations.html", ledger=lists.page_of(OBLIGATIONS))


@bp.get("/obligations.<any('xlsx', 'csv', 'json'):form>")
@may(Action.OBLIGATION_READ)
def export_obligations(form: str) -> Answer:
    """The same list as a file."""
    return exports.answer(OBLIGATIONS, form)


@bp.get("/obligations/<int:obligation_id>")
@may(Action.OBLIGATION_READ)
def obligation(obligation_id: int) -> Answer:
    """One obligation: by when, on which article, by what sum, from which source."""
    found = queries.obligation(obligation_id, seen_by=me())
    today = clock.today()
    return page(
        "registry/obligation.html",
        obligation=found,
        standing=owed.standing(found, today),
        deadline=countdown(found.due_on, today, arithmetic=found.arithmetic, provisional=found.provisional),
        source_url=subjects.page_of(found.source_kind, found.source_id),
        crumbs=[(_("义务"), url_for(".obligations")), (found.title, None)],
    )
