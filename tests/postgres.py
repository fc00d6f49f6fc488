"""A PostgreSQL server of the tests' own: started on a socket in a temporary folder, gone afterwards."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def binaries() -> Path | None:
    """Where initdb and postgres are: the newest of Debian's, or those on the path."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]), reverse=True)
    if found:
        return found[0].parent
    path = shutil.which("initdb")
    return Path(path).parent if path else None


HASTY = "-c fsync=off -c full_page_writes=off -c synchronous_commit=off -c shared_buffers=128MB"
"""For tests: nothing of it must outlive them."""


@contextmanager
def server(kept: Path | None = None, settings: str = HASTY) -> Iterator[str]:
    """Run a server and give the URL of its maintenance database; as root it runs as the user postgres.

    ``kept``: the data directory, made when it is not there and left behind; else it is gone afterwards.
    """
    programs = binaries()
    if programs is None:
        raise FileNotFoundError("initdb")
    folder = Path(tempfile.mkdtemp(prefix="qy-pg-"))
    prefix: list[str] = []
    user = pwd.getpwuid(os.getuid()).pw_name
    data = kept or folder / "data"
    data.mkdir(parents=True, exist_ok=True)
    if os.geteuid() == 0:
        account = pwd.getpwnam("postgres")
        for each in (folder, data):
            os.chown(each, account.pw_uid, account.pw_gid)
        prefix = ["setpriv", f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups"]
        user = "postgres"
    data.chmod(0o700)
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": "/"}
    if not (data / "PG_VERSION").exists():
        make = ["initdb", "-D", str(data), "-U", user, "-A", "trust", "-E", "UTF8", "--locale=C", "-N"]
        subprocess.run([*prefix, str(programs / make[0]), *make[1:]], check=True, **quiet)
    options = f"-k {folder} -c listen_addresses= -c max_connections=60 {settings}"
    control = [*prefix, str(programs / "pg_ctl"), "-D", str(data), "-w"]
    subprocess.run([*control, "-o", options, "-l", str(folder / "log"), "start"], check=True, **quiet)
    try:
        yield f"postgresql+psycopg://{user}@/postgres?host={folder}"
    finally:
        subprocess.run([*control, "-m", "fast" if kept else "immediate", "stop"], check=False, **quiet)
        shutil.rmtree(folder, ignore_errors=True)
