"""By which paper an applicant was told that the clock stops and runs again, and what it has to do meanwhile."""

import sqlalchemy as sa
from alembic import op

revision = "lists"
down_revision = "certs"
branch_labels = None
depends_on = None

WORDS = {
    "asks": "要求申请人办理的事项",
    "notice": "停止计时告知书的文号",
    "resume_notice": "恢复计时告知书的文号",
}


def upgrade() -> None:
    for name, comment in WORDS.items():
        op.add_column(
            "application_pause", sa.Column(name, sa.String(), nullable=False, server_default="", comment=comment)
        )


def downgrade() -> None:
    for name in reversed(WORDS):
        op.drop_column("application_pause", name)
