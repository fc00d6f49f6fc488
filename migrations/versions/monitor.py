"""Non-detects and invalid marks of monitoring results, signals in their series, and the keys of firms' programs."""

import sqlalchemy as sa
from alembic import op

import core.db
from core import permanence
from permits.models import MonitoringResult

revision = "monitor"
down_revision = "apply"
branch_labels = None
depends_on = None

MEASURE = sa.Enum("sample", "hour", "day", name="measurekind", native_enum=False, length=40)
SIGN = sa.Enum("flat", "digits", "copied", "impossible", name="signalkind", native_enum=False, length=40)
FIGURE = sa.Numeric(precision=20, scale=6)
BEFORE = ("permit_id", "outlet_code", "pollutant_code", "kind", "measured_at", "value", "unit", "source")
INSTANT = core.db.UtcDateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "api_token",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("enterprise_id", sa.Integer(), nullable=False, comment="企业"),
        sa.Column("name", sa.String(), nullable=False, comment="用途，如 在线监测平台"),
        sa.Column("shown", sa.String(), nullable=False, comment="开头几位，供辨认"),
        sa.Column("token_hash", sa.String(), nullable=False, comment="令牌的 sha256"),
        sa.Column("created_at", INSTANT, nullable=False, comment="创建时间"),
        sa.Column("created_by_id", sa.Integer(), nullable=False, comment="创建人（签发人）"),
        sa.Column("revoked_at", INSTANT, nullable=True, comment="停用时间"),
        sa.Column("revoked_by_id", sa.Integer(), nullable=True, comment="停用人"),
        sa.CheckConstraint(
            "(revoked_at IS NULL) = (revoked_by_id IS NULL)", name=op.f("ck_api_token_revoked_by_somebody")
        ),
        sa.ForeignKeyConstraint(["created_by_id"], ["user.id"], name=op.f("fk_api_token_created_by_id_user")),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["enterprise.id"], name=op.f("fk_api_token_enterprise_id_enterprise")
        ),
        sa.ForeignKeyConstraint(["revoked_by_id"], ["user.id"], name=op.f("fk_api_token_revoked_by_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_api_token_token_hash")),
    )
    op.create_index("ix_api_token_enterprise", "api_token", ["enterprise_id", "id"])
    op.create_table(
        "result_batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("enterprise_id", sa.Integer(), nullable=False, comment="企业"),
        sa.Column("token_id", sa.Integer(), nullable=False, comment="令牌"),
        sa.Column("batch", sa.String(), nullable=False, comment="企业给的批次编号"),
        sa.Column("body_hash", sa.String(), nullable=False, comment="内容的 sha256"),
        sa.Column("answer", sa.JSON(), nullable=False, comment="第一次的答复"),
        sa.Column("received_at", INSTANT, nullable=False, comment="收到时间"),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["enterprise.id"], name=op.f("fk_result_batch_enterprise_id_enterprise")
        ),
        sa.ForeignKeyConstraint(["token_id"], ["api_token.id"], name=op.f("fk_result_batch_token_id_api_token")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_result_batch")),
        sa.UniqueConstraint("enterprise_id", "batch", name=op.f("uq_result_batch_enterprise_id_batch")),
    )
    op.create_index("ix_result_batch_token", "result_batch", ["token_id", "id"])
    op.create_table(
        "monitoring_signal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("enterprise_id", sa.Integer(), nullable=False, comment="企业"),
        sa.Column("permit_id", sa.Integer(), nullable=False, comment="许可证"),
        sa.Column("outlet_code", sa.String(), nullable=False, comment="排放口"),
        sa.Column("pollutant_code", sa.String(), nullable=False, comment="污染物代码"),
        sa.Column("pollutant_name", sa.String(), nullable=False, comment="污染物"),
        sa.Column("measure", MEASURE, nullable=False, comment="单次、小时均值、日均值"),
        sa.Column("kind", SIGN, nullable=False, comment="信号种类"),
        sa.Column("first_at", INSTANT, nullable=False, comment="起"),
        sa.Column("last_at", INSTANT, nullable=False, comment="止"),
        sa.Column("count", sa.Integer(), nullable=False, comment="涉及多少个数据"),
        sa.Column("told", sa.String(), nullable=False, comment="看到了什么"),
        sa.Column("found_on", sa.Date(), nullable=False, comment="发现日期"),
        sa.Column("handled_at", INSTANT, nullable=True, comment="处理时间"),
        sa.Column("handled_by_id", sa.Integer(), nullable=True, comment="处理人"),
        sa.Column("handling", sa.String(), nullable=False, comment="处理情况"),
        sa.CheckConstraint(
            "(handled_at IS NULL) OR (length(handling) > 0)", name=op.f("ck_monitoring_signal_handled_with_words")
        ),
        sa.CheckConstraint("last_at >= first_at", name=op.f("ck_monitoring_signal_runs_forward")),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["enterprise.id"], name=op.f("fk_monitoring_signal_enterprise_id_enterprise")
        ),
        sa.ForeignKeyConstraint(["handled_by_id"], ["user.id"], name=op.f("fk_monitoring_signal_handled_by_id_user")),
        sa.ForeignKeyConstraint(["permit_id"], ["permit.id"], name=op.f("fk_monitoring_signal_permit_id_permit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_monitoring_signal")),
        sa.UniqueConstraint(
            "permit_id",
            "outlet_code",
            "pollutant_code",
            "measure",
            "kind",
            "first_at",
            name="uq_monitoring_signal_series",
        ),
    )
    for name, columns in (("enterprise", "enterprise_id"), ("open", "handled_at"), ("last", "last_at")):
        op.create_index(f"ix_monitoring_signal_{name}", "monitoring_signal", [columns, "id"])
    permanence.uninstall(op.get_bind(), MonitoringResult.__table__)
    op.add_column("monitoring_result", sa.Column("detection_limit", FIGURE, nullable=True, comment="检出限，未检出时填"))
    op.add_column(
        "monitoring_result", sa.Column("invalid_reason", sa.String(), nullable=True, comment="标记为无效的理由；有效的为空")
    )
    permanence.install(op.get_bind(), MonitoringResult.__table__, MonitoringResult.__frozen__)


def downgrade() -> None:
    permanence.uninstall(op.get_bind(), MonitoringResult.__table__)
    op.drop_column("monitoring_result", "invalid_reason")
    op.drop_column("monitoring_result", "detection_limit")
    permanence.install(op.get_bind(), MonitoringResult.__table__, permanence.Frozen(columns=BEFORE))
    op.drop_table("monitoring_signal")
    op.drop_table("result_batch")
    op.drop_table("api_token")
