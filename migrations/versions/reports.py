"""Corrections of accepted reports, and the accepted figures beside those being corrected."""

import sqlalchemy as sa
from alembic import op

import core.db
from core import permanence
from permits.models import ReportCorrection, ReportSubmission

revision = "reports"
down_revision = "content"
branch_labels = None
depends_on = None

ASKER = sa.Enum("firm", "office", name="correctionasker", native_enum=False, length=40)
OUTCOME = sa.Enum("accepted", "given_up", "kept", name="correctionoutcome", native_enum=False, length=40)
FIGURE = sa.Numeric(precision=20, scale=6)
INSTANT = core.db.UtcDateTime(timezone=True)
BEFORE = ("report_id", "number", "content", "sha256", "signed_by_id", "signed_at", "declaration")


def upgrade() -> None:
    op.create_table(
        "report_correction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False, comment="报告"),
        sa.Column("corrects", sa.Integer(), nullable=False, comment="所更正的是第几次提交"),
        sa.Column("asker", ASKER, nullable=False, comment="由谁提出"),
        sa.Column("asked_by_id", sa.Integer(), nullable=False, comment="提出人"),
        sa.Column("asked_at", INSTANT, nullable=False, comment="提出时间"),
        sa.Column("reason", sa.String(), nullable=False, comment="更正的理由"),
        sa.Column("ended_at", INSTANT, nullable=True, comment="办结时间"),
        sa.Column("ended_by_id", sa.Integer(), nullable=True, comment="办结人"),
        sa.Column("outcome", OUTCOME, nullable=True, comment="结果"),
        sa.Column("answer", sa.String(), nullable=False, comment="办结说明"),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (ended_by_id IS NULL)", name=op.f("ck_report_correction_ended_by_somebody")
        ),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (outcome IS NULL)", name=op.f("ck_report_correction_ended_with_outcome")
        ),
        sa.CheckConstraint("length(reason) > 0", name=op.f("ck_report_correction_has_reason")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["user.id"], name=op.f("fk_report_correction_asked_by_id_user")),
        sa.ForeignKeyConstraint(["ended_by_id"], ["user.id"], name=op.f("fk_report_correction_ended_by_id_user")),
        sa.ForeignKeyConstraint(
            ["report_id"], ["execution_report.id"], name=op.f("fk_report_correction_report_id_execution_report")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_correction")),
    )
    op.create_index("ix_report_correction_report", "report_correction", ["report_id", "id"])
    op.create_index(
        "uq_report_correction_open",
        "report_correction",
        ["report_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    permanence.install(op.get_bind(), ReportCorrection.__table__, ReportCorrection.__frozen__)
    op.add_column(
        "execution_report",
        sa.Column("accepted_number", sa.Integer(), nullable=True, comment="已接受、现行有效的是第几次提交"),
    )
    op.add_column("report_figure", sa.Column("accepted_mean", FIGURE, nullable=True, comment="已接受的平均浓度"))
    op.add_column(
        "report_figure", sa.Column("accepted_exceedances", sa.Integer(), nullable=True, comment="已接受的超标次数")
    )
    op.add_column(
        "report_figure", sa.Column("accepted_quantity", FIGURE, nullable=True, comment="已接受的实际排放量，吨")
    )
    op.execute("UPDATE execution_report SET accepted_number = submission_number WHERE state = 'accepted'")
    op.execute(
        "UPDATE report_figure SET accepted_mean = mean, accepted_exceedances = exceedances,"
        " accepted_quantity = quantity"
        " WHERE report_id IN (SELECT id FROM execution_report WHERE state = 'accepted')"
    )
    permanence.uninstall(op.get_bind(), ReportSubmission.__table__)
    op.add_column(
        "report_submission",
        sa.Column("corrects", sa.Integer(), nullable=True, comment="所更正的是第几次提交；空为首次或退回后重报"),
    )
    permanence.install(op.get_bind(), ReportSubmission.__table__, ReportSubmission.__frozen__)


def downgrade() -> None:
    permanence.uninstall(op.get_bind(), ReportSubmission.__table__)
    op.drop_column("report_submission", "corrects")
    permanence.install(op.get_bind(), ReportSubmission.__table__, permanence.Frozen(columns=BEFORE))
    for name in ("accepted_quantity", "accepted_exceedances", "accepted_mean"):
        op.drop_column("report_figure", name)
    op.drop_column("execution_report", "accepted_number")
    permanence.uninstall(op.get_bind(), ReportCorrection.__table__)
    op.drop_table("report_correction")
