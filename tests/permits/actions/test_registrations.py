"""The registration form: a number at once, changes within twenty days, an end when closed or when a permit is had."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from core import clock
from core.workflow import NotAllowed
from permits import actions, queries
from permits.models import (
    ApplicationKind,
    Permit,
    PermitState,
    Registration,
    RegistrationKind,
    RegistrationState,
)
from registry.models import Category, Enterprise, Notification
from tests import world
from tests.permits import applied
from tests.permits.made import person

K = RegistrationKind


def facts(firm: Enterprise, **more: Any) -> actions.RegistrationInput:
    """A form filled in."""
    given = {
        "unit_name": firm.name,
        "legal_representative": firm.legal_representative,
        "site_address": firm.address,
        "contact_name": firm.contact_name,
        "contact_phone": firm.contact_phone,
        "products": "水泥制品，2 万 m³/年",
        "processes": "搅拌、浇筑、养护",
        "discharges": "粉尘经布袋除尘后无组织排放",
        "standards": "GB 4915",
    }
    return actions.RegistrationInput(**{**given, **more})


def filed(kind: RegistrationKind, firm: Enterprise, **more: Any) -> Registration:
    """Filled in, sent and signed on the day the test stands at."""
    found = actions.begin_registration(kind, firm.sites[0], by=person("preparer"))
    actions.save_registration(found, facts(firm, **more), by=person("preparer"))
    actions.send_registration(found, by=person("preparer"))
    actions.sign_registration(found, world.PASSWORD, declared=True, by=person("signer"))
    return found


def test_a_registration_has_its_number_at_once_and_lasts_five_years(session: Any, firm: Enterprise) -> None:
    found = filed(K.FIRST, firm)
    permit = found.permit
    assert permit is not None
    assert found.state is RegistrationState.FILED
    assert (permit.permit_no, permit.category) == (f"{firm.credit_code}001W", Category.REGISTRATION)
    assert (permit.valid_from, permit.valid_to) == (date(2026, 11, 23), date(2031, 11, 22))
    told = session.scalars(select(Notification.body).where(Notification.body.contains(permit.permit_no))).all()
    assert not any("限值" in each for each in told), "a registration sets no limits"
    with pytest.raises(NotAllowed, match="不需要再登记"):
        actions.begin_registration(K.FIRST, firm.sites[0], by=person("preparer"))


def test_a_change_is_due_in_twenty_days_and_keeps_the_term(session: Any, firm: Enterprise) -> None:
    filed(K.FIRST, firm)
    with clock.at(date(2027, 2, 10)):
        found = filed(K.CHANGE, firm, changed_on=date(2027, 1, 21), products="水泥制品，3 万 m³/年")
        due = queries.registrations.change_due(found)
    assert due is not None
    assert due.due == date(2027, 2, 10)
    assert found.permit is not None
    assert found.permit.valid_to == date(2031, 11, 22)
    assert len(found.permit.versions) == 2


def test_a_renewed_registration_follows_the_term_before(session: Any, firm: Enterprise) -> None:
    filed(K.FIRST, firm)
    with clock.at(date(2031, 11, 20)):
        permit = filed(K.RENEWAL, firm).permit
    assert permit is not None
    assert (permit.valid_from, permit.valid_to) == (date(2031, 11, 23), date(2036, 11, 22))


def test_a_closed_unit_cancels_its_registration_with_a_reason(session: Any, firm: Enterprise) -> None:
    filed(K.FIRST, firm)
    with pytest.raises(NotAllowed, match="注销理由"):
        filed(K.CANCELLATION, firm)
    found = queries.registrations.unfinished([firm.id])[0]
    actions.discard_registration(found, by=person("preparer"))
    permit = filed(K.CANCELLATION, firm, reason="关闭").permit
    assert permit is not None
    assert permit.state is PermitState.CANCELLED


def test_a_permit_ends_the_registration_of_its_site(session: Any, firm: Enterprise) -> None:
    registered = filed(K.FIRST, firm).permit
    application = applied.handed_in(ApplicationKind.FIRST, firm.sites[0])
    with clock.at(date(2026, 12, 2)):
        applied.examined(application)
        actions.grant_application(application, by=person("approver"))
    assert registered is not None
    assert registered.state is PermitState.CANCELLED
    assert "已取得排污许可证" in registered.end_reason


def test_who_prepares_a_form_never_signs_it_and_strangers_do_neither(session: Any, firm: Enterprise) -> None:
    with pytest.raises(NotAllowed):
        actions.begin_registration(K.FIRST, firm.sites[0], by=person("far_preparer"))
    found = actions.begin_registration(K.FIRST, firm.sites[0], by=person("preparer"))
    actions.save_registration(found, facts(firm), by=person("preparer"))
    actions.send_registration(found, by=person("preparer"))
    for who in ("preparer", "far_signer", "permit"):
        with pytest.raises(NotAllowed):
            actions.sign_registration(found, world.PASSWORD, declared=True, by=person(who))
    assert session.query(Permit).count() == 0


def test_the_clerk_keys_in_a_registration(session: Any, firm: Enterprise) -> None:
    clerk = person("permit")
    found = actions.begin_registration(K.FIRST, firm.sites[0], by=clerk, keyed=True)
    actions.save_registration(found, facts(firm), by=clerk)
    actions.key_in_registration(found, by=clerk)
    assert found.permit is not None
