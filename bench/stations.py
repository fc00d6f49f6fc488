"""The receiver of HJ 212 with two thousand stations, one message each a minute: how much of one core it takes."""

import asyncio
import contextlib
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import func, select

from accounts.models import User
from bench.data import Register, settings
from bench.lines import Line
from bench.monitoring import OUTLETS, POLLUTANTS, permit_of_nobody
from core import clock
from core.db import db
from permits import actions
from permits.actions.stations import SOURCE
from permits.models import MonitoringResult, Permit, Protocol, Station
from permits.rules import hj212

STATIONS = 2_000
ROUNDS = 3
SECRET = "bench212"
MINUTE, HOUR = "2051", "2061"
TICKS = os.sysconf("SC_CLK_TCK")


def measured(register: Register) -> Iterator[Line]:
    """All lines of this family; every round is a minute of all stations, each answered when it is stored."""
    app = register.app()
    with app.app_context():
        names, hour = _stations(), _hour_of_nobody()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, STATIONS * 2 + 200)), hard))
    with _receiver(register) as (process, port):
        yield from asyncio.run(_rounds(process, port, names, hour))


def _stations() -> list[str]:
    """One at each of the four outlets of five hundred permits, made by the first run."""
    wanted = select(Station.mn).where(Station.mn.startswith("65BENCH")).order_by(Station.mn)
    if names := list(db.session.scalars(wanted)):
        return names
    for _ in range(STATIONS // len(OUTLETS)):
        permit_id, _number, _secret = permit_of_nobody()
        permit = db.session.get_one(Permit, permit_id)
        by = db.session.scalars(select(User).where(User.username == "reviewer")).one()
        for code in OUTLETS:
            name = f"65BENCH{permit_id:06d}{code}"
            actions.add_station(permit, name, code, hj212.AIR, SECRET, Protocol.HJ212_2017, by=by)
        db.session.commit()
    return list(db.session.scalars(wanted))


def _hour_of_nobody() -> datetime:
    """An hour that no run has sent yet: results are never deleted, and the same again costs less."""
    first = db.session.scalar(select(func.min(MonitoringResult.measured_at)).where(MonitoringResult.source == SOURCE))
    return (first or clock.now().replace(minute=0, second=0, microsecond=0)) - timedelta(hours=1)


@contextlib.contextmanager
def _receiver(register: Register) -> Iterator[tuple[int, int]]:
    """The command of the product, on one core where the machine can say so: its process and its port."""
    told = settings(register.url, register.folder)
    environment = os.environ | {
        "QINGYUAN_DATABASE_URL": register.url,
        "QINGYUAN_DATA_DIR": str(told.data_dir),
        "QINGYUAN_SECRET_KEY": told.secret_key,
    }
    command = [sys.executable, "-m", "flask", "--app", "app", "permits", "receive-hj212", "--port", "0"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        if hasattr(os, "sched_setaffinity"):
            os.sched_setaffinity(process.pid, {min(os.sched_getaffinity(0))})
        line = process.stdout.readline()
        try:
            yield process.pid, int(line.rsplit(":", 1)[1].split()[0])
        finally:
            process.terminate()


async def _rounds(process: int, port: int, names: list[str], hour: datetime) -> Iterator[Line]:
    lines = [await asyncio.open_connection("127.0.0.1", port) for _name in names]
    begun = clock.now() - timedelta(minutes=ROUNDS + 2)
    await _round(lines, names, begun, MINUTE)
    before, walls = _cpu(process), []
    for number in range(ROUNDS):
        started = time.perf_counter()
        await _round(lines, names, begun + timedelta(minutes=number + 1), MINUTE)
        walls.append(time.perf_counter() - started)
    spent = (_cpu(process) - before) / ROUNDS
    before, started = _cpu(process), time.perf_counter()
    await _round(lines, names, hour, HOUR)
    hours, wall = _cpu(process) - before, time.perf_counter() - started
    for _reader, writer in lines:
        writer.close()
    count = len(POLLUTANTS) * len(names)
    return iter(
        [
            Line(
                f"HJ 212: {len(names):,} stations, a minute of {count:,} values, CPU of the receiver",
                spent,
                "s",
                "< 60",
            ),
            Line("  from the first byte to the last acknowledgement", max(walls), "s", "< 60"),
            Line(f"HJ 212: the hour of all, {count:,} results held against limits, CPU", hours, "s"),
            Line("  from the first byte to the last acknowledgement", wall, "s"),
        ]
    )


async def _round(
    lines: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]], names: list[str], at: datetime, cn: str
) -> None:
    stamp = clock.beijing(at).strftime("%Y%m%d%H%M%S")
    values = ";".join(f"{code}-Min=11.2,{code}-Avg=12.5,{code}-Max=14.1,{code}-Flag=N" for code, _name in POLLUTANTS)

    async def one(number: int) -> None:
        reader, writer = lines[number]
        head = f"QN={stamp}{number % 1000:03d};ST=31;CN={cn};PW={SECRET};MN={names[number]};Flag=5"
        writer.write(hj212.frame(f"{head};CP=&&DataTime={stamp};{values}&&"))
        answer = await reader.readuntil(hj212.TAIL)
        if b"CN=9014" not in answer:
            raise AssertionError(answer)

    await asyncio.gather(*(one(number) for number in range(len(lines))))


def _cpu(process: int) -> float:
    """Seconds of processor time that a process has taken, its threads together."""
    with open(f"/proc/{process}/stat") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS
