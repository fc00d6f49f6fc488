"""Configuration from the environment (``QINGYUAN_*``); a weak or missing secret stops production, never the demo."""

import contextlib
import os
import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import click
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

ROOT = Path(__file__).resolve().parent.parent
SECRET_LENGTH = 32


KNOWN = {
    "QINGYUAN_ENV",
    "QINGYUAN_DATA_DIR",
    "QINGYUAN_DATABASE_URL",
    "QINGYUAN_READ_DATABASE_URL",
    "QINGYUAN_SECRET_KEY",
    "QINGYUAN_PUBLIC_URL",
    "QINGYUAN_PROXIES",
    "QINGYUAN_AUDIT_DAYS",
    "QINGYUAN_FONT_BODY",
    "QINGYUAN_FONT_FALLBACK",
    "QINGYUAN_FONT_TITLE",
}
"""Every variable that is read; others of the same beginning are probably misspelt, and the doctor says so."""


class BadConfiguration(click.ClickException):
    """The product will not start like this; the message says what to set. A command ends with status 2."""

    exit_code = 2


@dataclass(frozen=True)
class Settings:
    """What an installation decides."""

    production: bool
    database_url: str
    read_database_url: str | None
    data_dir: Path
    secret_key: str
    public_url: str
    https: bool
    audit_days: int
    fonts: Mapping[str, str]
    proxies: int = 0
    unknown: tuple[str, ...] = ()


def from_environment(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read and check the environment.

    Raises ``BadConfiguration`` for a value that cannot be meant, when production lacks a strong secret, or when it
    would keep its audit trail shorter than the 184 days that the 网络安全法 demands.
    """
    kind = environ.get("QINGYUAN_ENV", "demo")
    if kind not in {"demo", "production"}:
        raise BadConfiguration(f"QINGYUAN_ENV 只能是 demo 或 production，现在是 {kind}。")
    data_dir = _folder(environ.get("QINGYUAN_DATA_DIR") or str(ROOT / "var"))
    audit_days = _number(environ, "QINGYUAN_AUDIT_DAYS", 1096)
    if audit_days < 184:
        raise BadConfiguration("QINGYUAN_AUDIT_DAYS 不能少于 184 天（网络安全法：日志留存不少于六个月）。")
    public_url = environ.get("QINGYUAN_PUBLIC_URL", "http://127.0.0.1:8000").rstrip("/")
    if not public_url.startswith(("http://", "https://")):
        raise BadConfiguration("QINGYUAN_PUBLIC_URL 须以 http:// 或 https:// 开头。")
    https = public_url.startswith("https://")
    fonts = {
        key: environ[f"QINGYUAN_FONT_{key.upper()}"]
        for key in ("body", "fallback", "title")
        if f"QINGYUAN_FONT_{key.upper()}" in environ
    }
    return Settings(
        production=kind == "production",
        database_url=_database(environ, "QINGYUAN_DATABASE_URL") or f"sqlite:///{data_dir / 'qingyuan.sqlite3'}",
        read_database_url=_database(environ, "QINGYUAN_READ_DATABASE_URL"),
        data_dir=data_dir,
        secret_key=_secret(environ, kind == "production", data_dir),
        public_url=public_url,
        https=https,
        audit_days=audit_days,
        fonts=fonts,
        proxies=_number(environ, "QINGYUAN_PROXIES", 1 if https else 0),
        unknown=tuple(sorted(name for name in environ if name.startswith("QINGYUAN_") and name not in KNOWN)),
    )


def _folder(path: str) -> Path:
    folder = Path(path).resolve()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadConfiguration(f"QINGYUAN_DATA_DIR 用不了：{folder}（{error.strerror}）。") from error
    return folder


def _number(environ: Mapping[str, str], name: str, otherwise: int) -> int:
    given = environ.get(name) or str(otherwise)
    if not given.isascii() or not given.isdigit():
        raise BadConfiguration(f"{name} 须是不小于 0 的整数，现在是 {given}。")
    return int(given)


def _database(environ: Mapping[str, str], name: str) -> str | None:
    """The address as SQLAlchemy wants it: PostgreSQL is spoken through psycopg, however the address begins."""
    given = environ.get(name)
    if not given:
        return None
    try:
        url = make_url(given)
    except ArgumentError as error:
        raise BadConfiguration(f"{name} 不是数据库地址，例如 postgresql://用户@主机/库名。") from error
    if url.drivername in {"postgres", "postgresql"}:
        url = url.set(drivername="postgresql+psycopg")
    if url.drivername not in {"sqlite", "postgresql+psycopg"}:
        raise BadConfiguration(f"{name}：只支持 PostgreSQL 和 SQLite，不支持 {url.drivername}。")
    return url.render_as_string(hide_password=False)


def _secret(environ: Mapping[str, str], production: bool, data_dir: Path) -> str:
    given = environ.get("QINGYUAN_SECRET_KEY", "")
    if production:
        if len(given) < SECRET_LENGTH or len(set(given)) < 10:
            raise BadConfiguration(f"正式环境须设置 QINGYUAN_SECRET_KEY：至少 {SECRET_LENGTH} 个随机字符。")
        return given
    if given:
        return given
    path = data_dir / "secret"
    if not path.exists():
        _make_secret(path)
    return path.read_text()


def _make_secret(path: Path) -> None:
    """Write it aside and link it into place: of several processes that start at once, all read the first one's."""
    with tempfile.NamedTemporaryFile("w", dir=path.parent) as aside:  # for its owner alone from the beginning
        aside.write(secrets.token_hex(32))
        aside.flush()
        with contextlib.suppress(FileExistsError):
            os.link(aside.name, path)
