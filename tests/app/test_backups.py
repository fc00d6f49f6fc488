"""A backup is whole, is taken while people work, comes back on either engine, and can be proved before it is needed."""

import hashlib
import json
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.engine import make_url

from accounts.audit import record, verify
from accounts.models import AuditEntry, User
from core import clock
from core.db import db
from registry.models import Attachment, Enterprise
from tests import world
from tests.app.conftest import Installed

Run = Callable[..., Any]


def run(app: Flask, *arguments: str) -> Any:
    return app.test_cli_runner().invoke(args=list(arguments))


@pytest.fixture
def register(own_app: Flask) -> Flask:
    """The small world with one photo kept."""
    with clock.at(world.TODAY), own_app.app_context():
        firm = db.session.scalars(select(Enterprise)).first()
        person = db.session.scalars(select(User).where(User.username == "officer")).one()
        assert firm is not None
        sha256 = own_app.extensions["store"].put(b"a photo")
        photo = Attachment(
            enterprise_id=firm.id,
            name="排口.jpg",
            media_type="image/jpeg",
            size=7,
            sha256=sha256,
            uploaded_at=clock.now(),
            uploaded_by_id=person.id,
        )
        db.session.add(photo)
        record(photo, "tests:photo", "存一张照片", by=person)
        db.session.commit()
    return own_app


@pytest.fixture
def backup(register: Flask, tmp_path: Path) -> Path:
    """A backup of the small world."""
    out = tmp_path / "backup.zip"
    found = run(register, "backup", str(out))
    assert found.exit_code == 0, found.output
    return out


def contents(app: Flask) -> dict[str, int]:
    with app.app_context():
        return {
            name: db.session.scalar(select(func.count()).select_from(table)) or 0 for name, table in db_tables().items()
        }


def db_tables() -> dict[str, Any]:
    from core.db import Base

    return dict(Base.metadata.tables)


def test_a_restored_register_is_the_one_that_was_backed_up(register: Flask, backup: Path, installed: Installed) -> None:
    target = installed("target")
    found = run(target, "restore", str(backup), "--json")
    assert found.exit_code == 0, found.output
    told = json.loads(found.output)
    assert told["ok"] and told["problems"] == []
    assert contents(target) == contents(register)
    with register.app_context():
        before = verify(db.session)
    with target.app_context():
        assert verify(db.session, before.head) == before
        assert target.extensions["store"].get(hashlib.sha256(b"a photo").hexdigest()) == b"a photo"


def test_work_goes_on_after_a_restore(backup: Path, installed: Installed) -> None:
    target = installed("target")
    assert run(target, "restore", str(backup)).exit_code == 0
    with clock.at(world.TODAY), target.app_context():
        person = db.session.scalars(select(User).where(User.username == "officer")).one()
        last = db.session.scalar(select(func.max(Enterprise.id))) or 0
        old = db.session.get_one(Enterprise, last)
        made = world.enterprise("91652302MA7009001X", "新登记的企业（示例）", old.area, old.office, "2521")
        record(made, "tests:new", "登记", by=person)
        db.session.commit()
        assert made.id == last + 1
        assert verify(db.session).ok
        with pytest.raises(Exception, match="frozen: audit_entry"):
            db.session.execute(text("DELETE FROM audit_entry"))
        db.session.rollback()


def test_a_backup_made_while_people_work_is_one_moment(register: Flask, tmp_path: Path, installed: Installed) -> None:
    enough, stop = threading.Event(), threading.Event()

    def work() -> None:
        with register.app_context():
            person = db.session.scalars(select(User).where(User.username == "officer")).one()
            for number in range(2000):
                if stop.is_set():
                    break
                person.telephone = str(number)
                record(person, "tests:telephone", f"第 {number} 次", by=person)
                db.session.commit()
                if number == 2:
                    enough.set()

    worker = threading.Thread(target=work)
    worker.start()
    try:
        assert enough.wait(20)
        found = run(register, "backup", str(tmp_path / "online.zip"), "--json")
    finally:
        stop.set()
        worker.join()
    assert found.exit_code == 0, found.output
    entries = json.loads(found.output)["tables"]["audit_entry"]["rows"]
    target = installed("target")
    proof = json.loads(run(target, "restore", str(tmp_path / "online.zip"), "--json").output)
    assert proof["ok"] and proof["entries"] == entries >= 3
    with target.app_context():
        newest = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
        person = db.session.scalars(select(User).where(User.username == "officer")).one()
        assert newest.summary == f"第 {person.telephone} 次", "the row and its entry are of one moment"


def test_a_drill_proves_the_backup_and_touches_nothing(register: Flask, backup: Path) -> None:
    before = contents(register)
    found = run(register, "drill", str(backup), "--json")
    assert found.exit_code == 0, found.output
    told = json.loads(found.output)
    assert told["ok"] and told["files"] == 1 and told["rows"] == sum(before.values())
    assert contents(register) == before
    if db_engine(register) == "postgresql":
        with register.app_context():
            schemas = db.session.scalars(text("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'drill%'")).all()
            assert schemas == []


def db_engine(app: Flask) -> str:
    return make_url(app.config["SETTINGS"].database_url).get_backend_name()


def test_a_backup_of_either_engine_is_proved_on_sqlite(register: Flask, backup: Path) -> None:
    found = run(register, "drill", "--sqlite", str(backup))
    assert found.exit_code == 0, found.output
    assert "演练完成" in found.output


def changed(backup: Path, name: str, change: Callable[[bytes], bytes | None], out: Path) -> Path:
    """The same backup with one member changed or left out."""
    with zipfile.ZipFile(backup) as old, zipfile.ZipFile(out, "w") as new:
        for member in old.namelist():
            content: bytes | None = old.read(member)
            if member.startswith(name) and content is not None:
                content = change(content)
            if content is not None:
                new.writestr(member, content)
    return out


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        ("tables/enterprise.jsonl", lambda old: old.replace("晨岭".encode(), "晨零".encode()), "表 enterprise"),
        ("tables/name_gram.jsonl", lambda old: old[old.index(b"\n") + 1 :], "表 name_gram"),
        ("tables/audit_entry.jsonl", lambda old: old.replace("照片".encode(), "图片".encode()), "留痕链不完整"),
        ("files/", lambda old: b"another photo", "缺失或与哈希不符"),
        ("files/", lambda old: None, "缺失或与哈希不符"),
    ],
)
def test_a_drill_finds_what_was_changed_or_lost(
    register: Flask, backup: Path, tmp_path: Path, name: str, change: Any, said: str
) -> None:
    found = run(register, "drill", str(changed(backup, name, change, tmp_path / "bad.zip")))
    assert found.exit_code == 1
    assert said in found.stderr and "核验没有通过" in found.stderr


def bad_files(backup: Path, folder: Path) -> dict[str, Path]:
    whole = backup.read_bytes()
    files = {
        "truncated": whole[: len(whole) // 2],
        "empty": b"",
        "text": "这不是备份".encode(),
        "flipped": whole[:3000] + bytes([whole[3000] ^ 0xFF]) + whole[3001:],
    }
    for name, content in files.items():
        (folder / name).write_bytes(content)
    with zipfile.ZipFile(folder / "zip", "w") as other:
        other.writestr("about.json", "[]")
    changed(backup, "about.json", lambda old: old.replace(b'"format": 2', b'"format": 9'), folder / "format")
    changed(backup, "about.json", lambda old: old.replace(b'"revision": "', b'"revision": "9'), folder / "revision")
    changed(backup, "tables/area.jsonl", lambda old: b'{"id": 1, "planet": "x"}\n', folder / "column")
    changed(backup, "tables/area.jsonl", lambda old: None, folder / "table")
    return {each: folder / each for each in [*files, "zip", "format", "revision", "column", "table"]}


def test_a_wrong_file_is_refused_and_nothing_is_stored(
    backup: Path, installed: Installed, tmp_path: Path, register: Flask
) -> None:
    target = installed("target")
    before = contents(target)
    folder = tmp_path / "bad"
    folder.mkdir()
    for name, file in bad_files(backup, folder).items():
        for command in ("restore", "drill"):
            found = run(target, command, str(file))
            assert found.exit_code == 2, (name, command, found.output)
            assert "备份" in found.stderr and "Traceback" not in found.output, (name, found.stderr)
    assert contents(target) == before
    assert run(target, "restore", str(backup)).exit_code == 0, "and the whole one still goes in"


def test_a_register_in_use_is_never_overwritten(register: Flask, backup: Path, installed: Installed) -> None:
    with register.app_context(), db.engine.begin() as connection:
        connection.execute(text("CREATE TABLE IF NOT EXISTS alembic_version (version_num VARCHAR(32) NOT NULL)"))
        head = json.loads(zipfile.ZipFile(backup).read("about.json"))["revision"]
        connection.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": head})
    found = run(register, "restore", str(backup))
    assert found.exit_code == 2
    assert "只能恢复到空的数据库" in found.stderr
    target = installed("bare", structure=False)
    found = run(target, "restore", str(backup))
    assert found.exit_code == 2
    assert "db upgrade" in found.stderr


def test_a_backup_is_its_owners_alone_and_never_half_written(register: Flask, backup: Path, tmp_path: Path) -> None:
    assert backup.stat().st_mode & 0o777 == 0o600
    found = run(register, "backup", str(tmp_path / "nowhere" / "backup.zip"))
    assert found.exit_code == 2
    assert "写不了" in found.stderr
    assert not list(tmp_path.rglob("*.part"))
