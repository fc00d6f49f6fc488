"""The place of each firm among all of a frozen day, and the index of that order."""

import sqlalchemy as sa
from alembic import op

from core import permanence
from credit.models import Evaluation

revision = "0003"
down_revision = "advisor"
branch_labels = None
depends_on = None


def upgrade() -> None:
    permanence.uninstall(op.get_bind(), Evaluation.__table__)
    op.add_column("evaluation", sa.Column("place", sa.Integer(), nullable=True, comment=Evaluation.__table__.c.place.comment))
    op.drop_index("ix_evaluation_day", "evaluation")
    op.create_index("ix_evaluation_place", "evaluation", ["as_of", "place", "id"])
    permanence.install(op.get_bind(), Evaluation.__table__, Evaluation.__frozen__)


def downgrade() -> None:
    permanence.uninstall(op.get_bind(), Evaluation.__table__)
    op.drop_index("ix_evaluation_place", "evaluation")
    op.create_index("ix_evaluation_day", "evaluation", ["as_of", "enterprise_id"])
    op.drop_column("evaluation", "place")
    permanence.install(op.get_bind(), Evaluation.__table__, Evaluation.__frozen__)
