"""A firm applies and signs, on its telephone or at its desk; at the desk the clerk accepts and examines, and the approver decides."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page
from sqlalchemy import select

from core.db import db
from permits.models import Application, ApplicationState
from registry.models import Enterprise
from tests import world
from tests.browser.conftest import aside
from tests.browser.eyes import DESK
from tests.browser.test_portal import PLACES, Reader
from tests.permits import made

pytestmark = pytest.mark.browser
Opened = Callable[..., tuple[Page, list[str]]]


def _permit() -> int:
    firm = db.session.scalars(select(Enterprise).where(Enterprise.credit_code == world.FIRMS[0][0])).one()
    return made.permit(firm).id


def _state() -> ApplicationState:
    return db.session.scalars(select(Application.state)).one()


@pytest.mark.parametrize("where", PLACES, ids=["telephone", "desk"])
def test_a_replacement_goes_from_the_firm_over_two_desks_to_its_decision(
    opened: Opened, own_app: Flask, where: dict[str, Any]
) -> None:
    permit = aside(own_app, _permit)
    page, said = opened("preparer", **where)
    firm = Reader(page)
    firm.open("/my/applications")
    firm.open(f"/my/applications/new?permit={permit}&kind=replacement")
    firm.go("main form .btn-primary")
    home = page.url.partition("127.0.0.1")[2].partition("/")[2]
    firm.go("a:has-text('申请理由')")
    page.fill("[name=reason]", "正本遗失")
    firm.go("main form .btn-primary")
    firm.go("a:has-text('承诺书')")
    page.check("[name=committed]")
    firm.go("main form .btn-primary")
    firm.go("a:has-text('核对并送签发人')")
    firm.go("main form .btn-primary")
    assert page.locator("a:has-text('审阅并签发')").count() == 0, "who prepares never signs"

    signer, signer_said = opened("signer", **where)
    hand = Reader(signer)
    hand.open("/my")
    hand.open(f"/{home}/sign")
    signer.check("[name=declared]")
    signer.fill("[name=password]", world.PASSWORD)
    hand.go("main form .btn-grave")
    assert "待受理" in signer.inner_text("main")

    office = f"/{home.removeprefix('my/')}"
    clerk, clerk_said = opened("permit", DESK)
    desk = Reader(clerk)
    desk.open("/applications")
    desk.open(f"{office}/accept")
    desk.go("main form .btn-primary")
    desk.open(f"{office}/review")
    clerk.check("[name=opinion][value=grant]")
    clerk.fill("[name=words]", "符合")
    desk.go("main form .btn-primary")
    assert clerk.locator("a:has-text('准予许可')").count() == 0, "who reviewed never decides"

    approver, approver_said = opened("approver", DESK)
    last = Reader(approver)
    last.open("/desk")
    last.open(f"{office}/grant")
    last.go("main form .btn-grave")
    assert aside(own_app, _state) is ApplicationState.GRANTED
    assert firm.found + hand.found + desk.found + last.found == []
    assert said + signer_said + clerk_said + approver_said == []
