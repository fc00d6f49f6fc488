"""A preparer at the outlet with a telephone: a sample is entered, a slip is mended where it was made, the plan is done."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select

from core.db import db
from permits.models import MonitoringResult
from tests.browser.conftest import aside
from tests.browser.eyes import TELEPHONE, barriers, wide
from tests.browser.test_portal import _held

pytestmark = pytest.mark.browser
Opened = Callable[..., tuple[Page, list[str]]]


def _kept() -> list[tuple[str, str]]:
    rows = db.session.scalars(select(MonitoringResult).order_by(MonitoringResult.pollutant_code))
    return [(each.pollutant_code, str(float(each.value or 0))) for each in rows]


def test_a_sample_is_entered_on_a_telephone(own_app: Flask, opened: Opened) -> None:
    aside(own_app, _held)
    page, said = opened("preparer", TELEPHONE)
    page.goto("/my/monitoring")
    found: list[Any] = [*barriers(page), *([page.url] if wide(page) else [])]
    page.locator("a[href$='/outlets/DW001/new']").click()
    found += [*barriers(page), *([page.url] if wide(page) else [])]
    page.get_by_label("监测时间").fill("2026-11-20T09:30")
    page.get_by_label("化学需氧量 结果").fill("41.5")
    page.get_by_label("pH 结果").fill("72")
    page.get_by_role("button", name="保存结果").click()
    expect(page.get_by_role("alert")).to_contain_text("pH 只能在 0 到 14")
    assert aside(own_app, _kept) == []
    found += [*barriers(page), *([page.url] if wide(page) else [])]
    expect(page.get_by_label("化学需氧量 结果")).to_have_value("41.5")
    page.get_by_label("pH 结果").fill("7.2")
    page.get_by_role("button", name="保存结果").click()
    expect(page.locator("main")).to_contain_text("新增 2 条")
    assert aside(own_app, _kept) == [("w01001", "7.2"), ("w01018", "41.5")]
    page.get_by_role("link", name="化学需氧量").click()
    found += [*barriers(page), *([page.url] if wide(page) else [])]
    assert found == []
    assert said == [each for each in said if "422" in each]
