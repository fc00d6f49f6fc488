"""The doctor, the probes and the page for the system administrator say the same, and say what to do."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text, update

from accounts.models import User
from app import create_app, health
from core import clock
from core.db import db
from tests import world
from tests.app.conftest import Installed
from tests.browse import Browser
from tests.conftest import settings


def doctor(app: Flask) -> tuple[int, dict[str, Any]]:
    found = app.test_cli_runner().invoke(args=["doctor", "--json"])
    return found.exit_code, {each["name"]: each for each in json.loads(found.output)["findings"]}


def test_a_sound_installation_is_ready(installed: Installed) -> None:
    app = installed("sound")
    with clock.at(date(2026, 6, 1)):
        status, found = doctor(app)
        answer = app.test_client().get("/readyz")
    assert status == 0 and all(each["good"] for each in found.values()), found
    assert set(found) == {
        "配置", "密钥", "对外地址", "数据目录", "字体", "数据库", "数据库结构", "时钟", "工作日历", "示例账户", "备份",
    }  # fmt: skip
    assert (answer.status_code, answer.json) == (200, {"ready": True, "missing": []})


def test_an_old_structure_is_not_ready_and_says_what_to_run(installed: Installed) -> None:
    app = installed("old", structure=False)
    status, found = doctor(app)
    assert status == 1 and "db upgrade" in found["数据库结构"]["note"]
    answer = app.test_client().get("/readyz")
    assert (answer.status_code, answer.json) == (503, {"ready": False, "missing": ["数据库结构"]})


def test_a_year_without_a_calendar_is_not_ready(installed: Installed) -> None:
    app = installed("late")
    with clock.at(date(2027, 1, 4)):
        status, found = doctor(app)
    assert status == 1 and found["工作日历"]["grave"]
    with clock.at(date(2026, 11, 4)):
        status, found = doctor(app)
    assert status == 0 and not found["工作日历"]["good"], "in November it is only told"


def test_production_is_told_what_a_demo_may_leave_open(installed: Installed, tmp_path: Path) -> None:
    app = installed("production")
    app.config["SETTINGS"] = replace(
        app.config["SETTINGS"], production=True, public_url="http://10.0.0.1", unknown=("QINGYUAN_DATABSE_URL",)
    )
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(update(User).values(is_demo=True))
    with clock.at(date(2026, 6, 1)):
        status, found = doctor(app)
    open_ = {name for name, each in found.items() if not each["good"]}
    assert (status, open_) == (0, {"配置", "对外地址", "示例账户", "备份"})
    assert "QINGYUAN_DATABSE_URL" in found["配置"]["note"]


def test_the_doctor_knows_the_last_backup_and_drill(installed: Installed, tmp_path: Path) -> None:
    app, out = installed("kept"), tmp_path / "kept.zip"
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], production=True)
    runner = app.test_cli_runner()
    assert runner.invoke(args=["backup", str(out)]).exit_code == 0
    assert not doctor(app)[1]["备份"]["good"], "not yet proved"
    assert runner.invoke(args=["drill", str(out)]).exit_code == 0
    assert doctor(app)[1]["备份"]["good"]


@pytest.mark.anywhere
def test_a_missing_font_and_a_short_secret_are_found(tmp_path: Path) -> None:
    made = create_app(settings(f"sqlite:///{tmp_path / 'x.sqlite3'}", tmp_path), TESTING=True)
    made.config["SETTINGS"] = replace(
        made.config["SETTINGS"], secret_key="short", fonts={"title": "/nowhere/biaosong.ttf"}
    )
    with made.app_context():
        found = {each.name: each for each in health.findings()}
    assert "biaosong.ttf" in found["字体"].note and found["字体"].grave
    assert not found["密钥"].good


@pytest.fixture
def cut_off(tmp_path: Path) -> Flask:
    """An application whose database does not answer."""
    return create_app(settings("postgresql+psycopg://nobody@127.0.0.1:1/none", tmp_path), TESTING=True)


@pytest.mark.anywhere
def test_without_a_database_every_page_says_that_nothing_was_stored(cut_off: Flask) -> None:
    client = cut_off.test_client()
    with client.session_transaction() as session:
        session["token"], session["_user_id"] = "abc", "1"
    for address in ("/desk", "/public", "/public/blacklist", "/my", "/metrics"):
        answer = client.get(address)
        assert answer.status_code in {303, 503}, address
        if answer.status_code == 503 and address != "/metrics":
            assert "没有保存" in answer.get_data(as_text=True)
            assert "Traceback" not in answer.get_data(as_text=True)
    assert client.get("/healthz").status_code == 200, "the process itself is well"
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json) == (503, {"ready": False, "missing": ["数据库"]})


@pytest.mark.anywhere
@pytest.mark.parametrize("command", [["audit", "verify"], ["credit", "evaluate"], ["tick"]])
def test_a_command_without_a_database_says_so_and_ends_with_two(cut_off: Flask, command: list[str]) -> None:
    found = cut_off.test_cli_runner().invoke(args=command)
    assert found.exit_code == 2 and "数据库用不了" in found.output


def test_a_backup_of_a_database_without_tables_says_what_to_run(installed: Installed, tmp_path: Path) -> None:
    found = installed("bare", structure=False).test_cli_runner().invoke(args=["backup", str(tmp_path / "b.zip")])
    assert found.exit_code == 2 and "db upgrade" in found.output
    assert not list(tmp_path.glob("b.zip*"))


@pytest.mark.anywhere
def test_the_doctor_says_that_there_is_no_database(cut_off: Flask) -> None:
    status, found = doctor(cut_off)
    assert status == 1 and "连不上" in found["数据库"]["note"]
    assert "数据库结构" not in found, "what follows from it is not repeated"


def test_the_figures_name_no_firm(app: Flask) -> None:
    answer = app.test_client().get("/metrics")
    assert answer.status_code == 200 and answer.content_type.startswith("text/plain")
    lines = answer.get_data(as_text=True).splitlines()
    figures = dict(line.split(" ") for line in lines if not line.startswith("#"))
    assert figures["qingyuan_enterprises"] == "2" and int(figures["qingyuan_audit_entries"]) >= 1
    assert "晨岭" not in answer.get_data(as_text=True)


def test_the_system_page_shows_what_the_doctor_finds(browse: Callable[[str], Browser]) -> None:
    page = browse("sysadmin").get("/admin/system")
    assert page.status == 200
    assert all(name in page.text for name in ("配置", "密钥", "数据库结构", "备份"))


def test_demo_accounts_cannot_sign_in_in_production(own_app: Flask) -> None:
    own_app.config["WTF_CSRF_ENABLED"] = False
    with own_app.app_context(), db.engine.begin() as connection:
        connection.execute(text("UPDATE \"user\" SET is_demo = true WHERE username = 'officer'"))
    form = {"username": "officer", "password": world.PASSWORD}

    def tried(production: bool) -> int:
        own_app.config["SETTINGS"] = replace(own_app.config["SETTINGS"], production=production)
        return own_app.test_client().post("/sign-in", data=form).status_code

    assert (tried(production=True), tried(production=False)) == (422, 303)


def test_the_first_person_gets_a_password_of_their_own_once(installed: Installed) -> None:
    app = installed("first")
    create = ["users", "create", "secadmin", "--name", "郑安全", "--role", "security_admin"]
    passwords = []
    for name in ("secadmin", "secadmin2"):
        create[2] = name
        found = app.test_cli_runner().invoke(args=create)
        assert found.exit_code == 0, found.output
        passwords.append(found.output.strip().split("：")[-1])
    assert len(set(passwords)) == 2 and all(len(each) >= 12 for each in passwords)
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    assert client.post("/sign-in", data={"username": "secadmin", "password": passwords[0]}).status_code == 303
    assert client.get("/admin/users").location == "/account/password"
