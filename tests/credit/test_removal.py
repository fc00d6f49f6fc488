"""Off the list before the term ends: asked for by one, decided by another, published nowhere from then on."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from accounts.models import UserRole
from accounts.roles import Role
from core import clock
from core.workflow import NotAllowed
from credit import actions
from credit.models import ListingState
from registry.models import Enterprise
from tests.credit import made
from tests.inspections.made import at, person

DAY = at(date(2027, 1, 15))


def test_nobody_takes_a_firm_off_the_list_alone(session: Any, firm: Enterprise) -> None:
    listing = made.listed(firm)
    with clock.at(DAY):
        with pytest.raises(NotAllowed, match="先由信用经办人提出"):
            actions.remove_listing(listing, "已改正", by=person("approver"))
        clerk = person("credit")
        clerk.grants.append(UserRole(role=Role.APPROVER, granted_at=clock.now()))
        asked = actions.propose_removal(listing, "列入事由已消失（示例）", by=clerk)
        session.commit()
        with pytest.raises(NotAllowed, match="另一人办理"):
            actions.decide_removal(asked, True, "", by=clerk)
        with pytest.raises(NotAllowed, match="先由信用经办人提出"):
            actions.remove_listing(listing, "已改正", by=person("approver"))
        with pytest.raises(NotAllowed, match="等待决定"):
            actions.propose_removal(listing, "再提", by=clerk)
    assert listing.state is ListingState.LISTED


def test_the_database_keeps_two_pairs_of_eyes_on_a_removal(session: Any, firm: Enterprise) -> None:
    listing = made.listed(firm)
    with clock.at(DAY):
        asked = actions.propose_removal(listing, "列入事由已消失（示例）", by=person("credit"))
        session.commit()
        asked.granted, asked.decided_on, asked.decided_by_id = True, date(2027, 1, 15), asked.proposed_by_id
        with pytest.raises(IntegrityError, match=r"four_eyes|CHECK"), session.begin_nested():
            session.flush()


def test_the_clerk_asks_and_the_approver_decides_on_their_pages(browse: Any, session: Any, firm: Enterprise) -> None:
    listing = made.listed(firm)
    url = f"/listings/{listing.id}"
    with clock.at(DAY):
        clerk, approver = browse("credit"), browse("approver")
        assert "另一人决定" in approver.get(url).text
        assert not approver.get(url).soup.select(f'a[href="{url}/remove"]')
        approver.get(f"{url}/propose-removal", status=403)
        assert clerk.submit(clerk.get(f"{url}/propose-removal"), {"reason": ""}, status=422).errors
        clerk.submit(clerk.get(f"{url}/propose-removal"), {"reason": "列入事由已消失（示例）"})
        assert "待决定" in clerk.get(url).text
        assert approver.get("/desk").soup.select(f'a[href="{url}/remove"]')
        page = approver.get(f"{url}/remove")
        assert "列入事由已消失（示例）" in page.text
        assert approver.submit(page, {"password": "falsch", "granted": "1"}, status=422).errors
        assert firm.name in browse(None).get("/public/blacklist").text
        approver.submit(page, {"granted": "1"})
        assert firm.name not in browse(None).get("/public/blacklist").text
        session.expire_all()
        assert listing.state is ListingState.REMOVED
        assert not approver.get("/desk").soup.select(f'a[href="{url}/remove"]')


def test_a_removal_refused_says_why_and_leaves_the_firm_where_it_is(
    browse: Any, session: Any, firm: Enterprise
) -> None:
    listing = made.listed(firm)
    url = f"/listings/{listing.id}"
    with clock.at(DAY):
        actions.propose_removal(listing, "列入事由已消失（示例）", by=person("credit"))
        session.commit()
        approver = browse("approver")
        bare = approver.submit(approver.get(f"{url}/remove"), {"granted": "0"}, status=422)
        assert "不予移出的理由" in " ".join(bare.errors)
        approver.submit(approver.get(f"{url}/remove"), {"granted": "0", "answer": "改正尚未复查"})
        page = browse("credit").get(url)
        assert "不予移出" in page.text and "改正尚未复查" in page.text
        session.expire_all()
        assert listing.state is ListingState.LISTED
        actions.propose_removal(listing, "已复查（示例）", by=person("credit"))


def test_a_page_of_a_removal_that_nobody_proposed_says_so(browse: Any, firm: Enterprise) -> None:
    listing = made.listed(firm)
    with clock.at(DAY):
        assert "先由信用经办人提出" in browse("approver").get(f"/listings/{listing.id}/remove", status=422).text
