"""What a permit makes its holder owe beside reports: duties for soil, keeping of records, change of a registration."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from accounts.audit import record
from core import clock
from core.db import db
from core.workflow import NotAllowed
from law import actions as law_acts
from law import queries as law
from permits import actions, queries
from permits.models import MonitoringResult, Permit, RegistrationKind, VersionGround
from registry import actions as registry
from registry import obligations
from registry.models import Enterprise, HandIn, ListKind, ListMembership, Obligation, ObligationKind
from registry.rules.obligations import KEPT, Standing
from tests import world
from tests.inspections.made import at, photo
from tests.permits import made
from tests.permits.actions.test_registrations import facts as form_facts
from tests.permits.actions.test_registrations import filed
from tests.permits.actions.test_rounds import take, take_back
from tests.permits.made import person
from tests.registry.made import facts as firm_facts

TODAY = date(2026, 11, 23)
SOIL = ("soil-hidden", "soil-monitoring", "soil-toxic")


def listed(firm: Enterprise, year: int = 2026) -> ListMembership:
    """The firm on the soil list of a year."""
    with clock.at(at(max(TODAY, date(year, 3, 1)))):
        return registry.add_to_list(
            firm, ListKind.SOIL, year, "焦化（示例）", "部令第27号", date(year, 3, 1), by=person("permit")
        )


def owed(permit: Permit, kind: ObligationKind) -> dict[str, Obligation]:
    """What stands of a kind, by key."""
    return {each.key: each for each in obligations.of(permit) if each.kind is kind and each.voided_on is None}


def handed_in(owed: Obligation, on: date = TODAY) -> Any:
    """What is owed, handed in on a day."""
    with clock.at(at(on)):
        return registry.hand_in(owed, "", [photo()], by=person("preparer"))


# --- soil --------------------------------------------------------------------------------------------------------


def test_a_firm_on_the_soil_list_owes_the_three_duties_of_the_year(
    session: Any, firm: Enterprise, permit: Permit
) -> None:
    assert owed(permit, ObligationKind.SOIL) == {}
    listed(firm)
    session.commit()
    found = owed(permit, ObligationKind.SOIL)
    assert set(found) == {f"{name}-2026" for name in SOIL}
    toxic = found["soil-toxic-2026"]
    assert (toxic.due_on, toxic.opens_on) == (date(2027, 1, 31), date(2027, 1, 1))
    assert (toxic.period_from, toxic.period_to) == (date(2026, 1, 1), date(2026, 12, 31))
    assert "生态环境法典》第四百一十四条" in toxic.basis
    assert found["soil-monitoring-2026"].opens_on == date(2026, 1, 1)


def test_the_article_is_the_one_in_force_when_the_year_ends(session: Any, firm: Enterprise) -> None:
    permit = made.permit(firm, datetime(2025, 6, 30, 10, 0, tzinfo=clock.BEIJING))
    listed(firm, 2025)
    listed(firm, 2026)
    before, after = (owed(permit, ObligationKind.SOIL)[f"soil-toxic-{year}"].basis for year in (2025, 2026))
    assert "土壤污染防治法》第二十一条" in before
    assert "法典" not in before
    assert "生态环境法典》第四百一十四条" in after


def test_what_fell_due_before_the_permit_was_entered_is_owed_elsewhere(
    session: Any, firm: Enterprise, permit: Permit
) -> None:
    listed(firm, 2025)  # due 2026-01-31, the permit was entered 2026-06-30
    assert owed(permit, ObligationKind.SOIL) == {}


def test_who_is_taken_off_the_list_within_the_year_owes_nothing_for_it_and_after_it_all(
    session: Any, firm: Enterprise, permit: Permit
) -> None:
    entry = listed(firm)
    registry.remove_from_list(entry, "搬迁（示例）", TODAY, by=person("permit"))
    voided = [each for each in obligations.of(permit) if each.kind is ObligationKind.SOIL]
    assert {each.void_reason for each in voided} == {"土壤污染重点监管单位名录变动"}
    assert owed(permit, ObligationKind.SOIL) == {}
    listed(firm)
    assert len(owed(permit, ObligationKind.SOIL)) == 3, "it comes back as the same three"
    assert len([each for each in obligations.of(permit) if each.kind is ObligationKind.SOIL]) == 3
    with clock.at(at(date(2027, 2, 1))):
        registry.remove_from_list(entry, "搬迁（示例）", date(2027, 1, 5), by=person("permit"))
    assert len(owed(permit, ObligationKind.SOIL)) == 3, "it stood on the list to the end of the year"


def test_submitted_work_stays_when_the_firm_leaves_the_list(session: Any, firm: Enterprise, permit: Permit) -> None:
    entry = listed(firm)
    sent = handed_in(owed(permit, ObligationKind.SOIL)["soil-monitoring-2026"])
    registry.remove_from_list(entry, "搬迁（示例）", TODAY, by=person("permit"))
    assert set(owed(permit, ObligationKind.SOIL)) == {"soil-monitoring-2026"}
    registry.return_hand_in(sent, "点位不全（示例）", by=person("permit"))
    assert owed(permit, ObligationKind.SOIL) == {}, "given back, it is not owed any more"
    assert queries.permits.duty(permit, "soil-monitoring-2026").void_reason == "退回后不再需要履行"


def test_after_the_permit_the_watch_goes_on_instead(session: Any, firm: Enterprise, permit: Permit) -> None:
    listed(firm)
    actions.end_permit(permit, "cancel", TODAY, "停产（示例）", by=person("permit"))
    assert owed(permit, ObligationKind.SOIL) == {}
    assert queries.watch.of_site(permit.site_id)


def test_the_year_that_was_over_before_the_end_is_still_owed(session: Any, firm: Enterprise, permit: Permit) -> None:
    listed(firm)
    with clock.at(at(date(2027, 1, 10))):
        actions.end_permit(permit, "cancel", date(2027, 1, 10), "停产（示例）", by=person("permit"))
    assert len(owed(permit, ObligationKind.SOIL)) == 3


def test_a_new_year_begins_with_the_list_of_that_year(session: Any, firm: Enterprise, permit: Permit) -> None:
    listed(firm)
    renewed = made.facts(
        ground=VersionGround.RENEWAL,
        in_force_from=date(2027, 3, 15),
        valid_from=date(2027, 3, 15),
        valid_to=date(2032, 3, 14),
        applied_on=TODAY,
        decided_on=TODAY,
    )
    actions.issue_version(actions.draft_version(permit, renewed, by=person("permit")), by=person("permit"))
    with clock.at(at(date(2027, 3, 1))):
        assert registry.copy_lists(2027, by=person("permit"))
    assert {f"{name}-2027" for name in SOIL} < set(owed(permit, ObligationKind.SOIL))


def test_the_day_is_a_parameter_that_a_legal_officer_sets(session: Any, firm: Enterprise, permit: Permit) -> None:
    listed(firm)
    rule = law.deadline_rule("soil.toxic_release_report")
    assert rule.is_parameter and rule.checked_on is None and "未核对" in rule.note
    reading = law_acts.Reading(None, False, False, "州局定（示例）", "03-31")
    law_acts.settle_deadline(rule, reading, on=TODAY, by=person("reviewer"))
    assert owed(permit, ObligationKind.SOIL)["soil-toxic-2026"].due_on == date(2027, 3, 31)
    assert owed(permit, ObligationKind.SOIL)["soil-monitoring-2026"].due_on == date(2027, 1, 31)
    for wrong in ("02-29", "3-31", "13-01", "十二月"):
        with pytest.raises(NotAllowed, match="月-日"):
            law_acts.settle_deadline(
                rule, law_acts.Reading(None, False, False, "", wrong), on=TODAY, by=person("reviewer")
            )
    with pytest.raises(NotAllowed, match="不能改"):
        fixed = law.deadline_rule("disclosure.annual")
        law_acts.settle_deadline(fixed, reading, on=TODAY, by=person("reviewer"))


# --- records -----------------------------------------------------------------------------------------------------


def test_the_records_of_each_year_are_kept_for_five_years(session: Any, permit: Permit) -> None:
    found = owed(permit, ObligationKind.RETENTION)
    assert list(found) == [f"records-{year}" for year in range(2022, 2027)], "2027 has not begun"
    part, whole = found["records-2022"], found["records-2025"]
    assert (part.period_from, part.due_on) == (made.VALID_FROM, date(2027, 12, 31))
    assert (whole.title, whole.due_on) == ("保存 2025 年环境管理台账和原始监测记录", date(2030, 12, 31))
    assert "法典" not in whole.basis
    assert "生态环境法典》第一百八十三条" in found["records-2026"].basis
    for day, standing in ((date(2030, 12, 31), Standing.KEEPING), (date(2031, 1, 1), Standing.OVER)):
        assert obligations.standing(whole, day) is standing
        assert session.scalar(select(obligations.stands([standing], day)).where(Obligation.id == whole.id))


def test_what_is_kept_is_nowhere_open_or_late(session: Any, firm: Enterprise, permit: Permit) -> None:
    for day in (TODAY, date(2040, 1, 1)):
        kept = select(Obligation.id).where(Obligation.kind.in_(KEPT))
        assert session.scalars(kept.where(obligations.is_open())).all() == []
        assert session.scalars(kept.where(obligations.is_overdue(day))).all() == []
    assert not [each for each in queries.permits.duties(permit) if each.kind in KEPT]
    assert not [one for one, _permit in queries.permits.duties_due(person("permit"), TODAY, 9000) if one.kind in KEPT]
    with pytest.raises(NotAllowed, match="保存到期满"):
        obligations.fulfil(queries.permits.kept(permit)[0], TODAY, person("permit"))


def test_the_end_of_a_permit_voids_nothing_that_is_kept(session: Any, firm: Enterprise, permit: Permit) -> None:
    before = owed(permit, ObligationKind.RETENTION)
    actions.end_permit(permit, "cancel", TODAY, "停产（示例）", by=person("permit"))
    after = owed(permit, ObligationKind.RETENTION)
    assert set(after) == set(before)
    assert (after["records-2026"].period_to, after["records-2026"].due_on) == (date(2026, 11, 22), date(2031, 11, 22))


def test_a_year_begun_is_added_once_for_all_permits_alike(session: Any, firm: Enterprise, permit: Permit) -> None:
    with clock.at(at(date(2027, 1, 1))):
        assert actions.begin_year(clock.today()) == 1
        session.commit()
        assert actions.begin_year(clock.today()) == 0
        added = owed(permit, ObligationKind.RETENTION)["records-2027"]
        assert (added.period_to, added.due_on) == (made.VALID_TO, date(2032, 3, 14))
        assert actions.begin_rounds(clock.today()) == 7, "July to January"
        assert actions.refresh_duties(permit, "再算一次", by=person("permit")).empty
    for each in obligations.of(permit):
        if each.kind is ObligationKind.RETENTION:
            session.delete(each)
    record(permit, "tests:permit:forget", "升级以前的许可证", by=person("permit"))
    session.commit()
    assert actions.begin_year(TODAY) == 5, "permits of an older installation get what they lack"
    session.expire_all()
    actions.refresh_duties(permit, "时钟拨回", by=person("permit"))
    assert actions.refresh_duties(permit, "再算一次", by=person("permit")).empty


# --- both, in any order ------------------------------------------------------------------------------------------

STEPS = st.lists(
    st.sampled_from(
        ["list", "unlist", "hand in", "return", "confirm", "change", "new year", "again", "sample", "take back"]
    ),
    max_size=8,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=12)
@example(["new year", "new year", "new year", "list"])  # past the last day of the permit
@given(STEPS)
def test_in_any_order_submitted_work_stays_and_a_second_run_changes_nothing(
    session: Any, firm: Enterprise, permit: Permit, steps: list[str]
) -> None:
    savepoint = session.begin_nested()
    day, sent = TODAY, dict[int, date]()
    try:
        for step in steps:
            with clock.at(at(day)):
                actions.begin_year(day)
                actions.begin_rounds(day)
                assert actions.begin_rounds(day) == 0, step
                _taken(step, session, firm, permit, day, sent)
                assert actions.refresh_duties(permit, "再算一次", by=person("permit")).empty, step
                _holds(permit, day, sent)
            day += timedelta(days=1) if step != "new year" else timedelta(days=40)
    finally:  # what fails must not be there when it is tried again
        savepoint.rollback()
        session.expire_all()


def _taken(step: str, session: Any, firm: Enterprise, permit: Permit, day: date, sent: dict[int, date]) -> None:
    entry = session.scalars(
        select(ListMembership).where(ListMembership.enterprise_id == firm.id, ListMembership.kind == ListKind.SOIL)
    ).first()
    waiting = session.scalars(select(HandIn).where(HandIn.judged_at.is_(None))).first()
    open_ = [
        each
        for each in owed(permit, ObligationKind.SOIL).values()
        if each.fulfilled_on is None and (each.opens_on is None or each.opens_on <= day)
    ]
    if step == "list" and (entry is None or entry.removed_on):
        registry.add_to_list(firm, ListKind.SOIL, 2026, "焦化", "部令第27号", date(2026, 3, 1), by=person("permit"))
    elif step == "unlist" and entry is not None and not entry.removed_on:
        registry.remove_from_list(entry, "搬迁", day, by=person("permit"))
    elif step == "hand in" and open_:
        made_ = registry.hand_in(open_[0], "", [photo()], by=person("preparer"))
        sent[made_.id] = day
    elif step == "return" and waiting:
        registry.return_hand_in(waiting, "点位不全", by=person("permit"))
    elif step == "confirm" and waiting:
        registry.confirm_hand_in(waiting, by=person("permit"))
    elif step == "sample":
        take(permit, day)
    elif step == "take back":
        take_back(permit)
    elif step == "change":
        issued = queries.permits.issued(permit)[-1]
        if issued.in_force_from < day:
            facts = made.facts(ground=VersionGround.CHANGE, in_force_from=day, decided_on=day)
            actions.issue_version(actions.draft_version(permit, facts, by=person("permit")), by=person("permit"))


def month_of(day: date) -> int:
    return day.year * 12 + day.month


def _holds(permit: Permit, day: date, sent: dict[int, date]) -> None:
    for row in db.session.scalars(select(HandIn)).unique():
        if row.id not in sent:
            continue
        assert row.sent_on == sent[row.id]
        if row.state.code in ("sent", "confirmed"):
            assert row.obligation.fulfilled_on == sent[row.id], "met on the day it came"
            assert row.obligation.voided_on is None
    kept = owed(permit, ObligationKind.RETENTION)
    assert {f"records-{year}" for year in range(2022, 2027)} <= set(kept)
    rounds, valid = owed(permit, ObligationKind.MONITORING), MonitoringResult
    months = [(each.period_from, each.due_on) for each in rounds.values()]
    last = min(month_of(day), month_of(made.VALID_TO) - 1)  # of a month the permit must see the end
    assert len(rounds) == last - month_of(date(2026, 6, 30)), "each month begun since July, once"
    assert len(set(months)) == len(months)
    for each in rounds.values():
        found = select(valid).where(valid.replaced_at.is_(None), valid.invalid_reason.is_(None))
        days = [clock.beijing(row.measured_at).date() for row in db.session.scalars(found)]
        inside = [one for one in days if each.period_from and each.period_from <= one <= each.due_on]
        assert (each.fulfilled_on is not None) == bool(inside), each.key


# --- registration ------------------------------------------------------------------------------------------------


def renamed(firm: Enterprise, name: str, on: date) -> None:
    """The office writes down that the firm bears another name since a day."""
    facts = firm_facts(
        credit_code=firm.credit_code,
        name=name,
        legal_representative=firm.legal_representative,
        address=firm.address,
        area_id=firm.area_id,
        office_id=firm.office_id,
        category=firm.category,
        renamed_on=on,
    )
    registry.change_enterprise(firm, facts, by=person("permit"))


def test_a_change_that_the_register_shows_is_owed_within_twenty_days(session: Any, firm: Enterprise) -> None:
    permit = filed(RegistrationKind.FIRST, firm).permit
    assert permit is not None
    assert owed(permit, ObligationKind.REGISTRATION) == {}
    assert owed(permit, ObligationKind.RETENTION) == {}, "a registration keeps no ledger by law"
    with clock.at(at(date(2026, 12, 10))):
        renamed(firm, "晨岭新材料有限公司（示例）", date(2026, 12, 1))
        (change,) = owed(permit, ObligationKind.REGISTRATION).values()
        assert (change.title, change.due_on) == ("办理排污登记变更（单位名称）", date(2026, 12, 21))
        assert "第二十四条" in change.basis
        assert actions.refresh_duties(permit, "再算一次", by=person("permit")).empty
    assert obligations.standing(change, date(2026, 12, 21)) is Standing.DUE_TODAY
    assert obligations.standing(change, date(2026, 12, 22)) is Standing.OVERDUE
    with clock.at(at(date(2026, 12, 15))):
        made_ = actions.begin_registration(RegistrationKind.CHANGE, firm.sites[0], by=person("preparer"))
        given_ = form_facts(firm, changed_on=date(2026, 12, 1))
        actions.save_registration(made_, given_, by=person("preparer"))
        actions.send_registration(made_, by=person("preparer"))
        actions.sign_registration(made_, world.PASSWORD, declared=True, by=person("signer"))
    assert change.fulfilled_on == date(2026, 12, 15)
    assert [each.key for each in owed(permit, ObligationKind.REGISTRATION).values()] == [change.key]


def test_a_change_taken_back_is_owed_no_longer(session: Any, firm: Enterprise) -> None:
    permit, name = filed(RegistrationKind.FIRST, firm).permit, firm.name
    assert permit is not None
    with clock.at(at(date(2026, 12, 10))):
        renamed(firm, "写错了（示例）", date(2026, 12, 9))
    with clock.at(at(date(2026, 12, 12))):
        renamed(firm, name, date(2026, 12, 12))
    assert owed(permit, ObligationKind.REGISTRATION) == {}
    (gone,) = [each for each in obligations.of(permit) if each.kind is ObligationKind.REGISTRATION]
    assert gone.void_reason == "登记的信息与登记表一致"
