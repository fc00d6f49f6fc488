"""What waits for whoever watches the sites of ended permits."""

from collections.abc import Iterable
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import or_

from accounts.models import User
from accounts.roles import Action
from app.desk.board import MOST, Todo, short, todo
from core.db import db
from permits.models import LandUse, PostPermitWatch, SoilSurvey, WatchState
from permits.queries.watch import visible_watches


@todo(Action.WATCH_NOTE)
def sites_to_watch(person: User, _today: date) -> Iterable[Todo]:
    """Sites of mine, or nobody's, of which soil or land is not cleared up."""
    wanted = (
        visible_watches(person)
        .where(
            PostPermitWatch.state == WatchState.OPEN,
            or_(PostPermitWatch.watched_by_id == person.id, PostPermitWatch.watched_by_id.is_(None)),
            or_(
                PostPermitWatch.survey.in_((SoilSurvey.UNKNOWN, SoilSurvey.OWED)),
                PostPermitWatch.land_use == LandUse.UNKNOWN,
            ),
        )
        .order_by(PostPermitWatch.ended_on.desc(), PostPermitWatch.id)
        .limit(MOST)
    )
    for each in db.session.scalars(wanted).unique():
        url = f"/post-permit-watch/{each.id}"
        why = _("许可证 %(day)s %(why)s，还没有监管人", day=each.ended_on.isoformat(), why=_(each.why.label))
        if each.watched_by_id is not None:
            why = _("您负责；土壤调查：%(survey)s", survey=_(each.survey.label))
        title = f"{short(each.permit.enterprise.name)}：{each.site.name}"
        yield Todo(title, url, _("证后监管"), "warn", why, _("记录"), f"{url}/note")
