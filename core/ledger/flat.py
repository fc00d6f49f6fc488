"""CSV and JSON of a ledger, streamed."""

import csv as comma
import io
import json as notation
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from core.ledger.columns import Column, Figure

_DANGEROUS = re.compile(r"[\s\ufeff\u200b-\u200f\u2060]*[=+\-@＝＋－＠﹢﹣﹦﹫−]|[\t\r\n]")
"""What a spreadsheet may take for a formula: the sign may hide behind blanks, or be full-width."""


def is_dangerous(text: str) -> bool:
    """Whether a spreadsheet could compute this text instead of showing it."""
    return _DANGEROUS.match(text) is not None


def inert(text: str) -> str:
    """A text no spreadsheet computes: an apostrophe in front, nothing taken away."""
    return "'" + text if is_dangerous(text) else text


def csv(columns: Sequence[Column], batches: Iterable[list[Sequence[Any]]]) -> Iterator[bytes]:
    """Labels, then rows; figures stay figures, every other text is made inert."""
    buffer = io.StringIO()
    writer = comma.writer(buffer, lineterminator="\r\n")
    writer.writerow([inert(str(column.label)) for column in columns])
    yield "\ufeff".encode() + buffer.getvalue().encode()
    for batch in batches:
        buffer.seek(0)
        buffer.truncate()
        texts = [
            [column.text(value) for value in values]
            if isinstance(column, Figure)
            else [inert(column.text(value)) for value in values]
            for column, values in zip(columns, batch, strict=True)
        ]
        writer.writerows(zip(*texts, strict=True))
        yield buffer.getvalue().encode()


def json(columns: Sequence[Column], meta: dict[str, Any], batches: Iterable[list[Sequence[Any]]]) -> Iterator[bytes]:
    """``{"meta": {…}, "rows": [{key: value}…], "count": n}``; enums as codes, whose labels stand in meta."""
    described = [
        {"key": column.key, "label": str(column.label), "kind": column.kind}
        | ({"hint": str(column.hint)} if column.hint else {})
        | ({"codes": codes} if (codes := column.codes()) else {})
        for column in columns
    ]
    yield ('{"meta": ' + _written({**meta, "columns": described}) + ', "rows": [').encode()
    keys, count = [column.key for column in columns], 0
    for batch in batches:
        plain = [[column.plain(value) for value in values] for column, values in zip(columns, batch, strict=True)]
        rows = [_written(dict(zip(keys, row, strict=True))) for row in zip(*plain, strict=True)]
        yield ((",\n" if count else "\n") + ",\n".join(rows)).encode()
        count += len(rows)
    yield f'\n], "count": {count}}}\n'.encode()


def _written(value: Any) -> str:
    return notation.dumps(value, ensure_ascii=False)
