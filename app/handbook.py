"""The pages of docs/ that are made from the program itself, so that they cannot say what is not so.

``flask --app app handbook`` (``make docs``) writes them; a test makes them again and compares.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
from flask import Flask
from sqlalchemy import CheckConstraint, Column, Enum, Table
from sqlalchemy.schema import UniqueConstraint

from accounts.commands import access
from accounts.roles import GRANTS, Action, Role
from app.rooms import load_models
from core.db import SENTENCES, Base, UtcDateTime
from core.permanence import Frozen, frozen_tables
from core.workflow import WORKFLOWS, Workflow

MADE = "<!-- Made by `make docs` from the program; do not edit. -->"
ROOM_ORDER = ("accounts", "law", "registry", "permits", "inspections", "credit", "app", "core")


def pages(app: Flask) -> dict[str, str]:
    """Every page by its file name."""
    load_models()
    return {
        "commands.md": _commands(app),
        "data-dictionary.md": _dictionary(),
        "permissions.md": _permissions(app),
        "workflows.md": _workflows(),
    }


def write(app: Flask, folder: Path) -> list[str]:
    """Bring the pages in line with the program; gives the names of those that changed."""
    changed = []
    for name, text in pages(app).items():
        path = folder / name
        if not path.exists() or path.read_text() != text:
            path.write_text(text)
            changed.append(name)
    return changed


def _page(title: str, lead: str, lines: Iterator[str]) -> str:
    return "\n".join([f"# {title}", "", MADE, "", lead, "", *lines]).rstrip() + "\n"


def _cell(text: object) -> str:
    return str(text).replace("|", "\\|").replace("\n", " ")


# --- tables -------------------------------------------------------------------------------------------------------


def _dictionary() -> str:
    rooms: dict[str, list[type[Base]]] = {}
    for mapper in Base.registry.mappers:
        rooms.setdefault(mapper.class_.__module__.split(".")[0], []).append(mapper.class_)
    lead = (
        "Every table by room, with what each column means. An instant (`_at`) is kept in UTC, a legal date (`_on`) is a "
        "day in Beijing, an enum is kept by its code. *Frozen* is refused by triggers of the database itself, on both engines."
    )
    return _page("Data dictionary", lead, _rooms(rooms))


def _rooms(rooms: dict[str, list[type[Base]]]) -> Iterator[str]:
    for room in sorted(rooms, key=ROOM_ORDER.index):
        yield f"## {room}"
        yield ""
        for model in sorted(rooms[room], key=lambda each: each.__tablename__):
            yield from _table(model)


def _table(model: type[Base]) -> Iterator[str]:
    table: Any = model.__table__
    yield f"### {table.name}"
    yield ""
    yield " ".join((model.__doc__ or "").split())
    yield ""
    frozen = frozen_tables().get(table.name)
    if frozen is not None:
        yield _frozen(frozen)
        yield ""
    yield "| column | type | may be empty | meaning |"
    yield "|---|---|---|---|"
    for column in table.columns:
        yield f"| `{column.name}` | {_type(column)} | {'yes' if column.nullable else ''} | {_cell(_meaning(column))} |"
    yield ""
    yield from _rules(table)


def _frozen(frozen: Frozen) -> str:
    columns = "every column" if not frozen.columns else ", ".join(f"`{each}`" for each in frozen.columns)
    told = f"Frozen: {columns}" + (f", once `{frozen.when}`" if frozen.when else "")
    return told + (f"; a row may be deleted while `{frozen.deletable}`." if frozen.deletable else "; never deleted.")


def _type(column: Column[Any]) -> str:
    kind = column.type
    if isinstance(kind, Enum) and kind.enum_class is not None:
        return "code"
    return "instant" if isinstance(kind, UtcDateTime) else str(kind).lower()


def _meaning(column: Column[Any]) -> str:
    told = [column.comment or ("行号" if column.name == "id" else "乐观锁版本号" if column.name == "version" else "")]
    told += [f"→ {key.target_fullname}" for key in column.foreign_keys]
    if isinstance(column.type, Enum) and column.type.enum_class is not None:
        told.append("、".join(f"`{each.value}` {each}" for each in column.type.enum_class))
    if column.info.get("secret"):
        told.append("（保密：不进留痕）")
    if column.info.get("personal"):
        told.append("（个人信息）")
    return "；".join(filter(None, told))


def _rules(table: Table) -> Iterator[str]:
    held = []
    for rule in table.constraints:
        if isinstance(rule, UniqueConstraint):
            held.append(f"- unique: {', '.join(column.name for column in rule.columns)}")
        elif isinstance(rule, CheckConstraint) and not getattr(rule, "_type_bound", False):
            name = str(rule.name)
            said = next((words for key, words in SENTENCES.items() if key in name), "")
            held.append(f"- `{name}`: `{_cell(rule.sqltext)}`" + (f" — {said}" if said else ""))
    if held:
        yield from sorted(held)
        yield ""


# --- lifecycles ---------------------------------------------------------------------------------------------------


def _workflows() -> str:
    lead = (
        "Every lifecycle, as the program holds it (`core.workflow.WORKFLOWS`). A state moves only along one of these steps, only "
        "for who holds the permission, and only when nothing is missing; *grave* steps cannot be undone and ask once."
    )
    lines = (line for name in sorted(WORKFLOWS) for line in _workflow(WORKFLOWS[name]))
    return _page("Lifecycles", lead, lines)


def _workflow(flow: Workflow) -> Iterator[str]:
    yield f"## {flow.name}: {flow.title}"
    yield ""
    yield "```mermaid"
    yield flow.mermaid()
    yield "```"
    yield ""
    yield "| step | from | to | permission | |"
    yield "|---|---|---|---|---|"
    for step in flow.steps.values():
        sources = "、".join(state.label for state in flow.states if state in step.sources)
        grave = "grave" if step.grave else ""
        yield f"| `{step.verb}` {step.label} | {sources} | {step.target.label} | `{step.action}` | {grave} |"
    yield ""


# --- permissions --------------------------------------------------------------------------------------------------


def _permissions(app: Flask) -> str:
    lead = (
        "Who may do what (`accounts/roles.py`), and which address each role may enter (`flask --app app who`). What is not granted "
        "is refused. Whose things one sees is a matter of scope, not of this table: what is not yours answers 404."
    )
    return _page("Permissions", lead, _tables(app))


def _tables(app: Flask) -> Iterator[str]:
    yield "## Roles and permissions"
    yield ""
    yield "| permission | " + " | ".join(role.label for role in Role) + " |"
    yield "|---|" + ":-:|" * len(Role)
    for action in sorted(Action, key=str):
        yield f"| `{action}` | " + " | ".join("●" if action in GRANTS[role] else "" for role in Role) + " |"
    yield ""
    yield "## Addresses and roles"
    yield ""
    yield "| address | who |"
    yield "|---|---|"
    for place, roles in access(app).items():
        yield f"| `{place}` | {_cell(', '.join(roles))} |"


# --- commands -----------------------------------------------------------------------------------------------------


def _commands(app: Flask) -> str:
    lead = (
        "All begin with `flask --app app`. They end with 0 (done), 1 (done with rejected rows, or a verification failed) or 2 "
        "(unusable input or arguments). `db`, `run`, `shell` and `routes` are Flask's own."
    )
    return _page("Commands", lead, (line for name, found in listed(app) for line in _command(name, found)))


def listed(app: Flask) -> list[tuple[str, click.Command]]:
    """Every command of ours by its full name, in order."""
    found: list[tuple[str, click.Command]] = []
    context = click.Context(app.cli)
    for name in app.cli.list_commands(context):
        command = app.cli.get_command(context, name)
        if name == "db" or command is None:
            continue
        if isinstance(command, click.Group):
            found += [(f"{name} {verb}", each) for verb, each in command.commands.items()]
        else:
            found.append((name, command))
    return sorted(found, key=lambda each: each[0])


def _command(name: str, command: click.Command) -> Iterator[str]:
    arguments = " ".join(
        (each.metavar or (each.name or "").upper()) for each in command.params if isinstance(each, click.Argument)
    )
    yield f"## {name} {arguments}".rstrip()
    yield ""
    yield " ".join((command.help or "").split())
    yield ""
    options = [each for each in command.params if isinstance(each, click.Option)]
    for option in options:
        value = "" if option.is_flag else f" {(option.metavar or option.type.name).upper()}"
        yield f"- `{', '.join(option.opts)}{value}` {option.help or ''}".rstrip()
    if options:
        yield ""
