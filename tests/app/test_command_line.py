"""The command line is imported when somebody asks for a command; a server asks for none."""

import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask

ROOT = Path(__file__).resolve().parents[2]
MADE = "from app import create_app; app = create_app(); "
TOLD = "import sys; print(*sorted({name.split('.')[0] for name in sys.modules} & {'alembic', 'flask_migrate', 'mako'}))"


def loaded(more: str, folder: Path) -> str:
    """Which of Alembic's modules a fresh process holds, once it made the application and did ``more``."""
    command = [sys.executable, "-c", MADE + more + TOLD]
    environment = {"QINGYUAN_DATA_DIR": str(folder), "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, check=True, capture_output=True, text=True, env=environment, cwd=ROOT).stdout.strip()


@pytest.mark.anywhere
def test_a_server_holds_nothing_of_alembic(tmp_path: Path) -> None:
    assert loaded("", tmp_path) == ""


@pytest.mark.anywhere
def test_a_command_but_db_does_without_alembic(tmp_path: Path) -> None:
    assert loaded("app.test_cli_runner().invoke(args=['who']); ", tmp_path) == ""
    assert "alembic" in loaded("app.test_cli_runner().invoke(args=['db', '--help']); ", tmp_path)


def test_the_list_of_commands_names_those_of_every_room_and_db(application: Flask) -> None:
    told = application.test_cli_runner().invoke(args=["--help"]).output
    for name in ("db", "who", "users", "law", "registry", "permits", "credit", "demo", "backup"):
        assert f"\n  {name} " in told
