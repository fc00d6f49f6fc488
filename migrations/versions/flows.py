"""The index by which lists and exports find the grade of a day answers without looking at the row."""

from alembic import op

revision = "flows"
down_revision = "hj212"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_grade_span_enterprise", table_name="grade_span")
    op.create_index(
        "ix_grade_span_enterprise", "grade_span", ["enterprise_id", "valid_from", "valid_to", "grade", "score"]
    )


def downgrade() -> None:
    op.drop_index("ix_grade_span_enterprise", table_name="grade_span")
    op.create_index("ix_grade_span_enterprise", "grade_span", ["enterprise_id", "valid_from"])
