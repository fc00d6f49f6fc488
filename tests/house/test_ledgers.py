"""Every list the product declares: each order, each export and each column answers, for whoever asks."""

import csv
import io
import json
import sys
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from accounts.models import User
from core import clock
from core.ledger import Ledger, Stamp
from core.ledger.book import WIDEST
from tests.core.test_ledger import ATTACKS

ROOMS = ("accounts", "law", "registry", "permits", "inspections", "credit", "app")
STAMP = Stamp(at=clock.now(), by_name="测试", audit_head="0" * 64, scope="昌吉州")


def declared() -> list[Ledger[Any]]:
    """The lists of all rooms, once the application has imported them."""
    modules = [module for name, module in sys.modules.items() if name.split(".")[0] in ROOMS]
    found = {id(each): each for module in modules for each in vars(module).values() if isinstance(each, Ledger)}
    return sorted(found.values(), key=lambda each: each.name)


def everything(ledger: Ledger[Any], viewer: User) -> str:
    """All columns this person may see."""
    return ",".join(column.key for column in ledger.asked(MultiDict(), viewer).choosable)


def test_the_rooms_declare_lists_with_names_of_their_own(session: Session) -> None:
    names = [ledger.name for ledger in declared()]
    assert len(names) > 10
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("username", ["officer", "credit", "permit", "secadmin", "auditor", "preparer"])
def test_every_list_answers_in_every_order_with_every_column(
    session: Session, person: Callable[[str], User], username: str
) -> None:
    viewer = person(username)
    for ledger in declared():
        for order in ledger.orders:
            for sort in (order.key, f"-{order.key}"):
                args = MultiDict({"sort": sort, "cols": everything(ledger, viewer)})
                page = ledger.page(session, args, viewer)
                assert page.notes == [], ledger.name
                assert all(list(page.cells(row)) for row in page.rows)
                if page.after:
                    assert ledger.page(session, MultiDict({"sort": sort, "after": page.after}), viewer).rows


def test_every_list_is_exported_alike_in_each_form(session: Session, person: Callable[[str], User]) -> None:
    viewer = person("officer")
    for ledger in declared():
        args = MultiDict({"cols": everything(ledger, viewer)})
        columns = [str(column.label) for column in ledger.asked(args, viewer).exported]
        content = b"".join(ledger.xlsx(session, args, viewer, STAMP))
        sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[1]
        rows = list(csv.reader(io.StringIO(b"".join(ledger.csv(session, args, viewer)).decode("utf-8-sig"))))
        data = json.loads(b"".join(ledger.json(session, args, viewer, STAMP)))
        total = ledger.page(session, args, viewer).total
        assert [cell.value for cell in sheet[1]] == rows[0] == columns, ledger.name
        assert sheet.max_row - 1 == len(rows) - 1 == data["count"] == total, ledger.name


def test_every_workbook_is_ready_for_the_screen_and_for_paper(session: Session, person: Callable[[str], User]) -> None:
    viewer = person("officer")
    for ledger in declared():
        args = MultiDict({"cols": everything(ledger, viewer)})
        content = b"".join(ledger.xlsx(session, args, viewer, STAMP))
        about, sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets
        read = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(1).to_python()
        written = [[cell.value for cell in row] for row in sheet.iter_rows()]
        assert len(read) == len(written), ledger.name
        for ours, theirs in zip(written, read, strict=True):
            for one, two in zip(ours, theirs, strict=True):
                assert (one or "") == (two or "") or one.date() == getattr(two, "date", lambda two=two: two)(), (
                    ledger.name
                )
        last = sheet.cell(1, sheet.max_column).column_letter
        assert sheet.freeze_panes == ("B2" if sheet.max_column > 1 else "A2")
        assert sheet.auto_filter.ref == f"A1:{last}{max(sheet.max_row, 2)}", ledger.name
        assert sheet.print_title_rows == "$1:$1"
        across = sum(each.width for each in sheet.column_dimensions.values())
        assert across / sheet.page_setup.fitToWidth <= WIDEST, f"{ledger.name}: nobody can read that on paper"
        assert "昌吉州" in sheet.oddFooter.left.text
        assert "0000" in sheet.oddFooter.left.text
        told = {row[0].value: row[1].value for row in about.iter_rows(min_row=3)}
        assert told["范围"] == "昌吉州"
        assert told["审计链首"].replace(" ", "") == "0" * 64
        assert {str(column.label) for column in ledger.asked(args, viewer).exported} <= set(told), ledger.name
        assert b"".join(ledger.csv(session, args, viewer))[:3] == b"\xef\xbb\xbf"
        assert ledger.filename(STAMP, "xlsx").startswith(f"{ledger.title}_昌吉州_"), ledger.name


def test_no_value_in_all_parameters_of_a_list_is_an_error(session: Session, person: Callable[[str], User]) -> None:
    viewer = person("officer")
    for ledger in declared():
        names = [name for each in ledger.filters for name in each.names()]
        for value in ATTACKS[::3]:
            args = MultiDict(dict.fromkeys([*names, "sort", "after", "cols"], value))
            assert ledger.page(session, args, viewer).total >= 0
