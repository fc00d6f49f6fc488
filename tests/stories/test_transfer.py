"""A firm goes over to another county while the old county's officer is at work: from the next request on it is another's."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from accounts.models import AuditEntry, Office
from core import clock
from core.db import db
from registry.models import Enterprise
from tests.inspections.made import begun, final, served
from tests.stories.test_finding_to_listing import Browse


def moved(browse: Browse, firm: Enterprise) -> None:
    """The bureau's clerk hands the firm to 昌吉市."""
    clerk = browse("permit")
    office = db.session.scalars(select(Office).where(Office.code == "CJ-652301")).one()
    page = clerk.get(f"/enterprises/{firm.id}/edit")
    clerk.submit(page, {"office_id": str(office.id), "area_id": str(office.area_id)})


def test_the_old_officer_is_out_with_the_next_request_and_the_new_one_in(browse: Browse, firm: Enterprise) -> None:
    order = served(final(firm))
    draft = begun(firm)
    db.session.commit()
    old, new = browse("officer"), browse("far_officer")
    page = old.get(f"/inspections/{draft.id}/record")
    new.get(f"/enterprises/{firm.id}", 404)
    moved(browse, firm)
    for url in (
        f"/enterprises/{firm.id}",
        f"/orders/{order.id}",
        f"/inspections/{draft.id}",
        f"/orders/{order.id}/preview.pdf",
    ):
        old.get(url, 404)
        new.get(url, 200)
    old.submit(page, {"person_met": "何静"}, status=404)
    assert firm.name not in old.get("/enterprises").text
    assert firm.name in new.get("/enterprises").text
    browse("preparer").get(f"/my/orders/{order.id}")


def test_what_the_old_officer_did_stays_with_name_and_office(browse: Browse, firm: Enterprise) -> None:
    final(firm)
    moved(browse, firm)
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.enterprise_id == firm.id)).all()
    offices = {each.office_id for each in entries if each.actor_name.startswith("王晓岚")}
    fukang = db.session.scalars(select(Office.id).where(Office.code == "CJ-652302")).one()
    assert offices == {fukang}
    shown = browse("far_officer").get(f"/enterprises/{firm.id}/trail").text
    assert "王晓岚" in shown and "李许可" in shown


def test_the_new_county_carries_the_old_order_on(browse: Browse, firm: Enterprise) -> None:
    order = served(final(firm))
    moved(browse, firm)
    from inspections import actions
    from tests.inspections.made import person

    actions.answer_item(order.items[0], "已改", clock.today(), by=person("preparer"))
    db.session.commit()
    new = browse("far_officer")
    new.submit(new.get(f"/orders/{order.id}"), {"accepted": "1"}, form="/judge")
    new.submit(new.get(f"/orders/{order.id}"), {}, form="/verify")
    assert "已办结" in new.get(f"/orders/{order.id}").text


def test_messages_about_the_firm_go_to_those_who_now_supervise_it(
    browse: Browse, firm: Enterprise, session: Any
) -> None:
    from registry.models import Notification
    from tests.permits import made

    permit = made.permit(firm)
    moved(browse, firm)
    with clock.at(clock.now() + timedelta(hours=1)):
        made.sign(made.report(permit))
    told = session.scalars(select(Notification.user_id).distinct()).all()
    assert made.person("officer").id not in told
