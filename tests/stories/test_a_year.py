"""A year in the life of a firm that does what it should: reports in time, one visit, one order obeyed, nothing held against it."""

from datetime import date

from sqlalchemy import select

from accounts.audit import verify
from core import clock
from core.db import db
from credit import queries as credit
from credit.models import CreditEvent
from inspections.models import OrderItem
from permits import actions as permits
from permits import queries as permit_queries
from permits.models import Permit
from registry.models import Enterprise, Obligation
from tests.inspections.made import at
from tests.permits import made
from tests.stories.test_finding_to_listing import Browse, fresh, inspect, on, order
from tests.stories.test_late_report import SIGN

FIGURES = {key: each.__class__(**vars(each)) for key, each in made.GOOD.items()}


def handed_in_and_accepted(browse: Browse, permit: Permit, key: str, day: date) -> None:
    """A report of the firm's own people on a day, accepted by the clerk on the next."""
    with on(browse, "preparer", at(day, 9)) as preparer:
        assert permit.permit_no in preparer.get(f"/my/permits/{permit.id}").text
        address = preparer.submit(preparer.get(f"/my/permits/{permit.id}/reports/{key}")).location
        number = int(address.rstrip("/").split("/")[-1])
        found = permit_queries.reports.report(number, seen_by=made.person("preparer"))
        permits.save_figures(found, FIGURES, by=made.person("preparer"))
        permits.save_operation(found, 0, "正常", by=made.person("preparer"))
        made.confirm(found)
        db.session.commit()
    with on(browse, "preparer", at(day, 10)) as preparer:
        preparer.submit(preparer.get(f"/my/reports/{number}/send"))
    with on(browse, "signer", at(day, 11)) as signer:
        signer.submit(signer.get(f"/my/reports/{number}/sign"), SIGN)
    with on(browse, "permit", at(day, 16)) as clerk:
        assert "晨岭" in clerk.get("/reports").text
        clerk.submit(clerk.get(f"/reports/{number}/accept"))


def test_a_firm_that_does_what_it_should_ends_the_year_as_it_began(browse: Browse, firm: Enterprise) -> None:
    permit = made.permit(firm)
    handed_in_and_accepted(browse, permit, "2026-q2", date(2026, 7, 13))

    monday = date(2026, 9, 7)
    inspection = inspect(browse, firm, monday)
    found = order(browse, inspection, monday)
    with on(browse, "credit", at(monday, 18)):
        assert credit.score(firm.id, monday).score < 9, "an order counts until it is obeyed"
    item = db.session.scalars(select(OrderItem)).one()
    with on(browse, "preparer", at(date(2026, 9, 14))) as preparer:
        page = preparer.get(f"/my/orders/{found.id}/items/{item.id}/answer")
        preparer.submit(page, {"text": "已补齐台账", "done_on": "2026-09-13"})
    with on(browse, "officer", at(date(2026, 9, 15))) as officer:
        officer.submit(officer.get(f"/orders/{found.id}"), {"accepted": "1"}, form="/judge")
        officer.submit(officer.get(f"/orders/{found.id}"), {}, form="/verify")
    assert fresh(found).state.value == "verified"

    handed_in_and_accepted(browse, permit, "2026-q3", date(2026, 10, 12))
    with on(browse, "preparer", at(date(2026, 12, 31))) as preparer:
        shown = preparer.get("/my/obligations").text
        assert ("年度" in shown and "2027-01-31" in shown) or "2027-02-01" in shown
    handed_in_and_accepted(browse, permit, "2026", date(2027, 1, 8))

    end = date(2027, 1, 11)  # two days before the renewal is due
    with clock.at(at(end)):
        late = select(Obligation).where(Obligation.voided_on.is_(None), Obligation.fulfilled_on > Obligation.due_on)
        assert db.session.scalars(late).all() == []
        overdue = select(Obligation).where(
            Obligation.voided_on.is_(None), Obligation.fulfilled_on.is_(None), Obligation.due_on < end
        )
        assert db.session.scalars(overdue).all() == []
        assert credit.score(firm.id, end).score == 9
        assert [each.ended_on for each in db.session.scalars(select(CreditEvent)).unique()] == [date(2026, 9, 15)]
    with on(browse, "officer", at(end, 9)) as officer:
        officer.get("/desk")
        page = officer.get(f"/enterprises/{firm.id}")
        assert fresh(found).document.number in page.text
        assert "共 0" not in officer.get(f"/enterprises/{firm.id}/reports").text
    with on(browse, "signer", at(end, 10)) as signer:
        assert "蓝" in signer.get("/my/credit").text
    with on(browse, None, at(end, 11)) as citizen:
        assert "在列" not in citizen.get(f"/public/enterprises/{firm.credit_code}").text.replace("不在名单", "")
    assert verify(db.session).ok
