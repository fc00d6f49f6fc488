"""What the columns of an office's workbooks mean: confirmed once, used for every workbook with the same headers."""

from collections.abc import Mapping as Columns
from collections.abc import Sequence

from sqlalchemy import select

from accounts.audit import record
from accounts.models import User
from core import clock, intake
from core.db import db
from core.intake import Sheet
from registry.intake.fields import FIELDS, LABELS, SPLIT_FROM
from registry.intake.judging import recognise
from registry.models import RememberedMapping

KIND = "enterprises"
ACT = "registry:import:map"


def understood(sheets: Sequence[Sheet], by: User) -> tuple[intake.Mapping, bool]:
    """What the columns mean: as the person's office confirmed it before, else as recognised; and whether all is confirmed.

    The system user, who has no office, goes by what was confirmed last. Raises ``Unreadable`` when no sheet has headers.
    """
    mapping = recognise(sheets)
    kinds = mapping.kinds()
    wanted = select(RememberedMapping).where(
        RememberedMapping.kind == KIND, RememberedMapping.header_hash.in_(list(kinds))
    )
    if not by.is_system:
        wanted = wanted.where(RememberedMapping.office_id == by.office_id)
    known = {
        row.header_hash: row.mapping for row in db.session.scalars(wanted.order_by(RememberedMapping.confirmed_at))
    }
    columns = {signature: intake.remembered(kept) for signature, kept in known.items()}
    return mapping.changed(columns), kinds.keys() <= known.keys()


def remember(mapping: intake.Mapping, *, by: User) -> None:
    """Keep what was confirmed for the person's office."""
    if by.office_id is None:
        return
    for signature, table in mapping.kinds().items():
        kept = db.session.scalars(
            select(RememberedMapping).where(
                RememberedMapping.office_id == by.office_id,
                RememberedMapping.kind == KIND,
                RememberedMapping.header_hash == signature,
            )
        ).one_or_none()
        facts = {"headers": list(table.headers), "columns": dict(sorted(table.columns.items()))}
        if kept is None:
            kept = RememberedMapping(office_id=by.office_id, kind=KIND, header_hash=signature)
            db.session.add(kept)
        elif kept.mapping == facts:
            continue
        kept.mapping, kept.confirmed_by_id, kept.confirmed_at = facts, by.id, clock.now()
        record(kept, ACT, "确认台账的列", by=by)


def lacking(columns: Columns[str, int]) -> list[str]:
    """What a mapping must have and has not, and fields that are there twice: alone and joined."""
    told = [key for key in ("name", "uscc") if key not in columns]
    return told + [
        joined for joined, parts in SPLIT_FROM.items() if joined in columns and set(parts[-2:]) <= set(columns)
    ]


def described(mapping: intake.Mapping) -> list[str]:
    """One line for each kind of header row: which column was taken for what."""
    said = []
    for table in mapping.kinds().values():
        sheets = "、".join(each.sheet for each in mapping.tables if each.signature == table.signature)
        pairs = (
            f"{table.headers[column] or column + 1}→{LABELS[field.key]}"
            for field in FIELDS
            if (column := table.columns.get(field.key)) is not None
        )
        said.append(f"{sheets}：{'，'.join(pairs)}")
    return said
