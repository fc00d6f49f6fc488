"""Who sees which firm: by the office that supervises any of its sites, and by mandate; else it does not exist."""

from typing import Any

import pytest
from sqlalchemy import select

from accounts.models import User, UserRole
from accounts.roles import Role
from core import clock
from core.db import db
from registry.queries import visible_enterprises
from tests.registry.made import area, firm, office, person, placed, site


def seen(by: User | None) -> set[int]:
    return {each.id for each in db.session.scalars(visible_enterprises(by)).unique()}


def officer_of(office_code: str, *roles: Role) -> User:
    """Somebody new at an office."""
    made = User(username=f"at-{office_code.lower()}", name="某人", office=office(office_code))
    made.grants += [UserRole(role=role, granted_at=clock.now()) for role in roles or (Role.OFFICER,)]
    db.session.add(made)
    db.session.flush()
    return made


@pytest.fixture
def firms(session: Any) -> dict[str, int]:
    """One firm under each kind of office."""
    places = {"CJ-652301": "652301", "CJ-652302": "652302", "CJ-ZD": "CJ-ZD", "CJ-GX": "CJ-GX", "XPCC-06": "XPCC-06"}
    return {code: placed(10 + n, code, where).id for n, (code, where) in enumerate(places.items())}


@pytest.mark.parametrize(
    ("at", "sees"),
    [
        ("CJ", {"CJ-652301", "CJ-652302", "CJ-ZD", "CJ-GX"}),
        ("CJ-652301", {"CJ-652301", "CJ-GX"}),
        ("CJ-652302", {"CJ-652302"}),
        ("CJ-GX", {"CJ-GX"}),
        ("CJ-ZD", {"CJ-ZD"}),
        ("XPCC-06", {"XPCC-06"}),
        ("XPCC-08", set()),
    ],
)
def test_an_office_sees_what_it_and_the_offices_below_it_supervise(
    firms: dict[str, int], at: str, sees: set[str]
) -> None:
    here = seen(officer_of(at))
    assert {code for code, number in firms.items() if number in here} == sees


def test_a_site_under_another_office_opens_the_firm_to_that_office_too(session: Any) -> None:
    made = firm()
    for code in ("XPCC-06", "CJ-652301"):
        who = officer_of(code)
        assert made.id not in seen(who)
    system = session.scalars(select(User).where(User.is_system)).one()
    from registry import actions
    from tests.registry.made import site_facts

    actions.add_site(made, site_facts(office_id=office("XPCC-06").id, area_id=area("XPCC-06").id), by=system)
    session.commit()
    division = session.scalars(select(User).where(User.username == "at-xpcc-06")).one()
    assert made.id in seen(division)
    assert made.id in seen(person("officer"))
    assert made.id not in seen(person("far_officer"))


def test_the_place_of_a_firm_opens_nothing_only_who_supervises_it(session: Any) -> None:
    """准东 lies in 奇台 and 吉木萨尔; what its own office supervises is not the county branches'."""
    made = placed(30, "CJ-ZD", "652325")
    assert made.id not in seen(officer_of("CJ-652325"))
    assert made.id in seen(officer_of("CJ-ZD"))


def test_whoever_has_no_office_no_role_or_no_name_sees_nothing(session: Any, firms: dict[str, int]) -> None:
    assert seen(None) == set()
    loose = User(username="loose", name="无机关")
    loose.grants.append(UserRole(role=Role.OFFICER, granted_at=clock.now()))
    bare = User(username="bare", name="无角色", office=office("CJ"))
    session.add_all([loose, bare])
    session.flush()
    assert seen(loose) == seen(bare) == set()
    for admin in ("sysadmin", "secadmin", "auditor"):
        assert seen(person(admin)) == set()


def test_an_administrator_with_an_office_still_sees_no_firm(session: Any, firms: dict[str, int]) -> None:
    assert seen(officer_of("CJ", Role.AUDITOR)) == set()


def test_a_closed_site_does_not_hide_what_happened_there(session: Any) -> None:
    from registry import actions

    made = firm()
    second = site(made, office_id=office("CJ-652301").id, area_id=area("652301").id)
    assert made.id in seen(person("far_officer"))
    actions.close_site(second, clock.today(), by=person("permit"))
    session.commit()
    assert made.id in seen(person("far_officer"))
