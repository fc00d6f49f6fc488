"""Lists of key units, year by year."""

from datetime import date
from typing import Any

import pytest

from core import clock
from core.workflow import NotAllowed
from registry import actions, queries
from registry.models import ListKind
from tests.registry.made import firm, person, placed


def listed(of: Any, kind: ListKind = ListKind.AIR, year: int = 2026, on: date = date(2026, 3, 1)) -> Any:
    made = actions.add_to_list(of, kind, year, "焦化", "部令第27号", on, by=person("officer"))
    return made


def test_a_firm_stands_on_a_list_once_a_year(session: Any) -> None:
    made = firm()
    listed(made)
    session.commit()
    with pytest.raises(NotAllowed, match="2026 年已在大气环境重点名录"):
        listed(made)
    listed(made, ListKind.WATER)
    session.commit()
    assert {each.kind for each in queries.memberships(made.id, 2026)} == {ListKind.AIR, ListKind.WATER}


def test_whoever_was_removed_comes_back_as_the_same_entry(session: Any) -> None:
    made = firm()
    entry = listed(made)
    actions.remove_from_list(entry, "停产", date(2026, 6, 1), by=person("officer"))
    session.commit()
    assert queries.memberships(made.id, 2026) == []
    again = listed(made, on=date(2026, 9, 1))
    session.commit()
    assert (again.id, again.added_on, again.removed_on, again.removed_reason) == (entry.id, date(2026, 9, 1), None, "")


def test_a_removal_lies_between_the_adding_and_today(session: Any) -> None:
    entry = listed(firm())
    for day in (date(2026, 2, 28), date(2026, 11, 24)):
        with pytest.raises(NotAllowed):
            actions.remove_from_list(entry, "停产", day, by=person("officer"))
    actions.remove_from_list(entry, "停产", date(2026, 6, 1), by=person("officer"))
    with pytest.raises(NotAllowed, match="已于 2026-06-01 移出"):
        actions.remove_from_list(entry, "停产", date(2026, 6, 2), by=person("officer"))


def test_nobody_is_listed_in_the_future(session: Any) -> None:
    with pytest.raises(NotAllowed):
        listed(firm(), on=date(2026, 11, 24))


def test_a_new_year_begins_with_those_who_still_stood_and_run_and_are_the_own(session: Any) -> None:
    standing, removed, closed, elsewhere = firm(1), firm(2), firm(3), placed(4, "CJ-652301", "652301")
    for each in (standing, removed, closed, elsewhere):
        listed(each)
    actions.remove_from_list(queries.memberships(removed.id, 2026)[0], "停产", date(2026, 6, 1), by=person("officer"))
    actions.close_enterprise(closed, "拆除", date(2026, 7, 1), by=person("officer"))
    session.commit()
    with clock.at(date(2027, 1, 4)):
        assert actions.copy_lists(2027, by=person("officer")) == 1
        session.commit()
        assert actions.copy_lists(2027, by=person("officer")) == 0
    years = {
        each.id: [entry.year for entry in queries.memberships(each.id, 2027)]
        for each in (standing, removed, closed, elsewhere)
    }
    assert years == {standing.id: [2027], removed.id: [], closed.id: [], elsewhere.id: []}
