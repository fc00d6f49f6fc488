"""Watch over the sites of ended permits."""

import sqlalchemy as sa
from alembic import op

from core import permanence
from permits.models import PostPermitWatch

revision = "content"
down_revision = "portal"
branch_labels = None
depends_on = None

OPEN = sa.text("state = 'open'")


def _code(name: str, *codes: str) -> sa.Enum:
    return sa.Enum(*codes, name=name, native_enum=False, length=40)


def upgrade() -> None:
    op.create_table(
        "post_permit_watch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False, comment="场所"),
        sa.Column("permit_id", sa.Integer(), nullable=False, comment="失效的许可证"),
        sa.Column(
            "why",
            _code("watchcause", "cancelled", "withdrawn", "revoked", "expired"),
            nullable=False,
            comment="失效原因",
        ),
        sa.Column("ended_on", sa.Date(), nullable=False, comment="失效日期（当日起无效）"),
        sa.Column("end_reason", sa.String(), nullable=False, comment="失效说明"),
        sa.Column("opened_on", sa.Date(), nullable=False, comment="列入日期"),
        sa.Column("state", _code("watchstate", "open", "released"), nullable=False, comment="状态"),
        sa.Column(
            "survey",
            _code("soilsurvey", "unknown", "owed", "done", "not_owed"),
            nullable=False,
            comment="土壤污染状况调查",
        ),
        sa.Column("survey_basis", sa.String(), nullable=False, comment="认定的依据，或者调查报告"),
        sa.Column(
            "land_use",
            _code("landuse", "unknown", "same", "changing", "sensitive"),
            nullable=False,
            comment="土地用途",
        ),
        sa.Column("watched_by_id", sa.Integer(), nullable=True, comment="监管人"),
        sa.Column("remark", sa.String(), nullable=False, comment="监管情况"),
        sa.Column("released_on", sa.Date(), nullable=True, comment="解除日期"),
        sa.Column("released_by_id", sa.Integer(), nullable=True, comment="解除人"),
        sa.Column("release_reason", sa.String(), nullable=False, comment="解除理由"),
        sa.Column("version", sa.Integer(), nullable=False, comment="乐观锁版本号"),
        sa.CheckConstraint(
            "(state = 'released') = (released_on IS NOT NULL)", name=op.f("ck_post_permit_watch_released_with_day")
        ),
        sa.CheckConstraint(
            "(released_on IS NULL) = (length(release_reason) = 0)",
            name=op.f("ck_post_permit_watch_released_with_reason"),
        ),
        sa.CheckConstraint(
            "(released_on IS NULL) = (released_by_id IS NULL)", name=op.f("ck_post_permit_watch_released_by_somebody")
        ),
        sa.CheckConstraint(
            "survey = 'unknown' OR length(survey_basis) > 0", name=op.f("ck_post_permit_watch_survey_with_basis")
        ),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_post_permit_watch_site_id_site")),
        sa.ForeignKeyConstraint(["permit_id"], ["permit.id"], name=op.f("fk_post_permit_watch_permit_id_permit")),
        sa.ForeignKeyConstraint(["watched_by_id"], ["user.id"], name=op.f("fk_post_permit_watch_watched_by_id_user")),
        sa.ForeignKeyConstraint(["released_by_id"], ["user.id"], name=op.f("fk_post_permit_watch_released_by_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post_permit_watch")),
    )
    op.create_index(
        "uq_post_permit_watch_open",
        "post_permit_watch",
        ["site_id"],
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    op.create_index("ix_post_permit_watch_site", "post_permit_watch", ["site_id", "ended_on"])
    op.create_index("ix_post_permit_watch_ended", "post_permit_watch", ["ended_on", "id"])
    op.create_index(op.f("ix_post_permit_watch_permit_id"), "post_permit_watch", ["permit_id"])
    permanence.install(op.get_bind(), PostPermitWatch.__table__, PostPermitWatch.__frozen__)


def downgrade() -> None:
    permanence.uninstall(op.get_bind(), PostPermitWatch.__table__)
    op.drop_table("post_permit_watch")
