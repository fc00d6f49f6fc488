"""Who entered and who withdrew a moved last day, one that stands for each; for what a permit was withdrawn or revoked."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from core import db, permanence
from inspections.models import QuashProposal

revision = "desk"
down_revision = "duties"
branch_labels = None
depends_on = None

DAYS = ("usual_on", "moved_to", "valid_from", "valid_to", "checked_on")
KEPT = sa.table(
    "deadline_override",
    *(sa.column(name) for name in ("id", "key", "basis", "source", "confidence", "checked_by_id")),
    *(sa.column(name, sa.Date()) for name in DAYS),
)
STANDING = sa.text("withdrawn_on IS NULL")


def _common() -> list[Any]:
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False, comment="期限代号"),
        sa.Column("usual_on", sa.Date(), nullable=False, comment="原定日期"),
        sa.Column("moved_to", sa.Date(), nullable=False, comment="改定日期"),
        sa.Column("basis", sa.String(), nullable=False, comment="依据"),
        sa.Column("valid_from", sa.Date(), nullable=True, comment="适用起始日；不明则空"),
        sa.Column("valid_to", sa.Date(), nullable=True, comment="适用截止日；仍适用则空"),
        sa.Column("source", sa.String(), nullable=False, comment="来源"),
        sa.Column("confidence", sa.String(), nullable=False, comment="可信度"),
        sa.Column("checked_on", sa.Date(), nullable=True, comment="核对日期"),
        sa.Column("checked_by_id", sa.Integer(), nullable=True, comment="核对人"),
        sa.CheckConstraint(
            "(checked_by_id IS NULL) = (checked_on IS NULL)", name=op.f("ck_deadline_override_checked_by_somebody")
        ),
        sa.CheckConstraint(
            "valid_from IS NULL OR valid_to IS NULL OR valid_from <= valid_to",
            name=op.f("ck_deadline_override_valid_in_order"),
        ),
        sa.ForeignKeyConstraint(
            ["checked_by_id"], ["user.id"], name=op.f("fk_deadline_override_checked_by_id_user")
        ),
        sa.ForeignKeyConstraint(["key"], ["deadline_rule.key"], name=op.f("fk_deadline_override_key_deadline_rule")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deadline_override")),
    ]


def _rebuild(*more: Any, where: Any = None, added: dict[str, Any] | None = None) -> None:
    """Write the few rows into a table of the wanted shape: SQLite cannot take a constraint out of a table."""
    bind = op.get_bind()
    wanted = sa.select(KEPT).order_by(KEPT.c.id)
    rows = [dict(row) for row in bind.execute(wanted if where is None else wanted.where(where)).mappings()]
    op.drop_table("deadline_override")
    table = op.create_table("deadline_override", *_common(), *more)
    if rows:
        op.bulk_insert(table, [row | (added or {}) for row in rows])
        if bind.dialect.name == "postgresql":
            op.execute("SELECT setval(pg_get_serial_sequence('deadline_override', 'id'), max(id)) FROM deadline_override")


def upgrade() -> None:
    op.add_column(
        "permit",
        sa.Column(
            "end_ground",
            sa.Enum("other", "fraud", "forged", name="endground", native_enum=False, length=40),
            nullable=False,
            server_default="other",
            comment="撤销、吊销的原因，决定是否三年内不得再次申请",
        ),
    )
    _rebuild(
        sa.Column("entered_on", sa.Date(), nullable=True, comment="录入日期；随产品提供则空"),
        sa.Column("entered_by_id", sa.Integer(), nullable=True, comment="录入人；随产品提供则空"),
        sa.Column("withdrawn_on", sa.Date(), nullable=True, comment="撤回日期；仍适用则空"),
        sa.Column("withdrawn_by_id", sa.Integer(), nullable=True, comment="撤回人"),
        sa.Column("withdrawn_reason", sa.String(), nullable=False, comment="撤回的理由"),
        sa.CheckConstraint(
            "(withdrawn_on IS NULL) = (withdrawn_by_id IS NULL) AND (withdrawn_on IS NULL) = (withdrawn_reason = '')",
            name=op.f("ck_deadline_override_withdrawn_by_somebody_with_reason"),
        ),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["user.id"], name=op.f("fk_deadline_override_entered_by_id_user")
        ),
        sa.ForeignKeyConstraint(
            ["withdrawn_by_id"], ["user.id"], name=op.f("fk_deadline_override_withdrawn_by_id_user")
        ),
        added={"withdrawn_reason": ""},
    )
    op.create_table(
        "quash_proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("enterprise_id", sa.Integer(), nullable=False, comment="企业"),
        sa.Column("decision_id", sa.Integer(), nullable=False, comment="处罚决定"),
        sa.Column("quashed_on", sa.Date(), nullable=False, comment="撤销日期"),
        sa.Column("reason", sa.String(), nullable=False, comment="撤销理由"),
        sa.Column("proposed_by_id", sa.Integer(), nullable=False, comment="登记人"),
        sa.Column("proposed_at", db.UtcDateTime(timezone=True), nullable=False, comment="登记时间"),
        sa.Column("decided_on", sa.Date(), nullable=True, comment="确认日期"),
        sa.Column("decided_by_id", sa.Integer(), nullable=True, comment="确认人"),
        sa.Column("granted", sa.Boolean(), nullable=True, comment="是否撤销"),
        sa.Column("answer", sa.String(), nullable=False, comment="不予撤销的理由"),
        sa.CheckConstraint("length(reason) > 0", name=op.f("ck_quash_proposal_has_reason")),
        sa.CheckConstraint("(decided_on IS NULL) = (granted IS NULL)", name=op.f("ck_quash_proposal_decided_whole")),
        sa.CheckConstraint(
            "(decided_on IS NULL) = (decided_by_id IS NULL)", name=op.f("ck_quash_proposal_decided_by_somebody")
        ),
        sa.CheckConstraint(
            "decided_by_id IS NULL OR decided_by_id <> proposed_by_id", name=op.f("ck_quash_proposal_four_eyes")
        ),
        *(
            sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_quash_proposal_{column}_{target.split('.')[0]}"))
            for column, target in (
                ("enterprise_id", "enterprise.id"),
                ("decision_id", "penalty_decision.id"),
                ("proposed_by_id", "user.id"),
                ("decided_by_id", "user.id"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quash_proposal")),
    )
    op.create_index(
        "uq_quash_proposal_open",
        "quash_proposal",
        ["decision_id"],
        unique=True,
        sqlite_where=sa.text("decided_on IS NULL"),
        postgresql_where=sa.text("decided_on IS NULL"),
    )
    permanence.install(op.get_bind(), QuashProposal.__table__, QuashProposal.__frozen__)
    op.create_index(
        "uq_deadline_override_standing",
        "deadline_override",
        ["key", "usual_on"],
        unique=True,
        sqlite_where=STANDING,
        postgresql_where=STANDING,
    )


def downgrade() -> None:
    permanence.uninstall(op.get_bind(), QuashProposal.__table__)
    op.drop_table("quash_proposal")
    op.drop_column("permit", "end_ground")
    _rebuild(
        sa.UniqueConstraint("key", "usual_on", name=op.f("uq_deadline_override_key_usual_on")),
        where=STANDING,
    )
