"""The enterprise ledger from the command line: the contract's object and exit codes."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import func, select

from accounts.models import AuditEntry, User
from core import clock, intake
from core.db import db
from registry.intake import mappings
from registry.models import Enterprise, ImportRun
from tests.registry.intake import books
from tests.world import FIRMS, TODAY

SAMPLE = Path(__file__).parents[2] / "data/enterprise_ledger_sample.xlsx"
KEYS = ["rows", "accepted", "rejected", "created", "updated", "unchanged", "warnings", "problems"]


def run(app: Flask, *arguments: Any) -> Any:
    """Run a command of the register on the day of the tests."""
    with clock.at(TODAY):
        return app.test_cli_runner().invoke(args=["registry", *map(str, arguments)])


def asked(app: Flask, *arguments: Any) -> dict[str, Any]:
    """What an import answers as JSON."""
    return dict(json.loads(run(app, "import", *arguments, "--json").stdout))


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    """Three good rows."""
    path = tmp_path / "台账.xlsx"
    path.write_bytes(books.plain(3))
    return path


def test_the_sample_is_imported_as_the_contract_says_and_a_second_time_changes_nothing(own_app: Flask) -> None:
    first = run(own_app, "import", SAMPLE, "--json")
    assert first.exit_code == 1
    found = json.loads(first.stdout)
    assert list(found) == KEYS
    assert [found[key] for key in KEYS[:6]] == [400, 351, 49, 351, 0, 0]
    assert set(found["problems"][0]) == {"sheet", "row", "field", "code", "level", "message"}
    assert sum(each["level"] == "warning" for each in found["problems"]) == found["warnings"]
    again = asked(own_app, SAMPLE)
    assert [again[key] for key in KEYS[:6]] == [400, 351, 49, 0, 0, 351]


def test_a_file_without_a_wrong_row_leaves_with_0_and_keeps_a_run(own_app: Flask, ledger: Path) -> None:
    done = run(own_app, "import", ledger)
    assert done.exit_code == 0
    assert "共 3 行，入库 3（新增 3，更新 0，未变 0）" in done.stdout
    assert "没有经人确认" in done.stderr
    with own_app.app_context():
        kept = db.session.scalars(select(ImportRun)).one()
        assert (kept.file_name, kept.office_id) == ("台账.xlsx", None)
        act = select(AuditEntry).where(AuditEntry.act == "registry:import:store")
        assert json.loads(db.session.scalars(act).one().after)["facts"]["created"] == 3


def test_a_dry_run_says_it_all_and_stores_nothing(own_app: Flask, ledger: Path) -> None:
    with own_app.app_context():
        before = db.session.scalar(select(func.count()).select_from(AuditEntry))
    assert asked(own_app, ledger, "--dry-run")["created"] == 3
    with own_app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Enterprise)) == len(FIRMS)
        assert db.session.scalar(select(func.count()).select_from(AuditEntry)) == before


@pytest.mark.parametrize(
    ("content", "told"), [(None, "读不了"), (b"hello", "只能导入"), (books.book([["a", "b"]]), "没有找到表头")]
)
def test_an_unusable_file_leaves_with_2(own_app: Flask, tmp_path: Path, content: bytes | None, told: str) -> None:
    path = tmp_path / "a.xlsx"
    if content is not None:
        path.write_bytes(content)
    done = run(own_app, "import", path, "--json")
    assert done.exit_code == 2
    assert told in done.stderr
    assert done.stdout == ""


def test_an_officer_imports_what_his_office_supervises(own_app: Flask, ledger: Path, tmp_path: Path) -> None:
    far = tmp_path / "far.xlsx"
    far.write_bytes(books.plain(2, area="昌吉市"))
    assert asked(own_app, far, "--as", "officer")["rejected"] == 2
    assert asked(own_app, ledger, "--as", "officer")["created"] == 3
    assert run(own_app, "import", ledger, "--as", "nobody").exit_code == 2
    assert run(own_app, "import", ledger, "--as", "approver").exit_code == 2


def test_a_confirmed_mapping_is_used_without_a_word(own_app: Flask, tmp_path: Path) -> None:
    rows = [
        ["企业名称", "统一社会信用代码", "所在县市", "老板"],
        ["阜康甲厂（示例）", books.code(1), "阜康市", "马晓燕"],
    ]
    path = tmp_path / "台账.xlsx"
    path.write_bytes(books.book(rows))
    with own_app.app_context(), clock.at(TODAY):
        officer = db.session.scalars(select(User).where(User.username == "officer")).one()
        mapping, confirmed = mappings.understood(intake.read(path), officer)
        assert not confirmed
        (table,) = mapping.tables
        mappings.remember(mapping.changed({table.signature: {**table.columns, "legal_rep": 3}}), by=officer)
        db.session.commit()
    done = run(own_app, "import", path, "--as", "officer", "--json")
    assert "没有经人确认" not in done.stderr
    with own_app.app_context():
        made = db.session.scalars(select(Enterprise).where(Enterprise.credit_code == books.code(1))).one()
        assert made.legal_representative == "马晓燕"


def test_the_errors_come_on_the_senders_own_cells(own_app: Flask, tmp_path: Path) -> None:
    out = tmp_path / "out.xlsx"
    assert run(own_app, "import", SAMPLE, "--errors", out, "--dry-run").exit_code == 1
    book, sent = load_workbook(out), load_workbook(SAMPLE)
    assert book.sheetnames == ["导入结果", *sent.sheetnames]
    marked = [
        (sheet.title, cell.row)
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.comment
    ]
    assert len(set(marked)) >= 49
    assert ("昌吉市", 7) in marked
    assert book["昌吉市"]["B4"].value == sent["昌吉市"]["B4"].value


def test_a_ledger_of_many_rows_is_taken_by_the_command_alone(own_app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    head = "企业名称,统一社会信用代码,所在县市\n"
    path.write_text(head + "".join(f"甲,,阜康市{at}\n" for at in range(20_100)), encoding="utf-8")
    with pytest.raises(intake.Unreadable):
        intake.read(path)
    assert asked(own_app, path, "--dry-run")["rejected"] == 20_100


def exported(own_app: Flask, *arguments: Any) -> list[list[Any]]:
    """The rows of an exported ledger."""
    done = run(own_app, "export", *arguments)
    assert done.exit_code == 0, done.stderr
    book = load_workbook(io.BytesIO(Path(arguments[0]).read_bytes()))
    return [list(row) for row in book.worksheets[1].iter_rows(values_only=True)]


def test_the_register_is_exported_as_a_ledger_by_area_and_day(own_app: Flask, tmp_path: Path) -> None:
    out = tmp_path / "out.xlsx"
    names = {cell for row in exported(own_app, out) for cell in row}
    assert {FIRMS[0][1], FIRMS[1][1]} <= names
    names = {cell for row in exported(own_app, out, "--area", "652302") for cell in row}
    assert FIRMS[0][1] in names
    assert FIRMS[1][1] not in names
    names = {cell for row in exported(own_app, out, "--as-of", "2020-01-01") for cell in row}
    assert FIRMS[0][1] not in names


@pytest.mark.parametrize("arguments", [("--area", "999999"), ("--as-of", "morgen"), ("--as-of", "2099-01-01")])
def test_an_export_that_makes_no_sense_leaves_with_2(
    own_app: Flask, tmp_path: Path, arguments: tuple[str, str]
) -> None:
    assert run(own_app, "export", tmp_path / "out.xlsx", *arguments).exit_code == 2
    assert run(own_app, "export", tmp_path / "out.pdf").exit_code == 2


def test_text_that_looks_like_a_formula_comes_out_as_text(own_app: Flask, tmp_path: Path) -> None:
    rows = [["企业名称", "统一社会信用代码", "所在县市", "地址"], ["=1+1（示例）", books.code(1), "阜康市", "@SUM(1)"]]
    path, out = tmp_path / "a.xlsx", tmp_path / "out.xlsx"
    path.write_bytes(books.book(rows))
    assert asked(own_app, path)["created"] == 1
    assert run(own_app, "export", out).exit_code == 0
    cells = [cell for sheet in load_workbook(out).worksheets for row in sheet.iter_rows() for cell in row]
    (name,) = [cell for cell in cells if cell.value == "=1+1（示例）"]
    assert name.data_type == "s"
