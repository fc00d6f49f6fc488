"""Results as they are kept: at once, once, and with what their series show."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select

from accounts.audit import verify
from accounts.models import AuditEntry
from core import clock
from core.workflow import NotAllowed
from permits import actions
from permits.actions import ResultInput
from permits.models import Exceedance, MeasureKind, MonitoringResult, MonitoringSignal, Permit, SignalKind
from registry.models import Enterprise
from tests.permits import made

START = datetime(2026, 8, 1, tzinfo=clock.BEIJING)


def hours(values: list[str], outlet: str = "DA001", pollutant: str = made.SO2) -> list[ResultInput]:
    """Hour means of the first of August."""
    return [
        ResultInput(outlet, pollutant, START + timedelta(hours=at), Decimal(value), "mg/m³", MeasureKind.HOUR)
        for at, value in enumerate(values)
    ]


def take(permit: Permit, given: list[ResultInput]) -> actions.Recorded:
    return actions.record_results(permit, given, by=made.person("preparer"))


def test_very_many_results_are_one_act_with_the_hash_of_them_all(session: Any, permit: Permit) -> None:
    given = hours([f"{12 + at % 7}.{at % 10}{at % 3}" for at in range(200)])
    assert take(permit, given).created == 200
    session.commit()
    entry = session.scalars(
        select(AuditEntry).where(AuditEntry.act == "permits:monitoring:record").order_by(AuditEntry.id.desc())
    ).first()
    assert actions.sha256_of(given) in entry.after
    assert verify(session).ok
    assert take(permit, given) == actions.Recorded(unchanged=200)
    assert session.scalar(select(func.count(MonitoringResult.id))) == 200


def test_a_non_detect_is_kept_with_its_detection_limit_and_breaks_nothing(session: Any, permit: Permit) -> None:
    one = replace(hours(["1"])[0], value=None, detection_limit=Decimal(3))
    assert take(permit, [one]).created == 1
    row = session.scalars(select(MonitoringResult)).one()
    assert row.is_non_detect
    assert session.scalars(select(Exceedance)).all() == []


def test_an_invalid_mark_is_a_new_row_with_its_reason(session: Any, permit: Permit) -> None:
    assert take(permit, hours(["45"])).exceedances == 1
    found = session.scalars(select(MonitoringResult)).one()
    with pytest.raises(NotAllowed, match="写明"):
        actions.invalidate_result(found, permit, " ", by=made.person("preparer"))
    again = actions.invalidate_result(found, permit, "标气校准期间的数据", by=made.person("preparer"))
    session.refresh(found)
    assert (again.value, again.invalid_reason) == (Decimal(45), "标气校准期间的数据")
    assert found.replaced_at is not None
    assert len(session.scalars(select(Exceedance)).unique().all()) == 1
    for stale in (found, again):
        with pytest.raises(NotAllowed):
            actions.invalidate_result(stale, permit, "再次", by=made.person("preparer"))


def test_a_sign_that_goes_on_becomes_longer_instead_of_another(session: Any, permit: Permit) -> None:
    assert take(permit, hours(["18.6"] * 11)).signals == 0
    assert take(permit, hours(["18.6"] * 13)).signals == 1
    mean = replace(hours(["18.6"])[0], kind=MeasureKind.DAY)
    assert take(permit, [*hours(["18.6"] * 20), mean]).signals == 0
    sign = session.scalars(select(MonitoringSignal)).unique().one()
    assert (sign.kind, sign.count) == (SignalKind.FLAT, 20)
    assert sign.last_at == START + timedelta(hours=19)


def test_a_signal_is_handled_once_and_in_words(session: Any, permit: Permit) -> None:
    take(permit, hours(["18.6"] * 12))
    sign = session.scalars(select(MonitoringSignal)).unique().one()
    with pytest.raises(NotAllowed, match="写明"):
        actions.handle_signal(sign, " ", by=made.person("officer"))
    actions.handle_signal(sign, "现场核实，采样管路堵塞，已检修", by=made.person("officer"))
    session.commit()
    with pytest.raises(NotAllowed, match="已经处理"):
        actions.handle_signal(sign, "再次", by=made.person("officer"))


def test_results_are_settled_whole_or_refused_with_every_reason(session: Any, permit: Permit) -> None:
    good = hours(["12", "13"])
    settled = actions.settle_results(permit, [replace(good[0], value=Decimal(12000), unit="μg/m³"), good[1]])
    assert [(each.value, each.unit) for each in settled] == [(Decimal(12), "mg/m³"), (Decimal(13), "mg/m³")]
    with pytest.raises(actions.Unusable) as refused:
        actions.settle_results(permit, [good[0], good[0], replace(good[1], unit="ppm", outlet_code="DA001")])
    assert [(each.index, each.field) for each in refused.value.problems] == [(1, "at"), (2, "unit")]


def test_a_key_is_good_until_it_is_stopped_and_only_while_its_maker_speaks_for_the_firm(
    session: Any, firm: Enterprise
) -> None:
    signer = made.person("signer")
    token, secret = actions.create_token(firm, "在线监测平台", by=signer)
    session.commit()
    assert secret not in (token.token_hash, token.shown)
    assert actions.token_holder(f"Bearer {secret}") is token
    assert actions.token_holder(f"Bearer {secret}x") is None
    assert actions.token_holder(secret) is None
    actions.revoke_token(token, by=signer)
    assert actions.token_holder(f"Bearer {secret}") is None
    with pytest.raises(NotAllowed, match="已经停用"):
        actions.revoke_token(token, by=signer)
    for number in range(5):
        actions.create_token(firm, f"平台 {number}", by=signer)
    with pytest.raises(NotAllowed, match="最多"):
        actions.create_token(firm, "又一个", by=signer)
