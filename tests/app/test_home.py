"""The enterprise's home: what is owed, by when, and the one act that is this person's."""

from typing import Any

from app.desk.home import home, next_better
from core import clock
from permits import actions
from permits.actions import Comment
from tests.inspections import made
from tests.permits import made as permits
from tests.world import TODAY


def acts(person: Any, firm: Any) -> dict[str, str]:
    return {each.what.title: each.act for each in home(person, firm.id, clock.today()).owed}


QUARTER = "2026 年第 3 季度排污许可证执行报告"


def test_the_preparer_fills_in_and_the_signer_waits(session: Any, firm: Any, person: Any) -> None:
    permits.permit(firm)
    assert acts(person("preparer"), firm)[QUARTER] == "去填报"
    assert acts(person("signer"), firm)[QUARTER] == ""


def test_what_was_sent_to_the_signer_is_the_signers(session: Any, firm: Any, person: Any) -> None:
    permits.send(permits.report(permits.permit(firm)))
    session.flush()
    assert acts(person("preparer"), firm)[QUARTER] == ""
    assert acts(person("signer"), firm)[QUARTER] == "去签发"


def test_a_returned_report_is_to_be_corrected(session: Any, firm: Any, person: Any) -> None:
    report = permits.sign(permits.report(permits.permit(firm)))
    actions.return_report(report, [Comment("", "请补充说明")], 5, by=person("permit"))
    session.flush()
    assert acts(person("preparer"), firm)[f"更正 {QUARTER}"] == "去更正"


def test_what_is_late_comes_first_and_what_is_not_open_comes_last(session: Any, firm: Any, person: Any) -> None:
    permits.permit(firm)
    made.served(made.final(firm))
    session.flush()
    found = home(person("preparer"), firm.id, TODAY)
    assert found.late == sum(each.what.due_on < TODAY for each in found.owed) > 0
    assert found.owed[0].what.due_on < TODAY
    opened = [each.what.opens_on is None or each.what.opens_on <= TODAY for each in found.owed]
    assert opened == sorted(opened, reverse=True)
    assert found.first is not None and found.first.url.startswith("/my/")


def test_the_first_screen_says_what_is_owed_and_the_way_back(session: Any, firm: Any, browse: Any) -> None:
    made.confirmed(firm)
    session.commit()
    page = browse("preparer").get("/my")
    assert "可以申请" in page.text or "扣分到期" in page.text


def test_points_that_lapse_are_seen_coming(session: Any, firm: Any) -> None:
    made.served(made.final(firm))
    session.flush()
    better = next_better(firm.id, TODAY)
    assert better is not None and better.on > TODAY
    assert better.score == "9"


def test_the_home_asks_the_same_for_many_things_owed(session: Any, firm: Any, browse: Any) -> None:
    made.served(made.final(firm))
    session.commit()
    browser = browse("preparer")
    few = browser.get("/my").queries
    for _number in range(3):
        made.served(made.final(firm))
    session.commit()
    assert browser.get("/my").queries == few


def test_what_is_only_kept_is_said_once_and_counted_nowhere(session: Any, firm: Any, browse: Any, person: Any) -> None:
    permits.permit(firm)
    found = home(person("preparer"), firm.id, TODAY)
    assert len(found.kept) == 5
    assert not {each.what.id for each in found.owed} & {each.id for each in found.kept}
    session.commit()
    page = browse("preparer").get("/my")
    assert "另有 5 份年度台账和原始监测记录要保存，最早的到 2027-12-31 期满" in page.text
    assert "保存 2025 年" not in page.text
    assert "保存 2025 年" in browse("preparer").get("/my/obligations").text
