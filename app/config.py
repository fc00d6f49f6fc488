"""Configuration from the environment (``QINGYUAN_*``); a weak or missing secret stops production, never the demo."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


class BadConfiguration(RuntimeError):
    """The product will not start like this; the message says what to set."""


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


def from_environment(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read and check the environment.

    Raises ``BadConfiguration`` when production lacks a strong secret or keeps its audit trail shorter than the
    184 days that the 网络安全法 demands.
    """
    production = environ.get("QINGYUAN_ENV", "demo") == "production"
    data_dir = Path(environ.get("QINGYUAN_DATA_DIR", str(ROOT / "var"))).resolve()
    data_dir.mkdir(parents=True, exist_ok=True)
    audit_days = int(environ.get("QINGYUAN_AUDIT_DAYS", "1096"))
    if audit_days < 184:
        raise BadConfiguration("QINGYUAN_AUDIT_DAYS 不能少于 184 天（网络安全法：日志留存不少于六个月）。")
    default_url = f"sqlite:///{data_dir / 'qingyuan.sqlite3'}"
    fonts = {
        key: environ[f"QINGYUAN_FONT_{key.upper()}"]
        for key in ("body", "fallback", "title")
        if f"QINGYUAN_FONT_{key.upper()}" in environ
    }
    return Settings(
        production=production,
        database_url=environ.get("QINGYUAN_DATABASE_URL") or default_url,
        read_database_url=environ.get("QINGYUAN_READ_DATABASE_URL"),
        data_dir=data_dir,
        secret_key=_secret(environ, production, data_dir),
        public_url=environ.get("QINGYUAN_PUBLIC_URL", "http://127.0.0.1:8000").rstrip("/"),
        https=environ.get("QINGYUAN_PUBLIC_URL", "").startswith("https://"),
        audit_days=audit_days,
        fonts=fonts,
    )


def _secret(environ: Mapping[str, str], production: bool, data_dir: Path) -> str:
    given = environ.get("QINGYUAN_SECRET_KEY", "")
    if production:
        if len(given) < 32 or len(set(given)) < 10:
            raise BadConfiguration("正式环境须设置 QINGYUAN_SECRET_KEY：至少 32 个随机字符。")
        return given
    if given:
        return given
    path = data_dir / "secret"
    if not path.exists():
        path.write_text(secrets.token_hex(32))
        path.chmod(0o600)
    return path.read_text()
