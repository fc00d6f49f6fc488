"""The pages of moved last days: seen before they are saved, kept, gone on with, withdrawn."""

from datetime import date
from typing import Any

from law.models import DeadlineOverride
from tests.permits import made

FACTS = {
    "key": "execution_report.annual",
    "usual_on": "2027-01-31",
    "moved_to": "2027-02-28",
    "number": "环办环评函〔2027〕1号（示例）",
    "document": "关于年度执行报告的通知",
}
NEW = "/law/moved-days/new"


def asked(**more: str) -> dict[str, Any]:
    return {"query_string": {**FACTS, **more}}


def test_who_keeps_the_law_sees_what_moves_before_it_is_saved(session: Any, browse: Any, permit: Any) -> None:
    for username in ("officer", "permit", "approver", "sysadmin", "preparer"):
        browse(username).get(NEW, status=403)
    reviewer = browse("reviewer")
    page = reviewer.get(NEW, **asked())
    assert (
        "1 件" in page.text
        and "阜康晨岭焦化有限公司（示例）" in page.text
        and "2026 年度排污许可证执行报告" in page.text
    )
    assert made.owed(permit, "2026").due_on == date(2027, 1, 31), "only shown"
    found = reviewer.follow(reviewer.submit(page))
    assert "适用" in found.text and "未核对" in found.text and "关于年度执行报告的通知" in found.text
    session.expire_all()
    assert made.owed(permit, "2026").due_on == date(2027, 2, 28)
    assert "2027-02-28" in browse("preparer").get("/law/moved-days").text
    assert "关于年度执行报告的通知" in browse("officer").get("/law/deadlines/execution_report.annual").text


def test_what_cannot_be_moved_is_said_at_its_field(session: Any, browse: Any, permit: Any) -> None:
    reviewer = browse("reviewer")
    for more, words in (
        ({"moved_to": "2027-01-30"}, "只能推后"),
        ({"number": ""}, "请填写此项"),
        ({"document": " "}, "文件名称"),
    ):
        page = reviewer.get(NEW, **asked(**more))
        assert any(words in each for each in page.errors), (more, page.errors)
        assert not page.soup.select("form[method=post] input[name=seen]")


def test_nothing_is_saved_that_was_not_seen(session: Any, browse: Any, permit: Any) -> None:
    reviewer = browse("reviewer")
    for seen in ("", "7"):
        page = reviewer.post(NEW, {**FACTS, "seen": seen}, status=422)
        assert any("先看清" in each for each in page.errors)
        assert "1 件" in page.text, "and it is shown"
    assert session.query(DeadlineOverride).filter_by(usual_on=date(2027, 1, 31)).count() == 0


def test_a_mistake_is_withdrawn_with_its_reason_and_stays_on_the_page(session: Any, browse: Any, permit: Any) -> None:
    reviewer = browse("reviewer")
    found = reviewer.follow(reviewer.submit(reviewer.get(NEW, **asked())))
    ask = reviewer.get(f"{found.url}/withdraw")
    assert "1 件义务的最后一天改回 2027-01-31" in ask.text
    assert reviewer.submit(ask, {"reason": ""}, status=422).errors
    page = reviewer.follow(reviewer.submit(ask, {"reason": "文件只适用于外省（示例）"}))
    assert "已撤回" in page.text and "文件只适用于外省（示例）" in page.text
    assert "文件只适用于外省（示例）" in reviewer.get("/law/moved-days").text
    session.expire_all()
    assert made.owed(permit, "2026").due_on == date(2027, 1, 31)


def test_the_pages_ask_as_many_questions_for_many_as_for_few(
    session: Any, browse: Any, permit: Any, far_firm: Any
) -> None:
    reviewer = browse("reviewer")
    reviewer.get(NEW, **asked())
    few = reviewer.get(NEW, **asked()).queries
    made.permit(far_firm)
    page = reviewer.get(NEW, **asked())
    assert "2 件" in page.text and page.queries == few


def test_the_rest_of_very_many_is_gone_on_with(
    session: Any, browse: Any, permit: Any, far_firm: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr("permits.actions.moved_days.BATCH", 1)
    other = made.permit(far_firm)
    reviewer = browse("reviewer")
    found = reviewer.follow(reviewer.submit(reviewer.get(NEW, **asked())))
    assert "还有 1 件义务没有改" in found.text
    done = reviewer.follow(reviewer.submit(found, form="follow"))
    assert "没有改" not in done.text
    session.expire_all()
    assert {made.owed(each, "2026").due_on for each in (permit, other)} == {date(2027, 2, 28)}
