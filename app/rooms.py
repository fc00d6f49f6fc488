"""Every room's pages and commands, in the order of the staircase."""

import importlib
import importlib.util

import click
from flask import Blueprint, Flask
from flask.cli import AppGroup

ROOMS = ("accounts", "law", "registry", "permits", "inspections", "credit", "app")
PAGES = ("views", "portal", "public")


def install(app: Flask) -> None:
    """Register each room's blueprint with its pages, and the command line."""
    app.cli = CommandLine(app)
    for room in ROOMS:
        if not importlib.util.find_spec(f"{room}.blueprint"):
            continue
        blueprint: Blueprint = importlib.import_module(f"{room}.blueprint").bp
        for name in PAGES:
            if importlib.util.find_spec(f"{room}.{name}"):
                importlib.import_module(f"{room}.{name}")
        app.register_blueprint(blueprint)


class CommandLine(AppGroup):
    """Every room's commands, imported when one is first asked for: a server asks for none, and so holds neither the
    demo's two years nor Alembic; no command but ``db`` needs the latter."""

    def __init__(self, app: Flask) -> None:
        """No command yet."""
        super().__init__(app.name)
        self._app = app

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """The command that was named."""
        if name == "db":
            self._add_structure()
        else:
            self._add_rooms()
        return super().get_command(ctx, name)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names."""
        self._add_structure()
        self._add_rooms()
        return super().list_commands(ctx)

    def _add_structure(self) -> None:
        if "db" not in self.commands:
            importlib.import_module("app.structure").install(self._app)

    def _add_rooms(self) -> None:
        if self.commands.keys() - {"db"}:
            return
        for room in ROOMS:
            if importlib.util.find_spec(f"{room}.commands"):
                commands = vars(importlib.import_module(f"{room}.commands"))
                groups = (each for each in commands.values() if isinstance(each, AppGroup))
                for command in [*groups, *commands.get("COMMANDS", [])]:
                    self.add_command(command)
        importlib.import_module("app.commands").answer_for_the_database(self)


def load_models() -> None:
    """Import every room's tables, for the migrations and the data dictionary."""
    importlib.import_module("core.once")
    for room in ROOMS:
        if importlib.util.find_spec(f"{room}.models"):
            importlib.import_module(f"{room}.models")
