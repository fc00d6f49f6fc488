"""The ledger of pollution equivalents, from accepted reports."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from accounts.audit import record
from core import clock
from core.db import db
from law.models import Pollutant
from permits.models import ExecutionReport, Permit, ReportFigure, ReportPeriod, ReportState
from permits.queries.tax import LINES
from permits.rules import tax
from registry.models import Obligation, ObligationKind
from tests.permits import made

AIR = {"a21026": "9.5", "a21002": "19", "a34013": "2.18", "a21005": "1.67", "a21024": "0.1"}
"""10,000, 20,000, 1,000, 100 and about 9 equivalents."""


@pytest.fixture
def accepted(session: Any, permit: Permit) -> Any:
    """``accepted("quarter", first, last, {code: quantity})`` is an accepted report with these figures."""

    def make(period: str, first: date, last: date, quantities: dict[str, str], **figure: Any) -> ExecutionReport:
        owed = Obligation(
            enterprise_id=permit.enterprise_id, kind=ObligationKind.REPORT, title="执行报告", basis="", source_kind="tax-test",
            source_id=1, key=f"{period}-{last}", due_on=last, period_from=first, period_to=last,
        )  # fmt: skip
        db.session.add(owed)
        db.session.flush()
        report = ExecutionReport(
            enterprise_id=permit.enterprise_id, permit_version_id=permit.versions[0].id, obligation_id=owed.id,
            period=ReportPeriod(period), period_from=first, period_to=last, state=ReportState.ACCEPTED, saved_at=clock.now(),
            submitted_at=clock.now(), signed_by_id=made.person("signer").id, accepted_by_id=made.person("permit").id,
            accepted_number=1,
        )  # fmt: skip
        db.session.add(report)
        db.session.flush()
        for code, quantity in quantities.items():
            given = {"limit_value": Decimal(100), "mean": Decimal(60), "exceedances": 0, **figure}
            db.session.add(
                ReportFigure(
                    report_id=report.id, outlet_code="DA001", pollutant_code=code, pollutant_name=code,
                    quantity=Decimal(quantity), accepted_quantity=Decimal(quantity), accepted_mean=given["mean"],
                    accepted_exceedances=given["exceedances"], **given,
                )
            )  # fmt: skip
        record(None, "test:tax", "已接受的报告", by=made.person("permit"))
        return report

    return make


def lines() -> list[Any]:
    """Every line, by quarter and place."""
    return list(db.session.execute(select(LINES).order_by(LINES.c.term, LINES.c.place)))


def test_three_air_pollutants_of_an_outlet_count_and_the_others_are_shown(accepted: Any) -> None:
    accepted("quarter", date(2026, 7, 1), date(2026, 9, 30), AIR)
    found = lines()
    assert [(each.pollutant_code, each.counted) for each in found] == [
        ("a21002", 1), ("a21026", 1), ("a34013", 1), ("a21005", 0), ("a21024", 0)
    ]  # fmt: skip
    assert {each.term for each in found} == {20263}
    for each in found:
        per = db.session.scalars(select(Pollutant.tax_equivalent).where(Pollutant.code == each.pollutant_code)).one()
        assert each.equivalents == tax.equivalents(each.quantity, per)
        assert each.reduced_to == tax.reduced_to(each.mean, each.limit_value) == Decimal("0.75")


def test_three_months_make_a_quarter_and_two_do_not(accepted: Any) -> None:
    for month, last in ((1, 31), (2, 28), (3, 31), (4, 30), (5, 31)):
        accepted("month", date(2026, month, 1), date(2026, month, last), {"a21026": "1"})
    assert [(each.term, each.quantity, each.source) for each in lines()] == [(20261, 3, "months")]


def test_a_quarter_that_was_reported_is_not_made_up_of_months_again(accepted: Any) -> None:
    for month in (7, 8, 9):
        accepted("month", date(2026, month, 1), date(2026, month, 30), {"a21026": "1"})
    accepted("quarter", date(2026, 7, 1), date(2026, 9, 30), {"a21026": "2.9"})
    assert [(each.quantity, each.source) for each in lines()] == [(Decimal("2.9"), "quarter")]


def test_the_year_less_three_quarters_is_the_last(accepted: Any) -> None:
    for number, last in ((1, date(2025, 3, 31)), (4, date(2025, 6, 30)), (7, date(2025, 9, 30))):
        accepted("quarter", date(2025, number, 1), last, {"a21026": "10"})
    accepted("year", date(2025, 1, 1), date(2025, 12, 31), {"a21026": "37.5", "a21002": "5"})
    found = [
        (each.term, each.pollutant_code, each.quantity, each.reduced_to) for each in lines() if each.source == "year"
    ]
    assert found == [(20254, "a21026", Decimal("7.5"), 1)]


def test_a_report_that_is_not_accepted_and_a_pollutant_without_equivalent_are_left_out(
    accepted: Any, session: Any
) -> None:
    report = accepted("quarter", date(2026, 7, 1), date(2026, 9, 30), {"a21026": "1", "a24088": "1"})
    assert [each.pollutant_code for each in lines()] == ["a21026"]
    report.state, report.accepted_number = ReportState.SUBMITTED, None
    record(None, "test:tax", "已接受的报告", by=made.person("permit"))
    assert lines() == []


def test_the_list_says_quarter_place_and_what_is_not_checked(browse: Any, accepted: Any, session: Any) -> None:
    accepted("quarter", date(2026, 7, 1), date(2026, 9, 30), AIR)
    session.commit()
    page = browse("permit").get("/tax-equivalents?quarter=20263")
    assert "2026 年第 3 季度" in page.text
    assert "不计入：同口第 4 位" in page.text
    assert "当量值未核对" in page.text
    assert page.queries < 20
    assert "还没有记录" in browse("far_officer").get("/tax-equivalents").text
