"""What every citizen may see, without signing in and without a cookie; no personal data."""

from datetime import date

from flask import Response, redirect, request, url_for
from werkzeug.datastructures import MultiDict

from accounts.exports import public_answer
from accounts.guard import may_lag, public
from core import clock
from core.db import db
from core.pages import Answer, page
from credit import ledgers, queries
from credit.blueprint import bp
from permits.models import PermitVersion
from permits.queries.permits import in_force_of, matrix, version_on
from registry import search
from registry.models import Status


@bp.get("/public")
@public
@may_lag
def public_home() -> Answer:
    """One field: find a firm."""
    text = request.args.get("q", "").strip()
    found = search.public_firms(text, most=30) if text else []
    if len(found) == 1 and text:
        return redirect(url_for(".public_enterprise", uscc=found[0].credit_code), 302)
    lists = () if text else (ledgers.BLACKLIST, ledgers.PENALTIES)
    return page(
        "credit/public_home.html",
        found=found,
        q=text,
        counts=[ledger.page(db.session, MultiDict(), None).total for ledger in lists],
    )


@bp.get("/public/enterprises/<uscc>")
@public
@may_lag
def public_enterprise(uscc: str) -> Answer:
    """One firm: grade, permit, penalties, list; each with its source."""
    found = queries.public_enterprise(uscc)
    today = clock.today()
    decisions = queries.public_decisions(found.id, today)
    listings = [each for each in queries.listings_of(found.id) if each.listed_on]
    return page(
        "credit/public_enterprise.html",
        enterprise=found,
        score=queries.score(found.id, today),
        decisions=decisions,
        fines=sum(each.fine or 0 for each in decisions),
        listings=[each for each in listings if queries.stands(each, today)],
        closed=found.status is Status.CLOSED,
        limits=[row for _outlet, rows in matrix(_in_force(found.id, today)) for row in rows],
    )


def _in_force(enterprise_id: int, day: date) -> PermitVersion | None:
    """The version of the permit that holds on a day; what a certificate says is for everybody to read."""
    permit = in_force_of(enterprise_id, day)
    return version_on(permit, day) if permit else None


@bp.get("/public/blacklist")
@public
@may_lag
def public_blacklist() -> Answer:
    """Who stands on the list today."""
    return page("credit/public_blacklist.html", ledger=ledgers.BLACKLIST.page(db.session, request.args, None))


@bp.get("/public/blacklist.<any('xlsx', 'csv', 'json'):form>")
@public
@may_lag
def public_blacklist_file(form: str) -> Answer:
    """The list as a file."""
    return _file("blacklist", form)


@bp.get("/public/penalties")
@public
@may_lag
def public_penalties() -> Answer:
    """Penalty decisions whose publicity runs."""
    return page("credit/public_penalties.html", ledger=ledgers.PENALTIES.page(db.session, request.args, None))


@bp.get("/public/penalties.<any('xlsx', 'csv', 'json'):form>")
@public
@may_lag
def public_penalties_file(form: str) -> Answer:
    """The decisions as a file."""
    return _file("penalties", form)


@bp.get("/open-data/<any('blacklist', 'penalties'):name>.<any('xlsx', 'csv', 'json'):form>")
@public
def open_data_file(name: str, form: str) -> Answer:
    """A public data set under the address that programs remember."""
    return _file(name, form)


def _file(name: str, form: str) -> Response:
    return public_answer(ledgers.BLACKLIST if name == "blacklist" else ledgers.PENALTIES, form)


@bp.get("/open-data")
@public
@may_lag
def open_data() -> Answer:
    """Every public data set with its columns and its limits."""
    return page("credit/open_data.html", ledgers=[ledgers.BLACKLIST, ledgers.PENALTIES])
