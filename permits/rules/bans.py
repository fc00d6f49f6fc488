"""Who may not apply for a permit again, until when, and by which article (条例第四十条、第四十一条)."""

from dataclasses import dataclass
from datetime import date

from core.said import Said, said
from law.deadlines import Deadline
from permits.models import ApplicationKind, EndGround, PermitState

BAN = "fraud_permit.reapply_ban"
"""The key of deadlines.csv."""

ARTICLES = {EndGround.FRAUD: said("条例第四十条"), EndGround.FORGED: said("条例第四十一条")}

BARRED = frozenset({ApplicationKind.FIRST, ApplicationKind.REAPPLICATION})
"""What "再次申请排污许可证" means here: a new permit at any site of the firm, not what concerns a permit it still holds.
The articles name neither the kinds nor the sites: 未核对."""


@dataclass(frozen=True)
class Ban:
    """A permit that ended for fraud, and the last day on which its firm may not apply again."""

    permit_no: str
    ended_on: date
    state: PermitState
    ground: EndGround
    term: Deadline

    @property
    def text(self) -> Said:
        """The refusal: which permit, on which article, to which day, by which sum."""
        return said(
            "%(number)s 因%(ground)s于 %(day)s %(state)s，到 %(last)s（当日含在内）为止不得再次申请排污许可证"
            "（%(article)s）：%(sum)s。约束哪些申请、是否及于其他场所，未核对。",
            number=self.permit_no,
            ground=self.ground,
            day=self.ended_on.isoformat(),
            state=self.state,
            last=self.term.due.isoformat(),
            article=ARTICLES[self.ground],
            sum=self.term.arithmetic,
        )


def standing(bans: list[Ban], today: date) -> Ban | None:
    """The ban that lasts longest of those that still hold on a day; its last day is part of it."""
    return max((each for each in bans if each.term.due >= today), key=lambda each: each.term.due, default=None)
