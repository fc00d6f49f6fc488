"""The door for firms' own programs: whole or not at all, once, and for one's own firm alone."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from core.db import db
from permits import actions
from permits.models import ApiToken, MonitoringResult
from permits.rules import deliveries
from permits.rules.results import ResultInput
from registry.models import Enterprise
from tests.permits import made
from tests.permits.conftest import Ids

GOOD = {
    "outlet": "DA001",
    "pollutant": made.SO2,
    "kind": "hour",
    "at": "2026-11-22T09:00:00+08:00",
    "value": 12.5,
    "unit": "mg/m³",
}
Send = Callable[..., Any]


@pytest.fixture
def secret(session: Any, firm: Enterprise, ids: Ids) -> str:
    """A key of 晨岭焦化."""
    text = actions.create_token(firm, "在线监测平台", by=made.person("signer"))[1]
    session.commit()
    return text


@pytest.fixture
def send(app: Flask, secret: str, firm: Enterprise) -> Send:
    """``send([result…], batch="2")`` delivers under the firm's key."""
    client: FlaskClient = app.test_client()
    permit_no = f"{firm.credit_code}001P"

    def deliver(results: Any, batch: str = "1", key: str = secret, **more: Any) -> Any:
        body = {"batch": batch, "permit_no": permit_no, "results": results, **more}
        return client.post("/api/results", json=body, headers={"Authorization": f"Bearer {key}"})

    return deliver


def stored() -> int:
    return db.session.scalar(select(func.count(MonitoringResult.id))) or 0


def test_a_delivery_is_kept_once_however_often_it_is_sent(session: Any, send: Send) -> None:
    results = [GOOD, {**GOOD, "at": "2026-11-22T10:00:00+08:00", "value": "31000", "unit": "μg/m³"}]
    first, again = send(results), send(results)
    counts = {"received": 2, "created": 2, "replaced": 0, "unchanged": 0, "exceedances": 1, "signals": 0}
    assert first.get_json() == {"batch": "1", "repeated": False, **counts}
    assert again.get_json() == {"batch": "1", "repeated": True, **counts}
    assert stored() == 2
    assert send([GOOD]).status_code == 409
    assert send([{**GOOD, "value": 13}], batch="2").get_json()["replaced"] == 1
    assert stored() == 3


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"unit": "ppm"}, "unit"),
        ({"outlet": "DA009"}, "outlet"),
        ({"pollutant": "a99999"}, "pollutant"),
        ({"at": "2026-11-24T09:00:00+08:00"}, "at"),
        ({"at": "2026-11-22T09:00:00"}, "at"),
        ({"at": "yesterday"}, "at"),
        ({"value": None}, "value"),
        ({"value": True}, "value"),
        ({"value": "1e400"}, "value"),
        ({"value": [1]}, "value"),
        ({"kind": "year"}, "kind"),
        ({"surprise": 1}, "surprise"),
        ({"invalid_reason": "\u202e"}, "invalid_reason"),
    ],
)
def test_one_wrong_result_refuses_the_delivery_and_says_where(
    session: Any, send: Send, change: dict[str, Any], field: str
) -> None:
    answer = send([GOOD, {**GOOD, "at": "2026-11-22T10:00:00+08:00", **change}])
    problems = answer.get_json()["problems"]
    assert answer.status_code == 422
    assert {(each["index"], each["field"]) for each in problems} == {(1, field)}
    assert all(each["message"] for each in problems)
    assert stored() == 0


def test_no_key_a_stale_key_and_anothers_permit_are_refused(session: Any, send: Send, app: Flask) -> None:
    assert send([GOOD], key="qy_wrong").status_code == 401
    assert send([GOOD], permit_no="91652301MA7001002C001P").status_code == 403
    assert send([GOOD], permit_no="无此证").status_code == 403
    token = session.scalars(select(ApiToken)).unique().one()
    actions.revoke_token(token, by=made.person("signer"))
    session.commit()
    answer = send([GOOD])
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert stored() == 0


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b'{"a": NaN}', "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b"[]", "application/json", 422),
        (b"x=1", "application/x-www-form-urlencoded", 415),
        (b" " * (deliveries.MOST_BYTES + 1), "application/json", 413),
        (b'{"batch": "../x", "permit_no": "1", "results": []}', "application/json", 422),
    ],
)
def test_what_is_no_delivery_is_told_so(
    session: Any, app: Flask, secret: str, body: bytes, kind: str, status: int
) -> None:
    answer = app.test_client().post(
        "/api/results", data=body, content_type=kind, headers={"Authorization": f"Bearer {secret}"}
    )
    assert answer.status_code == status
    assert answer.get_json()["error"]


def test_the_document_says_what_the_door_takes_and_answers(session: Any, app: Flask, send: Send) -> None:
    document = app.test_client().get("/api/openapi.json").get_json()
    post = document["paths"]["/api/results"]["post"]
    rules = [
        each for each in app.url_map.iter_rules() if each.rule.startswith("/api/") and "POST" in (each.methods or ())
    ]
    assert [each.rule for each in rules] == list(document["paths"])
    schemas = document["components"]["schemas"]
    assert set(GOOD) <= set(schemas["Result"]["properties"])
    assert set(send([GOOD]).get_json()) == set(schemas["Receipt"]["required"])
    assert set(send([{}], batch="3").get_json()) == set(schemas["Refusal"]["required"])
    assert {"200", "401", "403", "409", "413", "415", "422", "429"} <= set(post["responses"])
    taken = {name for name in ResultInput.__dataclass_fields__ if name in schemas["Result"]["properties"]}
    assert taken == {"value", "unit", "kind", "detection_limit", "invalid_reason"}
    json.dumps(document, ensure_ascii=False)
