"""The enterprise's home: what is owed, by when, and the one act that is this person's."""

from typing import Any

from app.desk import desk
from app.desk.home import correcting, home, next_better
from core import clock
from inspections import actions as orders
from permits import actions
from permits.actions import Comment
from permits.models import ExecutionReport
from tests import world
from tests.inspections import made
from tests.permits import made as permits
from tests.world import TODAY


def acts(person: Any, firm: Any) -> dict[str, str]:
    return {each.what.title: each.act for each in home(person, firm.id, clock.today()).owed}


def test_a_round_of_samples_is_entered_by_the_preparer(session: Any, firm: Any, person: Any) -> None:
    permits.permit(firm)
    actions.begin_rounds(TODAY)
    what = "DW001 自行监测：化学需氧量（1次/月），2026 年 11 月"
    assert acts(person("preparer"), firm)[what] == "去录入"
    states = {each.what.title: (each.state, each.act) for each in home(person("signer"), firm.id, TODAY).owed}
    assert states[what] == ("等填报人录入", "")
    late = [each for each in desk(person("officer"), TODAY).group("late").items if each.kind == "自行监测未做"]
    assert [each.title.split("，")[-1] for each in late] == [f"2026 年 {month} 月" for month in (7, 8, 9, 10)]


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


def asked_for(person: Any, firm: Any) -> list[tuple[str, str]]:
    return [(each.state, each.act) for each in correcting(person, firm.id)]


def accepted(firm: Any, key: str = "2026-q3") -> ExecutionReport:
    """A report handed in and accepted."""
    found = permits.sign(permits.report(permits.permit(firm), key))
    actions.accept_report(found, by=permits.person("permit"))
    return found


def test_a_correction_of_ones_own_accord_goes_from_the_preparer_to_the_signer_to_the_clerk(
    session: Any, firm: Any, person: Any
) -> None:
    preparer, signer, clerk = person("preparer"), person("signer"), person("permit")
    report = accepted(firm)
    actions.correct_report(report, "化验单位更正了报告", by=preparer)
    session.commit()
    (mine,) = correcting(preparer, firm.id)
    assert (mine.report, mine.since, mine.state) == (report, clock.today(), "填写中")
    assert (mine.act, mine.url) == ("继续更正", f"/my/reports/{report.id}")
    assert asked_for(signer, firm) == [("填报人更正中", "")]
    actions.save_operation(report, 0, "化验单位更正了报告", by=preparer)
    permits.send(report)
    assert asked_for(preparer, firm) == [("等签发人签发", "")]
    assert [(each.act, each.url) for each in correcting(signer, firm.id)] == [
        ("去签发", f"/my/reports/{report.id}/sign")
    ]
    assert "更正待审核" not in kinds(clerk)
    actions.sign_report(report, world.PASSWORD, declared=True, by=signer)
    session.commit()
    assert asked_for(preparer, firm) == asked_for(signer, firm) == [("等发证机关审核", "")]
    (item,) = [each for each in desk(clerk, TODAY).group("open").items if each.kind == "更正待审核"]
    assert (item.act, item.act_url) == ("审核", f"/reports/{report.id}")
    actions.accept_report(report, by=clerk)
    session.commit()
    assert asked_for(preparer, firm) == asked_for(signer, firm) == []


def kinds(person: Any) -> set[str]:
    return {each.kind for group in desk(person, TODAY).groups for each in group.items}


def test_a_correction_that_is_owed_is_told_once(session: Any, firm: Any, person: Any) -> None:
    report = accepted(firm)
    actions.correct_report(report, "化验单位更正了报告", by=person("preparer"))
    actions.save_operation(report, 0, "化验单位更正了报告", by=person("preparer"))
    permits.sign(report)
    actions.return_report(report, [Comment("", "请补充说明")], 5, by=person("permit"))
    session.commit()
    assert acts(person("preparer"), firm)[f"更正 {QUARTER}"] == "去更正"
    assert asked_for(person("preparer"), firm) == []


def test_another_firm_sees_nothing_of_it(session: Any, firm: Any, person: Any) -> None:
    actions.correct_report(accepted(firm), "化验单位更正了报告", by=person("preparer"))
    session.commit()
    assert asked_for(person("far_preparer"), firm) == []


def test_the_home_page_says_since_when_a_correction_is_open(session: Any, firm: Any, browse: Any) -> None:
    report = accepted(firm)
    actions.correct_report(report, "化验单位更正了报告", by=permits.person("preparer"))
    session.commit()
    page = browse("preparer").get("/my")
    assert f"更正中：{QUARTER}" in page.text
    assert "自 2026-11-23 起" in page.text and "第 1 次提交继续有效" in page.text
    assert page.soup.select(f'a[href="/my/reports/{report.id}"]')


def test_an_order_that_is_answered_waits_for_the_office(session: Any, firm: Any, person: Any) -> None:
    order = made.served(made.final(firm))
    session.flush()
    title = f"按{order.document.number}改正"
    assert acts(person("preparer"), firm)[title] == "去报送"
    for item in order.items:
        orders.answer_item(item, "已改", TODAY, by=person("preparer"))
    session.flush()
    assert acts(person("preparer"), firm)[title] == ""


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


def test_a_form_sent_to_the_signer_is_on_the_signers_first_page(session: Any, firm: Any, browse: Any) -> None:
    preparer, signer = browse("preparer"), browse("signer")
    begun = preparer.get("/my/registrations/new")
    form = preparer.submit(begun, {"subject": f"first-{firm.sites[0].id}"}).location
    assert "排污首次登记：填写中" in preparer.get("/my").text
    told = {"products": "水泥制品", "processes": "搅拌", "discharges": "布袋除尘", "standards": "GB 4915"}
    preparer.submit(preparer.get(f"{form}/edit"), told)
    assert "排污首次登记" not in signer.get("/my").text
    preparer.submit(preparer.get(form), form="/send")
    assert signer.get("/my").soup.select(f"a[href='{form}/sign']")
    assert "排污首次登记" not in preparer.get("/my").text


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
