"""Until when an act may be punished."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from law.limitation import Harm, limit


def test_an_old_act_without_harm_may_be_found_within_two_years() -> None:
    assert not limit(date(2024, 11, 23), date(2026, 11, 23), Harm.NONE).expired
    late = limit(date(2024, 11, 22), date(2026, 11, 23), Harm.NONE)
    assert late.expired
    assert "处罚法36" in late.reason


def test_an_old_act_that_harmed_health_may_be_found_within_five_years() -> None:
    assert not limit(date(2022, 1, 1), date(2026, 11, 23), Harm.HEALTH).expired


def test_an_act_under_the_code_with_pollution_harm_may_be_found_within_five_years() -> None:
    found = limit(date(2026, 8, 15), date(2030, 1, 1), Harm.POLLUTION)
    assert (found.years, found.expired) == (5, False)
    assert "法典1054" in found.reason
    assert limit(date(2026, 8, 15), date(2028, 8, 16), Harm.NONE).expired


def test_an_old_act_with_pollution_past_its_two_years_is_for_legal_review() -> None:
    found = limit(date(2024, 1, 1), date(2026, 11, 23), Harm.POLLUTION)
    assert found.expired
    assert found.review
    assert not limit(date(2024, 1, 1), date(2026, 8, 1), Harm.POLLUTION).review, (
        "before the Code two years were two years"
    )
    assert not limit(date(2021, 1, 1), date(2026, 11, 23), Harm.POLLUTION).review, "after five years nothing is open"


@given(st.dates(date(2015, 1, 1), date(2030, 1, 1)), st.sampled_from(Harm))
def test_the_day_of_the_act_itself_is_always_within_time(day: date, harm: Harm) -> None:
    assert not limit(day, day, harm).expired
