"""Stations of HJ 212 with what they send, and the measured value beside a converted result."""

import sqlalchemy as sa
from alembic import op

import core.db
from core import permanence
from permits.models import MonitoringResult

revision = "hj212"
down_revision = "monitor"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "station",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mn", sa.String(), nullable=False, comment="设备唯一标识 MN"),
        sa.Column("permit_id", sa.Integer(), nullable=False, comment="许可证"),
        sa.Column("outlet_code", sa.String(), nullable=False, comment="排放口"),
        sa.Column("st", sa.String(), nullable=False, comment="系统编码：31 大气，32 水"),
        sa.Column(
            "protocol",
            sa.Enum("2017", "2025", name="protocol", native_enum=False, length=40),
            nullable=False,
            comment="协议版本",
        ),
        sa.Column("salt", sa.String(), nullable=False, comment="密码的盐"),
        sa.Column("password_hash", sa.String(), nullable=False, comment="密码的加盐 sha256"),
        sa.Column("added_at", core.db.UtcDateTime(timezone=True), nullable=False, comment="登记时间"),
        sa.Column("ended_on", sa.Date(), nullable=True, comment="停用日期"),
        sa.CheckConstraint("st IN ('31', '32')", name=op.f("ck_station_air_or_water")),
        sa.ForeignKeyConstraint(["permit_id"], ["permit.id"], name=op.f("fk_station_permit_id_permit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_station")),
        sa.UniqueConstraint("mn", name=op.f("uq_station_mn")),
    )
    op.create_index("ix_station_permit", "station", ["permit_id", "outlet_code"], unique=False)
    op.create_table(
        "refused_packet",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("station_id", sa.Integer(), nullable=True, comment="监测站；不认识的为空"),
        sa.Column("peer", sa.String(), nullable=False, comment="对方地址"),
        sa.Column(
            "fault",
            sa.Enum(
                "head",
                "length",
                "crc",
                "text",
                "mn",
                "password",
                "system",
                "command",
                "time",
                "value",
                "parts",
                "permit",
                "slow",
                name="fault",
                native_enum=False,
                length=40,
            ),
            nullable=False,
            comment="原因",
        ),
        sa.Column("told", sa.String(), nullable=False, comment="说明"),
        sa.Column("text", sa.String(), nullable=False, comment="数据段"),
        sa.Column("received_at", core.db.UtcDateTime(timezone=True), nullable=False, comment="收到时间"),
        sa.ForeignKeyConstraint(["station_id"], ["station.id"], name=op.f("fk_refused_packet_station_id_station")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refused_packet")),
    )
    op.create_index("ix_refused_packet_at", "refused_packet", ["received_at", "id"], unique=False)
    op.create_index("ix_refused_packet_station", "refused_packet", ["station_id", "id"], unique=False)
    op.create_table(
        "station_contact",
        sa.Column("station_id", sa.Integer(), nullable=False, comment="监测站"),
        sa.Column("last_at", core.db.UtcDateTime(timezone=True), nullable=False, comment="最近一次收到数据的时间"),
        sa.Column("messages", sa.Integer(), nullable=False, comment="收到的数据包数"),
        sa.ForeignKeyConstraint(["station_id"], ["station.id"], name=op.f("fk_station_contact_station_id_station")),
        sa.PrimaryKeyConstraint("station_id", name=op.f("pk_station_contact")),
    )
    op.create_table(
        "station_part",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("station_id", sa.Integer(), nullable=False, comment="监测站"),
        sa.Column("cn", sa.String(), nullable=False, comment="命令编码"),
        sa.Column("qn", sa.String(), nullable=False, comment="请求编码"),
        sa.Column("pnum", sa.Integer(), nullable=False, comment="总包数"),
        sa.Column("pno", sa.Integer(), nullable=False, comment="第几包"),
        sa.Column("cp", sa.String(), nullable=False, comment="数据区"),
        sa.Column("received_at", core.db.UtcDateTime(timezone=True), nullable=False, comment="收到时间"),
        sa.ForeignKeyConstraint(["station_id"], ["station.id"], name=op.f("fk_station_part_station_id_station")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_station_part")),
        sa.UniqueConstraint("station_id", "cn", "qn", "pno", name=op.f("uq_station_part_station_id_cn_qn_pno")),
    )
    op.create_table(
        "station_reading",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("station_id", sa.Integer(), nullable=False, comment="监测站"),
        sa.Column(
            "kind",
            sa.Enum("realtime", "minute", "hour", "day", name="readingkind", native_enum=False, length=40),
            nullable=False,
            comment="实时或分钟均值",
        ),
        sa.Column("pollutant_code", sa.String(), nullable=False, comment="污染物代码 HJ 524/525"),
        sa.Column("at", core.db.UtcDateTime(timezone=True), nullable=False, comment="监测时间"),
        sa.Column("value", sa.Numeric(precision=20, scale=6), nullable=False, comment="结果（有折算值的为折算值）"),
        sa.Column("raw", sa.Numeric(precision=20, scale=6), nullable=True, comment="实测值"),
        sa.Column("unit", sa.String(), nullable=False, comment="单位"),
        sa.Column("flag", sa.String(), nullable=False, comment="数据标记 N F M S D C T B"),
        sa.ForeignKeyConstraint(["station_id"], ["station.id"], name=op.f("fk_station_reading_station_id_station")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_station_reading")),
        sa.UniqueConstraint(
            "station_id",
            "kind",
            "pollutant_code",
            "at",
            name=op.f("uq_station_reading_station_id_kind_pollutant_code_at"),
        ),
    )
    op.create_index("ix_station_reading_at", "station_reading", ["at"], unique=False)
    permanence.uninstall(op.get_bind(), MonitoringResult.__table__)
    op.add_column(
        "monitoring_result",
        sa.Column("raw", sa.Numeric(precision=20, scale=6), nullable=True, comment="实测值，结果为折算值时"),
    )
    permanence.install(op.get_bind(), MonitoringResult.__table__, MonitoringResult.__frozen__)


def downgrade() -> None:
    permanence.uninstall(op.get_bind(), MonitoringResult.__table__)
    op.drop_column("monitoring_result", "raw")
    op.drop_index("ix_station_reading_at", table_name="station_reading")
    op.drop_table("station_reading")
    op.drop_table("station_part")
    op.drop_table("station_contact")
    op.drop_index("ix_refused_packet_station", table_name="refused_packet")
    op.drop_index("ix_refused_packet_at", table_name="refused_packet")
    op.drop_table("refused_packet")
    op.drop_index("ix_station_permit", table_name="station")
    op.drop_table("station")
