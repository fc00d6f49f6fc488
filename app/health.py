"""Whether the installation is fit for work: asked by the ``doctor``, by /readyz, and shown on the system page."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app
from sqlalchemy import func, select, text

from app import config
from core import clock
from core.db import db
from law.models import AnnouncedYear


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: not ``good`` and ``grave`` stops the product; ``note`` says what to do."""

    name: str
    good: bool
    note: str = ""
    grave: bool = True


def findings() -> list[Finding]:
    """Look at everything, in the order in which a person would mend it."""
    settings: config.Settings = current_app.config["SETTINGS"]
    return [
        _database(),
        _migrations(),
        _disk(settings.data_dir),
        _secret(settings),
        _https(settings),
        _fonts(),
        _calendar(),
    ]


def _database() -> Finding:
    try:
        db.session.execute(text("SELECT 1"))
    except Exception as error:
        return Finding("数据库", False, str(error).split("\n")[0])
    return Finding("数据库", True, db.engine.dialect.name)


def _migrations() -> Finding:
    script = ScriptDirectory(str(config.ROOT / "migrations"))
    current = set(MigrationContext.configure(db.session.connection()).get_current_heads())
    wanted = set(script.get_heads())
    return Finding(
        "数据库结构", current == wanted, "已是最新" if current == wanted else "请先运行 flask --app app db upgrade"
    )


def _disk(folder: Path) -> Finding:
    free = shutil.disk_usage(folder).free // 1024 // 1024
    return Finding("磁盘空间", free > 512, f"剩余 {free} MB")


def _secret(settings: config.Settings) -> Finding:
    return Finding("密钥", len(settings.secret_key) >= 32, "足够强" if len(settings.secret_key) >= 32 else "太短")


def _https(settings: config.Settings) -> Finding:
    note = (
        "已启用"
        if settings.https
        else "未启用 HTTPS：离线、拍照和定位在手机上不可用；正式环境请设置 QINGYUAN_PUBLIC_URL"
    )
    return Finding("HTTPS", settings.https, note, grave=False)


def _fonts() -> Finding:
    folder = config.ROOT / "core" / "fonts"
    missing = [
        name
        for name in ("FandolFang-light.ttf", "NotoSerifSC-R-8105.ttf", "NotoSerifSC-B-gb2312.ttf")
        if not (folder / name).exists()
    ]
    return Finding("字体", not missing, "齐全" if not missing else "缺少 " + "、".join(missing))


def _calendar() -> Finding:
    today = clock.today()
    year = db.session.scalar(select(func.max(AnnouncedYear.year))) or 0
    late = year < today.year or (year == today.year and today.month >= 11)
    note = f"已录入到 {year} 年" + ("；请在国务院通知公布后录入下一年" if late else "")
    return Finding("工作日历", not late, note, grave=year < today.year)
