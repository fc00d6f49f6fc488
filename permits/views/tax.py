"""Pollution equivalents for the tax office."""

from accounts import exports, lists
from accounts.guard import may
from accounts.roles import Action
from core.pages import Answer, page
from permits import ledgers
from permits.blueprint import bp


@bp.get("/tax-equivalents")
@may(Action.REPORT_READ)
def tax_equivalents() -> Answer:
    """Every line one may see, the newest quarter first."""
    return page("permits/tax_equivalents.html", ledger=lists.page_of(ledgers.TAX))


@bp.get("/tax-equivalents.<any('xlsx', 'csv', 'json'):form>")
@may(Action.REPORT_READ)
def export_tax_equivalents(form: str) -> Answer:
    """The same list as a file."""
    return exports.answer(ledgers.TAX, form)
