"""Credit on the command line, as the contract says."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from flask import Flask

from core.db import db
from registry.models import Enterprise
from tests.credit import made
from tests.inspections.made import confirmed


def run(app: Flask, *arguments: str) -> Any:
    return app.test_cli_runner().invoke(args=["credit", *arguments])


def test_an_explanation_adds_up_and_names_its_documents(app: Flask, firm: Enterprise) -> None:
    confirmed(firm)
    code = firm.credit_code
    found = run(app, "explain", code, "--json")
    assert found.exit_code == 0
    told = json.loads(found.output)
    assert set(told) == {"uscc", "as_of", "scheme", "base", "capped", "score", "grade", "items"}
    assert (told["uscc"], told["as_of"], told["base"], told["score"]) == (code, "2026-11-23", 9, 0)
    assert told["capped"] and told["grade"] == "black"
    (item,) = told["items"]
    assert set(item) == {"date", "points", "rule", "reason", "document", "expires"}
    assert (item["points"], item["document"], item["expires"]) == (-12, "昌州环罚字〔2026〕阜-3号", "2029-11-16")
    before = json.loads(run(app, "explain", code, "--as-of", "2026-11-15", "--json").output)
    assert (before["score"], before["capped"], before["items"]) == (9, False, [])


def test_the_grades_of_a_day_are_counted(app: Flask, firm: Enterprise) -> None:
    confirmed(firm)
    told = json.loads(run(app, "evaluate", "--json").output)
    assert told["grades"] == {"black": 1, "blue": 1}
    assert json.loads(run(app, "evaluate", "--as-of", "2026-11-01", "--json").output)["grades"] == {"blue": 2}


@pytest.mark.parametrize(
    "arguments",
    [
        ("explain", "91652302MA7001000X"),
        ("explain", "91652302MA700107XC", "--as-of", "2026-02-30"),
        ("evaluate", "--as-of", "morgen"),
        ("export-blacklist", "list.txt"),
        ("export-blacklist", "list.xlsx", "--list", "nowhere"),
        ("export-blacklist", "/nowhere/at/all/list.csv"),
        ("export-blacklist", "list.csv", "--as", "nobody"),
    ],
)
def test_unusable_arguments_end_with_two(
    app: Flask, arguments: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    found = run(app, *arguments)
    assert found.exit_code == 2, found.output
    assert not any(tmp_path.iterdir())


@pytest.mark.parametrize("form", ["xlsx", "csv", "json"])
def test_the_list_is_exported_as_it_stood_on_a_day(app: Flask, firm: Enterprise, tmp_path: Path, form: str) -> None:
    made.listed(firm)
    code = firm.credit_code
    db.session.commit()

    def exported(day: str) -> str:
        out = tmp_path / f"{day}.{form}"
        found = run(app, "export-blacklist", str(out), "--as-of", day)
        assert found.exit_code == 0, found.output
        if form == "xlsx":
            book = openpyxl.load_workbook(out)
            return "\n".join(str(row) for sheet in book for row in sheet.iter_rows(values_only=True))
        if form == "csv":
            return "\n".join(",".join(row) for row in csv.reader(io.StringIO(out.read_text(encoding="utf-8-sig"))))
        return json.dumps(json.loads(out.read_text()), ensure_ascii=False)

    text = exported("2026-12-01")
    for words in (code, "违法事实", "处罚依据", "列入依据", "期限止"):
        assert words in text, words
    assert code not in exported("2026-11-30")
    assert code not in exported("2028-12-01")
