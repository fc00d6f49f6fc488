"""A permit in force and reports under it, for the tests of this room."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from permits.actions import FigureInput
from permits.models import Exceedance, ExecutionReport, Permit
from registry.models import Enterprise
from tests.permits import made


@pytest.fixture
def permit(session: Any, firm: Enterprise) -> Permit:
    """晨岭焦化's permit, entered on 2026-06-30, valid to 2027-03-14."""
    return made.permit(firm)


@pytest.fixture
def report(permit: Permit) -> Callable[..., ExecutionReport]:
    """``report()`` is the filled third quarter of 2026, on the day the test stands at."""
    return lambda **more: made.report(permit, **more)


@dataclass(frozen=True)
class Ids:
    """Numbers of what a page test visits, read before any browser opens."""

    enterprise: int
    site: int
    permit: int
    version: int
    report: int = 0
    submission: int = 0
    exceedance: int = 0


@pytest.fixture
def ids(session: Any, permit: Permit) -> Ids:
    """晨岭焦化, its site, permit and version."""
    found = Ids(permit.enterprise_id, permit.site_id, permit.id, permit.versions[0].id)
    session.commit()
    return found


@pytest.fixture
def signed(session: Any, permit: Permit, report: Callable[..., ExecutionReport]) -> Ids:
    """The same with a report handed in today (late), one figure above its limit."""
    over = FigureInput(Decimal(110), Decimal(80), Decimal(151), 90, 1, None)
    found = made.sign(report(figures={f"DA001/{made.NOX}": over}))
    numbers = Ids(
        permit.enterprise_id,
        permit.site_id,
        permit.id,
        permit.versions[0].id,
        found.id,
        found.submissions[0].id,
        session.scalars(select(Exceedance.id)).one(),
    )
    session.commit()
    return numbers
