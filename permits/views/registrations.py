"""The list of registrations at the bureau; the pages of one form are the firm's own (portal)."""

from accounts import exports, lists
from accounts.guard import may
from accounts.people import me
from accounts.roles import Action
from core.pages import Answer, page
from permits import ledgers, queries
from permits.blueprint import bp


@bp.get("/registrations")
@may(Action.PERMIT_READ)
def registrations() -> Answer:
    """Every registration one may see, the next to end first; above it what the clerk is still keying in."""
    begun = queries.registrations.keyed_in(me()) if me().may(Action.APPLICATION_ACCEPT) else []
    return page("permits/registrations.html", ledger=lists.page_of(ledgers.REGISTRATIONS), begun=begun)


@bp.get("/registrations.<any('xlsx', 'csv', 'json'):form>")
@may(Action.PERMIT_READ)
def export_registrations(form: str) -> Answer:
    """The same list as a file."""
    return exports.answer(ledgers.REGISTRATIONS, form)
