"""Backup and restore: every table as JSON lines and every file by its hash, in one zip, taken from one snapshot.

The same file restores on either engine; after it the audit chain and the files are verified.
"""

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import JSON, Connection, Date, DateTime, Enum, Numeric, Table, func, insert, select, text

from accounts import audit
from core import clock, permanence
from core.db import Base, db, writing
from core.permanence import frozen_tables

VERSION = 1
BATCH = 500


class BadBackup(ValueError):
    """The file is no backup of ours, or the database is not empty; the text is for who runs it."""


def make(out: Path) -> dict[str, Any]:
    """Write everything into one zip, from one consistent read; written aside and moved into place."""
    counts: dict[str, int] = {}
    db.session.rollback()
    writing.set(False)  # a snapshot to read from: nobody waits for it
    aside = out.with_suffix(out.suffix + ".part")
    with db.engine.connect() as connection, zipfile.ZipFile(aside, "w", zipfile.ZIP_DEFLATED) as archive:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
        for table in Base.metadata.sorted_tables:
            counts[table.name] = _dump(connection, table, archive)
        store: Any = current_app.extensions["store"]
        files = 0
        for path in sorted(store.root.rglob("*")) if store.root.exists() else []:
            if path.is_file() and len(path.name) == 64:
                archive.write(path, f"files/{path.name}")
                files += 1
        head = connection.execute(select(Base.metadata.tables["audit_head"].c.hash)).scalar()
        about = {
            "version": VERSION,
            "at": clock.now().isoformat(),
            "tables": counts,
            "files": files,
            "audit_head": head,
        }
        archive.writestr("about.json", json.dumps(about, ensure_ascii=False))
    aside.replace(out)
    return about


def _dump(connection: Connection, table: Table, archive: zipfile.ZipFile) -> int:
    count = 0
    order = list(table.primary_key.columns)
    rows = connection.execution_options(yield_per=2000).execute(select(table).order_by(*order))
    with archive.open(f"tables/{table.name}.jsonl", "w", force_zip64=True) as file:
        for row in rows.mappings():
            file.write((json.dumps({k: audit.plain(v) for k, v in row.items()}, ensure_ascii=False) + "\n").encode())
            count += 1
    return count


def restore(file: Path) -> dict[str, Any]:
    """Read a backup into a database that has no enterprise and no act; all in one transaction, then verify."""
    try:
        archive = zipfile.ZipFile(file)
        about = json.loads(archive.read("about.json"))
    except (zipfile.BadZipFile, KeyError, ValueError) as error:
        raise BadBackup("不是清源的备份文件，或者文件不完整。") from error
    if about.get("version") != VERSION:
        raise BadBackup(f"备份的格式版本是 {about.get('version')}，这里只认 {VERSION}。")
    if archive.testzip() is not None:
        raise BadBackup("备份文件已损坏。")
    store: Any = current_app.extensions["store"]
    db.session.rollback()
    with archive, db.engine.begin() as connection:
        if connection.execute(select(func.count()).select_from(Base.metadata.tables["enterprise"])).scalar():
            raise BadBackup("数据库里已有企业；只能恢复到空的数据库。")
        _triggers(connection, on=False)  # the one time at which frozen tables may be emptied and filled
        for table in reversed(Base.metadata.sorted_tables):
            connection.execute(table.delete())
        for table in Base.metadata.sorted_tables:
            _fill(connection, table, archive)
        for table in Base.metadata.sorted_tables:
            _link(connection, table, archive)
        _triggers(connection, on=True)
        _reset_sequences(connection)
        for name in archive.namelist():
            if name.startswith("files/"):
                content = archive.read(name)
                if hashlib.sha256(content).hexdigest() != name.removeprefix("files/"):
                    raise BadBackup(f"附件 {name} 与哈希不符。")
                store.put(content)
    found = audit.verify(db.session, about.get("audit_head"))
    return {
        "ok": found.ok,
        "tables": about["tables"],
        "files": about["files"],
        "entries": found.entries,
        "head": found.head,
    }


def _triggers(connection: Connection, *, on: bool) -> None:
    """Lift or set the triggers of every frozen table."""
    for name, frozen in frozen_tables().items():
        table = Base.metadata.tables[name]
        if on:
            permanence.install(connection, table, frozen)
        else:
            permanence.uninstall(connection, table)


def _late(table: Table) -> list[str]:
    """Columns that may point at a row written later: to the same table, or closing a circle of tables."""
    return [
        key.parent.name
        for key in table.foreign_keys
        if key.column.table is table or (key.constraint and key.constraint.use_alter)
    ]


def _rows(table: Table, archive: zipfile.ZipFile) -> Iterator[dict[str, Any]]:
    try:
        content = archive.open(f"tables/{table.name}.jsonl")
    except KeyError:
        return
    with io.TextIOWrapper(content, encoding="utf-8") as lines:
        for line in lines:
            yield {key: _typed(table, key, value) for key, value in json.loads(line).items() if key in table.c}


def _link(connection: Connection, table: Table, archive: zipfile.ZipFile) -> None:
    """Put the late columns in, now that every row is there."""
    late = _late(table)
    if not late:
        return
    for row in _rows(table, archive):
        values = {name: row[name] for name in late if row.get(name) is not None}
        if values:
            connection.execute(table.update().where(table.c.id == row["id"]).values(**values))


def _fill(connection: Connection, table: Table, archive: zipfile.ZipFile) -> None:
    late = dict.fromkeys(_late(table))
    rows: list[dict[str, Any]] = []
    for row in _rows(table, archive):
        rows.append(row | late)
        if len(rows) >= BATCH:
            connection.execute(insert(table), rows)
            rows = []
    if rows:
        connection.execute(insert(table), rows)


def _typed(table: Table, key: str, value: Any) -> Any:
    kind = table.c[key].type
    if value is None or isinstance(kind, JSON):
        return value
    if isinstance(kind, Enum) and kind.enum_class is not None:
        return kind.enum_class(value)
    if isinstance(kind, Numeric):
        return Decimal(value)
    impl = getattr(kind, "impl", kind)
    if isinstance(impl, DateTime):
        return datetime.fromisoformat(value)
    if isinstance(impl, Date):
        return date.fromisoformat(value)
    return value


def _reset_sequences(connection: Connection) -> None:
    """Let PostgreSQL's counters go on behind the restored rows; SQLite needs nothing."""
    if connection.dialect.name != "postgresql":
        return
    for table in Base.metadata.sorted_tables:
        if "id" in table.c and table.c.id.autoincrement is not False and table.c.id.type.python_type is int:
            connection.execute(
                text(
                    f"SELECT setval(pg_get_serial_sequence('\"{table.name}\"', 'id'), "  # noqa: S608 - our own table names
                    f'COALESCE((SELECT MAX(id) FROM "{table.name}"), 1)) '
                    f"WHERE pg_get_serial_sequence('\"{table.name}\"', 'id') IS NOT NULL"
                )
            )
