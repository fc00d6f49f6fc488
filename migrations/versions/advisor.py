"""What officers confirmed about the category of a site, and the ledger of emission rights."""

import sqlalchemy as sa
from alembic import op

import core.db
from core import permanence
from permits.models import CategoryDecision, EmissionRight

revision = "advisor"
down_revision = "0001"
branch_labels = None
depends_on = None

CATEGORY = sa.Enum("key", "simplified", "registration", "none", name="category", native_enum=False, length=40)
SOURCE = sa.Enum("allotted", "bought", "leased", "sold", "let", name="rightsource", native_enum=False, length=40)


def upgrade() -> None:
    op.create_table(
        "category_decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False, comment="场所"),
        sa.Column(
            "industries", sa.String(), nullable=False, comment="所涉行业代码 GB/T 4754，以逗号分开，主要行业在前"
        ),
        sa.Column("answers", sa.JSON(), nullable=False, comment="问题 → 回答"),
        sa.Column("candidate", CATEGORY, nullable=True, comment="按名录得出的类别；空为得不出"),
        sa.Column("grounds", sa.String(), nullable=False, comment="名录条目和理由"),
        sa.Column("category", CATEGORY, nullable=False, comment="认定的类别"),
        sa.Column("reason", sa.String(), nullable=False, comment="与名录得出的不同，或者得不出时的理由"),
        sa.Column("decided_by_id", sa.Integer(), nullable=False, comment="认定人"),
        sa.Column("decided_at", core.db.UtcDateTime(timezone=True), nullable=False, comment="认定时间"),
        sa.CheckConstraint(
            "candidate IS NOT NULL AND candidate = category OR length(reason) > 0",
            name=op.f("ck_category_decision_reason_if_other"),
        ),
        sa.ForeignKeyConstraint(["decided_by_id"], ["user.id"], name=op.f("fk_category_decision_decided_by_id_user")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_category_decision_site_id_site")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_category_decision")),
    )
    op.create_index("ix_category_decision_site", "category_decision", ["site_id", "id"])
    op.create_index("ix_site_name", "site", ["name", "id"])
    op.create_table(
        "emission_right",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("permit_id", sa.Integer(), nullable=False, comment="许可证"),
        sa.Column("pollutant_code", sa.String(), nullable=False, comment="污染物代码 HJ 524/525"),
        sa.Column("pollutant_name", sa.String(), nullable=False, comment="污染物"),
        sa.Column("source", SOURCE, nullable=False, comment="来源或去向"),
        sa.Column("amount", sa.Numeric(precision=20, scale=6), nullable=False, comment="数量，吨/年"),
        sa.Column("period_from", sa.Date(), nullable=False, comment="期限起"),
        sa.Column("period_to", sa.Date(), nullable=False, comment="期限止（当日仍有效）"),
        sa.Column("counterparty", sa.String(), nullable=False, comment="交易对方"),
        sa.Column("price", sa.Numeric(precision=20, scale=6), nullable=True, comment="成交价款，元"),
        sa.Column("basis", sa.String(), nullable=False, comment="依据：文号或合同号"),
        sa.Column("recorded_by_id", sa.Integer(), nullable=False, comment="登记人"),
        sa.Column("recorded_at", core.db.UtcDateTime(timezone=True), nullable=False, comment="登记时间"),
        sa.Column("voided_at", core.db.UtcDateTime(timezone=True), nullable=True, comment="作废时间"),
        sa.Column("voided_by_id", sa.Integer(), nullable=True, comment="作废人"),
        sa.Column("void_reason", sa.String(), nullable=False, comment="作废理由"),
        sa.CheckConstraint("amount > 0", name=op.f("ck_emission_right_amount_positive")),
        sa.CheckConstraint("price IS NULL OR price >= 0", name=op.f("ck_emission_right_price_not_negative")),
        sa.CheckConstraint("period_to >= period_from", name=op.f("ck_emission_right_period_runs_forward")),
        sa.CheckConstraint(
            "source = 'allotted' OR length(counterparty) > 0", name=op.f("ck_emission_right_traded_with_somebody")
        ),
        sa.CheckConstraint(
            "(voided_at IS NULL) = (length(void_reason) = 0)", name=op.f("ck_emission_right_voided_with_reason")
        ),
        sa.ForeignKeyConstraint(["permit_id"], ["permit.id"], name=op.f("fk_emission_right_permit_id_permit")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["user.id"], name=op.f("fk_emission_right_recorded_by_id_user")),
        sa.ForeignKeyConstraint(["voided_by_id"], ["user.id"], name=op.f("fk_emission_right_voided_by_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_emission_right")),
    )
    op.create_index("ix_emission_right_permit", "emission_right", ["permit_id", "pollutant_code"])
    op.create_index("ix_emission_right_period", "emission_right", ["period_to", "id"])
    permanence.install(op.get_bind(), EmissionRight.__table__, EmissionRight.__frozen__)
    permanence.install(op.get_bind(), CategoryDecision.__table__, CategoryDecision.__frozen__)


def downgrade() -> None:
    permanence.uninstall(op.get_bind(), EmissionRight.__table__)
    op.drop_table("emission_right")
    permanence.uninstall(op.get_bind(), CategoryDecision.__table__)
    op.drop_index("ix_site_name", "site")
    op.drop_table("category_decision")
