"""The list of what is owed."""

from datetime import date
from typing import Any

import pytest

from registry import obligations
from registry.models import ObligationKind
from registry.obligations import Wanted
from tests.world import TODAY


@pytest.fixture
def owed(session: Any, firm: Any, far_firm: Any, person: Any) -> Any:
    """A late, a coming and a fulfilled one of the near firm; one of the far firm."""
    wanted = [
        Wanted(
            "late",
            ObligationKind.REPORT,
            "第三季度执行报告",
            "条例第二十二条",
            date(2026, 10, 15),
            arithmetic="季末 + 15 日",
        ),
        Wanted("soon", ObligationKind.MONITORING, "十一月自行监测", "许可证", date(2026, 11, 30)),
        Wanted("done", ObligationKind.REPORT, "第二季度执行报告", "条例第二十二条", date(2026, 7, 15)),
    ]
    obligations.regenerate(firm, wanted, enterprise_id=firm.id, today=TODAY, reason="试", by=person("permit"))
    obligations.fulfil(obligations.of(firm)[0], date(2026, 7, 10), person("signer"))
    far = [Wanted("far", ObligationKind.REPORT, "远河的报告", "条例", date(2026, 12, 1))]
    obligations.regenerate(far_firm, far, enterprise_id=far_firm.id, today=TODAY, reason="试", by=person("permit"))
    session.commit()
    return obligations.of(firm)


def test_the_list_shows_what_is_not_done_with_the_late_first(browse: Any, owed: Any) -> None:
    page = browse("officer").get("/obligations")
    assert page.text.index("第三季度执行报告") < page.text.index("十一月自行监测")
    assert "已逾期 39 天" in page.text
    assert "第二季度执行报告" not in page.text
    assert "远河的报告" not in page.text


def test_the_prefecture_sees_every_county(browse: Any, owed: Any) -> None:
    assert "远河的报告" in browse("permit").get("/obligations").text


def test_filters_are_by_standing_kind_text_and_deadline(browse: Any, owed: Any) -> None:
    officer = browse("officer")
    assert "第二季度执行报告" in officer.get("/obligations?standing=fulfilled").text
    assert "十一月自行监测" not in officer.get("/obligations?standing=overdue").text
    assert "第三季度执行报告" not in officer.get("/obligations?kind=monitoring").text
    assert "第三季度执行报告" not in officer.get("/obligations?due-from=2026-11-01").text
    assert "十一月自行监测" in officer.get("/obligations?q=晨岭").text


def test_one_obligation_shows_its_sum_and_basis(browse: Any, owed: Any) -> None:
    late = next(each for each in owed if each.key == "late")
    page = browse("officer").get(f"/obligations/{late.id}")
    for shown in ("季末 + 15 日", "条例第二十二条", "已逾期"):
        assert shown in page.text
    browse("far_officer").get(f"/obligations/{late.id}", status=404)


def test_enterprises_have_their_own_page_for_it(browse: Any) -> None:
    browse("preparer").get("/obligations", status=403)


def test_the_list_is_taken_away_as_csv(browse: Any, owed: Any) -> None:
    text = browse("officer").get("/obligations.csv").response.get_data(as_text=True)
    assert "第三季度执行报告" in text and "已逾期" in text and "远河的报告" not in text
