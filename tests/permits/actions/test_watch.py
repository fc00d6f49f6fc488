"""Every ended permit puts its site under watch, until somebody else releases it or a permit is held again."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from core import clock
from core.db import db
from core.workflow import NotAllowed
from permits import actions, queries
from permits.actions import WatchInput
from permits.models import (
    LandUse,
    Permit,
    PostPermitWatch,
    SoilSurvey,
    VersionGround,
    WatchCause,
    WatchState,
)
from registry.models import Category, Notification
from tests.inspections.made import at
from tests.permits import made
from tests.permits.made import person

AFTER = made.VALID_TO + timedelta(days=1)


def watches() -> list[PostPermitWatch]:
    """All there are, in their order."""
    return list(db.session.scalars(select(PostPermitWatch).order_by(PostPermitWatch.id)).unique())


def end(permit: Permit, verb: str = "cancel") -> PostPermitWatch:
    """End a permit and give the watch."""
    actions.end_permit(permit, verb, clock.today(), "停产（示例）", by=person("permit"))
    db.session.commit()
    return watches()[-1]


def cleared(**more: Any) -> WatchInput:
    """Soil and land as they must be before a release."""
    known = {
        "survey": SoilSurvey.NOT_OWED,
        "survey_basis": "不属土壤重点监管单位",
        "land_use": LandUse.SAME,
        "watched_by": person("officer"),
        "remark": "",
    }
    return WatchInput(**{**known, **more})


@pytest.mark.parametrize(("verb", "why"), [("cancel", "cancelled"), ("withdraw", "withdrawn"), ("revoke", "revoked")])
def test_every_act_that_ends_a_permit_puts_its_site_under_watch(permit: Permit, verb: str, why: str) -> None:
    found = end(permit, verb)
    assert (found.site_id, found.permit_id, found.why) == (permit.site_id, permit.id, WatchCause(why))
    assert (found.ended_on, found.opened_on, found.end_reason) == (clock.today(), clock.today(), "停产（示例）")
    assert (found.state, found.survey, found.land_use) == (WatchState.OPEN, SoilSurvey.UNKNOWN, LandUse.UNKNOWN)
    told = db.session.scalars(select(Notification).where(Notification.key == f"watch-{found.id}")).all()
    assert {each.user_id for each in told} >= {person("officer").id}


def test_the_nightly_run_watches_what_ran_out_once(permit: Permit) -> None:
    assert actions.follow_watches(clock.today()) == 0
    with clock.at(at(made.VALID_TO)):
        assert actions.follow_watches(clock.today()) == 0, "the last day is still valid"
    with clock.at(at(AFTER)):
        assert actions.follow_watches(clock.today()) == 1
        db.session.commit()
        assert actions.follow_watches(clock.today()) == 0
        found = watches()[0]
        assert (found.why, found.ended_on) == (WatchCause.EXPIRED, AFTER)
        actions.note_watch(found, cleared(), by=person("officer"))
        actions.release_watch(found, "已查清", by=person("approver"))
        db.session.commit()
        assert actions.follow_watches(clock.today()) == 0, "released for this end"
        end(permit)
        assert len(watches()) == 1, "cancelled after it ran out is the same end"


def test_a_site_that_holds_another_permit_is_not_watched(permit: Permit) -> None:
    clerk = person("permit")
    face = made.face(
        permit.enterprise, permit_no=f"{permit.enterprise.credit_code}002W", category=Category.REGISTRATION
    )
    other = actions.draft_permit(permit.site, face, made.facts(), by=clerk)
    actions.issue_version(other.versions[0], by=clerk)
    actions.end_permit(other, "cancel", clock.today(), "已取得排污许可证", by=clerk)
    assert watches() == []
    end(permit)
    assert len(watches()) == 1


def test_a_permit_held_again_ends_the_watch_with_that_reason(permit: Permit) -> None:
    with clock.at(at(AFTER)):
        actions.follow_watches(clock.today())
        facts = made.facts(
            ground=VersionGround.RENEWAL,
            applied_on=date(2027, 1, 4),
            decided_on=date(2027, 3, 12),
            in_force_from=AFTER,
            valid_from=AFTER,
            valid_to=date(2032, 3, 14),
        )
        version = actions.draft_version(permit, facts, by=person("permit"))
        actions.issue_version(version, by=person("permit"))
        db.session.commit()
    found = watches()[0]
    assert (found.state, found.released_on) == (WatchState.RELEASED, AFTER)
    assert found.released_by is not None and found.released_by.is_system
    assert found.release_reason == f"场所重新持证：{permit.permit_no}，有效期 2027-03-15 至 2032-03-14"
    with clock.at(at(date(2032, 3, 15))):
        assert actions.follow_watches(clock.today()) == 1, "the end of the next term is another one"


def test_a_permit_that_begins_later_ends_the_watch_when_its_day_has_come(permit: Permit) -> None:
    end(permit)
    clerk, first = person("permit"), clock.today() + timedelta(days=7)
    face = made.face(
        permit.enterprise, permit_no=f"{permit.enterprise.credit_code}002W", category=Category.REGISTRATION
    )
    facts = made.facts(in_force_from=first, valid_from=first, valid_to=first + timedelta(days=1000), decided_on=None)
    other = actions.draft_permit(permit.site, face, facts, by=clerk)
    actions.issue_version(other.versions[0], by=clerk)
    db.session.commit()
    assert watches()[0].state is WatchState.OPEN
    with clock.at(at(first)):
        assert actions.follow_watches(clock.today()) == 1
    assert watches()[0].state is WatchState.RELEASED


def test_a_release_asks_for_soil_land_and_a_reason(permit: Permit) -> None:
    found = end(permit)
    with pytest.raises(NotAllowed) as refused:
        actions.release_watch(found, " ", by=person("approver"))
    assert [each.text for each in refused.value.missing] == [
        "请写明理由。",
        "还没有查明是否应当做土壤污染状况调查。",
        "还没有查明土地用途。",
    ]
    owed = cleared(survey=SoilSurvey.OWED, survey_basis="土地拟收储")
    actions.note_watch(found, owed, by=person("officer"))
    with pytest.raises(NotAllowed, match="还没有完成"):
        actions.release_watch(found, "已查清", by=person("approver"))
    assert (found.state, found.release_reason) == (WatchState.OPEN, "")


def test_who_watches_never_releases_and_a_released_watch_stays_as_it_is(permit: Permit) -> None:
    found, approver = end(permit), person("approver")
    with pytest.raises(NotAllowed, match="请写明认定的依据"):
        actions.note_watch(found, cleared(survey_basis=" "), by=person("officer"))
    actions.note_watch(found, cleared(watched_by=approver), by=person("officer"))
    with pytest.raises(NotAllowed, match="监管人不能自己解除"):
        actions.release_watch(found, "已查清", by=approver)
    actions.note_watch(found, cleared(), by=person("officer"))
    with pytest.raises(NotAllowed, match="没有「解除」的权限"):
        actions.release_watch(found, "已查清", by=person("permit"))
    actions.release_watch(found, "已查清", by=approver)
    db.session.commit()
    assert (found.state, found.released_on, found.released_by) == (WatchState.RELEASED, clock.today(), approver)
    with pytest.raises(NotAllowed, match="已解除"):
        actions.note_watch(found, cleared(), by=person("officer"))
    with pytest.raises(NotAllowed, match="不能解除"):
        actions.release_watch(found, "再来", by=approver)


def test_the_watch_that_covers_a_permit_is_found_by_its_site(permit: Permit) -> None:
    assert queries.watch.of_permit(permit, clock.today()) is None
    found = end(permit)
    assert queries.watch.of_permit(permit, clock.today()) is found
