"""The copy of record of a report: what was signed, as canonical JSON, and read back from it.

What is shown of a submitted report is this copy, never the figures that may meanwhile be under correction.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from permits.rules.checks import FIELDS, Line, Operation

FORMAT = 1
"""Raised when what is read from a copy changes its shape; older copies are read as they are."""

DECLARATION = (
    "本人已逐项审阅本报告的全部内容，确认真实、准确、完整，并代表本单位签发提交。本人知晓：未如实报告污染物排放行为或者"
    "污染物排放浓度、排放量的，依照《排污许可管理条例》第三十七条第四项和《生态环境法典》第一千零八十六条处罚；"
    "监测数据弄虚作假的，依照《生态环境法典》第一千零八十八条处罚并追究有关人员责任。"
)
"""What the signer declares, with the consequence in law (violations.csv REP-FALSE, MON-FAKE: 未核对)."""

UNTOLD = "纸质报告未说明"
"""The reason noted for what is odd in a report on paper that says nothing about it; a clerk chooses it, nobody else."""


@dataclass(frozen=True)
class OnPaper:
    """What a copy says of the paper it was keyed in from; ``scans`` are the hashes of its pages."""

    received_on: date
    office: str
    signatory: str
    post: str
    keyed_by: str
    scans: tuple[str, ...]

    @property
    def signed_by(self) -> str:
        """Who signed by hand, as written."""
        return f"{self.signatory}（{self.post}），纸质签字"

    @property
    def declaration(self) -> str:
        """What stands in a copy where an electronic signer declares: that there is none."""
        return (
            f"本报告由企业以纸质提交，{self.office} {self.received_on.isoformat()} 收到，由{self.keyed_by}照原件代录并附扫描件 "
            f"{len(self.scans)} 份。纸质原件由{self.signatory}（{self.post}）签字；本系统内没有企业的电子签发，内容以纸质原件为准。"
        )


@dataclass(frozen=True)
class Frame:
    """Everything in a copy besides its figures."""

    enterprise: str
    credit_code: str
    permit_no: str
    version_number: int
    title: str
    due_on: date
    prepared_by: str
    signed_by: str
    signed_at: datetime


def copy_of_record(
    frame: Frame,
    operation: Operation,
    lines: Sequence[Line],
    confirmed: Mapping[str, Mapping[str, str]],
    *,
    number: int,
    correction: Mapping[str, str | int] | None = None,
    paper: OnPaper | None = None,
) -> str:
    """The copy as canonical JSON: sorted keys, no blanks, figures as their digits."""
    content = {
        "format": FORMAT,
        "number": number,
        "enterprise": frame.enterprise,
        "credit_code": frame.credit_code,
        "permit_no": frame.permit_no,
        "permit_version": frame.version_number,
        "title": frame.title,
        "due_on": frame.due_on.isoformat(),
        "period": [operation.first.isoformat(), operation.last.isoformat()],
        "shutdown_days": operation.shutdown_days,
        "narrative": operation.narrative,
        "figures": [_plain(line) for line in lines],
        "confirmed": {key: dict(value) for key, value in confirmed.items()},
        "prepared_by": frame.prepared_by,
        "signed_by": frame.signed_by,
        "signed_at": frame.signed_at.isoformat(),
        "declaration": paper.declaration if paper else DECLARATION,
        **({"correction": dict(correction)} if correction else {}),
        **({"paper": {**asdict(paper), "received_on": paper.received_on.isoformat()}} if paper else {}),
    }
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def sha256_of(content: str) -> str:
    """The hash by which any later change of a copy is found."""
    return hashlib.sha256(content.encode()).hexdigest()


def is_intact(content: str, sha256: str) -> bool:
    """Whether a copy is still, byte for byte, what was signed."""
    return sha256_of(content) == sha256


def _plain(line: Line) -> dict[str, Any]:
    figures = {name: _digits(getattr(line, name)) for name in (*FIELDS, "limit_low", "limit_value", "annual_limit")}
    return {
        "outlet": line.outlet_code,
        "pollutant": line.pollutant_code,
        "name": line.pollutant_name,
        "unit": line.limit_unit,
        **figures,
    }


def _digits(value: Decimal | int | None) -> str | int | None:
    return f"{value.normalize():f}" if isinstance(value, Decimal) else value


def lines_in(content: str) -> list[Line]:
    """The figures of a copy."""
    return [
        Line(
            outlet_code=row["outlet"],
            pollutant_code=row["pollutant"],
            pollutant_name=row["name"],
            limit_unit=row["unit"],
            limit_low=_figure(row["limit_low"]),
            limit_value=_figure(row["limit_value"]),
            annual_limit=_figure(row["annual_limit"]),
            mean=_figure(row["mean"]),
            minimum=_figure(row["minimum"]),
            maximum=_figure(row["maximum"]),
            samples=row["samples"],
            exceedances=row["exceedances"],
            quantity=_figure(row["quantity"]),
        )
        for row in json.loads(content)["figures"]
    ]


def operation_in(content: str) -> Operation:
    """What a copy says of its period as a whole."""
    found = json.loads(content)
    first, last = (date.fromisoformat(day) for day in found["period"])
    return Operation(first, last, found["shutdown_days"], found["narrative"])


def reasons_in(content: str) -> dict[str, dict[str, str]]:
    """What was odd and the reason given for it, by the key of the remark, as a report keeps them."""
    found: dict[str, dict[str, str]] = json.loads(content)["confirmed"]
    return found


def confirmed_in(content: str) -> list[tuple[str, str]]:
    """What was odd and the reason given for it, in the order of the copy."""
    return [(each["told"], each["reason"]) for each in reasons_in(content).values()]


def _figure(text: str | None) -> Decimal | None:
    return Decimal(text) if text is not None else None


def changed(old: Sequence[Line], new: Sequence[Line]) -> set[str]:
    """The paths of the figures that differ from one submission to the next."""
    before = {line.row: line for line in old}
    return {
        line.path(name)
        for line in new
        for name in FIELDS
        if line.row not in before or getattr(before[line.row], name) != getattr(line, name)
    }


@dataclass(frozen=True)
class Difference:
    """One cell in which two submissions differ."""

    line: Line | None
    name: str
    before: Decimal | int | str | None
    after: Decimal | int | str | None


def differences(old: Sequence[Line], new: Sequence[Line], before: Operation, after: Operation) -> list[Difference]:
    """Every cell in which a submission differs from the one before, the report's own first."""
    found = [
        Difference(None, name, getattr(before, name), getattr(after, name))
        for name in ("shutdown_days", "narrative")
        if getattr(before, name) != getattr(after, name)
    ]
    was = {line.row: line for line in old}
    for line in new:
        for name in FIELDS:
            earlier = getattr(was[line.row], name) if line.row in was else None
            if earlier != getattr(line, name):
                found.append(Difference(line, name, earlier, getattr(line, name)))
    return found


def reopened(paths: Sequence[str], rows: Sequence[str]) -> set[str]:
    """Which lines a firm may change in a returned report: those remarked on, or all when the whole was."""
    named = {path.rpartition("/")[0] for path in paths if path.count("/") == 2}
    named |= {path for path in paths if path.count("/") == 1}
    if any(path in ("", "report") for path in paths):
        return set(rows)
    return named & set(rows)
