"""Backup, restore and drill: every table as JSON lines and every file by its hash, in one zip, taken from one snapshot.

The file carries a digest of every table's rows and the head of the audit chain, so that whoever restores it, for good
or for a drill, can prove that nothing is missing or changed. The same file restores on either engine.
"""

import hashlib
import io
import json
import os
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

from flask import current_app
from sqlalchemy import (
    JSON,
    Connection,
    Date,
    DateTime,
    Enum,
    Integer,
    Numeric,
    String,
    Table,
    create_engine,
    insert,
    select,
    text,
)
from sqlalchemy.exc import ProgrammingError, SQLAlchemyError
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine

from accounts import audit
from app import health
from core import clock, permanence
from core.db import Base, db, writing
from core.permanence import frozen_tables

FORMAT = 2
BATCH = 500


class BadBackup(ValueError):
    """The file is no backup of ours, or there is no place to restore it to; the text is for who runs it."""


@dataclass
class Digest:
    """How many rows a table has, and the sum of their hashes: the same in whatever order an engine gives the rows.

    It finds what was lost or damaged on the way. Who alters rows on purpose is found by the audit chain.
    """

    rows: int = 0
    total: int = 0

    def add(self, line: bytes) -> None:
        """Count one row."""
        self.rows += 1
        self.total = (self.total + int.from_bytes(hashlib.sha256(line).digest())) % 2**256

    def told(self) -> dict[str, Any]:
        """As the file keeps it."""
        return {"rows": self.rows, "digest": f"{self.total:064x}"}


@dataclass
class Proof:
    """What a restored copy was compared with, and what differs."""

    tables: int
    rows: int
    files: int
    entries: int
    head: str
    chain_ok: bool
    differing: list[str] = field(default_factory=list)
    bad_files: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Nothing is missing and nothing was changed."""
        return self.chain_ok and not self.differing and not self.bad_files

    def problems(self) -> list[str]:
        """What is wrong, in sentences."""
        found = [f"表 {name} 的行与备份时不一致" for name in self.differing]
        if not self.chain_ok:
            found.append("留痕链不完整，或者不含备份时的最新哈希")
        return found + [f"文件 {name} 缺失或与哈希不符" for name in self.bad_files]


# --- making -------------------------------------------------------------------------------------------------------


def make(out: Path) -> dict[str, Any]:
    """Write everything into one zip, from one consistent read, while others go on writing; gives what it holds.

    It is written aside, flushed to disk and moved into place, readable by its owner alone: it holds personal data.
    """
    db.session.rollback()
    token = writing.set(False)  # a snapshot to read from: nobody waits for it
    aside = out.with_suffix(out.suffix + ".part")
    try:
        aside.touch(mode=0o600)
        with db.engine.connect() as connection, zipfile.ZipFile(aside, "w", zipfile.ZIP_DEFLATED) as archive:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
            about = _write(connection, archive)
        _flush(aside)
        aside.replace(out)
    finally:
        writing.reset(token)
        aside.unlink(missing_ok=True)
    _note("last-backup")
    return about


def _write(connection: Connection, archive: zipfile.ZipFile) -> dict[str, Any]:
    counted = {}
    for table in Base.metadata.sorted_tables:
        digest = Digest()
        with archive.open(f"tables/{table.name}.jsonl", "w", force_zip64=True) as file:
            for line in _lines(connection, table):
                digest.add(line)
                file.write(line + b"\n")
        counted[table.name] = digest.told()
    about = {
        "format": FORMAT,
        "revision": health.newest_revision(),
        "at": clock.now().isoformat(),
        "audit_head": connection.execute(select(Base.metadata.tables["audit_head"].c.hash)).scalar(),
        "files": _add_files(archive),
        "tables": counted,
    }
    archive.writestr("about.json", json.dumps(about, ensure_ascii=False))
    return about


def _add_files(archive: zipfile.ZipFile) -> int:
    store: Any = current_app.extensions["store"]
    count = 0
    for path in sorted(store.root.rglob("*")) if store.root.exists() else []:
        if path.is_file() and len(path.name) == 64:
            archive.write(path, f"files/{path.name}", zipfile.ZIP_STORED)
            count += 1
    return count


def _lines(connection: Connection, table: Table) -> Iterator[bytes]:
    """Every row as one line, columns and inner keys in their own order: the same bytes on both engines."""
    names = [column.name for column in table.columns]
    as_is = [
        isinstance(each.type, String | Integer | JSON) and not isinstance(each.type, Enum) for each in table.columns
    ]
    rows = connection.execution_options(yield_per=2000).execute(select(table).order_by(*table.primary_key.columns))
    for row in rows:
        values = (value if same else audit.plain(value) for same, value in zip(as_is, row, strict=True))
        yield json.dumps(dict(zip(names, values, strict=True)), ensure_ascii=False, separators=(",", ":")).encode()


def _flush(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _note(name: str) -> None:
    (current_app.config["SETTINGS"].data_dir / name).write_text(clock.machine().isoformat())


# --- restoring ----------------------------------------------------------------------------------------------------


def restore(file: Path) -> Proof:
    """Read a backup into an empty database, all in one transaction, put its files into the store, and verify it."""
    store: Any = current_app.extensions["store"]
    db.session.rollback()
    with _opened(file) as (archive, about):
        with db.engine.begin() as connection:
            _refuse_if_used(connection)
            _replace_all(connection, archive)
            differing = _differing(connection, about)
            wanted = _wanted_files(connection)
        bad = _bad_files(archive, wanted, keep=store.put)
    found = audit.verify(db.session, about["audit_head"])
    return _proof(about, found, differing, bad)


def drill(file: Path, *, on_sqlite: bool = False) -> Proof:
    """Restore a backup into a place of its own that is gone afterwards, and verify every row, act and file.

    On PostgreSQL the place is a schema inside a transaction that is rolled back; the register is not touched.
    """
    db.session.rollback()
    with _opened(file) as (archive, about), _scratch(on_sqlite) as connection:
        _replace_all(connection, archive)
        differing = _differing(connection, about)
        bad = _bad_files(archive, _wanted_files(connection))
        found = audit.verify(Session(bind=connection), about["audit_head"])
    _note("last-drill")
    return _proof(about, found, differing, bad)


def _proof(about: dict[str, Any], found: audit.Verification, differing: list[str], bad: list[str]) -> Proof:
    return Proof(
        tables=len(about["tables"]),
        rows=sum(each["rows"] for each in about["tables"].values()),
        files=about["files"],
        entries=found.entries,
        head=found.head,
        chain_ok=found.ok,
        differing=differing,
        bad_files=bad,
    )


@contextmanager
def _opened(file: Path) -> Iterator[tuple[zipfile.ZipFile, dict[str, Any]]]:
    """A file of ours, whole and of this version, or a refusal."""
    try:
        with zipfile.ZipFile(file) as archive:
            about = json.loads(archive.read("about.json"))
            form, revision = about["format"], about["revision"]
            broken = archive.testzip()
    except (
        zipfile.BadZipFile,
        zlib.error,
        OSError,
        EOFError,
        LookupError,
        ValueError,
        TypeError,
        RuntimeError,
    ) as error:
        raise BadBackup("不是清源的备份文件，或者文件不完整。") from error
    if form != FORMAT:
        raise BadBackup(f"备份的格式版本是 {form}，这里只认 {FORMAT}。")
    if broken is not None:
        raise BadBackup("备份文件已损坏。")
    if revision != health.newest_revision():
        raise BadBackup(f"备份来自另一版本的数据库结构（{revision}）：请先用那个版本恢复，再升级。")
    with zipfile.ZipFile(file) as archive:
        yield archive, about


def _refuse_if_used(connection: Connection) -> None:
    if not health.at_head(connection):
        raise BadBackup("数据库结构不是最新的：请先运行 flask --app app db upgrade。")
    tables = Base.metadata.tables
    used = connection.execute(select(tables["enterprise"].c.id).limit(1)).first()
    if used or connection.execute(select(tables["audit_head"].c.length)).scalar():
        raise BadBackup("数据库里已有企业或留痕；只能恢复到空的数据库。")


@contextmanager
def _scratch(on_sqlite: bool) -> Iterator[Connection]:
    """Empty tables in a place that nobody else sees; whatever is written there is gone at the end."""
    if on_sqlite or db.engine.dialect.name == "sqlite":
        with tempfile.TemporaryDirectory(prefix="qingyuan-drill-") as folder:
            engine = create_engine(f"sqlite:///{folder}/drill.sqlite3")
            with engine.connect() as connection:
                Base.metadata.create_all(connection, checkfirst=False)
                yield connection
            engine.dispose()
        return
    with db.engine.connect() as connection:
        name = f"drill_{uuid4().hex[:12]}"
        try:
            connection.exec_driver_sql(f"CREATE SCHEMA {name}")
        except ProgrammingError as error:
            raise BadBackup("数据库用户不能建立演练用的模式；请授权，或者加 --sqlite 在临时文件里演练。") from error
        connection.exec_driver_sql(f"SET LOCAL search_path TO {name}")
        Base.metadata.create_all(connection, checkfirst=False)
        yield connection
        connection.rollback()


def _replace_all(connection: Connection, archive: zipfile.ZipFile) -> None:
    """Put the rows of the backup in the place of the reference rows that a new database begins with."""
    tables = Base.metadata.sorted_tables
    _triggers(connection, on=False)  # the one time at which frozen tables may be emptied and filled
    try:
        for table in reversed(tables):
            connection.execute(table.delete())
        for table in tables:
            _fill(connection, table, archive)
        for table in tables:
            _link(connection, table, archive)
    except (SQLAlchemyError, LookupError, ValueError, TypeError) as error:
        raise BadBackup(
            f"备份里的数据放不进这个版本的表，什么也没有恢复：{str(error).splitlines()[0][:200]}"
        ) from error
    _triggers(connection, on=True)
    _reset_sequences(connection)


def _differing(connection: Connection, about: dict[str, Any]) -> list[str]:
    """The tables whose rows are not those that were backed up."""
    found = []
    for table in Base.metadata.sorted_tables:
        digest = Digest()
        for line in _lines(connection, table):
            digest.add(line)
        if about["tables"].get(table.name) != digest.told():
            found.append(table.name)
    return found


def _wanted_files(connection: Connection) -> set[str]:
    """The hash of every file that some row names (columns marked ``file``)."""
    found: set[str] = set()
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if column.info.get("file"):
                found.update(hash_ for (hash_,) in connection.execute(select(column)) if hash_)
    return found


def _bad_files(archive: zipfile.ZipFile, wanted: set[str], keep: Any = None) -> list[str]:
    """Files whose content is not what their name says, and files that a row names but the backup lacks."""
    bad, seen = [], set()
    for name in archive.namelist():
        if not name.startswith("files/"):
            continue
        content, hash_ = archive.read(name), name.removeprefix("files/")
        if hashlib.sha256(content).hexdigest() != hash_:
            bad.append(hash_)
            continue
        seen.add(hash_)
        if keep is not None:
            keep(content)
    return sorted(set(bad) | (wanted - seen))


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
    names = {column.name for column in table.columns}
    readers = {column.name: read for column in table.columns if (read := _reader(column.type)) is not None}
    with archive.open(f"tables/{table.name}.jsonl") as content, io.TextIOWrapper(content, encoding="utf-8") as lines:
        for line in lines:
            row: dict[str, Any] = json.loads(line)
            if row.keys() != names:
                raise LookupError(f"{table.name}: {sorted(row.keys() ^ names)}")
            for name, read in readers.items():
                if row[name] is not None:
                    row[name] = read(row[name])
            yield row


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


def _reader(kind: TypeEngine[Any]) -> Callable[[Any], Any] | None:
    """How a value of this type comes back from JSON; None when it is already what it was."""
    if isinstance(kind, Enum) and kind.enum_class is not None:
        return kind.enum_class
    if isinstance(kind, Numeric) and kind.asdecimal:
        return Decimal
    impl = getattr(kind, "impl", kind)
    if isinstance(impl, DateTime):
        return datetime.fromisoformat
    return date.fromisoformat if isinstance(impl, Date) else None


def _reset_sequences(connection: Connection) -> None:
    """Let PostgreSQL's counters go on behind the restored rows; SQLite needs nothing."""
    if connection.dialect.name != "postgresql":
        return
    for table in Base.metadata.sorted_tables:
        if "id" in table.c and table.c.id.autoincrement is not False and table.c.id.type.python_type is int:
            connection.execute(
                text(
                    f"SELECT setval(pg_get_serial_sequence('\"{table.name}\"', 'id'), COALESCE(MAX(id), 1), "  # noqa: S608 - our own table names
                    f'MAX(id) IS NOT NULL) FROM "{table.name}" '
                    f"HAVING pg_get_serial_sequence('\"{table.name}\"', 'id') IS NOT NULL"
                )
            )
