"""Issued documents from the command line: the PDF again, and whether a file is genuine."""

import json
import sys
from pathlib import Path

import click
from sqlalchemy import select

from accounts.commands import acting
from core.attachments import BadFile, read_limited
from core.commands import Group
from core.db import db
from registry import documents as issued
from registry import queries
from registry.documents import Verdict
from registry.models import Document
from registry.rules.documents import Outcome

documents = Group("documents", help="文书：取 PDF，核对真伪。")


@documents.command("render")
@click.argument("number")
@click.argument("target", metavar="OUT.pdf", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--as", "username", help="以谁的身份，默认系统用户。")
def render(number: str, target: Path, username: str | None) -> None:
    """把已签发文书的 PDF 写到文件，与签发时逐字节相同。"""
    wanted = queries.visible_documents(acting(username)).where(Document.number == number)
    found = db.session.scalars(wanted).one_or_none()
    if found is None:
        click.echo(f"没有这个文号的文书：{number}", err=True)
        sys.exit(2)
    try:
        content = issued.pdf(found)
    except (BadFile, FileNotFoundError) as error:
        click.echo(f"保存的文件与签发时不一致：{error}", err=True)
        sys.exit(1)
    try:
        target.write_bytes(content)
    except OSError as error:
        click.echo(f"写不了 {target}：{error.strerror}", err=True)
        sys.exit(2)
    click.echo(f"{found.number} → {target}（{len(content)} 字节，sha256 {found.sha256}）")


@documents.command("verify")
@click.argument("source", metavar="FILE.pdf", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 对象。")
def verify(source: Path, as_json: bool) -> None:
    """核对文件是不是签发的原件；不是现行有效的原件就以 1 退出。"""
    try:
        with source.open("rb") as file:
            content = read_limited(file)
    except OSError as error:
        click.echo(f"读不了 {source}：{error.strerror}", err=True)
        sys.exit(2)
    except BadFile as error:
        click.echo(str(error), err=True)
        sys.exit(2)
    verdict = issued.verify_bytes(content)
    click.echo(json.dumps(_facts(verdict), ensure_ascii=False) if as_json else _sentence(verdict))
    sys.exit(0 if verdict.outcome is Outcome.VALID else 1)


@documents.command("numbers")
@click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 对象。")
def numbers(as_json: bool) -> None:
    """逐机关、文种、年度核对编号：有没有缺号、重号；有就以 1 退出。"""
    rows = db.session.execute(
        select(Document.office_id, Document.kind, Document.year, Document.serial).order_by(Document.id)
    )
    serials: dict[tuple[int, str, int], list[int]] = {}
    for office_id, kind, year, serial in rows:
        serials.setdefault((office_id, kind.code, year), []).append(serial)
    gaps = [
        {"office": office_id, "kind": kind, "year": year, "missing": sorted(set(range(1, max(used) + 1)) - set(used))}
        for (office_id, kind, year), used in serials.items()
        if sorted(used) != list(range(1, len(used) + 1))
    ]
    total = sum(map(len, serials.values()))
    if as_json:
        click.echo(json.dumps({"documents": total, "sequences": len(serials), "gaps": gaps}, ensure_ascii=False))
    else:
        click.echo(f"{total} 份文书，{len(serials)} 个序列，{'没有缺号' if not gaps else f'缺号 {gaps}'}")
    sys.exit(1 if gaps else 0)


def _facts(verdict: Verdict) -> dict[str, object]:
    document = verdict.document
    return {
        "outcome": verdict.outcome.code,
        "valid": verdict.outcome is Outcome.VALID,
        "sha256": verdict.sha256,
        "number": document.number if document else None,
        "code": document.code if document else None,
        "issued_on": document.issued_on.isoformat() if document else None,
        "expected_sha256": document.sha256 if document else None,
    }


def _sentence(verdict: Verdict) -> str:
    number = f"：{verdict.document.number}" if verdict.document else ""
    return f"{verdict.outcome.label}{number}"
