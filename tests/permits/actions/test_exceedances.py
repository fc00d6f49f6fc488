"""Leads from monitoring results, and what is done about leads."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from core import clock
from core.workflow import NotAllowed
from permits import actions
from permits.actions import ResultInput
from permits.models import Exceedance, MonitoringResult, Permit, VersionGround
from tests.permits import made

AT = datetime(2026, 8, 10, 9, tzinfo=clock.BEIJING)


def give(permit: Permit, value: str | None, at: datetime = AT, unit: str = "mg/L") -> actions.Recorded:
    """Record one result of COD."""
    figure = Decimal(value) if value is not None else None
    given = ResultInput("DW001", made.COD, at, figure, unit)
    return actions.record_results(permit, [given], by=made.person("preparer"))


def leads(session: Any) -> list[Exceedance]:
    """Every lead."""
    return list(session.scalars(select(Exceedance)).unique())


def test_a_result_above_its_limit_is_a_lead_at_once(session: Any, permit: Permit) -> None:
    give(permit, "50")
    assert leads(session) == []
    give(permit, "50.01", AT.replace(day=11))
    (lead,) = leads(session)
    assert (lead.value, lead.limit_value, lead.source_kind) == (Decimal("50.01"), Decimal(50), "monitoring_result")


def test_a_result_is_held_against_the_version_of_its_own_day(session: Any, permit: Permit) -> None:
    clerk = made.person("permit")
    facts = made.facts(ground=VersionGround.CHANGE, in_force_from=date(2026, 8, 1))
    second = actions.draft_version(permit, facts, by=clerk)
    tighter = [
        each.__class__(**{**vars(each), "value": Decimal(40)}) if each.pollutant_code == made.COD else each
        for each in made.LIMITS
    ]
    actions.set_limits(second, tighter, by=clerk)
    actions.issue_version(second, by=clerk)
    session.commit()
    give(permit, "45", datetime(2026, 7, 31, 23, 59, tzinfo=clock.BEIJING))
    assert leads(session) == []
    give(permit, "45", datetime(2026, 8, 1, 0, 0, tzinfo=clock.BEIJING))
    assert [each.limit_value for each in leads(session)] == [Decimal(40)]


def test_the_same_result_again_changes_nothing(session: Any, permit: Permit) -> None:
    assert give(permit, "30").created == 1
    assert give(permit, "30") == actions.Recorded(unchanged=1)


def test_a_corrected_result_is_a_new_row_beside_the_old(session: Any, permit: Permit) -> None:
    give(permit, "30")
    give(permit, "31")
    rows = session.scalars(select(MonitoringResult).order_by(MonitoringResult.id)).all()
    assert [(each.value, each.replaced_at is not None) for each in rows] == [(Decimal(30), True), (Decimal(31), False)]


def test_an_invalid_or_missing_value_is_kept_and_compared_with_nothing(session: Any, permit: Permit) -> None:
    give(permit, None)
    assert leads(session) == []


def test_a_result_from_the_future_is_refused(session: Any, permit: Permit) -> None:
    with pytest.raises(NotAllowed, match="不能晚于现在"):
        give(permit, "30", datetime(2026, 11, 24, 9, tzinfo=clock.BEIJING))


def test_a_lead_is_handled_once_and_in_words(session: Any, permit: Permit) -> None:
    give(permit, "60")
    (lead,) = leads(session)
    with pytest.raises(NotAllowed, match="请写明"):
        actions.handle_exceedance(lead, " ", by=made.person("officer"))
    actions.handle_exceedance(lead, "现场核实，已责令改正", by=made.person("officer"))
    session.commit()
    assert lead.handled_by_id == made.person("officer").id
    with pytest.raises(NotAllowed, match="已经处理过"):
        actions.handle_exceedance(lead, "再次", by=made.person("officer2"))
