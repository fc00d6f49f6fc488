"""What firms hand in to meet an obligation."""

import sqlalchemy as sa
from alembic import op

from core import permanence
from core.db import UtcDateTime
from registry.models import HandIn

revision = "duties"
down_revision = "lists"
branch_labels = None
depends_on = None

STATES = ("sent", "confirmed", "returned")


def upgrade() -> None:
    op.create_table(
        "hand_in",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("enterprise_id", sa.Integer(), nullable=False, comment="企业"),
        sa.Column("obligation_id", sa.Integer(), nullable=False, comment="所履行的义务"),
        sa.Column("number", sa.Integer(), nullable=False, comment="第几次报送"),
        sa.Column(
            "state",
            sa.Enum(*STATES, name="handinstate", native_enum=False, length=40),
            nullable=False,
            comment="状态",
        ),
        sa.Column("note", sa.String(), nullable=False, comment="说明"),
        sa.Column("sent_on", sa.Date(), nullable=False, comment="报送日期"),
        sa.Column("sent_at", UtcDateTime(timezone=True), nullable=False, comment="报送时间"),
        sa.Column("sent_by_id", sa.Integer(), nullable=False, comment="报送人"),
        sa.Column("judged_at", UtcDateTime(timezone=True), nullable=True, comment="确认或退回时间"),
        sa.Column("judged_by_id", sa.Integer(), nullable=True, comment="确认或退回人"),
        sa.Column("reason", sa.String(), nullable=False, comment="退回理由"),
        sa.Column("version", sa.Integer(), nullable=False, comment="乐观锁版本号"),
        sa.CheckConstraint(
            "(state = 'sent') = (judged_at IS NULL) AND (judged_at IS NULL) = (judged_by_id IS NULL)",
            name=op.f("ck_hand_in_judged_by"),
        ),
        sa.CheckConstraint("(state = 'returned') = (length(reason) > 0)", name=op.f("ck_hand_in_returned_with_reason")),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["enterprise.id"], name=op.f("fk_hand_in_enterprise_id_enterprise")
        ),
        sa.ForeignKeyConstraint(
            ["obligation_id"], ["obligation.id"], name=op.f("fk_hand_in_obligation_id_obligation")
        ),
        sa.ForeignKeyConstraint(["sent_by_id"], ["user.id"], name=op.f("fk_hand_in_sent_by_id_user")),
        sa.ForeignKeyConstraint(["judged_by_id"], ["user.id"], name=op.f("fk_hand_in_judged_by_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hand_in")),
        sa.UniqueConstraint("obligation_id", "number", name=op.f("uq_hand_in_obligation_id_number")),
    )
    op.create_index("ix_hand_in_state", "hand_in", ["state", "id"], unique=False)
    op.create_index("ix_hand_in_enterprise", "hand_in", ["enterprise_id", "id"], unique=False)
    permanence.install(op.get_bind(), HandIn.__table__, HandIn.__frozen__)


def downgrade() -> None:
    permanence.uninstall(op.get_bind(), HandIn.__table__)
    op.drop_index("ix_hand_in_enterprise", table_name="hand_in")
    op.drop_index("ix_hand_in_state", table_name="hand_in")
    op.drop_table("hand_in")
