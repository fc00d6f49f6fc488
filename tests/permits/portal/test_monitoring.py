"""My monitoring at the browser: entering, importing, marking, keys; what is wrong is said where it is, nothing stored."""

import io
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from sqlalchemy import func, select

from core import clock
from core.db import db
from permits import actions, results_workbook
from permits.actions import ResultInput
from permits.models import ApiToken, Exceedance, MeasureKind, MonitoringResult, MonitoringSignal, Permit
from permits.rules import results
from registry.models import Attachment
from tests.browse import Browser
from tests.permits import made
from tests.permits.conftest import Ids
from tests.registry.test_evidence import photo

Browse = Callable[..., Browser]


def stored() -> int:
    return db.session.scalar(select(func.count(MonitoringResult.id))) or 0


def typed(**more: str) -> dict[str, str]:
    """What is typed for the water outlet: COD 41.5."""
    return {
        "kind": "sample",
        "measured_at": "2026-11-20T09:30",
        "rows-0-pollutant": made.COD,
        "rows-0-value": "41.5",
        "rows-0-unit": "mg/L",
        "rows-1-pollutant": made.PH,
        "rows-1-unit": "无量纲",
        **more,
    }


def test_a_sample_is_entered_and_what_was_owed_is_done(ids: Ids, browse: Browse) -> None:
    preparer = browse("preparer")
    assert "还差 1 次" in preparer.get("/my/monitoring").text
    url = f"/my/monitoring/{ids.permit}/outlets/DW001/new"
    assert preparer.get(url).status == 200
    assert preparer.post(url, typed()).location.endswith("/my/monitoring")
    page = preparer.get("/my/monitoring")
    assert "已做 1 次" in page.text
    assert "41.5" in page.text
    assert stored() == 1


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"measured_at": "2026-11-24T09:30"}, "不能晚于现在"),
        ({"rows-0-unit": "mg/m³"}, "单位"),
        ({"rows-0-value": ""}, "至少填写一项"),
        ({"rows-0-value": "abc"}, "请填写数字"),
        ({"rows-1-value": "15"}, "pH 只能在 0 到 14"),
        ({"rows-0-detection_limit": "4"}, "只填检出限"),
    ],
)
def test_what_cannot_be_taken_is_said_at_its_field(ids: Ids, browse: Browse, wrong: dict[str, str], said: str) -> None:
    page = browse("preparer").post(f"/my/monitoring/{ids.permit}/outlets/DW001/new", typed(**wrong), status=422)
    assert said in " ".join(page.errors)
    assert stored() == 0


def test_an_outlet_that_the_permit_lacks_and_anothers_permit_do_not_exist(ids: Ids, browse: Browse) -> None:
    browse("preparer").get(f"/my/monitoring/{ids.permit}/outlets/DW009/new", status=404)
    browse("far_preparer").get(f"/my/monitoring/{ids.permit}/outlets/DW001/new", status=404)


def sheet(*rows: tuple[Any, ...]) -> bytes:
    """A workbook as a laboratory writes it."""
    book = openpyxl.Workbook()
    book.active.append(["企业自行监测数据"])
    book.active.append(["点位", "监测项目", "采样时间", "监测结果", "单位", "检出限"])
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_laboratorys_workbook_is_imported_whole_or_not_at_all(ids: Ids, browse: Browse) -> None:
    preparer, url = browse("preparer"), f"/my/monitoring/{ids.permit}/upload"
    good = ("DW001", "化学需氧量", "2026-11-20 09:30", 41.5, "mg/L", None)
    unseen = ("DW001", "化学需氧量", "2026.11.21", "未检出", "mg/L", 4)
    wrong = ("DW001", "化学需氧量", "昨天", 30, "mg/L", None)
    alien = ("DW001", "总氮", "2026-11-20", 30, "ppm", None)
    page = preparer.post(url, {"file": (io.BytesIO(sheet(good, wrong)), "lab.xlsx")}, status=422)
    assert "第 4 行 监测时间" in page.text
    page = preparer.post(url, {"file": (io.BytesIO(sheet(good, alien)), "lab.xlsx")}, status=422)
    assert "第 4 行 污染物" in page.text
    page = preparer.post(url, {"file": (io.BytesIO(sheet(good, alien, wrong)), "lab.xlsx")}, status=422)
    assert [each.get_text(strip=True) for each in page.soup.select("tbody th")] == [
        "第 4 行 污染物",
        "第 5 行 监测时间",
    ]
    assert stored() == 0
    preparer.post(url, {"file": (io.BytesIO(sheet(good, unseen)), "lab.xlsx")})
    rows = db.session.scalars(select(MonitoringResult).order_by(MonitoringResult.measured_at)).all()
    assert [(each.value, each.detection_limit) for each in rows] == [(Decimal("41.5"), None), (None, Decimal(4))]
    page = preparer.post(url, {"file": (io.BytesIO(b"PK\x03\x04 not a book"), "lab.xlsx")}, status=422)
    assert page.errors


def test_the_template_filled_in_comes_back_as_results(ids: Ids, browse: Browse) -> None:
    answer = browse("preparer").client.get(f"/my/monitoring/{ids.permit}/template.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    form = book.active
    assert form["A5"].value == "DA001"
    form["D5"], form["E5"] = "2026-11-20 08:00", 12.5
    out = io.BytesIO()
    book.save(out)
    permit = db.session.get(Permit, ids.permit)
    places = results.places(permit.versions[0])
    found = results_workbook.read(out.getvalue(), "a.xlsx", places)
    assert found.problems == []
    assert [(each.pollutant_code, each.value, each.unit) for each in found.results] == [
        (made.SO2, Decimal("12.5"), "mg/m³")
    ]


def test_a_result_is_marked_invalid_with_its_proof(ids: Ids, browse: Browse) -> None:
    preparer = browse("preparer")
    preparer.post(f"/my/monitoring/{ids.permit}/outlets/DW001/new", typed())
    row = db.session.scalars(select(MonitoringResult)).one()
    url = f"/my/monitoring/results/{row.id}/invalidate"
    page = preparer.post(url, {"reason": "采样瓶污染", "proof": (io.BytesIO(b"nothing"), "a.jpg")}, status=422)
    assert "只收" in " ".join(page.errors)
    assert stored() == 1
    preparer.post(url, {"reason": "采样瓶污染", "proof": (io.BytesIO(photo()), "a.jpg")})
    assert stored() == 2
    assert "采样瓶污染" in preparer.get(f"/my/monitoring/{ids.permit}/outlets/DW001/{made.COD}").text
    proof = db.session.scalars(select(Attachment)).one()
    assert proof.subject_kind == "monitoring_result"


def test_a_signer_makes_a_key_that_is_shown_once_and_stops_it(ids: Ids, browse: Browse) -> None:
    signer = browse("signer")
    page = signer.post("/my/tokens/new", {"name": "在线监测平台", "enterprise_id": str(ids.enterprise)}, status=200)
    token = db.session.scalars(select(ApiToken)).unique().one()
    secret = next(each.get_text() for each in page.soup.select("section .code") if "Bearer" not in each.get_text())
    assert actions.token_holder(f"Bearer {secret}") is token
    assert secret not in signer.get("/my/tokens").text
    browse("preparer").get("/my/tokens", status=403)
    browse("far_signer").get(f"/my/tokens/{token.id}/revoke", status=404)
    signer.post(f"/my/tokens/{token.id}/revoke", {})
    assert "已停用" in signer.get("/my/tokens").text


def test_the_bureau_sees_series_signals_and_what_was_found_out(session: Any, permit: Permit, browse: Browse) -> None:
    start = clock.midnight(clock.today()) - timedelta(days=40)
    hours = [
        ResultInput("DA001", made.SO2, start + timedelta(hours=at), Decimal(value), "mg/m³", MeasureKind.HOUR)
        for at, value in enumerate(["31.5", *["18.6"] * 14, *(f"{12 + at % 7}.{at % 10}" for at in range(60))])
    ]
    actions.record_results(permit, hours, by=made.person("preparer"))
    session.commit()
    sign = session.scalars(select(MonitoringSignal)).unique().one()
    enterprise_id, permit_id, sign_id = permit.enterprise_id, permit.id, sign.id
    officer = browse("officer")
    page = officer.get(f"/enterprises/{enterprise_id}/monitoring")
    assert "长时间不变" in page.text
    for span in ("day", "month", "year"):
        page = officer.get(
            f"/permits/{permit_id}/monitoring/DA001/{made.SO2}?span={span}&on={clock.beijing(start):%Y-%m-%d}"
        )
        assert page.soup.select("svg polyline") or span == "year"
        assert page.soup.select("details.twin table")
    assert "超过限值的数据" in page.text
    assert "长时间不变" in officer.get("/signals").text
    listed = officer.get("/monitoring-results?cols=place,value,source,standing&sort=received").text
    assert "31.5" in listed and "DA001 二氧化硫" in listed
    page = browse("reviewer").post(f"/signals/{sign_id}", {"handling": "看过"}, status=422)
    assert "执法员" in " ".join(page.errors)
    officer.post(f"/signals/{sign_id}", {"handling": "比对监测，采样泵停转，已修复"})
    assert "采样泵停转" in officer.get(f"/signals/{sign_id}").text
    browse("far_officer").get(f"/signals/{sign_id}", status=404)


def test_a_lead_says_that_its_result_was_marked_invalid_later(session: Any, permit: Permit, browse: Browse) -> None:
    at = clock.midnight(clock.today()) - timedelta(days=3)
    actions.record_results(
        permit,
        [ResultInput("DA001", made.SO2, at, Decimal(31), "mg/m³", MeasureKind.DAY)],
        by=made.person("preparer"),
    )
    found = session.scalars(select(MonitoringResult)).one()
    lead_id = session.scalars(select(Exceedance.id)).one()
    officer = browse("officer")
    assert "标记为无效" not in officer.get(f"/exceedances/{lead_id}").text
    actions.invalidate_result(found, permit, "比对监测不合格", by=made.person("preparer"))
    session.commit()
    assert "比对监测不合格" in officer.get(f"/exceedances/{lead_id}").text
