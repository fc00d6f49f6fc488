"""Self-monitoring as something owed: one obligation for each outlet, frequency and round, met by the results themselves."""

from collections.abc import Collection, Sequence
from datetime import date
from urllib.parse import quote

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from accounts.models import User
from core import clock
from core.db import db
from law.causes import CODE_FROM
from permits import queries
from permits.models import Permit
from permits.rules import rounds
from permits.rules.results import ResultInput
from permits.rules.rounds import OwedRound
from registry import obligations
from registry.models import Obligation, ObligationKind
from registry.obligations import Owner, Wanted

BASIS = (
    "《排污许可管理条例》第十九条，许可证副本自行监测要求",
    "《排污许可管理条例》第十九条，《中华人民共和国生态环境法典》第一百八十三条，许可证副本自行监测要求",
)
"""Before the Code, and since."""

SHORT_AGAIN = "监测结果更正或者标记无效后次数不足"

AT_ONCE = 500
"""So many permits are looked at together when rounds begin."""


def wanted(permit_id: int, site_id: int, owed: OwedRound) -> Wanted:
    """A round as an obligation."""
    return Wanted(
        key=owed.key,
        kind=ObligationKind.MONITORING,
        title=owed.title,
        basis=BASIS[owed.last >= CODE_FROM],
        due_on=owed.last,
        arithmetic=owed.arithmetic,
        period_from=owed.first,
        period_to=owed.last,
        opens_on=owed.first,
        site_id=site_id,
        url=f"/my/monitoring#at-{permit_id}-{quote(owed.outlet_code)}",
    )


def settle(permit: Permit, asked: Sequence[Obligation], owed: Collection[OwedRound], *, by: User) -> None:
    """Hold rounds against the valid results: what is complete is met on its day, what is so no more is open again."""
    known = {each.key: each for each in owed}
    pairs = [(each, known[each.key]) for each in asked if each.key in known]
    if not pairs:
        return
    taken = queries.rounds.taken(
        permit,
        sorted({one.outlet_code for _, one in pairs}),
        sorted({code for _, one in pairs for code in one.wants}),
        min(one.first for _, one in pairs),
        max(one.last for _, one in pairs),
    )
    for each, one in pairs:
        met_on = one.met_on(taken.get(one.outlet_code, {}))
        if met_on is not None and each.fulfilled_on is None:
            obligations.fulfil(each, met_on, by)
        elif met_on is None and each.fulfilled_on is not None:
            obligations.reopen(each, SHORT_AGAIN, by)


def follow_results(permit: Permit, new: Sequence[ResultInput], *, by: User) -> None:
    """Results that were recorded, corrected or marked as invalid change which rounds are met."""
    days = [clock.beijing(each.measured_at).date() for each in new]
    touched = {(each.outlet_code, each.pollutant_code) for each in new}
    outlets = tuple({f"{queries.rounds.KEY}{code}-" for code, _ in touched})
    asked = [each for each in queries.rounds.open_or_met(permit, min(days), max(days)) if each.key.startswith(outlets)]
    if asked:
        owed = [
            each
            for each in queries.rounds.begun(permit, clock.today())
            if any((each.outlet_code, code) in touched for code in each.wants)
        ]
        settle(permit, asked, owed, by=by)


def begin_rounds(today: date) -> int:
    """Write down the rounds that began, for every permit that wants samples of them; a second run finds nothing."""
    lacking = queries.rounds.lacking(today)
    if not lacking:
        return 0
    system = db.session.scalars(select(User).where(User.is_system)).one()
    return sum(_begin(lacking[at : at + AT_ONCE], today, system) for at in range(0, len(lacking), AT_ONCE))


def _begin(permit_ids: Sequence[int], today: date, system: User) -> int:
    listed = select(Permit).where(Permit.id.in_(permit_ids)).options(selectinload(Permit.versions))
    permits = db.session.scalars(listed.order_by(Permit.id)).unique().all()
    lines, keys = queries.rounds.lines(permit_ids), _keys(permit_ids)
    rows: list[tuple[Owner, Wanted]] = []
    late: dict[int, tuple[date, list[OwedRound]]] = {}
    for permit in permits:
        owed = rounds.owed(lines.get(permit.id, []), queries.permits.spans(permit), permit.ended_on, today)
        owner = Owner(permit.id, permit.enterprise_id, permit.site_id)
        new = [each for each in owed if each.key not in keys.get(permit.id, ())]
        rows += [(owner, wanted(permit.id, permit.site_id, each)) for each in new]
        if new:
            late[permit.id] = min(each.first for each in new), owed
    if not rows:
        return 0
    told = f"自行监测的义务：{len(late)} 张许可证，{len(rows)} 项"
    obligations.write_many(Permit.__tablename__, rows, told, by=system)
    since = clock.midnight(min(first for first, _ in late.values()))
    measured = queries.rounds.with_results(late, since)
    for permit in permits:
        if permit.id in measured:
            first, owed = late[permit.id]
            asked = [each for each in queries.rounds.open_or_met(permit, first, today) if each.fulfilled_on is None]
            settle(permit, asked, owed, by=system)
    return len(rows)


def _keys(permit_ids: Collection[int]) -> dict[int, set[str]]:
    wanted = select(Obligation.source_id, Obligation.key).where(
        Obligation.source_kind == Permit.__tablename__,
        Obligation.source_id.in_(permit_ids),
        Obligation.kind == ObligationKind.MONITORING,
    )
    found: dict[int, set[str]] = {}
    for permit_id, key in db.session.execute(wanted):
        found.setdefault(permit_id, set()).add(key)
    return found
