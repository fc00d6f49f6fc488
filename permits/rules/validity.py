"""Which version holds on a day, how long a permit is valid, and the days on which nothing held."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from core.words import Titled
from law.deadlines import eve
from law.terms import Unit
from permits.models import PermitState, VersionGround

ONE_DAY = timedelta(days=1)
VALID_YEARS = 5
"""排污许可管理条例第十四条, 生态环境法典第一百八十二条; deadlines.csv permit.validity."""

RENEW_DAYS_BEFORE = 60
"""排污许可管理条例第十四条; deadlines.csv permit.renewal_apply_before."""


@dataclass(frozen=True)
class Span:
    """A version as the days know it. ``in_force_to`` and ``valid_to`` are last days on which it still holds."""

    number: int
    ground: VersionGround
    in_force_from: date
    in_force_to: date | None
    valid_from: date
    valid_to: date
    applied_on: date | None = None
    decided_on: date | None = None

    def holds(self, day: date) -> bool:
        """Whether this version is what the permit says on a day, and valid then."""
        begun = self.in_force_from <= day and self.valid_from <= day
        return begun and day <= self.valid_to and (self.in_force_to is None or day <= self.in_force_to)

    @property
    def first_day(self) -> date:
        """The first day on which it holds."""
        return max(self.in_force_from, self.valid_from)

    @property
    def last_day(self) -> date:
        """The last day on which it holds, if nothing ends the permit before."""
        return min(self.valid_to, self.in_force_to) if self.in_force_to else self.valid_to


def in_force(spans: Sequence[Span], day: date, ended_on: date | None = None) -> Span | None:
    """The version that holds on a day; None on a day without a valid permit. From ``ended_on`` on nothing holds."""
    if ended_on is not None and day >= ended_on:
        return None
    return max((span for span in spans if span.holds(day)), key=lambda span: span.number, default=None)


def last_day_of_term(valid_from: date) -> date:
    """The last day of five years from a day on: 2022-03-15 → 2027-03-14."""
    return eve(valid_from, VALID_YEARS, Unit.YEAR)


def latest_application(valid_to: date) -> date:
    """The last day on which a renewal is applied for in time: sixty days before the term ends."""
    return valid_to - timedelta(days=RENEW_DAYS_BEFORE)


def renewed_from(old_valid_to: date, applied_on: date, decided_on: date) -> date:
    """The first day of a renewed term (排污许可管理办法第二十四条, both branches).

    The day after the old term; but when it was applied for late and decided after the old term had ended, only from
    the decision on, and the days between are days without a permit.
    """
    if applied_on > latest_application(old_valid_to) and decided_on > old_valid_to:
        return decided_on
    return old_valid_to + ONE_DAY


@dataclass(frozen=True)
class Gap:
    """Days without a valid permit, both ends included; ``last`` is today while the gap is still open."""

    first: date
    last: date
    reason: str
    open: bool = False

    @property
    def days(self) -> int:
        """How many days."""
        return (self.last - self.first).days + 1


def gaps(spans: Sequence[Span], today: date, ended_on: date | None = None, ended_by: str = "") -> list[Gap]:
    """The days between and after versions on which no valid permit was held, up to today, each with its reason.

    Discharging on such a day is discharging without a permit (排污许可管理条例第三十三条). ``ended_by`` is the word for
    the end: 注销, 撤销, 吊销.
    """
    found: list[Gap] = []
    covered_to: date | None = None
    before: Span | None = None
    begun = [each for each in spans if ended_on is None or each.valid_from < ended_on]
    for span in sorted(begun, key=lambda each: (each.valid_from, each.number)):
        last = min(span.valid_to, ended_on - ONE_DAY) if ended_on else span.valid_to
        if covered_to is not None and before is not None and span.valid_from > covered_to + ONE_DAY:
            first, until = covered_to + ONE_DAY, min(span.valid_from - ONE_DAY, today)
            if first <= until:
                found.append(Gap(first, until, _between(before, span)))
        if last >= span.valid_from and (covered_to is None or last > covered_to):
            covered_to, before = last, span
    if covered_to is None and spans and ended_on is not None:
        covered_to = ended_on - ONE_DAY  # withdrawn from its first day on: it never held
    if covered_to is not None and covered_to < today:
        if ended_on is not None and covered_to == ended_on - ONE_DAY:
            reason = f"{ended_on.isoformat()} {ended_by or '终止'}，此后没有有效许可证"
        else:
            reason = f"{covered_to.isoformat()} 有效期届满，未见延续"
        found.append(Gap(covered_to + ONE_DAY, today, reason, open=True))
    return found


def _between(old: Span, new: Span) -> str:
    if new.applied_on and new.decided_on and new.applied_on > latest_application(old.valid_to):
        return (
            f"{new.applied_on.isoformat()} 才申请延续，晚于届满前 {RENEW_DAYS_BEFORE} 日"
            f"（{latest_application(old.valid_to).isoformat()}），{new.decided_on.isoformat()} 作出决定时前证已届满，"
            "新证自决定之日起有效（办法第24条）"
        )
    return f"前证 {old.valid_to.isoformat()} 届满，新证 {new.valid_from.isoformat()} 起有效"


class Standing(Titled):
    """How a permit stands on a day: its state, where the dates do not say that it had not begun or had expired."""

    AHEAD = "ahead", "尚未生效", "calm"
    DRAFT = "draft", "草稿", "calm"
    IN_FORCE = "in_force", "有效", "ok"
    RECTIFICATION = "rectification", "限期整改", "warn"
    EXPIRED = "expired", "已届满", "danger"
    CANCELLED = "cancelled", "已注销", "calm"
    WITHDRAWN = "withdrawn", "已撤销", "danger"
    REVOKED = "revoked", "已吊销", "danger"


def standing(state: PermitState, spans: Sequence[Span], day: date, ended_on: date | None) -> Standing:
    """How a permit stands on a day; a term to rectify is told as it is now, since its days are in the trail alone."""
    if ended_on is not None and day >= ended_on:
        return Standing(state.code)
    if not spans:
        return Standing.DRAFT
    if in_force(spans, day, ended_on) is None:
        return Standing.EXPIRED if any(span.last_day < day for span in spans) else Standing.AHEAD
    return Standing.RECTIFICATION if state is PermitState.RECTIFICATION else Standing.IN_FORCE


class Band(Titled):
    """How near the end of a permit is."""

    EXPIRED = "expired", "已届满", "danger"
    DAYS_30 = "30", "30 日内届满", "danger"
    DAYS_60 = "60", "60 日内届满", "warn"
    DAYS_90 = "90", "90 日内届满", "warn"
    LATER = "later", "90 日以后", "calm"


def band(valid_to: date, today: date) -> Band:
    """Into which band an end falls today; the last day itself is still valid."""
    left = (valid_to - today).days
    if left < 0:
        return Band.EXPIRED
    return next((each for limit, each in BANDS if left <= limit), Band.LATER)


BANDS = ((30, Band.DAYS_30), (60, Band.DAYS_60), (90, Band.DAYS_90))


def bounds(wanted: Band, today: date) -> tuple[date | None, date | None]:
    """First and last ``valid_to`` of a band, None where open: ``band`` as a condition for the database."""
    if wanted is Band.EXPIRED:
        return None, today - ONE_DAY
    first = today
    for limit, each in BANDS:
        last = today + timedelta(days=limit)
        if each is wanted:
            return first, last
        first = last + ONE_DAY
    return first, None
