"""Results through the interface of firms' programs, and the page of a year of hours beside its bare query."""

import json
import time
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from sqlalchemy import func, select

from accounts.audit import record
from accounts.models import User, UserRole
from accounts.roles import Role
from bench.data import Register
from bench.lines import WALL, Line, best_together
from bench.pages import asking, signed_in
from core import clock
from core.db import db
from permits import actions
from permits.models import LimitKind, MeasureKind, MonitoringResult, OutletKind, Permit, ReportPeriod, VersionGround
from registry.models import Category, Enterprise, Mandate, Representative

BATCH = 5_000
OUTLETS = tuple(f"DA{number:03}" for number in range(1, 5))
POLLUTANTS = (("a21026", "二氧化硫"), ("a21002", "氮氧化物"), ("a34013", "颗粒物"))
"""Twelve series of the 8,760 hours of last year: a little over a hundred thousand results."""


def measured(register: Register) -> Iterator[Line]:
    """All lines of this family, on a firm that no run has used before: results are never deleted."""
    app = register.app()
    with app.app_context():
        permit_id, permit_no, secret = permit_of_nobody()
    year = clock.today().year - 1
    bodies = [json.dumps(each).encode() for each in _batches(permit_no, year)]
    client, taken = app.test_client(), 0
    headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
    begun = time.perf_counter()
    for body in bodies:
        answer = client.post("/api/results", data=body, headers=headers)
        if answer.status_code != 200:
            yield Line("results through the interface", "failed", answer.get_data(as_text=True)[:80])
            return
        taken += answer.get_json()["created"]
    took = time.perf_counter() - begun
    target = "≥ 100,000" if register.engine == "postgresql" else ""
    yield Line(
        f"results through the interface, {BATCH:,} a request, one process", taken / took * 60, "results/min", target
    )
    begun = time.perf_counter()
    client.post("/api/results", data=bodies[-1], headers=headers)
    yield Line("  the same delivery again", (time.perf_counter() - begun) * 1000, "ms")
    cookie, _user = signed_in(app, "reviewer")
    ask = asking(app, cookie)
    page = f"/permits/{permit_id}/monitoring/{OUTLETS[0]}/{POLLUTANTS[0][0]}?kind=hour&span=year&on={year}-06-01"

    def bare() -> list[Any]:
        with app.app_context():
            rows = select(MonitoringResult.measured_at, MonitoringResult.value).where(
                MonitoringResult.permit_id == permit_id,
                MonitoringResult.outlet_code == OUTLETS[0],
                MonitoringResult.pollutant_code == POLLUTANTS[0][0],
                MonitoringResult.kind == MeasureKind.HOUR,
                MonitoringResult.replaced_at.is_(None),
                MonitoringResult.measured_at >= clock.midnight(date(year, 1, 1)),
                MonitoringResult.measured_at < clock.midnight(date(year + 1, 1, 1)),
            )
            return list(db.session.execute(rows.order_by(MonitoringResult.measured_at)))

    times = best_together({"page": lambda: ask(page), "bare": bare}, 9, WALL)
    yield Line("page of a year of hours", times["page"] * 1000, "ms")
    yield Line(f"  its bare query ({len(bare()):,} rows)", times["bare"] * 1000, "ms")
    yield Line("  page ÷ bare query", times["page"] / times["bare"], "×", "< 1.5")


def permit_of_nobody() -> tuple[int, str, str]:
    """A permit in force since two years ago with the outlets, and a key of its firm."""
    with_one = select(Permit.enterprise_id).group_by(Permit.enterprise_id).having(func.count() == 1)
    next_one = select(Enterprise).where(Enterprise.id.in_(with_one)).order_by(Enterprise.id).limit(1)
    firm = db.session.scalars(next_one).unique().first()
    by = db.session.scalars(select(User).where(User.username == "reviewer")).one()
    if Role.PERMIT_CLERK not in by.roles:
        by.grants.append(UserRole(role=Role.PERMIT_CLERK, granted_at=clock.now()))
        record(by, "bench:grant", "性能测试", by=by)
    if firm is None:
        raise LookupError("every firm has been used")
    began = clock.today().replace(month=1, day=1) - timedelta(days=366)
    face = actions.PermitInput(f"{firm.credit_code}002P", Category.KEY, actions.authorities()[0], began)
    version = actions.VersionInput(VersionGround.FIRST, began, began, began + timedelta(days=1825), decided_on=began)
    permit = actions.draft_permit(firm.sites[0], face, version, by=by)
    draft = permit.versions[0]
    actions.set_outlets(draft, [actions.OutletInput(code, code, OutletKind.AIR_MAIN, "") for code in OUTLETS], by=by)
    limits = [
        actions.LimitInput(code, pollutant, name, LimitKind.CONCENTRATION, Decimal(100), "mg/m³")
        for code in OUTLETS
        for pollutant, name in POLLUTANTS
    ]
    actions.set_limits(draft, limits, by=by)
    watched = [actions.MonitoringInput(code, *each, "自动监测", "自动") for code in OUTLETS for each in POLLUTANTS]
    actions.set_monitoring(draft, watched, by=by)
    actions.set_reports(draft, [actions.ReportInput(ReportPeriod.YEAR, 31, "8.1")], by=by)
    actions.issue_version(draft, by=by)
    db.session.add(Representative(enterprise_id=firm.id, user_id=by.id, mandate=Mandate.SIGNER, since=date(2020, 1, 1)))
    _token, secret = actions.create_token(firm, "bench", by=by)
    db.session.commit()
    return permit.id, permit.permit_no, secret


def _batches(permit_no: str, year: int) -> Iterator[dict[str, Any]]:
    """Last year's hours, all series together, hour after hour; one figure in five thousand is above its limit."""
    dice, begin = Random(20261123), clock.beijing(clock.midnight(date(year, 1, 1)))
    series = [(code, pollutant) for code in OUTLETS for pollutant, _name in POLLUTANTS]
    results: list[dict[str, Any]] = []
    number = 0
    for hour in range(8_760):
        at = (begin + timedelta(hours=hour)).isoformat()
        for code, pollutant in series:
            value = 120.5 if dice.random() < 0.0002 else round(min(99.0, max(1.0, dice.gauss(50, 9))), 2)
            results.append(
                {"outlet": code, "pollutant": pollutant, "kind": "hour", "at": at, "value": value, "unit": "mg/m³"}
            )
        if len(results) >= BATCH - len(series):
            number += 1
            yield {"batch": f"bench-{number}", "permit_no": permit_no, "results": results}
            results = []
    yield {"batch": f"bench-{number + 1}", "permit_no": permit_no, "results": results}
