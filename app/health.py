"""Whether the installation is fit for work: asked by the ``doctor``, by /readyz, and shown on the system page."""

import os
import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from flask import current_app
from sqlalchemy import Connection, func, select, text
from sqlalchemy.exc import SQLAlchemyError

from accounts.models import AuditHead, User
from app import config
from core import clock
from core.db import db
from core.said import said
from law.models import AnnouncedYear

CLOCK_WARN, CLOCK_GRAVE = 2, 60
"""Seconds between our clock and the database's: from here on told, from here on unfit for work."""
COPY_BEHIND = 1000
"""Acts that the read copy may lack before it is told."""
BACKUP_DAYS, DRILL_DAYS = 2, 100
"""How old the last backup and the last proof of one may be in production before it is told."""


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: not ``good`` and ``grave`` stops the product; ``note`` says what to do."""

    name: str
    good: bool
    note: str = ""
    grave: bool = True


def newest_revision() -> str:
    """The structure that this version of the program needs."""
    from alembic.script import ScriptDirectory  # 10 MiB, which a server needs only where this is asked of it

    return "+".join(sorted(ScriptDirectory(str(config.ROOT / "migrations")).get_heads()))


def at_head(connection: Connection) -> bool:
    """Whether a database has the structure that this version of the program needs."""
    from alembic.migration import MigrationContext  # as above

    return "+".join(sorted(MigrationContext.configure(connection).get_current_heads())) == newest_revision()


def findings() -> list[Finding]:
    """Look at everything, in the order in which a person would mend it."""
    settings: config.Settings = current_app.config["SETTINGS"]
    found = [_variables(settings), _secret(settings), _public_url(settings), _disk(settings.data_dir), _fonts()]
    found.append(_database())
    if not found[-1].good:
        return found  # whatever follows would only repeat it
    found.append(_migrations())
    if found[-1].good:
        found += [_clock(), _calendar(), _demo_accounts(settings)]
    if settings.read_database_url:
        found.append(_read_copy())
    return [*found, _backups(settings)]


def _variables(settings: config.Settings) -> Finding:
    kind = "正式环境" if settings.production else "示例环境"
    unknown = "、".join(settings.unknown)
    return Finding(said("配置"), not unknown, f"{kind}；不认识的变量：{unknown}" if unknown else kind, grave=False)


def _secret(settings: config.Settings) -> Finding:
    good = len(settings.secret_key) >= config.SECRET_LENGTH
    return Finding(said("密钥"), good, "足够长" if good else f"太短：至少 {config.SECRET_LENGTH} 个随机字符")


def _public_url(settings: config.Settings) -> Finding:
    note = settings.public_url
    if not settings.https:
        note += "；未启用 HTTPS，手机上不能拍照定位；正式环境请把 QINGYUAN_PUBLIC_URL 设为 https:// 地址"
    return Finding(said("对外地址"), settings.https or not settings.production, note, grave=False)


def _disk(folder: Path) -> Finding:
    free = shutil.disk_usage(folder).free // 1024 // 1024
    writable = os.access(folder, os.W_OK)
    note = f"{folder} 剩余 {free} MB" + ("" if writable else "；不能写入")
    return Finding(said("数据目录"), writable and free > 512, note)


def _fonts() -> Finding:
    settings: config.Settings = current_app.config["SETTINGS"]
    folder = config.ROOT / "core" / "fonts"
    ours = {"body": "FandolFang-light.ttf", "fallback": "NotoSerifSC-R-8105.ttf", "title": "NotoSerifSC-B-gb2312.ttf"}
    paths = [Path(settings.fonts.get(use, str(folder / name))) for use, name in ours.items()]
    missing = [path.name for path in paths if not path.is_file()]
    return Finding(
        "字体", not missing, "、".join(path.name for path in paths) if not missing else "缺少 " + "、".join(missing)
    )


def _database() -> Finding:
    try:
        db.session.execute(text("SELECT 1"))
    except SQLAlchemyError as error:
        db.session.rollback()
        return Finding(said("数据库"), False, "连不上：" + str(getattr(error, "orig", error)).split("\n")[0])
    url = db.engine.url
    return Finding(said("数据库"), True, f"{db.engine.dialect.name}，{url.database}")


def _migrations() -> Finding:
    good = at_head(db.session.connection())
    return Finding(said("数据库结构"), good, "已是最新" if good else "请先运行 flask --app app db upgrade")


def _clock() -> Finding:
    """SQLite has no clock of its own; a PostgreSQL elsewhere has, and documents are dated by the program's."""
    if db.engine.dialect.name != "postgresql":
        return Finding(said("时钟"), True, f"北京时间 {clock.beijing(clock.machine()):%Y-%m-%d %H:%M:%S}")
    theirs: datetime = db.session.execute(text("SELECT clock_timestamp()")).scalar_one()
    apart = abs((theirs - clock.machine()).total_seconds())
    note = f"与数据库服务器相差 {apart:.1f} 秒" + ("；请校时（NTP）" if apart > CLOCK_WARN else "")
    return Finding(said("时钟"), apart <= CLOCK_WARN, note, grave=apart > CLOCK_GRAVE)


def _calendar() -> Finding:
    today = clock.today()
    year = db.session.scalar(select(func.max(AnnouncedYear.year))) or 0
    late = year < today.year or (year == today.year and today.month >= 11)
    note = f"已录入到 {year} 年" + ("；请在国务院通知公布后录入下一年" if late else "")
    return Finding(said("工作日历"), not late, note, grave=year < today.year)


def _demo_accounts(settings: config.Settings) -> Finding:
    """Demo accounts cannot sign in in production; their being there at all means that demo data were carried over."""
    count = db.session.scalar(select(func.count()).select_from(User).where(User.is_demo)) or 0
    if not settings.production:
        return Finding(said("示例账户"), True, f"{count} 个" if count else "没有", grave=False)
    return Finding(
        "示例账户", not count, f"{count} 个，已拒绝登录；正式库里不应有示例数据" if count else "没有", grave=False
    )


def _read_copy() -> Finding:
    """The copy that public pages and exports read, and how many acts it is behind."""
    try:
        with db.engines["read"].connect() as connection:
            theirs = connection.execute(select(AuditHead.length)).scalar() or 0
        behind = (db.session.scalar(select(AuditHead.length)) or 0) - theirs
    except SQLAlchemyError as error:
        note = "连不上，公开页面和导出会失败：" + str(getattr(error, "orig", error)).split("\n")[0]
        return Finding(said("只读副本"), False, note, grave=False)
    return Finding(said("只读副本"), behind <= COPY_BEHIND, f"落后 {max(behind, 0)} 条留痕", grave=False)


def _backups(settings: config.Settings) -> Finding:
    """When this machine last made a backup, and last proved one; told, since another machine may do it."""
    told, good = [], True
    for what, name, days in (("备份", "last-backup", BACKUP_DAYS), ("演练", "last-drill", DRILL_DAYS)):
        path = settings.data_dir / name
        at = datetime.fromisoformat(path.read_text()) if path.is_file() else None
        good = good and at is not None and clock.machine() - at < timedelta(days=days)
        told.append(f"最近一次{what} {clock.beijing(at):%Y-%m-%d %H:%M}" if at else f"本机没有做过{what}")
    return Finding(said("备份"), good or not settings.production, "；".join(told), grave=False)
