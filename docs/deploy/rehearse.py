"""Try what docs/operations.md describes, for real, on one machine, in a folder that is gone afterwards.

    .venv/bin/python docs/deploy/rehearse.py BACKUP.zip [web] [pool] [killed] [fail_over]

A primary with a synchronous standby, the migration, a restore and a drill, gunicorn behind nginx with the sample files
of this folder, pgbouncer in transaction mode, the read copy, slow clients, and a fail-over while acts are recorded.
Needs Debian's postgresql, nginx-light and pgbouncer; as root it runs the servers as the user postgres. Each line says
what was tried and what came of it; the first thing that fails ends it. Without names of steps all are taken.
"""

import contextlib
import http.client
import os
import pwd
import re
import secrets
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
HERE = ROOT / "docs" / "deploy"
PORTS = {"qingyuan_a": 54141, "qingyuan_b": 54142}
HTTPS, POOL = 8114, 54143


def main() -> None:
    """Rehearse everything, the last step being the loss of the primary."""
    backup = Path(sys.argv[1]).resolve()
    stage = Stage()
    try:
        stage.databases()
        stage.register(backup)
        for step in sys.argv[2:] or ("web", "pool", "killed", "fail_over"):
            getattr(stage, step)()
    finally:
        stage.close()


class Stage:
    """The machines of an installation, as processes in one folder."""

    def __init__(self) -> None:
        """Find the programs and make the folder."""
        from tests.postgres import binaries

        programs = binaries()
        assert programs, "no PostgreSQL server here"
        self.programs, self.folder = programs, Path(tempfile.mkdtemp(prefix="qy-rehearsal-"))
        self.served = False
        self.stops: list[Callable[[], object]] = []
        self.user = pwd.getpwuid(os.getuid()).pw_name
        self.prefix: list[str] = []
        if os.geteuid() == 0:
            account = pwd.getpwnam("postgres")
            os.chown(self.folder, account.pw_uid, account.pw_gid)
            self.prefix = ["setpriv", f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups"]
            self.user = "postgres"
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("QINGYUAN_")} | {
            "QINGYUAN_ENV": "production",
            "QINGYUAN_SECRET_KEY": secrets.token_hex(32),
            "QINGYUAN_DATA_DIR": str(self.folder / "state"),
            "QINGYUAN_DATABASE_URL": self.dsn("qingyuan_a", "qingyuan_b", "read-write"),
            "QINGYUAN_READ_DATABASE_URL": self.dsn("qingyuan_b", "qingyuan_a", "prefer-standby"),
            "QINGYUAN_PUBLIC_URL": f"https://127.0.0.1:{HTTPS}",
        }

    def dsn(self, first: str, second: str, wanted: str) -> str:
        """The two-host address of the sample environment, over the sockets of this folder."""
        hosts = "&".join(f"host={self.folder}:{PORTS[name]}" for name in (first, second))
        return f"postgresql://{self.user}@/qingyuan?{hosts}&target_session_attrs={wanted}&connect_timeout=3"

    def sample(self, name: str, *changes: tuple[str, str]) -> str:
        """A sample file with this folder's paths put in; a change that finds nothing is an error."""
        text = (HERE / name).read_text()
        for old, new in changes:
            assert old in text, f"{name}: no {old}"
            text = text.replace(old, new)
        return text

    def run(self, *command: object, as_server: bool = False) -> str:
        """Run a command to its end and give what it printed."""
        done = subprocess.run(
            [*(self.prefix if as_server else []), *map(str, command)],
            cwd="/" if as_server else ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
        return done.stdout.strip()

    def flask(self, *command: object) -> str:
        """Run a command of the product."""
        return self.run(Path(sys.executable).with_name("flask"), "--app", "app", *command)

    def start(self, *command: object, as_server: bool = False, **more: str) -> subprocess.Popen[bytes]:
        """Start a server that ends with the rehearsal."""
        log = (self.folder / f"{Path(str(command[0])).name}.log").open("ab")
        process = subprocess.Popen(
            [*(self.prefix if as_server else []), *map(str, command)],
            cwd="/" if as_server else ROOT,
            env=self.environment | more,
            stdout=log,
            stderr=log,
        )

        def end() -> None:
            process.terminate()
            process.wait(30)

        self.stops.append(end)
        return process

    def close(self) -> None:
        """End every server and remove the folder."""
        for stop in reversed(self.stops):
            with contextlib.suppress(Exception):
                stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def sql(self, name: str, statement: str) -> str:
        """Ask one of the database servers itself."""
        return self.run(
            self.programs / "psql",
            "-XAt",
            "-h",
            self.folder,
            "-p",
            PORTS[name],
            "-U",
            self.user,
            "-c",
            statement,
            "postgres",
        )

    def _server(self, name: str) -> None:
        data = self.folder / name
        options = (
            f"-p {PORTS[name]} -k {self.folder} -c listen_addresses= -c cluster_name={name} -c shared_buffers=64MB"
        )
        control = self.programs / "pg_ctl"
        self.run(control, "-D", data, "-w", "-o", options, "-l", self.folder / f"{name}.log", "start", as_server=True)
        self.stops.append(lambda: self.run(control, "-D", data, "-m", "immediate", "stop", as_server=True))

    # --- the steps -----------------------------------------------------------------------------------------------

    def databases(self) -> None:
        """A primary with the sample configuration and a standby that follows it."""
        data = self.folder / "qingyuan_a"
        self.run(
            self.programs / "initdb",
            "-D",
            data,
            "-U",
            self.user,
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C",
            as_server=True,
        )
        with (data / "postgresql.conf").open("a") as file:
            file.write(self.sample("postgresql.conf"))
        self._server("qingyuan_a")
        source = f"host={self.folder} port={PORTS['qingyuan_a']} user={self.user}"
        self.run(
            self.programs / "pg_basebackup", "-d", source, "-D", self.folder / "qingyuan_b", "-R", "-C", "-S", "b", "-c", "fast",
            as_server=True,
        )  # fmt: skip
        self._server("qingyuan_b")
        wait("the standby", lambda: self.sql("qingyuan_a", "SELECT sync_state FROM pg_stat_replication") == "quorum")
        self.sql("qingyuan_a", "CREATE DATABASE qingyuan")
        say("primary and synchronous standby run with the sample postgresql.conf")

    def register(self, backup: Path) -> None:
        """Structure, restore, drill."""
        self.flask("db", "upgrade")
        say(f"restore onto PostgreSQL: {self.flask('restore', backup)}")
        again = self.folder / "again.zip"
        self.flask("backup", again)
        say(f"drill on PostgreSQL: {self.flask('drill', again)}")
        found = self.flask("doctor")
        assert "只读副本：落后 0 条留痕" in found, found
        say("the doctor reaches both the primary and the copy")

    def web(self) -> None:
        """gunicorn behind nginx, both with the sample files."""
        key, certificate = self.folder / "key.pem", self.folder / "fullchain.pem"
        self.run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", key,
                 "-out", certificate, "-days", "2", "-subj", "/CN=127.0.0.1")  # fmt: skip
        place = ("/run/qingyuan/web.sock", f"{self.folder}/web.sock")
        (self.folder / "gunicorn.conf.py").write_text(self.sample("gunicorn.conf.py", place))
        self._gunicorn()
        site = self.sample(
            "nginx.conf",
            place,
            ("listen 443 ssl http2", f"listen 127.0.0.1:{HTTPS} ssl http2"),
            ("listen 80;", f"listen unix:{self.folder}/plain.sock;"),
            ("/etc/ssl/qingyuan/fullchain.pem", str(certificate)),
            ("/etc/ssl/qingyuan/key.pem", str(key)),
            ("/srv/qingyuan/static/", f"{ROOT}/static/"),
        )
        (self.folder / "site.conf").write_text(site)
        main = self.folder / "nginx.conf"
        owner = "user root;\n" if os.geteuid() == 0 else ""
        main.write_text(
            f"{owner}daemon off;\nworker_processes 1;\npid {self.folder}/nginx.pid;\nerror_log {self.folder}/nginx.err warn;\n"
            "events { worker_connections 1024; }\n"
            f"http {{ include /etc/nginx/mime.types; access_log off; include {self.folder}/site.conf; }}\n"
        )
        self.run("/usr/sbin/nginx", "-t", "-c", main)
        self.start("/usr/sbin/nginx", "-c", main)
        self.served = True
        wait("nginx", lambda: ask("/healthz")[0] == 200, most=300)
        status, headers, body = ask("/sign-in")
        assert status == 200 and "Strict-Transport-Security" in headers and b"csrf_token" in body
        assert "Secure" in headers["Set-Cookie"], "the cookie is for HTTPS alone"
        assert ask("/public/blacklist")[0] == 200 and ask("/static/house.css")[0] == 200
        assert ask("/readyz")[0] == 200, "from this machine"
        location = ask("/desk")[1]["Location"]
        assert location.startswith("/sign-in"), location
        say("nginx -t accepts the sample; pages, static files and probes are answered over TLS")
        assert ask("/sign-in", method="POST", body=b"x" * 26_000_000)[0] == 413
        say("26 MB are refused with 413 before they reach the product")
        tries = [ask("/sign-in")[0] for _ in range(40)]
        assert 429 in tries and ask("/healthz")[0] == 200
        say(f"the door answers 429 after {tries.index(429)} quick tries; other pages go on")
        self._slow_clients()

    def _gunicorn(self, **more: str) -> None:
        self.gunicorn = self.start(
            Path(sys.executable).with_name("gunicorn"),
            "-c",
            self.folder / "gunicorn.conf.py",
            "app:create_app()",
            **more,
        )

    def _slow_clients(self) -> None:
        """Three hundred connections that never finish their headers, from a few addresses."""
        context = ssl._create_unverified_context()
        slow = []
        for number in range(300):
            raw = socket.create_connection(("127.0.0.1", HTTPS), source_address=(f"127.0.0.{2 + number % 10}", 0))
            open_ = context.wrap_socket(raw)
            open_.send(b"GET / HTTP/1.1\r\nHost: x\r\nX-")
            slow.append(open_)
        spent = []
        for _ in range(10):
            began = time.perf_counter()
            assert ask("/healthz")[0] == 200
            spent.append(time.perf_counter() - began)
        for each in slow:
            each.close()
        say(
            f"with 300 clients that never finish their headers, 10 of 10 answered, the slowest in {max(spent) * 1000:.0f} ms"
        )

    def pool(self) -> None:
        """The same product through pgbouncer in transaction mode."""
        (self.folder / "userlist.txt").write_text(f'"{self.user}" ""\n')
        settings = self.folder / "pgbouncer.ini"
        settings.write_text(
            self.sample(
                "pgbouncer.ini",
                (
                    "host=db1 port=5432 dbname=qingyuan",
                    f"host={self.folder} port={PORTS['qingyuan_a']} dbname=qingyuan",
                ),
                (
                    "listen_addr = 127.0.0.1\nlisten_port = 6432",
                    f"listen_port = {POOL}\nunix_socket_dir = {self.folder}",
                ),
                ("auth_type = scram-sha-256", "auth_type = trust"),
                ("/etc/pgbouncer/userlist.txt", str(self.folder / "userlist.txt")),
                ("default_pool_size = 20", "default_pool_size = 2"),
            )
        )
        self.start("/usr/sbin/pgbouncer", settings, as_server=True)
        direct = self.environment["QINGYUAN_DATABASE_URL"]
        self.environment["QINGYUAN_DATABASE_URL"] = f"postgresql://{self.user}@/qingyuan?host={self.folder}&port={POOL}"
        wait("pgbouncer", lambda: "用户" in self.flask("users", "--help"))
        began = self.count()
        threads = [
            threading.Thread(target=act, args=(self.environment["QINGYUAN_DATABASE_URL"], 60, [])) for _ in range(6)
        ]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        assert self.count() == began + 360, "six writers share two server connections"
        assert "完整" in self.flask("audit", "verify")
        self.flask("backup", self.folder / "pooled.zip")
        say(f"360 acts by six writers over two pooled connections, {self.flask('drill', self.folder / 'pooled.zip')}")
        self.environment["QINGYUAN_DATABASE_URL"] = direct

    def killed(self, kills: int = 10) -> None:
        """Kill a process that records acts, at any moment, and count what it had been told was stored."""
        small = self.folder / "small"
        sqlite = {"QINGYUAN_DATABASE_URL": "", "QINGYUAN_READ_DATABASE_URL": "", "QINGYUAN_DATA_DIR": str(small)}
        for engine, more in (("PostgreSQL", {}), ("SQLite", sqlite)):
            before, self.environment = self.environment, self.environment | more
            self.flask("db", "upgrade")
            began, told, twice = self.count(), 0, 0
            for number in range(kills):
                program = [sys.executable, __file__, "--record"]
                with subprocess.Popen(
                    program, cwd=ROOT, env=self.environment, stdout=subprocess.PIPE, text=True
                ) as writer:
                    assert writer.stdout
                    lines = iter(writer.stdout.readline, "")
                    assert next(lines) == "ready\n"
                    time.sleep(0.05 + 0.04 * number)
                    writer.kill()
                    told += sum(1 for line in lines if line == "stored\n")
                found = self.count() - began
                assert told <= found <= told + number + 1, f"{engine}: told of {told}, found {found}"
                twice = found - told
            say(f"{engine}: {kills} kills -9 of a writer, {told} acts acknowledged, 0 lost, {twice} stored before they were told; "
                f"the chain verified after each")  # fmt: skip
            self.environment = before

    def count(self) -> int:
        """How many acts the chain has."""
        found = re.search(r"(\d+) 条", self.flask("audit", "verify"))
        assert found
        return int(found[1])

    def fail_over(self) -> None:
        """Lose the primary while acts are recorded; promote the standby; count what was acknowledged."""
        began, acknowledged, refused = self.count(), [], []
        stop = threading.Event()
        address = self.environment["QINGYUAN_DATABASE_URL"]
        writers = [threading.Thread(target=act, args=(address, 10**9, acknowledged, refused, stop)) for _ in range(3)]
        for each in writers:
            each.start()
        wait("some acts", lambda: len(acknowledged) > 100)
        data = self.folder / "qingyuan_a"
        lost_at = time.monotonic()
        os.kill(int((data / "postmaster.pid").read_text().split()[0]), signal.SIGQUIT)
        if self.served:
            statuses = {ask("/public/blacklist")[0], ask("/desk")[0]}
            assert statuses <= {200, 303, 503}, statuses
        self.run(self.programs / "pg_ctl", "-D", self.folder / "qingyuan_b", "-w", "promote", as_server=True)
        promoted_at = time.monotonic()
        self.sql("qingyuan_b", "ALTER SYSTEM SET synchronous_standby_names = ''")
        self.sql("qingyuan_b", "SELECT pg_reload_conf()")
        before = len(acknowledged)
        wait("the next act", lambda: len(acknowledged) > before + 50)
        first = next(at for at in acknowledged if at > promoted_at)
        stop.set()
        for each in writers:
            each.join()
        found = self.count() - began
        unsure = found - len(acknowledged)
        assert 0 <= unsure <= len(refused), (found, len(acknowledged), len(refused))
        if self.served:
            assert ask("/public/blacklist")[0] == 200 and ask("/readyz")[0] == 200
        say(
            f"fail-over: {len(acknowledged)} acknowledged, 0 lost, {unsure} stored without an answer, {len(refused)} refused; "
            f"promoted after {promoted_at - lost_at:.1f} s, the next act {first - promoted_at:.1f} s later; "
            f"chain: {self.flask('audit', 'verify')}"
        )


def act(
    address: str,
    times: int,
    acknowledged: list[float],
    refused: list[str] | None = None,
    stop: threading.Event | None = None,
) -> None:
    """Record acts one after the other, in a process's own words: what a request does, without the browser."""
    from sqlalchemy import select
    from sqlalchemy.exc import DBAPIError

    from accounts.audit import record
    from accounts.models import User
    from core.db import db

    application = _application(address)
    for number in range(times):
        if stop is not None and stop.is_set():
            return
        with application.app_context():
            try:
                system = db.session.scalars(select(User).where(User.is_system)).one()
                record(None, "rehearsal", f"第 {number} 次", by=system)
                db.session.commit()
            except DBAPIError as error:
                db.session.rollback()
                if refused is None:
                    raise
                refused.append(str(error.orig))
                time.sleep(0.1)
            else:
                acknowledged.append(time.monotonic())


def record_for_ever() -> None:
    """Record acts until killed, telling of each once it is stored."""
    from sqlalchemy import select

    from accounts.audit import record
    from accounts.models import User
    from app import create_app
    from core.db import db

    with create_app().app_context():
        system = db.session.scalars(select(User).where(User.is_system)).one()
        db.session.commit()
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        while True:
            record(None, "rehearsal", "记一笔", by=system)
            db.session.commit()
            sys.stdout.write("stored\n")
            sys.stdout.flush()


_made: dict[str, object] = {}
_one = threading.Lock()


def _application(address: str):  # type: ignore[no-untyped-def]
    from app import config, create_app

    with _one:
        if address not in _made:
            environment = {
                "QINGYUAN_DATABASE_URL": address,
                "QINGYUAN_DATA_DIR": tempfile.mkdtemp(prefix="qy-rehearsal-"),
            }
            _made[address] = create_app(config.from_environment(environment))
        return _made[address]


def ask(path: str, method: str = "GET", body: bytes | None = None) -> tuple[int, dict[str, str], bytes]:
    """One request over TLS."""
    context = ssl._create_unverified_context()
    connection = http.client.HTTPSConnection("127.0.0.1", HTTPS, timeout=30, context=context)
    try:
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            connection.request(method, path, body=body)
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()
    finally:
        connection.close()


def wait(what: str, there: Callable[[], bool], most: float = 60) -> None:
    """Wait until it is so."""
    until = time.monotonic() + most
    while time.monotonic() < until:
        with contextlib.suppress(OSError, AssertionError):
            if there():
                return
        time.sleep(0.2)
    raise AssertionError(f"{what}: not within {most:.0f} s")


def say(text: str) -> None:
    """Tell what was tried."""
    sys.stdout.write(f"ok  {text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    record_for_ever() if sys.argv[1:] == ["--record"] else main()
