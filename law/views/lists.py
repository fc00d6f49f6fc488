"""The room's lists: laws, causes, open questions, pollutants, the catalogue."""

from typing import Any

from accounts import exports, lists
from accounts.guard import may
from accounts.people import me
from accounts.roles import Action
from core import clock
from core.pages import Answer, page
from law import ledgers, queries
from law.blueprint import bp


def _listed(template: str, ledger: Any) -> Answer:
    return page(template, ledger=lists.page_of(ledger))


@bp.get("/law")
@may(Action.LAW_READ)
def laws() -> Answer:
    """Every law in every version; for a legal officer also what still waits for a tick."""
    waiting = queries.unchecked(clock.today()) if me().may(Action.LAW_CHECK) else {}
    rows = lists.page_of(ledgers.LAWS)
    return page("law/laws.html", ledger=rows, waiting=waiting, questions=queries.open_conflicts() if waiting else 0)


@bp.get("/law/violations")
@may(Action.LAW_READ)
def violations() -> Answer:
    """Every dated rule of every cause."""
    return _listed("law/violations.html", ledgers.VIOLATIONS)


@bp.get("/law/conflicts")
@may(Action.LAW_READ)
def conflicts() -> Answer:
    """What a legal officer still has to answer."""
    return _listed("law/conflicts.html", ledgers.CONFLICTS)


@bp.get("/law/pollutants")
@may(Action.LAW_READ)
def pollutants() -> Answer:
    """Pollutants with their codes and tax equivalents."""
    return _listed("law/pollutants.html", ledgers.POLLUTANTS)


@bp.get("/law/catalog")
@may(Action.LAW_READ)
def catalog() -> Answer:
    """What is key, simplified or registration management."""
    return _listed("law/catalog.html", ledgers.CATALOG)


FILES = {
    "violations": ledgers.VIOLATIONS,
    "conflicts": ledgers.CONFLICTS,
    "pollutants": ledgers.POLLUTANTS,
    "catalog": ledgers.CATALOG,
}


@bp.get("/law.<any(xlsx, csv, json):form>")
@may(Action.LAW_READ)
def export_laws(form: str) -> Answer:
    """Every law, as a file."""
    return exports.answer(ledgers.LAWS, form)


@bp.get("/law/<any(violations, conflicts, pollutants, catalog):name>.<any(xlsx, csv, json):form>")
@may(Action.LAW_READ)
def export_list(name: str, form: str) -> Answer:
    """One of the room's other lists, as a file."""
    return exports.answer(FILES[name], form)
