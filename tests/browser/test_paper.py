"""At the desk the clerk keys in a report that came on paper, and cannot accept it alone."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page
from sqlalchemy import select

from core.db import db
from permits.models import ExecutionReport, ReportState
from registry.models import Enterprise
from tests import world
from tests.browser.conftest import aside
from tests.browser.eyes import DESK
from tests.browser.test_portal import Reader
from tests.inspections.made import photo
from tests.permits import made

pytestmark = pytest.mark.browser
Opened = Callable[..., tuple[Page, list[str]]]


def _owed() -> int:
    firm = db.session.scalars(select(Enterprise).where(Enterprise.credit_code == world.FIRMS[0][0])).one()
    return made.owed(made.permit(firm), "2026-q3").id


def _state() -> ReportState:
    return db.session.scalars(select(ExecutionReport.state)).one()


def test_a_report_on_paper_is_keyed_in_at_the_desk(opened: Opened, own_app: Flask, tmp_path: Path) -> None:
    owed = aside(own_app, _owed)
    scan = tmp_path / "纸质报告.jpg"
    scan.write_bytes(photo())
    page, said = opened("permit", DESK)
    clerk = Reader(page)
    clerk.open(f"/obligations/{owed}")
    clerk.go("a:has-text('代录纸质报告')")
    page.fill("[name=received_on]", "2026-10-12")
    page.fill("[name=signatory]", "孙志远")
    page.fill("[name=post]", "总经理")
    for at, row in enumerate(made.ROWS):
        for name, value in vars(made.GOOD[row]).items():
            if value is not None:
                page.fill(f"[name=rows-{at}-{name}]", f"{value}")
    page.set_input_files("#scans", scan)
    clerk.go("main form .btn-grave")
    assert "没有电子签发" in page.inner_text("main")
    assert page.locator("a:has-text('接受')").count() == 0, "who keyed it in never accepts"
    assert aside(own_app, _state) is ReportState.SUBMITTED
    assert clerk.found == []
    assert said == []
