"""Whatever is done to the chain behind the product's back, the walk along it finds it."""

import pytest
from sqlalchemy import text

from accounts.audit import head_hash, record, verify
from accounts.models import AuditEntry, AuditHead
from core.db import Base, db
from core.permanence import frozen_tables, uninstall


@pytest.fixture
def chain(session, person, firm):
    """A chain of a dozen acts, with its guards taken off as an insider with the owner's rights could."""
    for number in range(12):
        firm.remark = f"第 {number} 次"
        record(firm, "registry:enterprise:change", f"第 {number} 次修改", by=person("officer"))
        session.commit()
    connection = session.connection()
    for name in frozen_tables():
        if name == "audit_entry":
            uninstall(connection, Base.metadata.tables[name])
    return session


def ids(session) -> list[int]:
    return [row[0] for row in session.execute(text("SELECT id FROM audit_entry ORDER BY id"))]


def test_an_untouched_chain_is_whole_and_its_head_is_the_last_entry(chain) -> None:
    found = verify(chain)
    assert found.ok and found.entries == len(ids(chain)) and found.head == head_hash(chain)


@pytest.mark.parametrize(
    "column", ["summary", "act", "actor_name", "after", "subject_id", "at", "previous_hash", "hash"]
)
def test_any_altered_field_of_any_entry_is_found(chain, column) -> None:
    victim = ids(chain)[4]
    value = "'2020-01-01 00:00:00.000000'" if column == "at" else f"{column} || 'x'"
    chain.execute(text(f"UPDATE audit_entry SET {column} = {value} WHERE id = :id"), {"id": victim})
    found = verify(chain)
    assert not found.ok and found.first_bad in (victim, victim + 1)


def test_a_single_changed_letter_in_an_after_image_is_found(chain) -> None:
    victim = ids(chain)[-3]
    chain.execute(text("UPDATE audit_entry SET after = replace(after, '次', '回') WHERE id = :id"), {"id": victim})
    assert verify(chain).first_bad == victim


def test_a_removed_entry_is_found(chain) -> None:
    victim = ids(chain)[5]
    chain.execute(text("DELETE FROM audit_entry WHERE id = :id"), {"id": victim})
    assert verify(chain).first_bad == victim


def test_swapped_entries_are_found(chain) -> None:
    first, second = ids(chain)[3:5]
    for source, target in ((first, 999999), (second, first), (999999, second)):
        chain.execute(
            text("UPDATE audit_entry SET id = :target WHERE id = :source"), {"source": source, "target": target}
        )
    assert verify(chain).first_bad == first


def test_an_inserted_entry_is_found(chain) -> None:
    columns = ", ".join(c.name for c in AuditEntry.__table__.columns if c.name not in ("id", "hash"))
    last = ids(chain)[-1]
    chain.execute(
        text(
            f"INSERT INTO audit_entry (id, hash, {columns}) SELECT :new, 'x', {columns} FROM audit_entry WHERE id = :id"
        ),
        {"new": last + 1, "id": last},
    )
    assert verify(chain).first_bad == last + 1


def test_a_cut_off_end_is_found_by_the_head(chain) -> None:
    last = ids(chain)[-1]
    chain.execute(text("DELETE FROM audit_entry WHERE id > :id"), {"id": last - 3})
    assert not verify(chain).ok


def test_a_cut_off_end_with_a_forged_head_is_found_by_a_hash_kept_outside(chain) -> None:
    outside, last = head_hash(chain), ids(chain)[-1]
    chain.execute(text("DELETE FROM audit_entry WHERE id > :id"), {"id": last - 3})
    before = chain.execute(text("SELECT hash FROM audit_entry ORDER BY id DESC")).scalar()
    chain.execute(text("UPDATE audit_head SET length = :n, hash = :h"), {"n": last - 3, "h": before})
    assert verify(chain).ok
    assert not verify(chain, outside).ok


def test_the_database_itself_refuses_to_change_or_delete_an_entry(session) -> None:
    for statement in ("UPDATE audit_entry SET summary = 'x'", "DELETE FROM audit_entry"):
        with pytest.raises(Exception, match="frozen"), session.begin_nested():
            session.execute(text(statement))


def test_the_auditor_reads_filters_and_verifies(browse, chain) -> None:
    auditor = browse("auditor")
    assert "第 11 次修改" in auditor.get("/audit").text
    assert "第 3 次修改" not in auditor.get("/audit?q=第 11 次").text
    entry = auditor.get(auditor.get("/audit").one("tbody tr:first-child th a")["href"])
    assert "哈希相符" in entry.text
    assert "完整" in auditor.get("/audit/verify?head=").text
    assert "不符" in auditor.get("/audit/verify?head=" + "0" * 63 + "1").text
    browse("officer").get("/audit", status=403)


def test_the_command_says_in_its_exit_status_whether_the_chain_is_whole(own_app) -> None:
    runner = own_app.test_cli_runner()
    assert runner.invoke(args=["audit", "verify", "--json"]).exit_code == 0
    assert runner.invoke(args=["audit", "verify", "--head", "f" * 64]).exit_code == 1
    with own_app.app_context():
        uninstall(db.session.connection(), Base.metadata.tables["audit_entry"])
        db.session.execute(text("UPDATE audit_entry SET summary = 'x'"))
        db.session.commit()
    assert runner.invoke(args=["audit", "verify"]).exit_code == 1
    assert AuditHead.__tablename__ == "audit_head"
