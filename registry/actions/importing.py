"""Importing a ledger: opened, its columns confirmed, tried, and stored once."""

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from flask import current_app
from sqlalchemy import select

from accounts.audit import record
from accounts.models import User
from core import clock, intake
from core.attachments import Store
from core.db import db
from core.intake import Sheet, Unreadable
from core.said import said
from core.workflow import Missing, NotAllowed
from registry.intake import Result, mappings, take
from registry.intake.marking import marked
from registry.intake.recording import Difference
from registry.intake.rows import Problem, Row
from registry.models import ImportRun

MOST_KEPT = 1000
"""Problems kept with a run for its page; all of them stand in the marked workbook."""

UPLOADED, CHECKED, STORED = "registry:import:open", "registry:import:check", "registry:import:store"

Take = Callable[..., Result]


def store_of_files() -> Store:
    """Where the workbooks are kept, by their content."""
    store: Store = current_app.extensions["store"]
    return store


def open_run(content: bytes, name: str, *, by: User, kind: str = "enterprises") -> tuple[ImportRun, bool]:
    """Take in a workbook; the run, and whether its columns are all confirmed already. Raises ``Unreadable``."""
    sheets = intake.read(content, name)
    mapping, confirmed = mappings.understood(sheets, by)
    run = ImportRun(
        office_id=by.office_id,
        user_id=by.id,
        kind=kind,
        file_name=name[-120:],
        sha256=store_of_files().put(content),
        mapping=mapping.as_json(),
        result={},
        started_at=clock.now(),
    )
    db.session.add(run)
    record(run, UPLOADED, f"上传台账 {run.file_name}", by=by)
    if confirmed:
        check_run(run, sheets, by=by)
    return run, confirmed


def sheets_of(run: ImportRun) -> list[Sheet]:
    """The workbook of a run, read again."""
    return intake.read(store_of_files().get(run.sha256), run.file_name)


def map_run(run: ImportRun, columns: Mapping[str, dict[str, int]], *, by: User) -> None:
    """Confirm what the columns mean, for this run and for the office's next workbooks, and try the file."""
    _refuse_stored(run)
    mapping = intake.Mapping.from_json(run.mapping).changed(dict(columns))
    run.mapping = mapping.as_json()
    mappings.remember(mapping, by=by)
    check_run(run, sheets_of(run), by=by)


def check_run(run: ImportRun, sheets: list[Sheet], *, by: User) -> None:
    """Say what would come of the file; nothing of the register changes."""
    _refuse_stored(run)
    mapping = intake.Mapping.from_json(run.mapping)
    run.result = summary(take(sheets, mapping, by=by, dry_run=True, source=run.file_name))
    record(run, CHECKED, f"试运行台账 {run.file_name}", by=by)


def store_run(run: ImportRun, *, by: User) -> None:
    """Store all good rows at once. A run that is stored already stays as it is."""
    locked = select(ImportRun.stored_at).where(ImportRun.id == run.id).with_for_update()
    if db.session.scalars(locked.execution_options(populate_existing=True)).one() is not None:
        return
    if not run.result:
        raise NotAllowed([Missing(said("请先确认各列的含义。"))])
    mapping = intake.Mapping.from_json(run.mapping)
    finish(run, take(sheets_of(run), mapping, by=by, source=f"导入 {run.file_name}"), by=by)


def finish(run: ImportRun, result: Result, *, by: User) -> None:
    """Note that a file was stored and what came of it."""
    run.result, run.stored_at = summary(result), clock.now()
    counts = result.counts()
    told = f"导入台账 {run.file_name}：新增 {counts['created']}，更新 {counts['updated']}，未入库 {counts['rejected']}"
    record(run, STORED, told, by=by, facts={**counts, "sha256": run.sha256})


def marked_workbook(run: ImportRun, *, by: User) -> bytes:
    """The sender's workbook with what is wrong written on its cells, judged as things stand now."""
    content = store_of_files().get(run.sha256)
    sheets, mapping = intake.read(content, run.file_name), intake.Mapping.from_json(run.mapping)
    result = take(sheets, mapping, by=by, dry_run=True)
    return marked(content, run.file_name, mapping, result, stored=run.stored_at is not None)


def imported_by_command(
    content: bytes, name: str, sheets: list[Sheet], mapping: intake.Mapping, result: Result, *, by: User, kind: str
) -> ImportRun:
    """Keep a run that a command stored."""
    run = ImportRun(
        office_id=by.office_id,
        user_id=by.id,
        kind=kind,
        file_name=name[-120:],
        sha256=hashlib.sha256(content).hexdigest(),
        mapping=mapping.as_json(),
        result={},
        started_at=clock.now(),
    )
    db.session.add(run)
    finish(run, result, by=by)
    return run


def _refuse_stored(run: ImportRun) -> None:
    if run.stored_at is not None:
        raise NotAllowed([Missing(said("这个文件已经入库；要改请重新上传。"))])


def summary(result: Result) -> dict[str, Any]:
    """What a run keeps: counts, how often each problem, the first problems, rows and changes."""
    often = Counter(problem.code for problem in result.problems)
    return {
        "counts": result.counts(),
        "codes": dict(often.most_common()),
        "problems": [problem.kept() for problem in result.problems[:MOST_KEPT]],
        "rows": [_sample(row, outcome) for row, outcome in result.samples],
        "changes": [_changed(row, differences) for row, differences in result.changes],
        "at": clock.now().isoformat(),
    }


def _sample(row: Row, outcome: str) -> dict[str, Any]:
    return {"sheet": row.sheet, "row": row.row, "outcome": outcome, **row.value()}


def _changed(row: Row, differences: list[Difference]) -> dict[str, Any]:
    told = [[each.label, each.old, each.new] for each in differences]
    return {"sheet": row.sheet, "row": row.row, "name": row.name, "uscc": row.uscc, "changes": told}


def problems_of(run: ImportRun) -> list[Problem]:
    """The problems that a run keeps."""
    return [Problem.from_kept(kept) for kept in run.result.get("problems", ())]


__all__ = ["Unreadable", "check_run", "map_run", "marked_workbook", "open_run", "problems_of", "store_run"]
