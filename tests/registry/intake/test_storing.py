"""What a ledger does to the register: all good rows at once or none, only what differs, and every firm in the trail."""

import json
import threading
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from accounts import audit
from accounts.commands import system_user
from accounts.models import AuditEntry, User
from core import clock, intake
from core.db import db
from core.intake import Sheet
from registry import search
from registry.actions.enterprises import index
from registry.actions.importing import check_run, open_run, store_run
from registry.intake import Result, recognise, storing, take
from registry.models import Category, Enterprise, FormerName, ImportRun, NameGram, Site, Status
from tests import world
from tests.registry.intake import books

HEAD = [
    "企业名称",
    "统一社会信用代码",
    "联系电话",
    "所在县市",
    "行业代码",
    "排污许可管理类别",
    "经度",
    "纬度",
    "生产状况",
    "地址",
]
ROW = [
    "阜康甲厂（示例）",
    books.code(1),
    "13900000000",
    "阜康市",
    "2521",
    "重点管理",
    "88.015232",
    "44.157425",
    "在产",
    "阜康市 1 号",
]


def taken(*rows: list[str], head: list[str] = HEAD, by: User | None = None, **options: Any) -> Result:
    """Import rows under the usual headers."""
    sheets = [Sheet("台账", [head, *rows])]
    return take(sheets, recognise(sheets), by=by or system_user(), **options)


def row(**changed: str) -> list[str]:
    """The usual row, some cells otherwise."""
    return list((dict(zip(HEAD, ROW, strict=True)) | changed).values())


def firm_of(code: str = books.code(1)) -> Enterprise:
    """The firm with this code."""
    return db.session.scalars(select(Enterprise).where(Enterprise.credit_code == code)).one()


def count(model: Any) -> int:
    """How many rows a table has."""
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_a_new_firm_has_a_site_is_found_by_name_and_stands_in_the_trail(session: Any) -> None:
    result = taken(ROW)
    session.commit()
    assert result.counts() == {
        "rows": 1, "accepted": 1, "rejected": 0, "created": 1, "updated": 0, "unchanged": 0, "warnings": 0,
    }  # fmt: skip
    firm = firm_of()
    assert (firm.name, firm.category, firm.status) == ("阜康甲厂（示例）", Category.KEY, Status.OPERATING)
    assert firm.office.code == "CJ-652302"
    (site,) = firm.sites
    assert (site.longitude, site.latitude, site.address) == (Decimal("88.015232"), Decimal("44.157425"), "阜康市 1 号")
    for fragment in ("甲厂", "FKJC", books.code(1)[:12]):
        assert firm in search.firms(fragment, seen_by=system_user(), most=10)
    entry = session.scalars(select(AuditEntry).where(AuditEntry.enterprise_id == firm.id)).one()
    image = json.loads(entry.after)
    assert image[f"enterprise:{firm.id}"]["name"] == "阜康甲厂（示例）"
    assert image[f"site:{site.id}"]["longitude"] == "88.015232"
    assert audit.verify(session).ok


def test_what_import_writes_and_what_a_form_writes_are_the_same_to_the_search(session: Any) -> None:
    taken(ROW)
    firm = firm_of()
    imported = (firm.search_key, set(session.scalars(select(NameGram.gram).where(NameGram.enterprise_id == firm.id))))
    index(firm)
    again = (firm.search_key, set(session.scalars(select(NameGram.gram).where(NameGram.enterprise_id == firm.id))))
    assert imported == again


def test_the_same_rows_again_change_nothing_at_all(session: Any) -> None:
    taken(ROW, row(企业名称="阜康乙厂（示例）", 统一社会信用代码=books.code(2), 生产状况="停产"))
    session.commit()
    before, version = count(AuditEntry), firm_of().version
    again = taken(ROW, row(企业名称="阜康乙厂（示例）", 统一社会信用代码=books.code(2), 生产状况="停产"))
    session.commit()
    assert (again.created, again.updated, again.unchanged, again.accepted) == (0, 0, 2, 2)
    assert (count(AuditEntry), firm_of().version) == (before, version)


def test_only_the_columns_of_the_file_and_only_filled_cells_are_changed(session: Any) -> None:
    taken(ROW)
    taken(["阜康甲厂（示例）", books.code(1), ""], head=["企业名称", "统一社会信用代码", "联系电话"])
    session.commit()
    firm = firm_of()
    assert (firm.contact_phone, firm.address, firm.category) == ("13900000000", "阜康市 1 号", Category.KEY)
    result = taken(row(联系电话="13900000009", 排污许可管理类别="简化管理", 经度="88.5"))
    session.commit()
    assert result.updated == 1
    ((_, differences),) = result.changes
    assert {each.label: (each.old, each.new) for each in differences} == {
        "contact_phone": ("13900000000", "13900000009"),
        "category": ("重点管理", "简化管理"),
        "longitude": ("88.015232", "88.5"),
    }
    firm = firm_of()
    assert (firm.contact_phone, firm.category, firm.sites[0].category) == (
        "13900000009",
        Category.SIMPLIFIED,
        Category.SIMPLIFIED,
    )
    assert firm.sites[0].longitude == Decimal("88.5")
    entry = session.scalars(
        select(AuditEntry).where(AuditEntry.enterprise_id == firm.id).order_by(AuditEntry.id.desc())
    ).first()
    image = json.loads(entry.after)
    assert image[f"enterprise:{firm.id}"] == {"contact_phone": "13900000009", "category": "simplified"}
    assert image[f"site:{firm.sites[0].id}"] == {"category": "simplified", "longitude": "88.5"}


def test_a_new_name_keeps_the_old_one_as_a_former_name_and_both_are_found(session: Any) -> None:
    taken(ROW)
    taken(row(企业名称="阜康新甲厂（示例）"))
    taken(row(企业名称="阜康再新甲厂（示例）"))
    session.commit()
    firm = firm_of()
    assert (firm.name, firm.sites[0].name) == ("阜康再新甲厂（示例）", "阜康再新甲厂（示例）")
    assert [each.name for each in firm.names] == ["阜康甲厂（示例）", "阜康新甲厂（示例）"]
    yesterday = date.fromordinal(clock.today().toordinal() - 1)
    assert {each.valid_to for each in firm.names} == {yesterday}
    for fragment in ("康甲厂", "康新甲", "再新"):
        assert firm in search.firms(fragment, seen_by=system_user(), most=10)
    assert count(FormerName) == 2


def test_a_firm_stops_and_runs_again_by_the_steps_of_its_lifecycle(session: Any) -> None:
    taken(ROW)
    taken(row(生产状况="停产"))
    session.commit()
    firm = firm_of()
    assert (firm.status, firm.status_since, firm.status_reason) == (Status.SUSPENDED, clock.today(), "台账导入")
    assert session.scalars(select(AuditEntry.act).order_by(AuditEntry.id.desc())).first() == "enterprise:suspend"
    taken(row(生产状况="关闭"))
    closed = taken(row(生产状况="停产"))
    session.commit()
    assert [each.code for each in closed.problems] == ["state_kept"]
    assert firm_of().status is Status.CLOSED
    taken(row(生产状况="正常生产"))
    assert firm_of().status is Status.OPERATING


def test_what_another_office_supervises_is_not_touched(session: Any, person: Any) -> None:
    taken(row(所在县市="昌吉市"))
    session.commit()
    result = taken(row(企业名称="改了名（示例）"), by=person("officer"))
    assert [each.code for each in result.problems] == ["enterprise_not_yours"]
    assert "昌吉市分局" in result.problems[0].message
    assert result.rejected == 1
    assert firm_of().name == "阜康甲厂（示例）"


def test_a_merged_firm_is_told_with_the_code_that_stands(session: Any) -> None:
    taken(ROW, row(统一社会信用代码=books.code(2), 企业名称="阜康乙厂（示例）"))
    session.commit()
    gone = {"status": "closed", "status_since": clock.today(), "merged_into_id": firm_of().id}
    session.execute(update(Enterprise).where(Enterprise.credit_code == books.code(2)).values(gone))
    result = taken(row(统一社会信用代码=books.code(2)))
    assert [each.code for each in result.problems] == ["enterprise_merged"]
    assert books.code(1) in result.problems[0].message


def test_a_firm_with_several_sites_keeps_them_and_says_so(session: Any) -> None:
    taken(ROW)
    firm = firm_of()
    session.add(Site(enterprise_id=firm.id, name="二厂", area_id=firm.area_id, office_id=firm.office_id))
    audit.record(firm, "tests:site", "二厂", by=system_user())
    result = taken(row(联系电话="13911111111", 经度="88.9"))
    session.commit()
    assert [each.code for each in result.problems] == ["site_unclear"]
    assert result.updated == 1
    assert firm_of().contact_phone == "13911111111"
    assert [each.longitude for each in firm_of().sites] == [Decimal("88.015232"), None]


def test_a_dry_run_says_the_same_and_changes_nothing(session: Any) -> None:
    taken(ROW)
    session.commit()
    rows = [
        row(联系电话="13911111111"),
        row(企业名称="阜康乙厂（示例）", 统一社会信用代码=books.code(2)),
        row(企业名称=""),
    ]
    before, entries = count(Enterprise), count(AuditEntry)
    tried = taken(*rows, dry_run=True)
    session.commit()
    assert (count(Enterprise), count(AuditEntry)) == (before, entries)
    assert tried.counts() == taken(*rows).counts()


def test_what_breaks_midway_leaves_nothing(session: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    before = (count(Enterprise), count(NameGram), count(AuditEntry))
    monkeypatch.setattr(storing, "BATCH", 2)

    def broken(stored: Any, by: User, dry_run: bool) -> None:
        if any(each.row.row == 5 for each in stored):
            raise RuntimeError("the lights went out")

    monkeypatch.setattr(storing, "FOLLOWERS", [*storing.FOLLOWERS, broken])
    rows = [row(企业名称=f"阜康{at}厂（示例）", 统一社会信用代码=books.code(at)) for at in range(6)]
    with pytest.raises(RuntimeError):
        taken(*rows)
    session.rollback()
    assert (count(Enterprise), count(NameGram), count(AuditEntry)) == before
    assert not session.info.get("many")


def test_large_files_are_stored_in_batches_with_one_entry_for_each_firm(
    session: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storing, "BATCH", 50)
    monkeypatch.setattr(audit, "ENTRIES_AT_ONCE", 30)
    before = count(AuditEntry)
    rows = [row(企业名称=f"阜康{at}厂（示例）", 统一社会信用代码=books.code(at)) for at in range(130)]
    assert taken(*rows).created == 130
    session.commit()
    assert count(AuditEntry) == before + 130
    assert audit.verify(session).ok


def test_rare_characters_and_text_like_a_formula_reach_the_register_as_they_are(session: Any) -> None:
    taken([*row(企业名称="阜康𬍛𬱖厂（示例）"), "=1+1"], head=[*HEAD, "备注"])
    session.commit()
    session.expire_all()
    assert (firm_of().name, firm_of().remark) == ("阜康𬍛𬱖厂（示例）", "=1+1")


def test_two_imports_of_one_file_at_the_same_time_make_each_firm_once(own_app: Flask) -> None:
    content = books.plain(40)
    with own_app.app_context(), clock.at(world.TODAY):
        runs = []
        for username in ("officer", "officer2"):
            user = db.session.scalars(select(User).where(User.username == username)).one()
            run, _ = open_run(content, "a.xlsx", by=user)
            check_run(run, intake.read(content, "a.xlsx"), by=user)
            db.session.commit()
            runs.append((run.id, user.id))
        before = count(Enterprise)
    start = threading.Barrier(2)

    def store(run_id: int, user_id: int) -> None:
        with own_app.app_context():
            start.wait()
            run, user = db.session.get_one(ImportRun, run_id), db.session.get_one(User, user_id)
            store_run(run, by=user)
            db.session.commit()

    with clock.at(world.TODAY):
        workers = [threading.Thread(target=store, args=each) for each in runs]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
    with own_app.app_context():
        assert count(Enterprise) == before + 40
        results = sorted(run.result["counts"]["created"] for run in db.session.scalars(select(ImportRun)))
        assert results == [0, 40]
        assert audit.verify(db.session).ok
