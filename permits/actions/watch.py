"""The watch over the sites of ended permits: opened by the end, kept by an officer, released by another with a reason."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from accounts.audit import record, take
from accounts.models import User
from accounts.roles import Action, Role
from core import clock
from core.db import db
from core.said import said
from core.workflow import Missing, NotAllowed
from permits import queries
from permits.models import (
    LandUse,
    Permit,
    PostPermitWatch,
    SoilSurvey,
    WatchState,
)
from permits.rules.watch import covered
from permits.workflow import WATCH
from registry import notifications
from registry.models import Site


@dataclass(frozen=True)
class WatchInput:
    """What who watches found out."""

    survey: SoilSurvey
    survey_basis: str
    land_use: LandUse
    watched_by: User | None
    remark: str


def open_watch(permit: Permit, *, by: User) -> PostPermitWatch | None:
    """Put the site of a permit that ended under watch; none where another permit holds, or it is covered already."""
    today = clock.today()
    end = queries.watch.end_of(permit, today)
    if end is None or queries.permits.held_at(permit.site_id, today):
        return None
    earlier = queries.watch.of_site(permit.site_id)
    if covered(end, (each.ended_on for each in earlier)) or any(each.state is WatchState.OPEN for each in earlier):
        return None
    made = PostPermitWatch(
        site_id=permit.site_id,
        permit_id=permit.id,
        why=end.why,
        ended_on=end.on,
        end_reason=permit.end_reason or f"有效期至 {permit.valid_to.isoformat()}，届满未见延续",
        opened_on=today,
        state=WatchState.OPEN,
    )
    made.site, made.permit = permit.site, permit
    db.session.add(made)
    told = f"列入证后监管：{permit.permit_no} {end.why.label}"
    record(made, "permits:watch:open", told, by=by, enterprise_id=permit.enterprise_id)
    notifications.notify(
        notifications.officers_of(permit.site.office_id, Role.OFFICER),
        key=f"watch-{made.id}",
        title=f"{permit.enterprise.name}：许可证{end.why.label}，场所列入证后监管",
        body=f"{permit.permit_no}，{end.on.isoformat()} 起无效。请查明土壤污染状况调查和土地用途。",
        url=f"/post-permit-watch/{made.id}",
        tone="warn",
    )
    return made


def note_watch(watch: PostPermitWatch, facts: WatchInput, *, by: User) -> None:
    """Write down what was found out about soil and land, and who watches."""
    if watch.state is not WatchState.OPEN:
        raise NotAllowed([said("证后监管已解除，不能再改。")])
    if facts.survey is not SoilSurvey.UNKNOWN and not facts.survey_basis.strip():
        raise NotAllowed([Missing(said("请写明认定的依据，或者调查报告的名称和日期。"), "survey_basis")])
    watch.survey, watch.survey_basis = facts.survey, facts.survey_basis.strip()
    watch.land_use, watch.remark = facts.land_use, facts.remark.strip()
    watch.watched_by_id, watch.watched_by = (facts.watched_by.id if facts.watched_by else None), facts.watched_by
    told = f"证后监管：土壤调查{facts.survey.label}，土地{facts.land_use.label}"
    record(watch, Action.WATCH_NOTE, told, by=by)
    if facts.watched_by is not None and facts.watched_by.id != by.id:
        notifications.notify(
            [facts.watched_by],
            key=f"watch-{watch.id}-{facts.watched_by.id}",
            title=f"请您负责证后监管：{watch.site.name}",
            body=watch.end_reason,
            url=f"/post-permit-watch/{watch.id}",
        )


def release_watch(watch: PostPermitWatch, reason: str, *, by: User) -> None:
    """End a watch; never by who watches."""
    WATCH.may_leave("release", watch.state)
    if watch.watched_by_id == by.id:
        raise NotAllowed([said("监管人不能自己解除。")])
    _end(watch, "release", reason, by)


def _end(watch: PostPermitWatch, verb: str, reason: str, by: User) -> None:
    with db.session.no_autoflush:
        watch.release_reason = reason.strip()
        try:
            WATCH.refuse_if_missing(verb, watch)
        except NotAllowed:
            watch.release_reason = ""
            raise
        watch.released_on, watch.released_by_id = clock.today(), by.id
        take(WATCH, verb, watch, by=by, note=reason.strip())


def release_if_held(site: Site) -> None:
    """End the watch over a site that holds a valid permit again; the machine acts, as nobody decides."""
    watch = queries.watch.open_at(site.id)
    held = queries.permits.held_at(site.id, clock.today()) if watch else None
    if watch and held:
        _supersede(watch, held[0])


def _supersede(watch: PostPermitWatch, held: Permit) -> None:
    machine = db.session.scalars(select(User).where(User.is_system)).one()
    reason = f"场所重新持证：{held.permit_no}，有效期 {held.valid_from.isoformat()} 至 {held.valid_to.isoformat()}"
    _end(watch, "supersede", reason, machine)


def follow_watches(today: date) -> int:
    """Nightly: watch the sites of permits that ran out, release those that hold a permit again. How many changed."""
    machine = db.session.scalars(select(User).where(User.is_system)).one()
    changed = 0
    for watch, held in queries.watch.held_again(today):
        _supersede(watch, held)
        changed += 1
    for permit in queries.watch.run_out(today):
        changed += open_watch(permit, by=machine) is not None
    return changed
