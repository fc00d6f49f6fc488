"""What a limit rests on, and from which standard condition a condition was taken."""

import sqlalchemy as sa
from alembic import op

from core import permanence
from permits.models import Condition, EmissionLimit

revision = "certs"
down_revision = "reports"
branch_labels = None
depends_on = None

SOURCES = ("standard", "area", "ultra_low", "promised", "approval", "quantity", "heavy_pollution")
TABLES = {
    "emission_limit": (
        EmissionLimit,
        sa.Column(
            "source",
            sa.Enum(*SOURCES, name="limitsource", native_enum=False, length=40),
            nullable=False,
            server_default="standard",
            comment="限值来源",
        ),
    ),
    "condition": (
        Condition,
        sa.Column(
            "standard_key", sa.String(), nullable=False, server_default="", comment="标准条款的键；自拟的为空"
        ),
    ),
}


def upgrade() -> None:
    for name, (model, column) in TABLES.items():
        permanence.uninstall(op.get_bind(), model.__table__)
        op.add_column(name, column)
        permanence.install(op.get_bind(), model.__table__, model.__frozen__)


def downgrade() -> None:
    for name, (model, column) in TABLES.items():
        permanence.uninstall(op.get_bind(), model.__table__)
        op.drop_column(name, column.name)
        kept = tuple(each.name for each in model.__table__.columns if each.name != column.name)
        frozen = model.__frozen__
        permanence.install(op.get_bind(), model.__table__, permanence.Frozen(kept, frozen.when, frozen.deletable))
