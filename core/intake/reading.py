"""Reading a stranger's file without trusting it: in a child process with limits, answered by plain text cells."""

import contextlib
import json
import resource
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.intake.gate import MOST_ROWS, Unreadable, kind_of

MEMORY = 512 * 1024 * 1024
ANNOTATE_MEMORY = 1024 * 1024 * 1024
SECONDS = 20
ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Sheet:
    """A sheet as text: row 1 of Excel is ``rows[0]``; hidden columns and merged cells (0-based) as hints."""

    name: str
    rows: list[list[str]]
    hidden: frozenset[int] = frozenset()
    merged: tuple[tuple[int, int, int, int], ...] = ()
    formulas: int = 0


def read(source: Path | bytes, name: str = "", *, most_rows: int = MOST_ROWS) -> list[Sheet]:
    """The visible sheets of an .xlsx or .csv file; raises ``Unreadable`` with the reason. Nothing is evaluated."""
    content = source if isinstance(source, bytes) else source.read_bytes()
    label = name or (source.name if isinstance(source, Path) else "")
    kind_of(content, label)
    answer = json.loads(_child({"task": "read", "name": label, "most_rows": most_rows}, content, MEMORY))
    return [
        Sheet(
            each["name"],
            each["rows"],
            frozenset(each["hidden"]),
            tuple((a, b, c, d) for a, b, c, d in each["merged"]),
            each["formulas"],
        )
        for each in answer["sheets"]
    ]


def annotated(
    content: bytes,
    name: str,
    notes: list[dict[str, Any]],
    summary: list[list[str]],
    *,
    most_rows: int = MOST_ROWS,
) -> bytes:
    """The same workbook with the wrong cells filled and commented, and a sheet 导入结果.

    ``notes``: sheet, row, column (1-based, column 0 for the whole row), level, message. Raises ``Unreadable``.
    """
    job = {"task": "annotate", "name": name, "most_rows": most_rows, "notes": notes, "summary": summary}
    return _child(job, content, ANNOTATE_MEMORY)


def _limits(memory: int) -> Callable[[], None]:
    def set_limits() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))

    return set_limits


def _child(job: dict[str, Any], content: bytes, memory: int) -> bytes:
    """Run the child on a file; every way in which it may die becomes a sentence."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", "core.intake.child"],
            input=json.dumps(job).encode() + b"\n" + content,
            capture_output=True,
            timeout=SECONDS,
            cwd=ROOT,
            env={"PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1", "OPENBLAS_NUM_THREADS": "1"},
            preexec_fn=_limits(memory),
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise Unreadable("too_slow", "文件读取超时，没有导入。请删去多余的内容后重新保存。") from error
    if done.returncode == 0:
        return done.stdout
    if done.returncode == 3:
        with contextlib.suppress(ValueError, KeyError):
            told = json.loads(done.stdout)
            raise Unreadable(told["code"], told["message"])
    if done.returncode == 4 or b"memory" in done.stderr.lower() or done.returncode < 0:
        raise Unreadable("too_much_memory", "文件过于复杂，没有导入。请删去多余的内容后重新保存。")
    raise Unreadable("damaged", "工作簿已损坏或不完整，请重新保存后再导入。")
