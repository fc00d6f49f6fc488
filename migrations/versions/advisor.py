"""What officers confirmed about the category of a site."""

import sqlalchemy as sa
from alembic import op

import core.db
from core import permanence
from permits.models import CategoryDecision

revision = "advisor"
down_revision = "0001"
branch_labels = None
depends_on = None

CATEGORY = sa.Enum("key", "simplified", "registration", "none", name="category", native_enum=False, length=40)


def upgrade() -> None:
    op.create_table(
        "category_decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False, comment="场所"),
        sa.Column(
            "industries", sa.String(), nullable=False, comment="所涉行业代码 GB/T 4754，以逗号分开，主要行业在前"
        ),
        sa.Column("answers", sa.JSON(), nullable=False, comment="问题 → 回答"),
        sa.Column("candidate", CATEGORY, nullable=True, comment="按名录得出的类别；空为得不出"),
        sa.Column("grounds", sa.String(), nullable=False, comment="名录条目和理由"),
        sa.Column("category", CATEGORY, nullable=False, comment="认定的类别"),
        sa.Column("reason", sa.String(), nullable=False, comment="与名录得出的不同，或者得不出时的理由"),
        sa.Column("decided_by_id", sa.Integer(), nullable=False, comment="认定人"),
        sa.Column("decided_at", core.db.UtcDateTime(timezone=True), nullable=False, comment="认定时间"),
        sa.CheckConstraint(
            "candidate IS NOT NULL AND candidate = category OR length(reason) > 0",
            name=op.f("ck_category_decision_reason_if_other"),
        ),
        sa.ForeignKeyConstraint(["decided_by_id"], ["user.id"], name=op.f("fk_category_decision_decided_by_id_user")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_category_decision_site_id_site")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_category_decision")),
    )
    op.create_index("ix_category_decision_site", "category_decision", ["site_id", "id"])
    op.create_index("ix_site_name", "site", ["name", "id"])
    permanence.install(op.get_bind(), CategoryDecision.__table__, CategoryDecision.__frozen__)


def downgrade() -> None:
    permanence.uninstall(op.get_bind(), CategoryDecision.__table__)
    op.drop_index("ix_site_name", "site")
    op.drop_table("category_decision")
