"""What the result sentence adds to the count: "其中 2 家 30 日内到期", each with the address that shows these alone."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, case, func, literal_column, select
from sqlalchemy.orm import Session

from core.db import direct
from core.ledger.columns import resolved
from core.ledger.orders import Rows


@dataclass(frozen=True, eq=False)
class Notable:
    """``Notable(_l("%(count)s 家 30 日内到期"), where=lambda: ends_within(30), params={"expires": "30"})``.

    ``params``: the filters that show these rows alone; without them there is no link.
    """

    words: str
    where: Callable[[], ColumnElement[bool]]
    params: Mapping[str, str] = field(default_factory=dict)

    def told(self, count: int) -> str:
        """The words with the figure in them."""
        return str(self.words) % {"count": f"{count:,}"}


def counted(
    session: Session, base: Rows, notables: Sequence[Notable], most: int
) -> tuple[int, list[tuple[Notable, int]]]:
    """How many rows there are, and how many of them are so.

    Beyond ``most`` the count is ``most`` + 1, and of the rest nothing is asked or said, because only a part was looked
    at: counting walks along an index, while each notable has to look at every row.
    """
    rows: Rows = base.with_only_columns(literal_column("1"), maintain_column_froms=True).order_by(None)
    connection = direct(session)
    total = connection.scalar(select(func.count()).select_from(rows.limit(most + 1).subquery())) or 0
    if total > most or not notables:
        return total, []
    flags = [case((resolved(each.where), 1), else_=0).label(f"n{at}") for at, each in enumerate(notables)]
    looked_at = base.with_only_columns(*flags, maintain_column_froms=True).order_by(None).subquery()
    found = connection.execute(select(*(func.sum(looked_at.c[flag.name]) for flag in flags))).one()
    return total, [(each, count) for each, count in zip(notables, found, strict=True) if count]
