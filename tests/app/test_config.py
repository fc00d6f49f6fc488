"""What an installation may be told, and what it refuses to start with."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from flask.cli import ScriptInfo, cli

from app import create_app
from app.config import BadConfiguration, from_environment

pytestmark = pytest.mark.anywhere
SECRET = "f3a91c0b77d84e52a6d1c9e08b4f7a2d"


def told(folder: Path, **more: str) -> dict[str, str]:
    return {"QINGYUAN_DATA_DIR": str(folder), **{f"QINGYUAN_{name}": value for name, value in more.items()}}


@pytest.mark.parametrize("secret", ["", "changeme", "x" * 64, "0123456789" * 3])
def test_production_does_not_start_with_a_missing_or_weak_secret(tmp_path: Path, secret: str) -> None:
    with pytest.raises(BadConfiguration, match="QINGYUAN_SECRET_KEY"):
        from_environment(told(tmp_path, ENV="production", SECRET_KEY=secret))


def test_production_starts_with_a_strong_secret_and_keeps_it_to_itself(tmp_path: Path) -> None:
    settings = from_environment(told(tmp_path, ENV="production", SECRET_KEY=SECRET))
    assert settings.production and settings.secret_key == SECRET
    assert not (tmp_path / "secret").exists()


def test_the_demo_makes_its_own_secret_once_for_its_owner_alone(tmp_path: Path) -> None:
    first = from_environment(told(tmp_path)).secret_key
    assert len(first) == 64 and from_environment(told(tmp_path)).secret_key == first
    assert (tmp_path / "secret").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ENV", "prod"),
        ("AUDIT_DAYS", "30"),
        ("AUDIT_DAYS", "three years"),
        ("PUBLIC_URL", "qingyuan.example.cn"),
        ("PROXIES", "-1"),
        ("DATABASE_URL", "not a url"),
        ("DATABASE_URL", "mysql://host/qingyuan"),
        ("READ_DATABASE_URL", "oracle://host/qingyuan"),
        ("DATA_DIR", "/dev/null/here"),
    ],
)
def test_what_cannot_be_meant_is_refused_by_name(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(BadConfiguration, match=f"QINGYUAN_{name}"):
        from_environment(told(tmp_path) | {f"QINGYUAN_{name}": value})


def test_postgresql_is_spoken_through_psycopg_however_its_address_begins(tmp_path: Path) -> None:
    for begins in ("postgres", "postgresql", "postgresql+psycopg"):
        address = f"{begins}://qy:p%40ss@/qingyuan?host=db1:5432&host=db2:5432&target_session_attrs=read-write"
        url = from_environment(told(tmp_path, DATABASE_URL=address)).database_url
        assert url.startswith("postgresql+psycopg://qy:p%40ss@")


def test_a_proxy_is_believed_only_where_there_is_one(tmp_path: Path) -> None:
    assert from_environment(told(tmp_path)).proxies == 0
    assert from_environment(told(tmp_path, PUBLIC_URL="https://qingyuan.example.cn")).proxies == 1
    assert from_environment(told(tmp_path, PUBLIC_URL="http://10.1.2.3", PROXIES="2")).proxies == 2


def test_a_misspelt_variable_is_noticed(tmp_path: Path) -> None:
    assert from_environment(told(tmp_path, DATABSE_URL="x")).unknown == ("QINGYUAN_DATABSE_URL",)


def test_a_command_with_a_bad_configuration_says_so_and_ends_with_two(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in told(tmp_path, ENV="production", SECRET_KEY="short").items():
        monkeypatch.setenv(name, value)
    found = CliRunner().invoke(cli, ["doctor"], obj=ScriptInfo(create_app=create_app))
    assert found.exit_code == 2
    assert "QINGYUAN_SECRET_KEY" in found.output and "Traceback" not in found.output
