"""The receiver of HJ 212 over a real socket: what is answered is stored, once, whatever stations do."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from core import clock
from core.db import db, writing
from permits import actions
from permits.models import (
    Exceedance,
    Fault,
    MonitoringResult,
    Permit,
    Protocol,
    RefusedPacket,
    Station,
    StationContact,
    StationPart,
    StationReading,
)
from permits.receiver import Receiver
from permits.rules import hj212
from permits.rules.hj212 import Splitter
from registry.models import Enterprise
from tests import world
from tests.permits import made

MN, PASSWORD = "652300000001", "123456"


def told(
    cn: str, values: str, at: str = "20261123080000", flag: str = "5", qn: str = "20261123090005001", **more: str
) -> str:
    """A data segment."""
    head = {"QN": qn, "ST": "31", "CN": cn, "PW": PASSWORD, "MN": MN, "Flag": flag, **more}
    return ";".join(f"{name}={value}" for name, value in head.items()) + f";CP=&&DataTime={at};{values}&&"


HOUR = told("2061", "a21026-Avg=25.3,a21026-ZsAvg=28.4,a21026-Flag=N;a21002-Avg=101,a21002-Flag=N")


@pytest.fixture
def town(own_app: Flask) -> Iterator[Flask]:
    """An application on a database of its own, which a receiver's thread sees too, with 晨岭焦化's permit."""
    with clock.at(world.TODAY), own_app.app_context():
        made.permit(db.session.scalars(select(Enterprise).where(Enterprise.credit_code == world.FIRMS[0][0])).one())
        db.session.commit()
        yield own_app
        db.session.close()
        writing.set(True)


@pytest.fixture
def station(town: Flask) -> int:
    """A station at its DA001."""
    permit = db.session.scalars(select(Permit)).one()
    found = actions.add_station(permit, MN, "DA001", "31", PASSWORD, Protocol.HJ212_2017, by=made.person("permit"))
    number = found.id
    db.session.commit()
    writing.set(False)  # from here on the test only looks, and leaves SQLite's one write lock to the receiver
    return number


class Wire:
    """A station's end of the line."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), 5)
        self.socket.settimeout(5)
        self.splitter = Splitter()
        self.heard: list[Any] = []

    def send(self, *segments: str) -> None:
        """Send whole packets."""
        self.socket.sendall(b"".join(map(hj212.frame, segments)))

    def answer(self) -> str:
        """The next answer."""
        while not self.heard:
            data = self.socket.recv(4096)
            assert data, "the line was closed"
            self.heard += self.splitter.feed(data)
        return str(self.heard.pop(0))

    def closed(self) -> bool:
        """Whether the other end hangs up."""
        return self.socket.recv(4096) == b""


@pytest.fixture
def line(town: Flask, station: int) -> Iterator[Callable[[], Wire]]:
    """``line()`` is a new connection to a receiver of the application."""
    started, wires = threading.Event(), []
    place: dict[str, Any] = {}

    async def main() -> None:
        place["loop"], place["receiver"] = asyncio.get_running_loop(), Receiver(town, "127.0.0.1", 0, whole_seconds=0.5)

        def listening(_host: str, port: int) -> None:
            place["port"] = port
            started.set()

        await place["receiver"].run(listening)

    thread = threading.Thread(target=lambda: asyncio.run(main()))
    thread.start()
    assert started.wait(10)

    def connect() -> Wire:
        wires.append(Wire(place["port"]))
        return wires[-1]

    yield connect
    for wire in wires:
        wire.socket.close()
    place["loop"].call_soon_threadsafe(place["receiver"].stop)
    thread.join(10)
    assert not thread.is_alive()


def many(model: Any) -> int:
    """How many rows there are."""
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_an_hour_is_stored_then_answered_and_once_however_often_it_is_sent(line: Any) -> None:
    wire = line()
    wire.send(HOUR)
    assert "CN=9014" in wire.answer()
    assert many(MonitoringResult) == 2
    wire.send(HOUR)
    assert "CN=9014" in wire.answer()
    again = line()
    again.send(HOUR.replace("QN=20261123090005001", "QN=20261123090105001"))
    again.answer()
    assert many(MonitoringResult) == 2
    row = db.session.scalars(select(MonitoringResult).where(MonitoringResult.pollutant_code == "a21026")).one()
    assert (row.value, row.raw, row.unit, row.kind.code, row.source) == (
        Decimal("28.4"),
        Decimal("25.3"),
        "mg/m³",
        "hour",
        "hj212",
    )
    assert clock.beijing(row.measured_at) == datetime(2026, 11, 23, 8, tzinfo=clock.BEIJING)


def test_a_corrected_hour_replaces_the_former_which_stays(line: Any) -> None:
    wire = line()
    wire.send(HOUR)
    wire.answer()
    wire.send(HOUR.replace("28.4", "27.9"))
    wire.answer()
    db.session.rollback()
    rows = db.session.execute(
        select(MonitoringResult.value, MonitoringResult.replaced_at.is_(None)).where(
            MonitoringResult.pollutant_code == "a21026"
        )
    )
    assert sorted(map(tuple, rows)) == [(Decimal("27.9"), True), (Decimal("28.4"), False)]


def test_an_hour_above_the_limit_is_a_lead_but_not_while_the_analyser_is_calibrated(line: Any) -> None:
    wire = line()
    wire.send(told("2061", "a21026-Avg=31,a21026-Flag=N;a21002-Avg=999,a21002-Flag=C"))
    wire.answer()
    db.session.rollback()
    assert [(each.pollutant_code, each.value) for each in db.session.scalars(select(Exceedance))] == [("a21026", 31)]


def test_real_time_and_minute_values_are_kept_beside_the_results(line: Any) -> None:
    wire = line()
    for cn, field in (("2011", "Rtd"), ("2051", "Avg")):
        for _twice in range(2):
            wire.send(told(cn, f"a21026-{field}=12.5,a21026-Flag=N"))
            wire.answer()
    assert many(StationReading) == 2
    assert many(MonitoringResult) == 0
    db.session.rollback()
    assert db.session.scalars(select(StationContact.messages)).one() == 4


def test_a_message_in_packets_is_read_when_the_last_is_there_whatever_their_order(line: Any) -> None:
    first = told("2061", "a21026-Avg=20,a21026-Flag=N", flag="7", PNUM="2", PNO="1")
    second = told("2061", "x", flag="7", PNUM="2", PNO="2").replace(
        "DataTime=20261123080000;x", "a21002-Avg=100,a21002-Flag=N"
    )
    wire = line()
    wire.send(second)
    assert "CN=9014" in wire.answer(), "each packet is answered, or the station would not send the next"
    assert (many(StationPart), many(MonitoringResult)) == (1, 0)
    other = line()
    other.send(first)
    other.answer()
    assert (many(StationPart), many(MonitoringResult)) == (0, 2)


@pytest.mark.parametrize(
    ("segment", "fault", "code"),
    [
        (HOUR.replace(MN, "652300009999"), Fault.MN, 4),
        (HOUR.replace(PASSWORD, "654321"), Fault.PASSWORD, 3),
        (HOUR.replace("ST=31", "ST=32"), Fault.SYSTEM, 5),
        (HOUR.replace("CN=2061", "CN=2099"), Fault.COMMAND, 8),
        (HOUR.replace("28.4", "abc"), Fault.VALUE, 2),
        (HOUR.replace("20261123080000", "20361123080000"), Fault.TIME, 2),
        (HOUR.replace("CP=&&", "CP="), Fault.TEXT, 2),
    ],
)
def test_a_packet_that_cannot_be_taken_is_refused_kept_without_its_password_and_stores_nothing(
    line: Any, segment: str, fault: Fault, code: int
) -> None:
    wire = line()
    wire.send(segment)
    assert f"CN=9011;PW={'654321' if fault is Fault.PASSWORD else PASSWORD}" in (answer := wire.answer())
    assert f"QnRtn={code}&&" in answer
    wire.send(HOUR)
    assert "CN=9014" in wire.answer(), "the next packet is taken"
    db.session.rollback()
    kept = db.session.scalars(select(RefusedPacket)).one()
    assert kept.fault is fault
    assert "PW=***" in kept.text
    assert many(MonitoringResult) == 2


def test_a_broken_check_sum_is_answered_and_the_packet_after_it_is_taken(line: Any) -> None:
    wire = line()
    wire.socket.sendall(hj212.frame(HOUR).replace(b"28.4", b"28.5") + b"noise" + hj212.frame(HOUR))
    assert "QnRtn=9&&" in wire.answer()
    assert "CN=9014" in wire.answer()


def test_a_packet_that_drips_is_hung_up_on_and_others_are_served_meanwhile(line: Any) -> None:
    slow, other = line(), line()
    slow.socket.sendall(b"##0400QN=")
    other.send(HOUR)
    assert "CN=9014" in other.answer()
    assert slow.closed()
    deadline = time.monotonic() + 5
    while many(RefusedPacket) == 0 and time.monotonic() < deadline:
        time.sleep(0.05)
    db.session.rollback()
    assert db.session.scalars(select(RefusedPacket.fault)).one() is Fault.SLOW


def test_a_flood_of_rubbish_is_counted_not_stored_and_hung_up_on(line: Any) -> None:
    wire = line()
    wire.socket.sendall(b"".join(b"##zz%02dzz" % (number % 100) for number in range(200)))
    assert wire.closed()
    assert many(RefusedPacket) <= 30


def test_what_is_kept_only_for_a_while_is_let_go_and_hours_stay(town: Flask, line: Any) -> None:
    wire = line()
    wire.send(HOUR, told("2011", "a21026-Rtd=12.5"))
    wire.answer()
    wire.answer()
    with clock.at(clock.now() + timedelta(days=actions.stations.KEPT_DAYS + 1)):
        assert actions.forget_readings() == 1
        db.session.commit()
    assert (many(StationReading), many(MonitoringResult)) == (0, 2)


def test_the_command_says_that_it_listens_and_ends_cleanly(town: Flask, station: int, tmp_path: Path) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("the same command; one engine is enough for the process")
    environ = {**os.environ, "QINGYUAN_DATABASE_URL": str(db.engine.url), "QINGYUAN_DATA_DIR": str(tmp_path)}
    words = [sys.executable, "-m", "flask", "--app", "app", "permits", "receive-hj212", "--port", "0"]
    with subprocess.Popen(words, env=environ, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        said = process.stdout.readline()
        assert said.startswith("HJ 212：正在监听 127.0.0.1:")
        wire = Wire(int(said.rsplit(":", 1)[1]))
        wire.send(HOUR.replace("20261123080000", "20251123080000"))
        assert "CN=9014" in wire.answer()
        wire.socket.close()
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
    assert many(MonitoringResult) == 2


def test_results_are_told_by_outlet_pollutant_and_time(town: Flask, line: Any) -> None:
    wire = line()
    wire.send(HOUR, told("2051", "a21026-Avg=12.5", at="20261123080100"))
    wire.answer()
    wire.answer()
    db.session.rollback()
    words = ["permits", "results", "91652302MA700107XC001P", "--outlet", "DA001", "--json"]
    found = json.loads(town.test_cli_runner().invoke(args=[*words, "--pollutant", "a21026"]).stdout)
    assert found == {
        "results": [
            {"at": "2026-11-23T08:00:00+08:00", "kind": "hour", "pollutant": "a21026", "value": 28.4, "unit": "mg/m³", "flag": "N", "source": "hj212"},
            {"at": "2026-11-23T08:01:00+08:00", "kind": "minute", "pollutant": "a21026", "value": 12.5, "unit": "mg/m³", "flag": "", "source": "hj212"},
        ]
    }  # fmt: skip
    assert json.loads(town.test_cli_runner().invoke(args=[*words, "--from", "2026-11-24"]).stdout) == {"results": []}
    for wrong in (["--from", "yesterday"], ["--outlet", "DA009"]):
        assert town.test_cli_runner().invoke(args=[*words, *wrong]).exit_code == 2


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"outlet": "DA009"}, "现行许可证没有排放口 DA009"),
        ({"st": "32"}, "大气排放口的 ST 是 31"),
        ({"password": "12"}, "密码应为 6 至 10 位"),
        ({"mn": "65 23"}, "MN 应为 4 至 32 位"),
        ({"permit": "91652302MA700107XC009P"}, "没有这个许可证"),
    ],
)
def test_a_station_that_cannot_be_is_refused_with_the_reason(town: Flask, given: dict[str, str], sentence: str) -> None:
    facts = {"mn": MN, "permit": "91652302MA700107XC001P", "outlet": "DA001", "st": "31", "password": PASSWORD, **given}
    mn = facts.pop("mn")
    words = [word for name, value in facts.items() for word in (f"--{name}", value)]
    found = town.test_cli_runner().invoke(args=["permits", "add-station", mn, *words])
    assert found.exit_code == 2
    assert sentence in found.output
    assert many(Station) == 0


def test_a_station_is_added_once(town: Flask) -> None:
    words = [
        "permits",
        "add-station",
        MN,
        "--permit",
        "91652302MA700107XC001P",
        "--outlet",
        "DA001",
        "--st",
        "31",
        "--password",
        PASSWORD,
    ]
    assert town.test_cli_runner().invoke(args=words).exit_code == 0
    again = town.test_cli_runner().invoke(args=words)
    assert (again.exit_code, "这个 MN 已经登记。" in again.output) == (2, True)
    kept = db.session.scalars(select(Station)).one()
    assert PASSWORD not in kept.password_hash
