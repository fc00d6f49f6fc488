"""Reading a stranger's file without trusting it: in a child process with limits, answered by plain text cells."""

import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, overload

from core.intake.gate import MOST_ROWS, Unreadable, kind_of
from core.said import respelt, said

MEMORY = 512 * 1024 * 1024
LARGE_MEMORY = 1536 * 1024 * 1024
"""For what only a command may read: more rows than a page takes."""

ANNOTATE_MEMORY = 1024 * 1024 * 1024
SECONDS = 8
ANNOTATE_SECONDS = 60
LARGE_SECONDS = 120
ROOT = Path(__file__).resolve().parents[2]


class Rows(Sequence[list[str]]):
    """The rows of a sheet, kept as the lines they came in: a tenth of the memory of their cells."""

    def __init__(self, lines: list[bytes]) -> None:
        """Keep JSON lines."""
        self._lines = lines

    @overload
    def __getitem__(self, place: int) -> list[str]: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[list[str]]: ...
    def __getitem__(self, place: int | slice) -> Any:
        """One row, or some of them."""
        return Rows(self._lines[place]) if isinstance(place, slice) else json.loads(self._lines[place])

    def __len__(self) -> int:
        """How many rows."""
        return len(self._lines)

    def __iter__(self) -> Iterator[list[str]]:
        """Row by row, none kept."""
        return map(json.loads, self._lines)


@dataclass(frozen=True)
class Sheet:
    """A sheet as text: row 1 of Excel is ``rows[0]``; hidden columns and merged cells (0-based) as hints."""

    name: str
    rows: Sequence[list[str]]
    hidden: frozenset[int] = frozenset()
    merged: tuple[tuple[int, int, int, int], ...] = ()
    formulas: int = field(default=0)


def read(source: Path | bytes, name: str = "", *, most_rows: int = MOST_ROWS) -> list[Sheet]:
    """The visible sheets of an .xlsx or .csv file; raises ``Unreadable`` with the reason. Nothing is evaluated."""
    content = source if isinstance(source, bytes) else source.read_bytes()
    label = name or (source.name if isinstance(source, Path) else "")
    kind_of(content, label)
    large = most_rows > MOST_ROWS
    job = {"task": "read", "name": label, "most_rows": most_rows}
    memory, seconds = (LARGE_MEMORY, LARGE_SECONDS) if large else (MEMORY, SECONDS)
    with _child(job, content, memory, seconds) as answer:
        return _sheets([line.rstrip(b"\n") for line in answer])


def _sheets(lines: list[bytes]) -> list[Sheet]:
    starts = [place for place, line in enumerate(lines) if line.startswith(b"{")]
    found = []
    for first, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        about = json.loads(lines[first])
        merged = tuple((a, b, c, d) for a, b, c, d in about["merged"])
        rows = Rows(lines[first + 1 : end])
        found.append(Sheet(about["name"], rows, frozenset(about["hidden"]), merged, about["formulas"]))
    return found


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
    large = most_rows > MOST_ROWS
    memory, seconds = (2 * LARGE_MEMORY, 5 * ANNOTATE_SECONDS) if large else (ANNOTATE_MEMORY, ANNOTATE_SECONDS)
    with _child(job, content, memory, seconds) as answer:
        return answer.read()


def _limits(memory: int, seconds: int) -> Callable[[], None]:
    def set_limits() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))

    return set_limits


@contextmanager
def _child(job: dict[str, Any], content: bytes, memory: int, seconds: int) -> Iterator[IO[bytes]]:
    """Run the child on a file and give its answer; every way in which it may die becomes a sentence."""
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as taken:
        given.write(json.dumps(job).encode() + b"\n")
        given.write(content)
        given.seek(0)
        try:
            done = subprocess.run(
                [sys.executable, "-m", "core.intake.child"],
                stdin=given,
                stdout=taken,
                stderr=subprocess.PIPE,
                timeout=2 * seconds,
                cwd=ROOT,
                env={"PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1", "OPENBLAS_NUM_THREADS": "1"},
                preexec_fn=_limits(memory, seconds),
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise Unreadable("too_slow", said("文件读取超时，没有导入。请删去多余的内容后重新保存。")) from error
        if done.returncode != 0:
            raise _refusal(done)
        taken.seek(0)
        yield taken


def _refusal(done: subprocess.CompletedProcess[bytes]) -> Unreadable:
    if done.returncode == 3:
        told = json.loads(done.stderr)
        return Unreadable(told["code"], respelt(told["message"]))
    if done.returncode == 4 or b"memory" in done.stderr.lower() or done.returncode < 0:
        return Unreadable("too_much_memory", said("文件过于复杂，没有导入。请删去多余的内容后重新保存。"))
    return Unreadable("damaged", said("工作簿已损坏或不完整，请重新保存后再导入。"))
