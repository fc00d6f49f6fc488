"""Whose work is done in a session of somebody who speaks for several firms, and why a mandate was ended."""

import sqlalchemy as sa
from alembic import op

revision = "portal"
down_revision = "flows"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "user_session", sa.Column("enterprise_id", sa.Integer(), nullable=True, comment="代理多家企业时，正在办理的一家")
    )
    op.add_column(
        "representative", sa.Column("end_reason", sa.String(), nullable=True, comment="企业终止授权的理由；未经企业终止的为空")
    )


def downgrade() -> None:
    op.drop_column("representative", "end_reason")
    op.drop_column("user_session", "enterprise_id")
