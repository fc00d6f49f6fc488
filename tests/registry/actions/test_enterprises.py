"""Registering and changing enterprises and sites."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from core import clock
from core.workflow import NotAllowed
from registry import actions, search
from registry.models import Category, Enterprise, IdKind, Status
from tests.registry.made import area, code, facts, firm, office, person, placed, site, site_facts


def fields(refused: Any) -> set[str | None]:
    return {each.field for each in refused.value.missing}


def renamed(enterprise: Enterprise, name: str, on: date | None = None) -> None:
    actions.change_enterprise(
        enterprise, replace(facts(), credit_code=enterprise.credit_code, name=name, renamed_on=on), by=person("officer")
    )


def test_an_enterprise_is_registered_with_its_first_site(session: Any) -> None:
    made = firm()
    assert [(each.name, each.office_id, each.category) for each in made.sites] == [
        (made.name, office("CJ-652302").id, Category.SIMPLIFIED)
    ]
    assert made.status is Status.OPERATING


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"credit_code": ""}, "没有统一社会信用代码"),
        ({"credit_code": "91652302MA700000"}, "应为 18 位"),
        ({"credit_code": "91652302MA70000019"}, "校验不符"),
        ({"credit_code": "91652302MI7000001X"}, "没有字母 I、O、S、V、Z"),
        ({"industry_code": "9999"}, "没有这个行业代码"),
    ],
)
def test_a_wrong_code_is_refused_in_words(session: Any, wrong: dict[str, Any], words: str) -> None:
    with pytest.raises(NotAllowed, match=words):
        actions.register_enterprise(facts(**wrong), by=person("officer"))


def test_who_has_no_credit_code_is_registered_under_another_number(session: Any) -> None:
    assert firm(id_kind=IdKind.OTHER, credit_code="个体-652302-0001").id


def test_one_code_is_registered_once(session: Any) -> None:
    firm()
    with pytest.raises(NotAllowed) as refused:
        actions.register_enterprise(facts(name="另一个名字"), by=person("officer"))
    assert fields(refused) == {"credit_code"}


def test_nobody_registers_what_another_office_supervises(session: Any) -> None:
    with pytest.raises(NotAllowed) as refused:
        actions.register_enterprise(facts(office_id=office("CJ-652301").id), by=person("officer"))
    assert fields(refused) == {"office_id"}
    assert firm(office_id=office("CJ-652301").id, by="permit").office.code == "CJ-652301"


def test_nobody_hands_a_firm_to_an_office_beyond_the_own(session: Any) -> None:
    made = firm()
    with pytest.raises(NotAllowed) as refused:
        actions.change_enterprise(made, facts(office_id=office("XPCC-06").id), by=person("permit"))
    assert fields(refused) == {"office_id"}


def test_a_former_name_is_kept_with_the_time_it_was_borne(session: Any) -> None:
    made = firm()
    first = made.name
    renamed(made, "阜康新生化工（示例）", date(2025, 3, 1))
    renamed(made, "阜康再生化工（示例）", date(2026, 6, 1))
    session.commit()
    session.refresh(made)
    assert [(each.name, each.valid_from, each.valid_to) for each in made.names] == [
        (first, None, date(2025, 2, 28)),
        ("阜康新生化工（示例）", date(2025, 3, 1), date(2026, 5, 31)),
    ]


def test_a_former_name_never_ends_before_it_began(session: Any) -> None:
    made = firm()
    renamed(made, "阜康新生化工（示例）", date(2026, 6, 1))
    session.commit()
    for day in (date(2026, 6, 1), date(2025, 1, 1)):
        with pytest.raises(NotAllowed) as refused:
            renamed(made, "阜康再生化工（示例）", day)
        assert fields(refused) == {"renamed_on"}
        session.rollback()


def test_a_name_does_not_change_in_the_future(session: Any) -> None:
    made = firm()
    with pytest.raises(NotAllowed) as refused:
        renamed(made, "阜康新生化工（示例）", date(2026, 11, 24))
    assert fields(refused) == {"renamed_on"}


def test_a_renamed_firm_is_found_by_both_names(session: Any) -> None:
    made = firm()
    renamed(made, "阜康新生化工（示例）")
    session.commit()
    for fragment in ("试验", "新生", "XSHG", "SYHG"):
        assert [each.id for each in search.firms(fragment, seen_by=person("officer"), most=5)] == [made.id], fragment


def test_a_code_that_another_firm_has_is_refused(session: Any) -> None:
    firm(1)
    other = firm(2)
    with pytest.raises(NotAllowed) as refused:
        actions.change_enterprise(other, facts(2, credit_code=code(1)), by=person("officer"))
    assert fields(refused) == {"credit_code"}


def test_the_list_shows_the_strictest_category_of_all_sites(session: Any) -> None:
    made = firm()
    second = site(made, category=Category.KEY)
    assert made.category is Category.KEY
    actions.close_site(second, clock.today(), by=person("officer"))
    assert made.category is Category.SIMPLIFIED


def test_a_firm_with_several_sites_moves_with_its_main_site(session: Any) -> None:
    """Area and office of the list are those of the main site, whichever page changed them."""
    made = firm()
    site(made)
    moved = facts(office_id=office("CJ-652301").id, area_id=area("652301").id, category=Category.KEY)
    actions.change_enterprise(made, moved, by=person("permit"))
    session.commit()
    assert [each.office.code for each in made.sites] == ["CJ-652301", "CJ-652302"]
    assert (made.office.code, made.area.code, made.category) == ("CJ-652301", "652301", Category.KEY)


def test_the_category_of_a_firm_with_several_sites_is_changed_at_the_site(session: Any) -> None:
    made = firm()
    site(made, category=Category.KEY)
    with pytest.raises(NotAllowed) as refused:
        actions.change_enterprise(made, facts(category=Category.NONE), by=person("officer"))
    assert fields(refused) == {"category"}


def test_when_the_main_site_closes_the_next_one_leads(session: Any) -> None:
    made = firm()
    site(made, office_id=office("CJ-652301").id, area_id=area("652301").id)
    actions.close_site(made.sites[0], clock.today(), by=person("officer"))
    session.commit()
    assert made.office.code == "CJ-652301"


@pytest.mark.parametrize(
    ("longitude", "latitude", "field"),
    [
        ("44.16", "87.98", "longitude"),
        ("187.98", "44.16", "longitude"),
        ("87.98", "54.16", "latitude"),
        ("87.98", None, "latitude"),
        (None, "44.16", "latitude"),
    ],
)
def test_coordinates_outside_the_prefecture_or_exchanged_are_refused(
    session: Any, longitude: str | None, latitude: str | None, field: str
) -> None:
    made = firm()
    wrong = site_facts(
        longitude=Decimal(longitude) if longitude else None, latitude=Decimal(latitude) if latitude else None
    )
    with pytest.raises(NotAllowed) as refused:
        actions.add_site(made, wrong, by=person("officer"))
    assert fields(refused) == {field}


def test_a_site_closes_once_and_not_in_the_future(session: Any) -> None:
    made = firm()
    with pytest.raises(NotAllowed):
        actions.close_site(made.sites[0], date(2026, 11, 24), by=person("officer"))
    actions.close_site(made.sites[0], date(2026, 11, 20), by=person("officer"))
    with pytest.raises(NotAllowed, match="已于 2026-11-20 关闭"):
        actions.close_site(made.sites[0], date(2026, 11, 21), by=person("officer"))


def test_a_stop_is_noted_with_reason_and_day_and_taken_back(session: Any) -> None:
    made = firm()
    actions.suspend_enterprise(made, "检修", date(2026, 11, 1), by=person("officer"))
    assert (made.status, made.status_reason, made.status_since) == (Status.SUSPENDED, "检修", date(2026, 11, 1))
    actions.reopen_enterprise(made, "检修结束", date(2026, 11, 20), by=person("officer"))
    actions.close_enterprise(made, "拆除", date(2026, 11, 22), by=person("officer"))
    assert made.status is Status.CLOSED
    session.commit()


@pytest.mark.parametrize("act", [actions.suspend_enterprise, actions.close_enterprise, actions.reopen_enterprise])
def test_no_status_changes_without_a_reason_or_in_the_future(session: Any, act: Any) -> None:
    made = firm()
    if act is actions.reopen_enterprise:
        actions.suspend_enterprise(made, "检修", date(2026, 11, 1), by=person("officer"))
    before = made.status
    with pytest.raises(NotAllowed):
        act(made, "某个原因", date(2026, 11, 24), by=person("officer"))
    with pytest.raises(NotAllowed):
        act(made, "", date(2026, 11, 2), by=person("officer"))
    assert made.status is before


def test_the_database_refuses_a_stop_without_its_day(session: Any) -> None:
    made = firm()
    with pytest.raises(Exception, match=r"stopped_since|CHECK"), session.begin_nested():
        session.execute(Enterprise.__table__.update().where(Enterprise.id == made.id).values(status=Status.SUSPENDED))


def test_looking_at_a_telephone_number_is_written_down(session: Any) -> None:
    from accounts.models import AuditEntry

    made = firm()
    actions.reveal_contact(made, by=person("officer2"))
    session.commit()
    last = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert (last.act, last.actor_name) == ("registry:contact:reveal", "马建军（officer2）")
    assert placed(9, "XPCC-06", "XPCC-06").id
