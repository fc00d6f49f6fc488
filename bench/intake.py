"""The import of a bureau's workbook by the product's own command, in a process of its own."""

import json
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from openpyxl import Workbook

from bench import firms
from bench.data import OUT, Register
from bench.lines import Line

ROWS = 100_000
ROOT = Path(__file__).parents[1]
PLACES = ("昌吉市", "阜康市", "呼图壁县", "玛纳斯县", "奇台县", "吉木萨尔县", "木垒哈萨克自治县")
HEADERS = (
    "序号", "企业名称", "统一社会信用代码", "法定代表人", "联系电话", "生产经营场所地址", "所在县市", "所在园区", "行业代码",
    "行业类别", "排污许可管理类别", "经度", "纬度", "排污许可证编号", "有效期起", "有效期止", "生产状况", "备注",
)  # fmt: skip


def workbook(rows: int) -> Path:
    """A ledger of firms that are not in the register yet, made once."""
    path = OUT / f"ledger-{rows}.xlsx"
    if path.exists():
        return path
    book = Workbook(write_only=True)
    sheet = book.create_sheet("固定污染源台账")
    sheet.append(["固定污染源基础台账（2026年）"])
    sheet.append(HEADERS)
    for at in range(1, rows + 1):
        number = 2_000_000 + at
        code = firms.code_of(number)
        sheet.append(
            [
                at,
                firms.name_of(number),
                code,
                "孙志远",
                "13900000000",
                f"示例路{at % 900 + 1}号",
                PLACES[number % 7],
                None,
                "2521",
                "炼焦",
                "重点管理",
                87.5,
                44.2,
                f"{code}001P",
                "2024-03-10",
                "2029-03-09",
                "在产",
                None,
            ]
        )
    book.save(path)
    return path


def measured(register: Register) -> Iterator[Line]:
    """The import into a copy of the smallest register; left out, and said, while the command is not there."""
    import os

    flask = [sys.executable, "-m", "flask", "--app", "app", "registry", "import"]
    known = subprocess.run([*flask, "--help"], capture_output=True, cwd=ROOT, check=False)
    if known.returncode or register.engine != "sqlite":
        if register.engine == "sqlite":
            yield Line(f"import of {ROWS:,} rows", "left out", "no such command yet", "≤ 6 s, ≤ 250 MiB")
        return
    folder = OUT / "import"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    shutil.copy(register.folder / "register.sqlite3", folder / "qingyuan.sqlite3")
    environ = os.environ | {"QINGYUAN_DATA_DIR": str(folder), "QINGYUAN_ENV": "demo"}
    environ.pop("QINGYUAN_DATABASE_URL", None)
    for rows in (10_000, ROWS):
        given = str(workbook(rows))
        begun = time.perf_counter()
        told = subprocess.run(
            [*flask, given, "--json", "--dry-run"],
            capture_output=True,
            text=True,
            cwd=ROOT,
            env=environ,
            check=False,
        )
        checked = time.perf_counter() - begun
        begun = time.perf_counter()
        told = subprocess.run(
            [*flask, given, "--json"], capture_output=True, text=True, cwd=ROOT, env=environ, check=False
        )
        took = time.perf_counter() - begun
        try:
            result = json.loads(told.stdout.splitlines()[-1])
        except (ValueError, IndexError):
            yield Line(
                f"import of {rows:,} rows", "failed", told.stderr.strip().splitlines()[-1][:60] if told.stderr else ""
            )
            return
        yield Line(f"import {rows:,} rows: read and check (dry run)", checked, "s")
        target = "≤ 6" if rows == ROWS else ""
        yield Line(
            f"import {rows:,} rows: read, check, report, store ({result['accepted']:,} stored)", took, "s", target
        )
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    yield Line("import, peak memory of the largest process", peak, "MiB", "≤ 250")
    shutil.rmtree(folder, ignore_errors=True)
