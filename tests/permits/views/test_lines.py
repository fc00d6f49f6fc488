"""The lists of what permits say, of registrations, clock stops, corrections and ended permits: page, files, print."""

import csv
import io
import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import openpyxl
from werkzeug.datastructures import MultiDict

from core import clock
from permits import actions, ledgers
from permits.actions import StopInput
from permits.models import ApplicationKind, LimitSource, PauseReason, Permit, RegistrationKind, VersionGround
from registry.models import Enterprise
from tests import world
from tests.permits import applied, made
from tests.permits.actions.test_registrations import filed
from tests.permits.made import person

LISTS = (
    ("/registrations", ledgers.REGISTRATIONS),
    ("/limits", ledgers.LIMITS),
    ("/limits/monitoring", ledgers.MONITORING_REQUIREMENTS),
    ("/limits/reports", ledgers.REPORT_REQUIREMENTS),
    ("/limits/conditions", ledgers.CONDITIONS),
    ("/applications/clock-stops", ledgers.PAUSES),
    ("/reports/corrections", ledgers.CORRECTIONS),
    ("/permits/categories/decisions", ledgers.CATEGORY_DECISIONS),
    ("/public/permit-ends", ledgers.PERMIT_ENDS),
)


def rows(browser: Any, address: str) -> list[dict[str, str]]:
    """A list as its CSV file gives it."""
    text = browser.answer(address).get_data().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_each_list_is_a_page_a_print_view_and_three_files(browse: Any, session: Any, permit: Permit) -> None:
    session.commit()
    clerk, citizen = browse("permit"), browse(None)
    for address, ledger in LISTS:
        browser = citizen if address.startswith("/public") else clerk
        assert f"{address}.xlsx" in str(browser.get(address).soup)
        assert str(ledger.title) in browser.get(f"{address}?print=1").text
        book = openpyxl.load_workbook(io.BytesIO(browser.answer(f"{address}.xlsx").get_data()))
        cells = {str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row}
        assert cells >= {str(column.label) for column in ledger.columns if not column.hidden}
        assert str(ledger.definition) in cells
        told = json.loads(browser.answer(f"{address}.json").get_data())
        assert len(told["rows"]) == told["count"] == len(rows(browser, f"{address}.csv"))


def test_limits_say_what_they_rest_on_and_since_when_and_yesterdays_are_asked_for_apart(
    browse: Any, session: Any, permit: Permit
) -> None:
    facts = made.facts(ground=VersionGround.CHANGE, in_force_from=date(2026, 11, 20), decided_on=date(2026, 11, 19))
    version = actions.draft_version(permit, facts, by=person("permit"))
    stricter = [
        replace(each, value=Decimal(100), source=LimitSource.AREA)
        if each.pollutant_code == made.NOX and each.kind.code == "concentration"
        else each
        for each in made.LIMITS
    ]
    actions.set_limits(version, stricter, by=person("permit"))
    actions.issue_version(version, by=person("permit"))
    session.commit()
    browser = browse("permit")
    (now,) = rows(browser, f"/limits.csv?pollutant={made.NOX}&kind=concentration")
    assert (now["限值"], now["限值来源"], now["施行起"], now["施行止"], now["状态"]) == (
        "100", "乌—昌—石区域特别排放限值", "2026-11-20", "2027-03-14", "施行中",
    )  # fmt: skip
    (then,) = rows(browser, f"/limits.csv?pollutant={made.NOX}&kind=concentration&force=over")
    assert (then["施行止"], then["状态"]) == ("2026-11-19", "已不施行")
    assert len(rows(browser, f"/limits.csv?pollutant={made.NOX}&kind=concentration&force=")) == 2
    assert len(rows(browser, "/limits.csv?source=area")) == 1
    assert rows(browser, "/limits.csv?source=ultra_low") == []
    (ph,) = rows(browser, f"/limits.csv?pollutant={made.PH}")
    assert (ph["下限"], ph["限值"]) == ("6", "9")
    assert "6–9" in browser.get(f"/limits?pollutant={made.PH}").text
    assert rows(browser, "/limits/monitoring.csv?method=automatic&q=没有这家") == []


def test_of_a_permit_that_ended_nothing_is_in_force(browse: Any, session: Any, permit: Permit) -> None:
    actions.end_permit(permit, "revoke", world.TODAY, "处罚决定（示例）", by=person("permit"))
    session.commit()
    browser = browse("permit")
    for address in ("/limits", "/limits/monitoring", "/limits/reports", "/limits/conditions"):
        assert rows(browser, f"{address}.csv") == []
        assert {row["状态"] for row in rows(browser, f"{address}.csv?force=over")} == {"已不施行"}
    (public,) = rows(browse(None), "/public/permit-ends.csv?state=revoked")
    assert (public["许可证编号"], public["情形"]) == (permit.permit_no, "已吊销")
    page = browse(None).get("/public/permit-ends")
    assert "/verify/" in str(page.soup)
    assert "处罚决定（示例）" not in page.text


def test_registrations_are_found_by_validity_and_lead_to_their_form(
    browse: Any, session: Any, firm: Enterprise
) -> None:
    found = filed(RegistrationKind.FIRST, firm)
    session.commit()
    browser = browse("permit")
    page = browser.get("/registrations")
    assert f"/registrations/{found.id}" in str(page.soup)
    (row,) = rows(browser, "/registrations.csv?standing=valid")
    assert (row["登记编号"], row["有效期止"], row["登记表"]) == (
        f"{firm.credit_code}001W", "2031-11-22", "2026-11-23",
    )  # fmt: skip
    assert rows(browser, "/registrations.csv?standing=expired") == []
    assert len(rows(browser, f"/registrations.csv?industry={firm.sites[0].industry_code}")) == 1
    with clock.at(date(2031, 11, 23)):
        filtered = ledgers.REGISTRATIONS.page(session, MultiDict({"standing": "expired"}), person("permit"))
        assert len(filtered.rows) == 1


def test_what_the_clerk_keys_in_stands_above_the_registrations(browse: Any, session: Any, firm: Enterprise) -> None:
    made_ = actions.begin_registration(RegistrationKind.FIRST, firm.sites[0], by=person("permit"), keyed=True)
    session.commit()
    page = browse("permit").get("/registrations")
    assert "代录中的登记表 1 份" in page.text
    assert f"/registrations/{made_.id}" in str(page.soup)
    assert "代录中" not in browse("officer").get("/registrations").text


def test_a_stop_is_listed_with_the_paper_that_told_of_it(browse: Any, session: Any, permit: Permit) -> None:
    found = applied.examined(applied.handed_in(ApplicationKind.RENEWAL, permit))
    actions.return_to_review(found, "重审", by=person("approver"))
    pause = actions.stop_clock(found, StopInput(PauseReason.EXPERTS, "评审", clock.today()), by=person("permit"))
    session.commit()
    browser = browse("permit")
    (row,) = rows(browser, "/applications/clock-stops.csv?standing=running")
    assert (row["停止计时告知书"], row["书面告知"], row["末日"]) == (pause.notice, "2026-11-23", "")
    assert "许停" in browser.get("/applications/clock-stops").text
    assert pause.notice in browse("preparer").get(f"/my/applications/{found.id}").text
