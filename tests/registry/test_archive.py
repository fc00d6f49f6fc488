"""A firm takes away everything held about it in one file, and nothing of anybody else's."""

import csv
import io
import tracemalloc
import zipfile
from datetime import datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any

from PIL import Image
from sqlalchemy import select

from accounts.audit import record
from accounts.models import AuditEntry
from core import clock
from core.ledger import Stamp
from permits.models import MeasureKind, MonitoringResult, ReportSubmission
from registry import archive, documents, evidence, queries
from registry.models import DocumentKind, Mandate, Representative
from tests.credit import made as credit
from tests.inspections import made as inspections
from tests.permits import made as permits
from tests.registry.papers import issue
from tests.world import TODAY


def picture(shade: int) -> bytes:
    kept = io.BytesIO()
    Image.new("RGB", (8, 8), (shade, 0, 0)).save(kept, "PNG")
    return kept.getvalue()


def taken(browser: Any) -> zipfile.ZipFile:
    page = browser.submit(browser.get("/my/archive"), form="/my/archive.zip", status=200)
    return zipfile.ZipFile(io.BytesIO(page.response.get_data()))


def lines(archive_: zipfile.ZipFile, name: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(archive_.read(name).decode("utf-8-sig"))))


def everything(archive_: zipfile.ZipFile) -> str:
    return "\n".join(
        archive_.read(name).decode("utf-8-sig") for name in archive_.namelist() if name.endswith((".csv", ".json"))
    )


def test_the_archive_holds_each_kind_of_thing_with_its_hash(session: Any, browse: Any, firm: Any, person: Any) -> None:
    report = permits.sign(permits.report(permits.permit(firm)))
    inspections.served(inspections.final(firm))
    credit.notified(firm)
    paper = issue(firm, person("officer"), DocumentKind.INSPECTION_RECORD)
    sent = evidence.attach(picture(1), enterprise_id=firm.id, subject=firm, by=person("preparer"), name="照片.png")
    session.commit()
    content = documents.pdf(paper)
    found = taken(browse("signer"))
    assert found.testzip() is None
    assert firm.name in found.read("企业/基本信息.csv").decode()
    for name in (
        "许可/限值.csv",
        "检查/责令改正.csv",
        "检查/发现的问题.csv",
        "信用/信用事件.csv",
        "信用/名单.csv",
        "义务/义务.csv",
    ):
        assert len(lines(found, name)) > 1, name
    assert found.read(next(each for each in found.namelist() if paper.number in each)) == content
    assert found.read(f"附件/{sent.id}_照片.png") == picture(1)
    index = {row[0]: row[3] for row in lines(found, "目录.csv")[7:]}
    assert set(index) == {*found.namelist()} - {"目录.csv"}
    for name, digest in index.items():
        assert sha256(found.read(name)).hexdigest() == digest
    copy = next(name for name in index if name.startswith(f"报告/{report.id}_第1次"))
    assert index[copy] == session.scalars(select(ReportSubmission.sha256)).one()
    entry = session.scalars(select(AuditEntry).where(AuditEntry.act == "registry:archive:export")).one()
    assert entry.enterprise_id == firm.id


def test_no_file_and_no_line_of_another_firm_is_in_it(
    session: Any, browse: Any, firm: Any, far_firm: Any, person: Any
) -> None:
    for each in (firm, far_firm):
        permits.permit(each)
        issue(each, person("officer"), DocumentKind.INSPECTION_RECORD)
        evidence.attach(
            picture(each.id), enterprise_id=each.id, subject=each, by=person("preparer"), name=f"甲{each.id}.png"
        )
    agent = Representative(
        enterprise_id=far_firm.id, user_id=person("preparer").id, mandate=Mandate.PREPARER, since=TODAY
    )
    session.add(agent)
    record(agent, "tests:mandate", "授权", by=person("permit"))
    session.commit()
    for browser, mine, other in ((browse("signer"), firm, far_firm), (browse("far_signer"), far_firm, firm)):
        found = taken(browser)
        assert mine.name in everything(found)
        assert other.name not in everything(found)
        assert other.credit_code not in everything(found)
        assert f"甲{mine.id}.png" in str(found.namelist())
        assert f"甲{other.id}.png" not in str(found.namelist())
    both = browse("preparer")
    second = queries.firms_of(person("preparer"))[1]
    both.submit(both.get("/my/firms"), form=f"/my/firms/{second.id}/choose")
    found = taken(both)
    assert second.name in everything(found)
    assert ({firm.name, far_firm.name} - {second.name}).pop() not in everything(found), "of the firm chosen, not of all"


def test_what_was_not_served_and_what_the_office_keeps_is_not_in_it(
    session: Any, browse: Any, firm: Any, person: Any
) -> None:
    order = inspections.final(firm)
    unserved = issue(firm, person("approver"))
    evidence.attach(picture(9), enterprise_id=firm.id, subject=firm, by=person("officer"), name="机关内部.png")
    session.commit()
    found = taken(browse("signer"))
    assert unserved.number not in everything(found)
    assert "机关内部" not in everything(found) + str(found.namelist())
    assert len(lines(found, "检查/责令改正.csv")) == 1
    assert len(lines(found, "检查/发现的问题.csv")) == 1
    assert order is not None


def test_a_file_that_is_lost_is_named_and_the_rest_comes(session: Any, browse: Any, firm: Any, person: Any) -> None:
    sent = evidence.attach(picture(7), enterprise_id=firm.id, subject=firm, by=person("preparer"), name="丢了.png")
    session.commit()
    store: Any = evidence.store()
    store.path(sent.sha256).unlink()
    found = taken(browse("signer"))
    assert found.testzip() is None
    row = next(each for each in lines(found, "目录.csv") if each and "丢了" in each[0])
    assert "缺失" in row[3]


def test_memory_stays_flat_however_much_there_is(session: Any, firm: Any, person: Any) -> None:
    held = permits.permit(firm)
    stamp = Stamp(clock.now(), "测试", "0" * 64, "全部")

    def peak(rows: int) -> int:
        begun = datetime(2026, 1, 1, tzinfo=clock.now().tzinfo) + timedelta(days=rows)
        session.add_all(
            MonitoringResult(
                enterprise_id=firm.id,
                permit_id=held.id,
                outlet_code="DA001",
                pollutant_code="氮氧化物",
                kind=MeasureKind.HOUR,
                measured_at=begun + timedelta(hours=at),
                value=Decimal(at),
                unit="mg/m³",
            )
            for at in range(rows)
        )
        record(None, "tests:results", "数据", by=person("permit"))
        session.flush()
        session.expunge_all()
        tracemalloc.start()
        size = sum(len(chunk) for chunk in archive.written(session, archive.Owner("甲", "乙"), [firm_id], stamp))
        top = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert size > 0
        return top

    firm_id = firm.id
    few = peak(1500)
    assert peak(6000) < few * 1.5


def test_the_archive_is_made_by_an_act_and_only_for_a_firm(browse: Any) -> None:
    signer = browse("signer")
    assert signer.client.get("/my/archive.zip").status_code == 405
    assert signer.client.post("/my/archive.zip").status_code in (400, 403), "no token, no archive"
    browse("officer").get("/my/archive", status=403)


def test_whoever_reads_english_finds_the_columns_headed_in_english(
    session: Any, browse: Any, firm: Any, person: Any
) -> None:
    permits.sign(permits.report(permits.permit(firm)))
    inspections.served(inspections.final(firm))
    credit.notified(firm)
    person("signer").locale = "en"
    record(person("signer"), "tests:locale", "英文", by=person("signer"))
    session.commit()
    found = taken(browse("signer"))
    heads = {name: lines(found, name)[0] for name in found.namelist() if name.endswith(".csv") and name != "目录.csv"}
    assert len(heads) > 15
    chinese = {
        name: [each for each in row if not each.replace("三线一单", "").isascii()] for name, row in heads.items()
    }
    assert {name: row for name, row in chinese.items() if row} == {}
