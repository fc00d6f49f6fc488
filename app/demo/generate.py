"""Two years of a fictional prefecture, lived through once: registered, permitted, reported, inspected, ordered, punished."""

import gc
import random
from datetime import timedelta

from sqlalchemy import update

from accounts.audit import record
from app import reminders
from app.demo import (
    applying,
    categorising,
    certifying,
    correcting,
    filing,
    inspecting,
    monitoring,
    ordering,
    permitting,
    punishing,
    registering,
    reporting,
    soiling,
    stationing,
    trading,
    watch,
)
from app.demo.firms import firms
from app.demo.people import make
from app.demo.world import Say, World
from core import clock
from core.db import db
from credit import standing
from law import queries as law
from registry.models import Notification

SIZES = ("full", "small")
"""All firms; or only those with a part in the plot, for whoever cannot wait."""


def cast() -> set[str]:
    """The firms that stand for something: every state of everything hangs on one of them."""
    found = {*reporting.STORIES, *reporting.CHRONIC, *reporting.TARDY, *reporting.EXCEEDING, *reporting.ON_PAPER}
    found |= {
        *permitting.LEFT,
        *monitoring.AUTOMATIC,
        *applying.RENEWING,
        *applying.CANCELLING,
        *permitting.STORIED,
        *permitting.MONTHLY,
        *permitting.CHANGING,
        *registering.OLD_NAMES,
        *registering.FATES,
        *watch.ENDED,
    }
    found |= {story.key for story in ordering.STORIES} | {case.key for case in punishing.CASES}
    return found | {key for key, _day, _half in inspecting.OPEN}


def load(say: Say, size: str = "full") -> None:
    """Fill an empty database. Takes up to a minute; every act is committed with its own entry in the chain.

    The same day and size give the same history; only the verification codes of the documents are drawn anew.
    """
    today, calendar = clock.today(), law.calendar()
    start = calendar.next_workday(today - timedelta(days=730))
    with clock.at(start):
        entrance = make(today)
        record(None, "demo:people", "示例账户", by=entrance.made["permit"])
        players = registering.register(firms(named=None if size == "full" else cast()), entrance)
    say(f"企业 {len(players)} 家")
    world = World(entrance.made, players, today, start, calendar, random.Random(20260815))  # noqa: S311 - fiction
    registering.plan(world)
    permitting.plan(world)
    applying.plan(world)
    filing.plan(world)
    categorising.plan(world)
    correcting.plan(world)
    certifying.plan(world)
    trading.plan(world)
    monitoring.plan(world)
    soiling.plan(world)
    stationing.plan(world)
    inspecting.plan(world, inspecting.PAST if size == "full" else inspecting.PAST // 4)
    punishing.plan(world)
    watch.plan(world)
    gc.disable()  # nothing is thrown away on the way, and looking for it takes a fifth of the time
    try:
        say(f"共办 {world.play(say)} 件事")
    finally:
        gc.enable()
    standing.refresh_missing()
    reminders.send(today)
    old = Notification.sent_at < clock.now() - timedelta(days=8)
    db.session.execute(update(Notification).where(old).values(read_at=Notification.sent_at))
    db.session.commit()
