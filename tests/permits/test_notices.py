"""The receipt as a paper."""

from collections.abc import Callable
from typing import Any

from core.paper import Grid, to_json
from permits import notices
from permits.models import ExecutionReport
from registry.documents import Issue
from tests import world
from tests.permits import made


def test_the_same_submission_gives_the_same_paper(session: Any, report: Callable[..., ExecutionReport]) -> None:
    found = made.sign(report())
    issue = Issue("昌州环报收〔2026〕1号", world.TODAY, "X" * 16, "https://example/verify/X", found.enterprise.office)
    compose = notices.reports.receipt(found, found.submissions[0])
    assert to_json(compose(issue)) == to_json(compose(issue))
    grids = [block for block in compose(issue).blocks if isinstance(block, Grid)]
    assert [grid.caption for grid in grids] == ["DA001", "DW001"]
    assert grids[1].rows[0] == ("pH", "6–9", "7.2", "6.8", "7.9", "3", "0", "—", "—")


def test_a_receipt_shows_the_copy_and_not_what_is_being_corrected(
    session: Any, report: Callable[..., ExecutionReport]
) -> None:
    found = made.sign(report())
    found.figures[0].mean = made.Decimal("1")
    issue = Issue("1", world.TODAY, "X" * 16, "", found.enterprise.office)
    words = str(to_json(notices.reports.receipt(found, found.submissions[0])(issue)))
    assert "'120'" in words
    session.rollback()
