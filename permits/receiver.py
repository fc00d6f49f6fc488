"""The receiver of HJ 212: one process, many stations, one writer. What is acknowledged is stored.

Bytes are read side by side; messages are stored in small batches by one thread, and answered once their batch is
committed. A station that hears nothing sends again, and the same again changes nothing.
"""

import asyncio
import logging
import resource
import signal
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field

from flask import Flask

from accounts.commands import system_user
from core.db import db
from permits import actions, queries
from permits.models import Fault
from permits.rules import hj212
from permits.rules.hj212 import Broken, Message, Splitter, Unreadable

log = logging.getLogger(__name__)

MOST_CONNECTIONS = 5000
MOST_WAITING = 2000
"""Messages that wait for the writer; then nobody is read until it has caught up."""
BATCH = 500
IDLE_SECONDS = 900.0
WHOLE_SECONDS = 30.0
"""In which a packet that has begun must be whole."""
MOST_FAULTS = 50
"""After so many broken packets in a row a connection is closed."""
MOST_NOTED = 30
"""Refused packets that are kept of one peer in a minute: a flood is counted, not stored."""


@dataclass
class Received:
    """Something that arrived: a message or something broken, from whom, and where to answer."""

    what: Message | Broken
    peer: str
    answer: Callable[[bytes], None]
    reply: bytes | None = None


@dataclass
class Receiver:
    """A server for one application; ``run`` serves until ``stop`` is called."""

    app: Flask
    host: str
    port: int
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    whole_seconds: float = WHOLE_SECONDS
    _connections: set[asyncio.StreamWriter] = field(default_factory=set)
    _noted: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    _minute: int = 0

    async def run(self, listening: Callable[[str, int], None]) -> None:
        """Listen, say so, and serve; at the end store what has arrived and close."""
        self._waiting: asyncio.Queue[Received] = asyncio.Queue(MOST_WAITING)
        server = await asyncio.start_server(self._serve, self.host, self.port)
        with ThreadPoolExecutor(1, "hj212") as thread:
            writer = asyncio.create_task(self._write(thread))
            host, port = server.sockets[0].getsockname()[:2]
            listening(str(host), int(port))
            await self.stopping.wait()
            server.close()
            await self._waiting.join()
            writer.cancel()
            for each in list(self._connections):
                each.close()
            with suppress(asyncio.CancelledError):
                await writer

    def stop(self) -> None:
        """Take no more, and end when what has arrived is stored."""
        self.stopping.set()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        peer = str((writer.get_extra_info("peername") or ("?",))[0])
        if len(self._connections) >= MOST_CONNECTIONS:
            writer.close()
            return
        self._connections.add(writer)
        try:
            await self._read(reader, writer, peer)
        except (ConnectionError, asyncio.CancelledError):
            pass  # the station hung up or we end: what was acknowledged is stored, the rest it sends again
        finally:
            self._connections.discard(writer)
            writer.close()

    async def _read(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, peer: str) -> None:
        def answer(data: bytes) -> None:
            if not writer.is_closing():
                writer.write(data)

        splitter, faults, begun = Splitter(), 0, time.monotonic()
        while not self.stopping.is_set() and faults < MOST_FAULTS:
            left = max(0.0, begun + self.whole_seconds - time.monotonic()) if splitter.waiting else IDLE_SECONDS
            try:
                data = await asyncio.wait_for(reader.read(8192), left)
            except TimeoutError:
                if splitter.waiting:
                    await self._waiting.put(Received(Broken(Fault.SLOW, ""), peer, answer))
                return
            if not data:
                return
            if not splitter.waiting:
                begun = time.monotonic()
            for found in splitter.feed(data):
                begun = time.monotonic()
                what = found if isinstance(found, Broken) else _parsed(found)
                faults = faults + 1 if isinstance(what, Broken) else 0
                await self._waiting.put(Received(what, peer, answer))

    async def _write(self, thread: ThreadPoolExecutor) -> None:
        """Store what waits, batch by batch, and answer what is stored."""
        loop = asyncio.get_running_loop()
        while True:
            batch = [await self._waiting.get()]
            while len(batch) < BATCH and not self._waiting.empty():
                batch.append(self._waiting.get_nowait())
            try:
                await loop.run_in_executor(thread, self._store, batch)
                for each in batch:
                    if each.reply:
                        each.answer(each.reply)
            except Exception:  # whatever went wrong with one batch, the stations send it again; nobody else waits
                log.exception("a batch of %d messages was not stored; the stations will send them again", len(batch))
                await asyncio.sleep(1)
            finally:
                for _each in batch:
                    self._waiting.task_done()

    def _store(self, batch: Sequence[Received]) -> None:
        """Keep a batch in one transaction; a message that cannot be taken writes nothing but why."""
        with self.app.app_context():
            person = system_user()
            names = {each.what.mn for each in batch if isinstance(each.what, Message)}
            known = queries.stations.speaking(names)
            for each in batch:
                if isinstance(each.what, Broken):
                    self._refuse(each, each.what.fault, each.what.fault.label, each.what.text)
                    continue
                try:
                    actions.take_message(each.what, known, by=person)
                except Unreadable as refused:
                    self._refuse(each, refused.fault, str(refused), each.what.segment)
                else:
                    each.reply = hj212.data_answer(each.what) if each.what.wants_answer else None
            db.session.commit()

    def _refuse(self, each: Received, fault: Fault, told: str, text: str) -> None:
        each.reply = hj212.refusal(fault, text)
        minute = int(time.monotonic() // 60)
        if minute != self._minute:
            self._minute = minute
            self._noted.clear()
        self._noted[each.peer] += 1
        if self._noted[each.peer] <= MOST_NOTED:
            actions.note_refused(each.peer, fault, told, text)


def _parsed(segment: str) -> Message | Broken:
    try:
        return hj212.parse(segment)
    except Unreadable as refused:
        return Broken(refused.fault, segment)


def serve(app: Flask, host: str, port: int, listening: Callable[[str, int], None]) -> None:
    """Receive until SIGTERM or SIGINT; raises ``OSError`` when the port cannot be had."""

    async def main() -> None:
        receiver = Receiver(app, host, port)
        _allow_connections()
        loop = asyncio.get_running_loop()
        for each in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(each, receiver.stop)
        await receiver.run(listening)

    asyncio.run(main())


def _allow_connections() -> None:
    """Let this process hold as many connections as it takes, as far as the system lets it; 1024 is usual otherwise."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_CONNECTIONS + 100
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(
            resource.RLIMIT_NOFILE, (wanted if hard == resource.RLIM_INFINITY else min(hard, wanted), hard)
        )
