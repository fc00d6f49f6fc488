"""A ledger goes into the register at a desk and on a telephone, without a barrier on the way."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.eyes import DESK, NARROW, barriers, wide

pytestmark = pytest.mark.browser

SAMPLE = Path(__file__).parents[1] / "data/enterprise_ledger_sample.xlsx"


@pytest.mark.parametrize("size", [DESK, NARROW])
def test_a_ledger_is_uploaded_confirmed_tried_and_stored(
    opened: Callable[..., tuple[Page, list[str]]], size: Any
) -> None:
    page, said = opened("permit", size)
    found: list[str] = []

    def looked_at() -> None:
        page.wait_for_load_state()
        assert wide(page) == 0, page.url
        found.extend(barriers(page))

    page.goto("/imports")
    looked_at()
    page.click("a.btn-primary")
    looked_at()
    page.set_input_files("[name=file]", SAMPLE)
    page.click("main button.btn-primary")
    page.wait_for_url("**/columns")
    looked_at()
    page.click("main button.btn-primary")
    page.wait_for_selector("form[action$='/store']")
    looked_at()
    page.click("form[action$='/store'] button")
    page.wait_for_selector("text=已入库 351 行")
    looked_at()
    assert found == []
    assert said == []
