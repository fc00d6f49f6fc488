"""Two that are one: everything that hangs on the one hangs on the other, and nobody loses sight of anything."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from core.db import Base
from core.workflow import NotAllowed
from credit import standing
from credit.models import CreditEvent, Grade
from registry import actions, queries, search
from registry.models import Enterprise, FormerName, ListKind, Mandate, Status
from tests.inspections.made import confirmed, final, photo, served
from tests.permits.made import permit
from tests.registry.made import firm, person, placed, site


@pytest.fixture
def two(session: Any) -> tuple[Enterprise, Enterprise]:
    """One to keep and one to go."""
    return firm(1, name="阜康天山焦化（示例）"), firm(2, name="阜康天山焦化有限公司（示例）")


def merged(kept: Enterprise, gone: Enterprise, **chosen: str) -> dict[str, int]:
    moved = actions.merge(kept, gone, chosen, by=person("approver"))
    from core.db import db

    db.session.commit()
    db.session.expire_all()
    return moved


def test_sites_lists_mandates_permits_and_duties_move(session: Any, two: Any) -> None:
    kept, gone = two
    own = permit(gone)
    actions.add_to_list(gone, ListKind.AIR, 2026, "焦化", "名录", date(2026, 3, 1), by=person("officer"))
    actions.add_representative(
        gone, "preparer", Mandate.PREPARER, date(2026, 1, 1), None, photo(), by=person("officer")
    )
    session.commit()
    moved = merged(kept, gone)
    assert moved["site"] == moved["permit"] == moved["list_membership"] == moved["representative"] == 1
    assert moved["obligation"] > 0
    assert own.enterprise_id == kept.id
    assert len(kept.sites) == 2
    assert (gone.status, gone.merged_into_id) == (Status.CLOSED, kept.id)


def test_every_table_about_a_firm_is_moved_or_stays_with_what_was_decided(session: Any, two: Any) -> None:
    """A table that somebody adds is held by this: it hangs on the kept firm, or it is frozen, and then it is found there."""
    kept, gone = two
    moved = set(merged(kept, gone))
    about_firms = {table.name for table in Base.metadata.sorted_tables if "enterprise_id" in table.c}
    assert about_firms - moved == {
        "audit_entry", "name_gram", "grade_span",
        "document", "inspection", "finding", "rectification_order", "item_response", "penalty_decision", "decision_stay", "quash_proposal",
        "credit_event", "evaluation", "listing",
    }  # fmt: skip


def test_the_name_that_goes_is_found_as_a_former_name(session: Any, two: Any) -> None:
    kept, gone = two
    name = gone.name
    merged(kept, gone)
    assert name in session.scalars(select(FormerName.name).where(FormerName.enterprise_id == kept.id)).all()
    assert {each.id for each in search.firms("山焦化有", seen_by=person("officer"), most=9)} == {kept.id}


def test_each_field_stands_as_it_was_chosen(session: Any, two: Any) -> None:
    kept, gone = two
    gone.contact_name, gone.remark, kept.remark = "赵某", "新备注", "旧备注"
    from accounts.audit import record

    record(gone, "test", "改", by=person("officer"))
    session.commit()
    merged(kept, gone, contact_name="gone", remark="kept")
    assert (kept.contact_name, kept.remark) == ("赵某", "旧备注")


def test_the_list_shows_the_strictest_category_after_merging(session: Any) -> None:
    kept, gone = firm(1), firm(2)
    from registry.models import Category

    site(gone, category=Category.KEY)
    merged(kept, gone)
    assert kept.category is Category.KEY


def test_nobody_merges_a_firm_with_itself_or_twice(session: Any, two: Any) -> None:
    kept, gone = two
    with pytest.raises(NotAllowed, match="两家不同"):
        actions.merge(kept, kept, {}, by=person("approver"))
    merged(kept, gone)
    with pytest.raises(NotAllowed, match="已经合并过"):
        actions.merge(firm(3), gone, {}, by=person("approver"))


def test_a_merged_firm_is_not_opened_again(session: Any, two: Any) -> None:
    kept, gone = two
    merged(kept, gone)
    with pytest.raises(NotAllowed, match="已并入"):
        actions.reopen_enterprise(gone, "恢复", date(2026, 11, 23), by=person("officer"))


def test_only_the_approver_merges(browse: Any, two: Any) -> None:
    kept, gone = two
    url = f"/enterprises/merge?kept={kept.credit_code}&gone={gone.credit_code}"
    for username in ("officer", "permit", "credit", "reviewer"):
        browse(username).get(url, 403)
    approver = browse("approver")
    approver.submit(approver.get(url), {"remark": "gone"})
    assert "已并入另一家企业" in approver.get(f"/enterprises/{gone.id}").text


def test_a_penalty_is_not_shaken_off_by_merging(session: Any, two: Any) -> None:
    """The points of the firm that goes count for the one that is kept: else merging would wash a record clean."""
    kept, gone = two
    confirmed(gone)
    events = session.scalars(select(CreditEvent).where(CreditEvent.enterprise_id == gone.id)).all()
    assert len(events) == 1
    merged(kept, gone)
    from credit import queries as credit

    score = credit.score(kept.id, date(2026, 11, 23))
    assert score.grade is Grade.BLACK, score
    span = queries.grade_on(kept.id, date(2026, 11, 23))
    assert span is not None and span.grade == "black"
    standing.refresh(gone.id)
    assert queries.grade_on(gone.id, date(2026, 11, 23)) is None


def test_the_people_of_the_firm_still_answer_the_order_it_was_served(session: Any, browse: Any, two: Any) -> None:
    kept, gone = two
    actions.add_representative(
        gone, "preparer", Mandate.PREPARER, date(2026, 1, 1), None, photo(), by=person("officer")
    )
    order = served(final(gone))
    merged(kept, gone)
    preparer = browse("preparer")
    assert order.document.number in preparer.get("/my/orders").text
    preparer.get(f"/my/orders/{order.id}")
    preparer.submit(
        preparer.get(f"/my/orders/{order.id}/items/{order.items[0].id}/answer"),
        {"text": "已改", "done_on": "2026-11-23"},
    )


def test_whoever_supervises_what_remains_sees_what_happened_before(session: Any) -> None:
    """A firm of another county goes into one of ours: its old record is read where its sites are now supervised."""
    kept, gone = firm(1), placed(2, "CJ-652301", "652301")
    before = final(gone, officer="far_officer", second="far_officer2")
    merged(kept, gone)
    from inspections.queries import inspection

    assert inspection(before.id, seen_by=person("officer")).id == before.id
    assert inspection(before.id, seen_by=person("far_officer")).id == before.id


def test_a_chain_of_mergers_leads_to_the_one_that_is_left(session: Any, two: Any) -> None:
    first, second = two
    confirmed(second)
    third = firm(3)
    merged(first, second)
    merged(third, first)
    assert second.merged_into_id == third.id
    from credit import queries as credit

    assert credit.score(third.id, date(2026, 11, 23)).grade is Grade.BLACK
