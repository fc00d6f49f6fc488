"""Automatic stations that report over HJ 212, what they sent last, and the packets that were not taken."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import SENTENCES, Base, check
from core.words import Titled
from permits.models.permits import Permit


class ReadingKind(Titled):
    """What kind of data a command carries."""

    REALTIME = "realtime", "实时"
    MINUTE = "minute", "分钟均值"
    HOUR = "hour", "小时均值"
    DAY = "day", "日均值"


class Fault(Titled):
    """Why a packet is not taken; ``rules.hj212.QNRTN`` says it to the station."""

    HEAD = "head", "没有包头"
    LENGTH = "length", "数据段长度不对"
    CRC = "crc", "CRC 校验不符"
    TEXT = "text", "数据段读不出"
    MN = "mn", "没有登记这个 MN"
    PASSWORD = "password", "密码不对"
    SYSTEM = "system", "ST 与登记的不符"
    COMMAND = "command", "不接收这种命令"
    TIME = "time", "监测时间读不出或者晚于现在"
    VALUE = "value", "数值读不出"
    PARTS = "parts", "分包编号不对"
    PERMIT = "permit", "许可证没有这个排放口"
    SLOW = "slow", "数据包没有在时间内传完"


class Protocol(Titled):
    """Which edition of HJ 212 a station speaks."""

    HJ212_2017 = "2017", "HJ 212-2017"
    HJ212_2025 = "2025", "HJ 212-2025（未核对）"


class Station(Base):
    """A station known by its MN and password, at one outlet of one permit; the password is kept only as a salted hash."""

    __tablename__ = "station"
    __table_args__ = (
        check("st IN ('31', '32')", "air_or_water"),
        Index("ix_station_permit", "permit_id", "outlet_code"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    mn: Mapped[str] = mapped_column(unique=True, comment="设备唯一标识 MN")
    permit_id: Mapped[int] = mapped_column(ForeignKey("permit.id"), comment="许可证")
    outlet_code: Mapped[str] = mapped_column(comment="排放口")
    st: Mapped[str] = mapped_column(comment="系统编码：31 大气，32 水")
    protocol: Mapped[Protocol] = mapped_column(default=Protocol.HJ212_2017, comment="协议版本")
    salt: Mapped[str] = mapped_column(comment="密码的盐", info={"secret": True})
    password_hash: Mapped[str] = mapped_column(comment="密码的加盐 sha256", info={"secret": True})
    added_at: Mapped[datetime] = mapped_column(comment="登记时间")
    ended_on: Mapped[date | None] = mapped_column(comment="停用日期")

    permit: Mapped[Permit] = relationship()


class StationReading(Base):
    """A real-time or minute value: short-lived, kept once for its moment; hours and days are monitoring results."""

    __tablename__ = "station_reading"
    __audited__ = False
    __table_args__ = (
        UniqueConstraint("station_id", "kind", "pollutant_code", "at"),
        Index("ix_station_reading_at", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    station_id: Mapped[int] = mapped_column(ForeignKey("station.id"), comment="监测站")
    kind: Mapped[ReadingKind] = mapped_column(comment="实时或分钟均值")
    pollutant_code: Mapped[str] = mapped_column(comment="污染物代码 HJ 524/525")
    at: Mapped[datetime] = mapped_column(comment="监测时间")
    value: Mapped[Decimal] = mapped_column(comment="结果（有折算值的为折算值）")
    raw: Mapped[Decimal | None] = mapped_column(comment="实测值")
    unit: Mapped[str] = mapped_column(comment="单位")
    flag: Mapped[str] = mapped_column(default="", comment="数据标记 N F M S D C T B")


class StationContact(Base):
    """When a station was last heard, and how often: one row for each, beside the register."""

    __tablename__ = "station_contact"
    __audited__ = False

    station_id: Mapped[int] = mapped_column(ForeignKey("station.id"), primary_key=True, comment="监测站")
    last_at: Mapped[datetime] = mapped_column(comment="最近一次收到数据的时间")
    messages: Mapped[int] = mapped_column(default=0, comment="收到的数据包数")


class StationPart(Base):
    """A packet of a message that came in several, until the others are there."""

    __tablename__ = "station_part"
    __audited__ = False
    __table_args__ = (UniqueConstraint("station_id", "cn", "qn", "pno"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    station_id: Mapped[int] = mapped_column(ForeignKey("station.id"), comment="监测站")
    cn: Mapped[str] = mapped_column(comment="命令编码")
    qn: Mapped[str] = mapped_column(comment="请求编码")
    pnum: Mapped[int] = mapped_column(comment="总包数")
    pno: Mapped[int] = mapped_column(comment="第几包")
    cp: Mapped[str] = mapped_column(comment="数据区")
    received_at: Mapped[datetime] = mapped_column(comment="收到时间")


class RefusedPacket(Base):
    """A packet that was not taken: from where, why, and its text, the password left out."""

    __tablename__ = "refused_packet"
    __audited__ = False
    __table_args__ = (
        Index("ix_refused_packet_at", "received_at", "id"),
        Index("ix_refused_packet_station", "station_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    station_id: Mapped[int | None] = mapped_column(ForeignKey("station.id"), comment="监测站；不认识的为空")
    peer: Mapped[str] = mapped_column(comment="对方地址")
    fault: Mapped[Fault] = mapped_column(comment="原因")
    told: Mapped[str] = mapped_column(comment="说明")
    text: Mapped[str] = mapped_column(comment="数据段")
    received_at: Mapped[datetime] = mapped_column(comment="收到时间")


SENTENCES.update({"station.mn": "这个 MN 已经登记。", "uq_station_mn": "这个 MN 已经登记。"})
