"""Every command of the contract: what it prints, how it ends, and that a refusal stores nothing."""

import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from accounts.models import AuditEntry
from app import create_app, health
from app.health import Finding
from core import clock
from core.db import Base, db
from law.terms import TermKind, seeded_terms
from registry.models import Enterprise, Notification
from tests.conftest import _forget, settings
from tests.credit.made import listed
from tests.inspections.made import confirmed, final, served
from tests.permits import made as permits
from tests.registry.papers import issue

ROOT = Path(__file__).resolve().parents[2]
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def run(app: Flask, *words: Any) -> Any:
    return app.test_cli_runner().invoke(args=[str(word) for word in words])


def told(app: Flask, *words: Any) -> dict[str, Any]:
    """The one JSON object that a command prints."""
    found = run(app, *words, "--json")
    assert found.exit_code == 0, found.output
    assert found.stdout.count("\n") == 1, "one object on one line"
    answer: dict[str, Any] = json.loads(found.stdout)
    assert isinstance(answer, dict)
    return answer


def stored() -> dict[str, int]:
    """How much of everything is kept."""
    db.session.rollback()
    tables = Base.metadata.sorted_tables
    return {each.name: db.session.scalar(select(func.count()).select_from(each)) or 0 for each in tables}


# --- law ---------------------------------------------------------------------------------------------------------


def test_a_statutory_period_is_told_with_its_sum(app: Flask) -> None:
    found = told(app, "law", "deadline", "case.statement_defence", "--from", "2026-09-24")
    assert {"due", "provisional", "arithmetic"} <= set(found)
    assert (found["due"], found["provisional"]) == ("2026-10-09", False)
    assert found["arithmetic"] == "09-24 收到告知书，次日起算，5 个工作日，遇休息日 10 天 = 10-09"


def test_every_key_of_the_table_of_periods_is_known(app: Flask) -> None:
    periods = [key for key, term in seeded_terms().items() if term.kind is not TermKind.FIGURE]
    assert len(periods) == 64
    for key in periods:
        found = told(app, "law", "deadline", key, "--from", "2026-03-02")
        assert date.fromisoformat(found["due"])
        assert re.search(f"= ({found['due']}|{found['due'][5:]})(（|$)", found["arithmetic"]), found["arithmetic"]


def test_a_period_through_a_year_without_its_notice_is_provisional(app: Flask) -> None:
    found = told(app, "law", "deadline", "case.close_limit", "--from", "2026-12-25")
    assert not found["provisional"], "calendar days need no notice"
    found = told(app, "law", "deadline", "permit.decision.key", "--from", "2026-12-25")
    assert found["provisional"]
    assert "2027 年放假安排未公布，暂定" in found["arithmetic"]


@pytest.mark.parametrize(
    ("act", "decided", "rules", "conflict"),
    [
        ("2026-07-01", "2026-08-01", ["EX-AIR@AIR2018-1"], False),
        ("2026-07-01", "2026-10-15", ["EX-AIR@AIR2018-1"], False),
        ("2026-06-01..2026-08-15", "2026-10-15", ["EX-AIR@C26-1"], False),
        ("2026-06-01..2026-08-14", "2026-10-15", ["EX-AIR@AIR2018-1"], False),
    ],
)
def test_what_may_be_cited_follows_act_and_decision(
    app: Flask, act: str, decided: str, rules: list[str], conflict: bool
) -> None:
    found = told(app, "law", "cite", "EX-AIR", "--act", act, "--decided", decided)
    assert {"rules", "conflict", "reason"} <= set(found)
    assert (found["rules"], found["conflict"]) == (rules, conflict)
    assert CHINESE.search(found["reason"])


def test_a_conflict_gives_both_rules_and_never_a_choice(app: Flask) -> None:
    found = told(app, "law", "cite", "PP-CONC", "--act", "2026-09-01", "--decided", "2026-10-15")
    assert set(found["rules"]) == {"PP-CONC@C26-1", "PP-CONC@PPR2021-1"}
    assert found["conflict"] is True
    assert found["questions"]
    by_branch = told(
        app, "law", "cite", "HW-NOLIC", "--branch", "收集", "--act", "2026-07-01", "--decided", "2026-10-15"
    )
    assert by_branch["rules"] == ["HW-NOLIC@C26-1"]


# --- permits -----------------------------------------------------------------------------------------------------


def test_what_permits_make_due_is_listed(app: Flask, firm: Enterprise) -> None:
    permits.permit(firm)
    found = told(app, "permits", "due")
    assert (found["as_of"], found["within"]) == ("2026-11-23", 30)
    assert [each["due"] for each in found["obligations"]] == ["2026-07-15", "2026-10-15"]
    assert told(app, "permits", "due", "--within", "111")["expiring"][0]["valid_to"] == "2027-03-14"
    assert "逾期 39 天" in run(app, "permits", "due").stdout


def test_a_permit_and_what_changed_in_it_are_told(app: Flask, firm: Enterprise) -> None:
    number = permits.permit(firm).permit_no
    found = told(app, "permits", "show", number, "--as-of", "2026-11-23")
    names = {"permit_no", "uscc", "category", "state", "valid_from", "valid_to", "version", "outlets"}
    assert set(found) == names
    assert {"code", "kind", "limits"} == set(found["outlets"][0])
    assert {"pollutant", "value", "unit", "period"} == set(found["outlets"][0]["limits"][0])
    assert told(app, "permits", "diff", number, "1", "1")["differences"] == []


# --- credit ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("as_of", ["2026-11-23", "2026-11-16", "2026-11-15", "2024-01-01", "2029-11-15", "2029-11-16"])
def test_a_score_is_its_base_and_its_items_unless_it_is_capped(app: Flask, firm: Enterprise, as_of: str) -> None:
    confirmed(firm, violation_key="LED-NONE", rule_id="LED-NONE@C26-1", kinds=["fine"], fine=50_000)
    found = told(app, "credit", "explain", firm.credit_code, "--as-of", as_of)
    assert set(found) == {"uscc", "as_of", "scheme", "base", "capped", "score", "grade", "items"}
    for item in found["items"]:
        assert set(item) == {"date", "points", "rule", "reason", "document", "expires"}
        assert item["date"] <= as_of and (item["expires"] is None or as_of < item["expires"])
    plain = found["base"] + sum(item["points"] for item in found["items"])
    assert found["capped"] or found["score"] == plain
    assert bool(found["items"]) == ("2026-11-16" <= as_of < "2027-05-16")


def test_a_bound_is_told_as_capped(app: Flask, firm: Enterprise) -> None:
    confirmed(firm)
    found = told(app, "credit", "explain", firm.credit_code)
    assert found["capped"] is True
    assert found["base"] + sum(item["points"] for item in found["items"]) < found["score"] == 0


def test_the_grades_of_a_day_are_counted_in_both_tongues(app: Flask, firm: Enterprise) -> None:
    found = told(app, "credit", "evaluate", "--as-of", "2026-11-23")
    assert set(found) >= {"as_of", "scheme", "grades"}
    assert found["grades"] == {"blue": 2}
    assert "蓝 2 家" in run(app, "credit", "evaluate").stdout


@pytest.mark.parametrize("form", ["xlsx", "csv", "json"])
def test_the_list_is_exported_as_of_a_day_and_by_its_code(
    app: Flask, firm: Enterprise, tmp_path: Path, form: str
) -> None:
    listed(firm)
    out = tmp_path / f"list.{form}"
    assert run(app, "credit", "export-blacklist", out, "--as-of", "2026-12-01").exit_code == 0
    whole = out.stat().st_size
    assert run(app, "credit", "export-blacklist", out, "--as-of", "2026-12-01", "--list", "national").exit_code == 0
    assert 0 < out.stat().st_size < whole
    if form == "csv":
        assert out.read_bytes().startswith("\ufeff".encode())
    if form == "json":
        assert json.loads(out.read_text())["rows"] == []


# --- documents and trail -----------------------------------------------------------------------------------------


def test_a_document_is_rendered_and_told_from_a_changed_one(
    app: Flask, firm: Enterprise, person: Any, tmp_path: Path
) -> None:
    number, out = issue(firm, person("approver")).number, tmp_path / "out.pdf"
    db.session.commit()
    assert run(app, "documents", "render", number, out).exit_code == 0
    found = told(app, "documents", "verify", out)
    assert (found["valid"], found["number"]) == (True, number)
    out.write_bytes(out.read_bytes()[:-1])
    answer = run(app, "documents", "verify", out, "--json")
    assert answer.exit_code == 1
    assert json.loads(answer.stdout)["outcome"] == "changed"


def test_the_trail_is_verified_and_its_truncation_found(app: Flask, firm: Enterprise) -> None:
    final(firm)
    before = told(app, "audit", "verify")
    assert set(before) == {"entries", "head", "ok", "first_bad"}
    assert (before["ok"], before["first_bad"]) == (True, None)
    served(final(firm))
    after = told(app, "audit", "verify", "--head", before["head"])
    assert after["ok"] and after["entries"] > before["entries"]
    strange = run(app, "audit", "verify", "--head", "0f" * 32, "--json")
    assert strange.exit_code == 1
    assert json.loads(strange.stdout)["first_bad"] == after["entries"] + 1
    assert "被截断" in run(app, "audit", "verify", "--head", "0f" * 32).stderr
    last = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
    db.session.rollback()
    with db.session.connection().begin_nested():
        connection = db.session.connection()
        if connection.dialect.name == "sqlite":
            for (name,) in connection.exec_driver_sql(
                "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit_entry'"
            ).all():
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
        else:
            connection.exec_driver_sql("ALTER TABLE audit_entry DISABLE TRIGGER USER")
        connection.exec_driver_sql(f"DELETE FROM audit_entry WHERE id = {last.id}")
    cut = run(app, "audit", "verify", "--json")
    assert cut.exit_code == 1
    assert json.loads(cut.stdout) == {
        "entries": last.id - 1,
        "head": last.previous_hash,
        "ok": False,
        "first_bad": last.id,
    }


# --- the installation --------------------------------------------------------------------------------------------


def test_who_may_enter_is_told_by_address_and_role(app: Flask) -> None:
    found = told(app, "who")
    assert found["/public GET"] == ["anyone"]
    assert found["/audit GET"] == ["auditor"]
    assert found["/admin/users GET"] == ["security_admin"]
    text = run(app, "who").stdout
    assert re.search(r"^/audit +GET +审计员$", text, re.M)
    assert re.search(r"^/public/blacklist\.\{xlsx,csv,json\} +GET +所有人（不必登录）$", text, re.M)
    assert "<" not in text


def test_reminders_are_sent_once(app: Flask, firm: Enterprise) -> None:
    permits.permit(firm)
    assert told(app, "tick")["sent"] > 0
    kept = db.session.scalar(select(func.count()).select_from(Notification))
    assert told(app, "tick") == {"sent": 0}
    assert db.session.scalar(select(func.count()).select_from(Notification)) == kept


def test_the_doctor_says_what_is_to_be_mended(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    good = [Finding("数据库", True, "sqlite"), Finding("工作日历", False, "请录入下一年", grave=False)]
    monkeypatch.setattr(health, "findings", lambda: good)
    assert told(app, "doctor") == {"ok": True, "findings": [vars(each) for each in good]}
    assert "提醒　　工作日历" in run(app, "doctor").stdout
    monkeypatch.setattr(health, "findings", lambda: [*good, Finding("密钥", False, "太短")])
    sick = run(app, "doctor")
    assert sick.exit_code == 1
    assert "要处理　密钥：太短" in sick.stdout
    assert "有 1 项要处理" in sick.stdout


def test_the_demo_enters_only_an_empty_database(app: Flask, firm: Enterprise) -> None:
    before = stored()
    refused = run(app, "demo")
    assert (refused.exit_code, refused.stderr.strip()) == (2, "数据库里已有企业，不装入示例。")
    assert run(app, "demo", "--if-empty").exit_code == 0
    assert stored() == before


def test_an_address_that_is_taken_is_refused_in_words(app: Flask) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        found = run(app, "serve", "--port", taken.getsockname()[1])
    assert (found.exit_code, found.stdout) == (2, "")
    assert "端口可能已被占用" in found.stderr


def test_production_takes_no_demo(template_url: str, tmp_path: Path) -> None:
    made = create_app(settings(template_url, tmp_path, production=True, https=True), TESTING=True)
    assert run(made, "demo").exit_code == 2


@contextmanager
def _new(url: str, folder: Path) -> Iterator[Flask]:
    made = create_app(settings(url, folder), TESTING=True)
    yield made
    with made.app_context():
        _forget(made)


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Any]:
    """The program itself on a folder of its own: ``empty("who", "--json")``."""
    environment = {**os.environ, "QINGYUAN_DATA_DIR": str(tmp_path), "PYTHONWARNINGS": "ignore"}
    environment.pop("QINGYUAN_DATABASE_URL", None)

    def program(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "flask", "--app", "app", *words]
        return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)

    yield program


@pytest.mark.anywhere
def test_a_new_database_comes_with_the_law_and_answers(empty: Any) -> None:
    """As a person runs it: a process of its own, with its real exit status."""
    upgraded = empty("db", "upgrade")
    assert upgraded.returncode == 0, upgraded.stderr
    answer = empty("law", "deadline", "fine.pay", "--from", "2026-11-16", "--json")
    assert json.loads(answer.stdout)["due"] == "2026-12-01"
    wrong = empty("law", "cite", "NO-SUCH", "--act", "2026-07-01")
    assert (wrong.returncode, wrong.stdout, wrong.stderr.strip()) == (2, "", "没有这个案由：NO-SUCH。")


@pytest.mark.anywhere
def test_a_database_without_tables_is_refused_and_a_second_upgrade_changes_nothing(tmp_path: Path) -> None:
    with _new(f"sqlite:///{tmp_path / 'new.sqlite3'}", tmp_path) as made:
        assert run(made, "law", "deadline", "fine.pay", "--from", "2026-11-16").exit_code != 0
        assert run(made, "db", "upgrade").exit_code == 0
        assert run(made, "db", "upgrade").exit_code == 0
        assert told(made, "doctor")["ok"]
        assert told(made, "audit", "verify")["ok"]


# --- refusals ----------------------------------------------------------------------------------------------------

CODE = "91652302MA700107XC"
REFUSED: list[tuple[tuple[str, ...], str]] = [
    (("law", "deadline", "no.such", "--from", "2026-03-02"), "没有这个期限"),
    (("law", "deadline", "fine.pay"), "缺少 --from"),
    (("law", "deadline"), "缺少 KEY"),
    (("law", "deadline", "fine.pay", "--from", "2026-02-30"), "不是日期"),
    (("law", "deadline", "fine.pay", "--from", "1026-02-03"), "起算日期的年份"),
    (("law", "deadline", "fine.late_daily_rate", "--from", "2026-02-03"), "不是期限"),
    (("law", "deadline", "fine.pay", "--from", "2026-02-03", "--extended", "1"), "最多可延长 0 次"),
    (("law", "deadline", "fine.pay", "--from", "2026-02-03", "--extended", "-1"), "应在范围"),
    (("law", "cite", "NO-SUCH", "--act", "2026-07-01"), "没有这个案由"),
    (("law", "cite", "EX-AIR"), "缺少 --act"),
    (("law", "cite", "EX-AIR", "--act", "morgen"), "不是日期"),
    (("law", "cite", "EX-AIR", "--act", "2026-07-02..2026-07-01"), "开始日期晚于结束日期"),
    (("law", "cite", "EX-AIR", "--act", "2026-07-01.."), "缺结束日期"),
    (("law", "cite", "EX-AIR", "--act", "2026-07-01", "--decided", "2026-06-01"), "决定日期早于"),
    (("law", "cite", "EIA-CHANGE", "--act", "2026-09-01", "--branch", "登记表"), "可选：报告书、报告表"),
    (("law", "cite", "EX-AIR", "--act", "2026-07-01", "--harm", "much"), "只能是"),
    (("law", "cite", "EX-AIR", "--act", "2026-07-01", "--what"), "没有这个选项：--what"),
    (("law", "nothing"), "没有这个命令"),
    (("permits", "due", "--within", "-1"), "应在范围"),
    (("permits", "due", "--within", "soon"), "应为整数"),
    (("permits", "due", "--as", "nobody"), "没有这个用户：nobody"),
    (("credit", "evaluate", "--as-of", "2026-13-01"), "日期不对"),
    (("credit", "evaluate", "--as-of", "2023-12-31"), "没有在 2023-12-31 施行的评价方案"),
    (("credit", "explain", "91652302MA7001000X"), "没有这家企业"),
    (("credit", "explain", CODE, "--as-of", "2023-12-31"), "没有在 2023-12-31 施行的评价方案"),
    (("credit", "explain", CODE, "extra"), "多出了参数：extra"),
    (("credit", "export-blacklist", "list.pdf"), "名单代码为"),
    (("credit", "export-blacklist", "list.csv", "--list", "nowhere"), "名单代码为"),
    (("credit", "export-blacklist", "list.csv", "--as", "nobody"), "没有这个用户"),
    (("credit", "export-blacklist", "no/such/folder/list.csv"), "写不了"),
    (("documents", "render", "昌州环罚字〔2026〕999号", "x.pdf"), "没有这个文号的文书"),
    (("documents", "verify", "absent.pdf"), "读不了"),
    (("documents", "verify"), "缺少 FILE.pdf"),
    (("audit", "verify", "--head", "abc"), "64 位十六进制"),
    (("demo",), "已有企业"),
    (("backup", "no/such/folder/out.zip"), "写不了"),
    (("restore", "absent.zip"), "没有这个文件"),
    (("tick", "now"), "多出了参数：now"),
    (("who", "else"), "多出了参数：else"),
    (("users", "create", "somebody", "--name", "某人", "--role", "king"), "只能是"),
]


@pytest.mark.parametrize(
    ("arguments", "words"), REFUSED, ids=lambda value: " ".join(value) if isinstance(value, tuple) else ""
)
def test_unusable_input_is_refused_in_chinese_with_two_and_nothing_is_stored(
    app: Flask,
    firm: Enterprise,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    words: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    before = stored()
    found = run(app, *arguments)
    assert found.exit_code == 2, found.output
    assert words in found.stderr
    assert found.stdout == ""
    assert stored() == before
    assert not list(tmp_path.iterdir())
    assert clock.today() == date(2026, 11, 23)
