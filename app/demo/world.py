"""What the fictional history is made of: its people, its firms, and the acts that are still to come, by their days."""

import heapq
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from accounts.models import User
from app.demo.firms import Firm
from core import clock
from core.db import db
from law.calendar import Calendar
from permits.models import Permit
from registry.models import Enterprise, Site

Say = Callable[[str], None]
Act = Callable[[], object]

MINUTES = timedelta(minutes=3)


@dataclass
class Player:
    """A firm in the history: the fiction, its rows, and who acts for it."""

    firm: Firm
    enterprise: Enterprise
    site: Site
    preparer: User
    signer: User
    officers: tuple[User, User]
    clerk: User
    """Who keeps its permit."""

    @property
    def key(self) -> str:
        """By what the plot calls it."""
        return self.firm.key


@dataclass
class World:
    """The stage: every act is put on a day and played in the order of the days."""

    people: dict[str, User]
    players: list[Player]
    today: date
    start: date
    calendar: Calendar
    dice: random.Random
    events: list[tuple[date, int, Act]] = field(default_factory=list)
    permits: dict[str, Permit] = field(default_factory=dict)
    """The permit of each firm by its key, from the day it was entered."""
    expected: set[int] = field(default_factory=set)
    """The reports, by their obligation, that are on their days already."""
    _serial: int = 0

    def on(self, day: date, act: Act) -> None:
        """Let something happen on a working day not before this one; what lies in the future does not happen."""
        day = self.calendar.next_workday(max(day, self.start))
        if day <= self.today:
            self._serial += 1
            heapq.heappush(self.events, (day, self._serial, act))

    def exactly(self, day: date, act: Act) -> None:
        """Let something happen on this very day, a day of rest too."""
        if day <= self.today:
            self._serial += 1
            heapq.heappush(self.events, (day, self._serial, act))

    def ago(self, workdays: int) -> date:
        """So many working days before today; 0 is today, or the last working day before it."""
        last = self.today if self.calendar.is_workday(self.today) else self.calendar.add_workdays(self.today, -1)
        return self.calendar.add_workdays(last, -workdays) if workdays else last

    def ahead(self, workdays: int) -> date:
        """So many working days after today; negative counts back."""
        return self.calendar.add_workdays(self.today, workdays) if workdays else self.calendar.next_workday(self.today)

    def after(self, day: date, workdays: int) -> date:
        """So many working days after a day."""
        return self.calendar.add_workdays(day, workdays)

    def player(self, key: str) -> Player | None:
        """A firm by its key; None when the demo is loaded too small to have it."""
        return next((each for each in self.players if each.key == key), None)

    def play(self, say: Say) -> int:
        """Play every act in the order of the days, each committed for itself; acts may put further ones on. How many."""
        done, at = 0, clock.midnight(self.start)
        while self.events:
            day, _serial, act = heapq.heappop(self.events)
            at = self._hour(day, at)
            with clock.at(at):
                act()
                db.session.commit()
            done += 1
            if done % 400 == 0:
                say(f"……{day.isoformat()}，已办 {done} 件")
        return done

    def _hour(self, day: date, before: datetime) -> datetime:
        """A moment of the day after the act before: office hours in the past, never later than now on the last day."""
        opening = clock.midnight(day) + timedelta(hours=9, minutes=30)
        wanted = max(opening, before + MINUTES)
        if wanted >= clock.midnight(day + timedelta(days=1)):
            wanted = before + timedelta(milliseconds=1)
        return max(before, min(wanted, clock.now())) if day >= self.today else wanted
