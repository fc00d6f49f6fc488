"""Who got a permit by fraud, or forged or passed it on, may not apply again for three years (条例第四十条、第四十一条)."""

from datetime import date, timedelta
from typing import Any

import pytest

from core import clock
from core.workflow import NotAllowed
from permits import actions, queries
from permits.models import ApplicationKind, ApplicationState, EndGround, Permit
from registry import actions as registry
from registry.models import Enterprise
from tests.permits import applied, made
from tests.permits.made import person
from tests.registry.made import site_facts

K = ApplicationKind
ENDED, LAST = date(2026, 11, 20), date(2029, 11, 20)


def ended(permit: Permit, verb: str = "withdraw", ground: EndGround = EndGround.FRAUD) -> Permit:
    actions.end_permit(permit, verb, ENDED, "昌州环许撤〔2026〕1号（示例）", ground=ground, by=person("permit"))
    return permit


def other_site(firm: Enterprise) -> Any:
    return registry.add_site(firm, site_facts(name="二厂（示例）"), by=person("officer"))


@pytest.mark.parametrize(
    ("verb", "ground", "article"),
    [("withdraw", EndGround.FRAUD, "第四十条"), ("revoke", EndGround.FORGED, "第四十一条")],
)
def test_an_application_is_refused_to_the_last_day_of_the_ban_and_taken_the_day_after(
    session: Any, firm: Enterprise, permit: Permit, verb: str, ground: EndGround, article: str
) -> None:
    ended(permit, verb, ground)
    found = applied.filled(K.FIRST, firm.sites[0])
    with clock.at(LAST), pytest.raises(NotAllowed) as refused:
        actions.send_application(found, by=person("preparer"))
    told = " ".join(each.text for each in refused.value.missing)
    assert article in told and "2029-11-20" in told and "2026-11-20" in told and "3 年" in told and "未核对" in told
    assert permit.permit_no in told
    with clock.at(LAST + timedelta(days=1)):
        actions.send_application(found, by=person("preparer"))
    assert found.state is ApplicationState.CHECKED
    session.commit()


def test_the_ban_is_the_firms_at_each_of_its_sites_and_nobody_elses(
    session: Any, firm: Enterprise, far_firm: Enterprise, permit: Permit
) -> None:
    ended(permit)
    found = applied.filled(K.FIRST, other_site(firm))
    with clock.at(applied.notice_over(found)), pytest.raises(NotAllowed, match="不得再次申请"):
        actions.send_application(found, by=person("preparer"))
    assert queries.applications.reapply_ban(far_firm.id, clock.today()) is None


def test_what_is_no_new_application_is_not_refused(session: Any, firm: Enterprise, permit: Permit) -> None:
    other = other_site(firm)
    face = made.face(firm, permit_no=f"{firm.credit_code}002P")
    second = actions.draft_permit(other, face, made.facts(), by=person("permit"))
    made.fill(second.versions[0], person("permit"))
    actions.issue_version(second.versions[0], by=person("permit"))
    ended(permit)
    lost = applied.begun(K.REPLACEMENT, second)
    actions.save_grounds(lost, "正本遗失（示例）", None, by=person("preparer"))
    actions.commit_to(lost, True, by=person("preparer"))
    actions.send_application(lost, by=person("preparer"))
    session.commit()


def test_what_came_in_before_is_not_accepted_and_can_be_declined(
    session: Any, firm: Enterprise, permit: Permit
) -> None:
    found = applied.filled(K.FIRST, other_site(firm))
    with clock.at(applied.notice_over(found)):
        applied.hand_in(found)
        actions.end_permit(
            permit, "withdraw", clock.today(), "撤销决定（示例）", ground=EndGround.FRAUD, by=person("permit")
        )
        with pytest.raises(NotAllowed, match="不得再次申请"):
            actions.accept_application(found, by=person("permit"))
    with clock.at(applied.notice_over(found) + timedelta(days=30)):
        actions.decline_application(found, "三年内不得再次申请（示例）", by=person("permit"))
    assert found.state is ApplicationState.DECLINED
    session.commit()


def test_only_an_end_that_punishes_is_grounded_on_fraud(session: Any, permit: Permit) -> None:
    with pytest.raises(NotAllowed) as refused:
        actions.end_permit(permit, "cancel", ENDED, "注销（示例）", ground=EndGround.FRAUD, by=person("permit"))
    assert [each.field for each in refused.value.missing] == ["ground"]


def test_a_permit_that_ended_for_another_reason_bars_nobody(session: Any, firm: Enterprise, permit: Permit) -> None:
    ended(permit, "revoke", EndGround.OTHER)
    assert queries.applications.reapply_ban(firm.id, ENDED) is None
    ended_twice = queries.applications.reapply_ban(firm.id, LAST)
    assert ended_twice is None
