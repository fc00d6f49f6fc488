"""The paper behind an execution report that a clerk keyed in for a firm."""

import sqlalchemy as sa
from alembic import op

from core import permanence
from permits.models import ExecutionReport, ReportPaper, ReportSubmission

revision = "paper"
down_revision = "desk"
branch_labels = None
depends_on = None

MEANT = {
    (ExecutionReport, "signed_by_id"): "签发人",
    (ReportSubmission, "signed_by_id"): "签发人",
    (ReportSubmission, "signed_at"): "签发时间",
}
"""What these columns were said to hold before there was paper."""


def upgrade() -> None:
    op.create_table(
        "report_paper",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=False, comment="所代录的提交"),
        sa.Column("received_on", sa.Date(), nullable=False, comment="收到纸质报告的日期，判断是否逾期"),
        sa.Column("signatory", sa.String(), nullable=False, comment="纸质报告上的签字人，照原样"),
        sa.Column("post", sa.String(), nullable=False, comment="签字人职务，照原样"),
        sa.Column("keyed_by_id", sa.Integer(), nullable=False, comment="代录人；不能接受自己代录的报告"),
        sa.Column("scan_id", sa.Integer(), nullable=False, comment="扫描件；有几份的为第一份"),
        sa.CheckConstraint(
            "length(signatory) > 0 AND length(post) > 0", name=op.f("ck_report_paper_signed_by_hand")
        ),
        sa.ForeignKeyConstraint(["keyed_by_id"], ["user.id"], name=op.f("fk_report_paper_keyed_by_id_user")),
        sa.ForeignKeyConstraint(["scan_id"], ["attachment.id"], name=op.f("fk_report_paper_scan_id_attachment")),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["report_submission.id"], name=op.f("fk_report_paper_submission_id_report_submission")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_paper")),
        sa.UniqueConstraint("submission_id", name=op.f("uq_report_paper_submission_id")),
    )
    permanence.install(op.get_bind(), ReportPaper.__table__, ReportPaper.__frozen__)
    _say({(model, name): model.__table__.c[name].comment for model, name in MEANT})


def downgrade() -> None:
    permanence.uninstall(op.get_bind(), ReportPaper.__table__)
    op.drop_table("report_paper")
    _say(MEANT)


def _say(words: dict) -> None:
    """Only PostgreSQL keeps what a column means."""
    if op.get_bind().dialect.name == "postgresql":
        for (model, name), meaning in words.items():
            op.alter_column(model.__tablename__, name, comment=meaning)
