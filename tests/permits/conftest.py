"""A permit in force and reports under it, for the tests of this room."""

from collections.abc import Callable
from typing import Any

import pytest

from permits.models import ExecutionReport, Permit
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
