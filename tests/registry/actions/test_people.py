"""Who speaks for an enterprise, and when."""

from datetime import date
from typing import Any

import pytest

from core import clock
from core.workflow import NotAllowed
from registry import actions
from registry.models import Mandate
from tests.inspections.made import photo
from tests.registry.made import firm, person


def mandate(to: Any, username: str = "preparer", since: date = date(2026, 1, 1), **more: Any) -> Any:
    values = {"mandate": Mandate.PREPARER, "until": None, "letter": photo(), **more}
    made = actions.add_representative(
        to, username, values["mandate"], since, values["until"], values["letter"], by=person("officer")
    )
    made.letter
    return made


def test_a_mandate_begins_and_ends_on_its_days(session: Any, browse: Any) -> None:
    made = firm()
    url = "/my/documents"
    assert made.name not in browse("preparer").get("/my/obligations").text
    mandate(made, since=date(2026, 11, 20), until=date(2026, 11, 24))
    session.commit()
    seen = {}
    for day in (date(2026, 11, 19), date(2026, 11, 20), date(2026, 11, 24), date(2026, 11, 25)):
        with clock.at(day):
            session.expire_all()
            from registry.queries import visible_enterprises

            found = session.scalars(visible_enterprises(person("preparer"))).unique().all()
            seen[day.day] = made.id in {each.id for each in found}
            browse("preparer").get(url)
    assert seen == {19: False, 20: True, 24: True, 25: False}


def test_an_agent_may_serve_several_firms(session: Any) -> None:
    first, second = firm(1), firm(2)
    mandate(first)
    mandate(second)
    session.commit()


def test_the_same_mandate_is_given_once_for_a_time(session: Any) -> None:
    made = firm()
    mandate(made, since=date(2026, 1, 1), until=date(2026, 6, 30))
    session.commit()
    for since, until in ((date(2026, 6, 30), None), (date(2025, 1, 1), date(2026, 1, 1)), (date(2025, 1, 1), None)):
        with pytest.raises(NotAllowed, match="已有这项授权"):
            mandate(made, since=since, until=until)
        session.rollback()
    mandate(made, since=date(2026, 7, 1))
    mandate(made, since=date(2025, 1, 1), until=date(2025, 12, 31))
    session.commit()


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"username": "nobody"}, "username"),
        ({"username": "signer"}, "username"),
        ({"username": "officer"}, "username"),
        ({"until": date(2025, 12, 31)}, "until"),
        ({"letter": None}, "letter"),
        ({"letter": b"MZ not a letter"}, "letter"),
    ],
)
def test_who_cannot_speak_for_a_firm_is_refused_at_the_field(session: Any, more: dict[str, Any], field: str) -> None:
    made = firm()
    with pytest.raises(NotAllowed) as refused:
        mandate(made, **more)
    assert {each.field for each in refused.value.missing} == {field}


def test_a_disabled_account_gets_no_mandate(session: Any) -> None:
    from accounts.actions import disable_user

    disable_user(person("preparer"), by=person("secadmin"), now=clock.now())
    session.commit()
    with pytest.raises(NotAllowed, match="没有这个登录名"):
        mandate(firm())


def test_a_mandate_ends_no_earlier_than_it_began_and_not_in_the_future(session: Any) -> None:
    given = mandate(firm(), since=date(2026, 11, 1))
    for day in (date(2026, 10, 31), date(2026, 11, 24)):
        with pytest.raises(NotAllowed):
            actions.end_representative(given, day, by=person("officer"))
    actions.end_representative(given, date(2026, 11, 23), by=person("officer"))
    session.commit()
    assert given.until == date(2026, 11, 23)
