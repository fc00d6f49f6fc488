"""The commands about documents, with their exit codes."""

import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from accounts.models import User
from core import clock
from core.db import db
from registry import documents
from registry.models import Document, Enterprise
from tests.registry.papers import issue
from tests.world import FIRMS, TODAY


@pytest.fixture
def number(own_app: Flask) -> str:
    """The number of a document in a database of its own."""
    with own_app.app_context(), clock.at(TODAY):
        firm = db.session.scalars(select(Enterprise).where(Enterprise.credit_code == FIRMS[0][0])).one()
        by = db.session.scalars(select(User).where(User.username == "approver")).one()
        made = issue(firm, by)
        db.session.commit()
        return made.number


def run(app: Flask, *arguments: Any) -> Any:
    return app.test_cli_runner().invoke(args=["documents", *map(str, arguments)])


def test_a_document_is_rendered_again_and_verified(own_app: Flask, number: str, tmp_path: Path) -> None:
    target = tmp_path / "out.pdf"
    assert run(own_app, "render", number, target).exit_code == 0
    with own_app.app_context():
        found = db.session.scalars(select(Document)).one()
        assert target.read_bytes() == documents.pdf(found)
        db.session.close()
    answer = run(own_app, "verify", target, "--json")
    assert answer.exit_code == 0
    told = json.loads(answer.stdout)
    assert (told["outcome"], told["number"], told["valid"]) == ("valid", number, True)


def test_a_changed_file_fails_verification(own_app: Flask, number: str, tmp_path: Path) -> None:
    target = tmp_path / "out.pdf"
    run(own_app, "render", number, target)
    target.write_bytes(target.read_bytes() + b"\n")
    answer = run(own_app, "verify", target, "--json")
    assert answer.exit_code == 1
    assert json.loads(answer.stdout)["outcome"] == "changed"
    target.write_bytes(b"%PDF-1.4 %%EOF")
    assert run(own_app, "verify", target).exit_code == 1


def test_unusable_input_is_2(own_app: Flask, number: str, tmp_path: Path) -> None:
    assert run(own_app, "render", "昌州环责改〔2026〕阜-99号", tmp_path / "x.pdf").exit_code == 2
    assert run(own_app, "render", number, tmp_path / "no" / "folder.pdf").exit_code == 2
    assert run(own_app, "verify", tmp_path / "absent.pdf").exit_code == 2
    (tmp_path / "empty.pdf").touch()
    assert run(own_app, "verify", tmp_path / "empty.pdf").exit_code == 2
    assert run(own_app, "verify").exit_code == 2


def test_a_person_renders_only_what_they_may_see(own_app: Flask, number: str, tmp_path: Path) -> None:
    target = tmp_path / "x.pdf"
    assert run(own_app, "render", number, target, "--as", "far_officer").exit_code == 2
    assert run(own_app, "render", number, target, "--as", "nobody").exit_code == 2
    assert run(own_app, "render", number, target, "--as", "officer").exit_code == 0


def test_the_numbers_are_checked_for_gaps(own_app: Flask, number: str) -> None:
    answer = run(own_app, "numbers", "--json")
    assert answer.exit_code == 0
    assert json.loads(answer.stdout) == {"documents": 1, "sequences": 1, "gaps": []}
