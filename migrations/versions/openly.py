"""What is still owed has an index, codes stand beside the names in theirs; none is kept of who acted, which nobody asks by."""

import sqlalchemy as sa
from alembic import op

revision = "openly"
down_revision = "paper"
branch_labels = None
depends_on = None

OPEN = sa.text("fulfilled_on IS NULL AND voided_on IS NULL")


def upgrade() -> None:
    op.create_index(
        "ix_obligation_open",
        "obligation",
        ["enterprise_id", "due_on", "kind"],
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    op.drop_index("ix_enterprise_name", "enterprise")
    op.create_index("ix_enterprise_name", "enterprise", ["name", "id", "credit_code", "permit_no"])
    op.drop_index("ix_audit_entry_actor", "audit_entry")


def downgrade() -> None:
    op.create_index("ix_audit_entry_actor", "audit_entry", ["actor_id", "id"])
    op.drop_index("ix_enterprise_name", "enterprise")
    op.create_index("ix_enterprise_name", "enterprise", ["name", "id"])
    op.drop_index("ix_obligation_open", "obligation", sqlite_where=OPEN, postgresql_where=OPEN)
