"""Importing the enterprise ledger: upload, confirm the columns, look at what would come of it, store, see the result."""

from typing import Any

from flask import Response, flash, redirect, request, url_for
from flask_babel import gettext as _

from accounts import exports
from accounts.guard import may
from accounts.people import me
from accounts.roles import Action
from core import clock, intake
from core.attachments import BadFile, read_limited
from core.db import db
from core.intake import Unreadable
from core.pages import Answer, attachment, page
from core.said import shown
from core.workflow import NotAllowed
from registry import queries
from registry.actions import importing
from registry.blueprint import bp
from registry.forms.imports import ConfirmImportForm, MappingForm, UploadForm, mapping_form
from registry.intake import marking
from registry.intake.fields import COLUMN_LABELS, LABELS
from registry.ledgers.imports import IMPORTS
from registry.models import ImportRun

PROBLEMS_SHOWN = 25
VALUES_SHOWN = 3
XLSX = exports.TYPES["xlsx"]


@bp.get("/imports")
@may(Action.ENTERPRISE_IMPORT)
def imports() -> Answer:
    """The office's imports."""
    return page("registry/imports.html", ledger=IMPORTS.page(db.session, request.args, me()))


@bp.get("/imports.<any('xlsx', 'csv', 'json'):form>")
@may(Action.ENTERPRISE_IMPORT)
def export_imports(form: str) -> Answer:
    """The same list as a file."""
    return exports.answer(IMPORTS, form)


@bp.get("/imports/template.xlsx")
@may(Action.ENTERPRISE_IMPORT)
def import_template() -> Answer:
    """A blank ledger to fill in."""
    return _file(marking.template(), _("企业台账模板.xlsx"))


def _file(content: bytes, name: str) -> Response:
    answer = Response(content, content_type=XLSX)
    answer.headers["Content-Disposition"] = attachment(name)
    return answer


@bp.route("/imports/new", methods=["GET", "POST"])
@may(Action.ENTERPRISE_IMPORT)
def new_import() -> Answer:
    """Take in a workbook; nothing of the register changes yet."""
    form = UploadForm()
    if form.validate_on_submit():
        try:
            run, confirmed = _opened(form)
        except (BadFile, Unreadable) as refusal:
            form.hidden_problem("file", shown(refusal.sentence))
        else:
            target = ".import_run" if confirmed else ".map_import"
            return redirect(url_for(target, run_id=run.id), 303)
    return page("registry/new_import.html", form=form, crumbs=_crumbs(_("导入台账")))


def _opened(form: UploadForm) -> tuple[ImportRun, bool]:
    given = form.file.data
    return importing.open_run(read_limited(given.stream, intake.MOST_BYTES), given.filename, by=me())


def _crumbs(*last: Any) -> list[tuple[Any, str | None]]:
    return [(_("导入"), url_for(".imports")), *((each, None) for each in last)]


@bp.route("/imports/<int:run_id>/columns", methods=["GET", "POST"])
@may(Action.ENTERPRISE_IMPORT)
def map_import(run_id: int) -> Answer:
    """Confirm or change what the columns mean; remembered for the office."""
    run = queries.import_run(run_id, seen_by=me())
    if run.stored_at is not None:
        return redirect(url_for(".import_run", run_id=run.id), 303)
    form = mapping_form(intake.Mapping.from_json(run.mapping))
    if form.validate_on_submit():
        try:
            importing.map_run(run, form.chosen(), by=me())
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            return redirect(url_for(".import_run", run_id=run.id), 303)
    return page(
        "registry/map_import.html",
        run=run,
        form=form,
        tables=_examples(run, form),
        labels=LABELS,
        crumbs=_crumbs(run.file_name),
    )


def _examples(run: ImportRun, form: MappingForm) -> list[dict[str, Any]]:
    """Each kind of header row with its sheets, and the first values under each header."""
    sheets = {sheet.name: sheet for sheet in importing.sheets_of(run)}
    mapping = intake.Mapping.from_json(run.mapping)
    shown = []
    for at, table in enumerate(form.tables):
        rows = sheets[table.sheet].rows[table.header_row : table.header_row + VALUES_SHOWN]
        first = list(rows)
        columns = [
            {
                "field": form.column(at, place),
                "header": header,
                "values": [row[place] for row in first if place < len(row) and row[place].strip()],
            }
            for place, header in enumerate(table.headers)
        ]
        names = [each.sheet for each in mapping.tables if each.signature == table.signature]
        shown.append({"sheets": names, "row": table.header_row, "columns": columns})
    return shown


@bp.get("/imports/<int:run_id>")
@may(Action.ENTERPRISE_IMPORT)
def import_run(run_id: int) -> Answer:
    """What would come of a file, or what came of it."""
    run = queries.import_run(run_id, seen_by=me())
    if not run.result:
        return redirect(url_for(".map_import", run_id=run.id), 302)
    problems = importing.problems_of(run)
    level = request.args.get("level", "")
    if level in {"error", "warning"}:
        problems = [each for each in problems if each.level == level]
    first = min(max(request.args.get("from", 1, type=int), 1), max(len(problems), 1))
    return page(
        "registry/import_run.html",
        run=run,
        form=ConfirmImportForm(),
        counts=run.result["counts"],
        codes=run.result["codes"],
        problems=problems[first - 1 : first - 1 + PROBLEMS_SHOWN],
        kept=len(problems),
        first=first,
        size=PROBLEMS_SHOWN,
        level=level,
        labels=LABELS,
        columns=COLUMN_LABELS,
        checked_at=clock.beijing(clock.read(run.result["at"])).strftime("%Y-%m-%d %H:%M"),
        crumbs=_crumbs(run.file_name),
    )


@bp.post("/imports/<int:run_id>/check")
@may(Action.ENTERPRISE_IMPORT)
def check_import(run_id: int) -> Answer:
    """Try the file again: the register may have changed meanwhile."""
    run = queries.import_run(run_id, seen_by=me())
    importing.check_run(run, importing.sheets_of(run), by=me())
    return redirect(url_for(".import_run", run_id=run.id), 303)


@bp.post("/imports/<int:run_id>/store")
@may(Action.ENTERPRISE_IMPORT)
def store_import(run_id: int) -> Answer:
    """Store all good rows in one transaction; a second time nothing happens."""
    run = queries.import_run(run_id, seen_by=me())
    importing.store_run(run, by=me())
    return redirect(url_for(".import_run", run_id=run.id), 303)


@bp.get("/imports/<int:run_id>/marked.xlsx")
@may(Action.ENTERPRISE_IMPORT)
def marked_import(run_id: int) -> Answer:
    """The workbook back, with what is wrong written on its cells."""
    run = queries.import_run(run_id, seen_by=me())
    try:
        content = importing.marked_workbook(run, by=me())
    except Unreadable as refusal:
        flash(_("原表标注不了：%(why)s", why=refusal.message), "warn")
        return redirect(url_for(".import_run", run_id=run.id), 302)
    stem = run.file_name.rsplit(".", 1)[0]
    return _file(content, _("%(name)s（导入结果）.xlsx", name=stem))
