"""Standard conditions in the form, from the tick to the page that shows where each comes from."""

from typing import Any

import pytest
from sqlalchemy import select

from core.workflow import NotAllowed
from permits import actions
from permits.models import Condition
from permits.rules import conditions
from permits.workflow import missing_in_version
from registry.models import Enterprise
from tests.permits import made


@pytest.fixture
def version(session: Any, firm: Enterprise) -> int:
    """A complete draft."""
    number = made.draft(firm).versions[0].id
    session.commit()
    return number


def test_what_is_ticked_stands_as_rows_with_free_numbers_and_is_kept_with_its_key(
    browse: Any, version: int, session: Any
) -> None:
    clerk = browse("permit")
    url = f"/permits/versions/{version}/conditions"
    page = clerk.get(url)
    assert "未核对" in page.text
    chosen = {"standard": ["report.submitted", "soil.risk"], "more": "standard"}
    more = clerk.submit(page, chosen, status=422)
    assert more.errors == []
    assert not more.soup.select("input[value='report.submitted'][name=standard]"), "offered once"
    clerk.follow(clerk.submit(more))
    rows = session.execute(select(Condition.label, Condition.standard_key).order_by(Condition.position)).all()
    assert [tuple(row) for row in rows] == [
        ("8", ""),
        ("8.1", ""),
        ("8.2", ""),
        ("8.3", "report.submitted"),
        ("10.1", "soil.risk"),
    ]


def test_a_version_with_a_place_still_to_fill_in_does_not_come_into_force(session: Any, firm: Enterprise) -> None:
    version, clerk = made.draft(firm).versions[0], made.person("permit")
    text = "红色预警期间：【待填：措施】。"
    actions.set_conditions(version, [actions.ConditionInput("4.1", "重污染天气", text, "", "heavy.red")], by=clerk)
    assert [each.sentence for each in missing_in_version(version)] == ["条款 4.1 还有待填写的内容。"]
    with pytest.raises(NotAllowed, match="还有待填写"):
        actions.issue_version(version, by=clerk)


def test_a_key_that_the_library_does_not_have_is_refused(session: Any, firm: Enterprise) -> None:
    version, clerk = made.draft(firm).versions[0], made.person("permit")
    with pytest.raises(NotAllowed, match="没有这条标准条款"):
        actions.set_conditions(version, [actions.ConditionInput("1", "其他", "自拟", "", "made.up")], by=clerk)


def test_the_permit_shows_which_conditions_are_standard_and_which_were_altered(
    browse: Any, session: Any, firm: Enterprise
) -> None:
    permit, clerk = made.draft(firm), made.person("permit")
    standard = next(iter(conditions.library().values()))
    rows = [
        actions.ConditionInput("1.1", standard.category, standard.text, standard.source, standard.key),
        actions.ConditionInput("4.1", "重污染天气", "红色预警期间停产。", "一厂一策", "heavy.red"),
    ]
    actions.set_conditions(permit.versions[0], rows, by=clerk)
    actions.issue_version(permit.versions[0], by=clerk)
    session.commit()
    page = browse("officer").get(f"/permits/{permit.id}/conditions")
    assert standard.source in page.text
    assert "标准条款，文字有改动 未核对" in page.text


def test_a_limit_keeps_what_it_rests_on_and_shows_it(browse: Any, version: int, session: Any) -> None:
    clerk = browse("permit")
    url = f"/permits/versions/{version}/limits"
    clerk.follow(clerk.submit(clerk.get(url), {"rows-0-source": "ultra_low", "rows-1-source": "quantity"}))
    page = clerk.get(f"/permits/versions/{version}")
    assert "超低排放" in page.text
    assert clerk.get(url).one("#rows-0-source option[selected]")["value"] == "ultra_low"
