"""Who asked to take a firm off a list, and who decided."""

import sqlalchemy as sa
from alembic import op

from core import permanence
from credit.models import RemovalProposal

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "removal_proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("listing_id", sa.Integer(), nullable=False, comment="列入事项"),
        sa.Column("enterprise_id", sa.Integer(), nullable=False, comment="企业"),
        sa.Column("reason", sa.String(), nullable=False, comment="移出的理由"),
        sa.Column("proposed_by_id", sa.Integer(), nullable=False, comment="提出人"),
        sa.Column("proposed_on", sa.Date(), nullable=False, comment="提出日期"),
        sa.Column("decided_on", sa.Date(), nullable=True, comment="决定日期"),
        sa.Column("decided_by_id", sa.Integer(), nullable=True, comment="决定人"),
        sa.Column("granted", sa.Boolean(), nullable=True, comment="是否移出"),
        sa.Column("answer", sa.String(), nullable=False, comment="不予移出的理由"),
        sa.CheckConstraint(
            "(decided_on IS NULL) = (decided_by_id IS NULL)", name=op.f("ck_removal_proposal_decided_by_somebody")
        ),
        sa.CheckConstraint("(decided_on IS NULL) = (granted IS NULL)", name=op.f("ck_removal_proposal_decided_whole")),
        sa.CheckConstraint(
            "decided_by_id IS NULL OR decided_by_id <> proposed_by_id", name=op.f("ck_removal_proposal_four_eyes")
        ),
        sa.CheckConstraint("length(reason) > 0", name=op.f("ck_removal_proposal_has_reason")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["user.id"], name=op.f("fk_removal_proposal_decided_by_id_user")),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["enterprise.id"], name=op.f("fk_removal_proposal_enterprise_id_enterprise")
        ),
        sa.ForeignKeyConstraint(["listing_id"], ["listing.id"], name=op.f("fk_removal_proposal_listing_id_listing")),
        sa.ForeignKeyConstraint(["proposed_by_id"], ["user.id"], name=op.f("fk_removal_proposal_proposed_by_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_removal_proposal")),
    )
    op.create_index(op.f("ix_removal_proposal_listing_id"), "removal_proposal", ["listing_id"])
    permanence.install(op.get_bind(), RemovalProposal.__table__, RemovalProposal.__frozen__)


def downgrade() -> None:
    permanence.uninstall(op.get_bind(), RemovalProposal.__table__)
    op.drop_table("removal_proposal")
