"""Permits that come with an enterprise ledger: stored with the firms, or from the same file for firms on record."""

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select

from accounts import audit
from accounts.commands import system_user
from accounts.models import AuditEntry
from core import clock
from core.db import db
from core.intake import Sheet
from core.language import spoken_in
from permits import queries
from permits.actions import refresh_duties, take_from_ledger, take_permits
from permits.models import Permit, VersionGround
from registry.actions import add_to_list
from registry.intake import Result, recognise, take
from registry.intake.rows import Problem
from registry.models import Enterprise, ListKind, Obligation, ObligationKind
from tests import world
from tests.registry.intake import books

HEAD = ["企业名称", "统一社会信用代码", "所在县市", "管理类别", "许可证编号", "有效期起", "有效期止", "生产状况"]
NUMBER = books.code(1) + "001P"
ROW = ["阜康甲厂（示例）", books.code(1), "阜康市", "重点管理", NUMBER, "2023-05-01", "2028-04-30", "在产"]


def row(**changed: str) -> list[str]:
    """The usual row, some cells otherwise."""
    return list((dict(zip(HEAD, ROW, strict=True)) | changed).values())


def taken(*rows: list[str], do: Any = take, **options: Any) -> Result:
    """Import rows."""
    sheets = [Sheet("台账", [HEAD, *rows])]
    result: Result = do(sheets, recognise(sheets), by=system_user(), **options)
    return result


def the_permit() -> Permit:
    """The permit with the usual number."""
    return db.session.scalars(select(Permit).where(Permit.permit_no == NUMBER)).unique().one()


def test_a_row_brings_firm_permit_version_and_renewal_at_once(session: Any) -> None:
    assert taken(ROW).created == 1
    session.commit()
    permit = the_permit()
    (version,) = permit.versions
    assert version.ground is VersionGround.IMPORTED
    assert (version.valid_from, version.valid_to) == (date(2023, 5, 1), date(2028, 4, 30))
    assert permit.authority.code == "CJ"
    assert [each.key for each in queries.permits.duties(permit)] == ["renewal-2028-04-30"]
    assert (permit.enterprise.permit_no, permit.enterprise.permit_valid_to) == (NUMBER, date(2028, 4, 30))
    entry = session.scalars(select(AuditEntry).where(AuditEntry.subject_kind == "permit")).one()
    assert {key.split(":")[0] for key in json.loads(entry.after)} == {
        "permit",
        "permit_version",
        "obligation",
        "enterprise",
    }
    assert audit.verify(session).ok


def test_in_bulk_and_one_by_one_a_permit_is_stored_alike(session: Any) -> None:
    other = row(企业名称="阜康乙厂（示例）", 统一社会信用代码=books.code(2), 许可证编号="")
    taken(ROW, other)
    session.commit()
    site = session.scalars(select(Enterprise).where(Enterprise.credit_code == books.code(2))).one().sites[0]
    single = take_from_ledger(
        site, books.code(2) + "001P", date(2023, 5, 1), date(2028, 4, 30), category=site.category, by=system_user()
    ).permit
    session.commit()
    bulk = the_permit()
    assert facts(bulk) == facts(single)
    assert [owed(each) for each in duties(bulk)] == [owed(each) for each in duties(single)]
    assert {each.kind for each in duties(bulk)} == {ObligationKind.RENEWAL, ObligationKind.RETENTION}
    assert refresh_duties(bulk, "再算一次", by=system_user()).empty


def test_a_firm_on_the_soil_list_owes_its_duties_with_the_permit_from_the_ledger(session: Any) -> None:
    taken(row(许可证编号=""))
    firm = session.scalars(select(Enterprise).where(Enterprise.credit_code == books.code(1))).one()
    add_to_list(firm, ListKind.SOIL, 2026, "焦化", "部令第27号", date(2026, 3, 1), by=system_user())
    session.commit()
    assert taken(ROW).updated == 1
    session.commit()
    kinds = [each.kind for each in duties(the_permit())]
    assert kinds.count(ObligationKind.SOIL) == 3
    assert kinds.count(ObligationKind.RETENTION) == 4


def facts(permit: Permit) -> list[Any]:
    """Everything about a permit but whose it is."""
    own = {"id", "permit_no", "enterprise_id", "site_id", "updated_at", "permit_id", "issued_at", "version"}
    rows = [permit, *permit.versions]
    return [
        {each.key: getattr(found, each.key) for each in found.__mapper__.column_attrs if each.key not in own}
        for found in rows
    ]


def duties(permit: Permit) -> list[Obligation]:
    """What a permit makes its holder owe."""
    wanted = select(Obligation).where(Obligation.source_kind == "permit", Obligation.source_id == permit.id)
    return list(db.session.scalars(wanted.order_by(Obligation.due_on, Obligation.id)))


def owed(each: Obligation) -> dict[str, Any]:
    """Everything about an obligation but whose it is."""
    own = {"id", "enterprise_id", "source_id", "site_id", "url"}
    return {at.key: getattr(each, at.key) for at in each.__mapper__.column_attrs if at.key not in own}


def test_the_same_file_again_leaves_permits_as_they_are(session: Any) -> None:
    taken(ROW)
    session.commit()
    again = taken(ROW)
    assert (again.unchanged, again.updated) == (1, 0)
    assert len(the_permit().versions) == 1


def test_a_later_term_is_a_version_and_makes_the_row_an_update(session: Any) -> None:
    taken(ROW)
    session.commit()
    assert taken(row(有效期起="2028-05-01", 有效期止="2033-04-30"), dry_run=True).updated == 1
    assert taken(row(有效期起="2028-05-01", 有效期止="2033-04-30")).updated == 1
    session.commit()
    assert [each.number for each in the_permit().versions] == [1, 2]


def test_a_permit_that_cannot_be_taken_over_does_not_keep_the_firm_out(session: Any) -> None:
    taken(ROW)
    session.commit()
    result = taken(row(企业名称="阜康乙厂（示例）", 统一社会信用代码=books.code(2)))
    assert result.created == 1
    assert [each.code for each in result.problems] == ["permit_of_another", "permit_not_stored"]
    assert "另一家企业" in result.problems[-1].message
    earlier = taken(row(有效期起="2020-05-01", 有效期止="2025-04-30"))
    assert [each.code for each in earlier.problems] == ["permit_not_stored"]


def test_a_registration_and_a_closed_firm_owe_no_renewal(session: Any) -> None:
    closed = row(
        企业名称="阜康乙厂（示例）", 统一社会信用代码=books.code(2), 许可证编号=books.code(2) + "001P", 生产状况="关闭"
    )
    taken(row(管理类别="登记管理"), closed)
    owed = session.scalars(select(Obligation).where(Obligation.source_kind == "permit")).all()
    assert {each.kind for each in owed} == {ObligationKind.RETENTION}, "only what the closed firm has to keep"
    assert {each.enterprise.credit_code for each in owed} == {books.code(2)}


def test_permits_alone_are_taken_for_firms_on_record_and_nothing_else_of_the_row(session: Any) -> None:
    taken(row(许可证编号=""))
    session.commit()
    unknown = row(企业名称="阜康丙厂（示例）", 统一社会信用代码=books.code(3), 许可证编号=books.code(3) + "001P")
    result = taken(row(企业名称="改了名（示例）"), unknown, do=take_permits)
    session.commit()
    assert (result.created, result.rejected) == (1, 1)
    assert [each.code for each in result.problems] == ["enterprise_unknown"]
    assert the_permit().enterprise.name == "阜康甲厂（示例）"
    again = taken(row(), do=take_permits)
    assert (again.created, again.updated, again.unchanged) == (0, 0, 1)


def test_permits_alone_refuse_the_row_whose_permit_is_refused(session: Any) -> None:
    taken(ROW)
    session.commit()
    result = taken(row(有效期起="2020-05-01", 有效期止="2025-04-30"), do=take_permits)
    assert (result.rejected, [each.code for each in result.problems]) == (1, ["permit_refused"])
    (problem,) = result.problems
    assert "登记在册的有效期是" in problem.message


def test_a_refusal_that_is_kept_is_read_in_the_language_of_whoever_reads_it(app: Flask, session: Any) -> None:
    taken(ROW)
    session.commit()
    with app.test_request_context(), spoken_in("en"):
        result = taken(row(有效期起="2020-05-01", 有效期止="2025-04-30"), do=take_permits)
        kept = json.loads(json.dumps(result.problems[0].kept()))
        assert "登记在册的有效期是" in json.dumps(kept, ensure_ascii=False)
        assert not re.search("[\u4e00-\u9fff]", Problem.from_kept(kept).message)
    with app.test_request_context(), spoken_in("zh_Hans_CN"):
        assert "登记在册的有效期是 2023-05-01 至 2028-04-30" in Problem.from_kept(kept).message


def test_the_command_imports_permits_with_the_contracts_codes(own_app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "台账.xlsx"
    path.write_bytes(books.book([HEAD, row(许可证编号="")]))

    def run(*words: str) -> Any:
        with clock.at(world.TODAY):
            return own_app.test_cli_runner().invoke(args=[*words, str(path), "--json"])

    assert run("permits", "import").exit_code == 1
    assert run("registry", "import").exit_code == 0
    path.write_bytes(books.book([HEAD, ROW]))
    done = run("permits", "import")
    assert (done.exit_code, json.loads(done.stdout)["created"]) == (0, 1)
