"""Every room's pages and commands, in the order of the staircase."""

import importlib
import importlib.util

from flask import Blueprint, Flask
from flask.cli import AppGroup

ROOMS = ("accounts", "law", "registry", "permits", "inspections", "credit", "app")
PAGES = ("views", "portal", "public")


def install(app: Flask) -> None:
    """Register each room's blueprint with its pages, and its groups of commands."""
    for room in ROOMS:
        if not importlib.util.find_spec(f"{room}.blueprint"):
            continue
        blueprint: Blueprint = importlib.import_module(f"{room}.blueprint").bp
        for name in PAGES:
            if importlib.util.find_spec(f"{room}.{name}"):
                importlib.import_module(f"{room}.{name}")
        app.register_blueprint(blueprint)
        if importlib.util.find_spec(f"{room}.commands"):
            commands = importlib.import_module(f"{room}.commands")
            for group in (each for each in vars(commands).values() if isinstance(each, AppGroup)):
                app.cli.add_command(group)
            for command in getattr(commands, "COMMANDS", []):
                app.cli.add_command(command)


def load_models() -> None:
    """Import every room's tables, for the migrations and the data dictionary."""
    importlib.import_module("core.once")
    for room in ROOMS:
        if importlib.util.find_spec(f"{room}.models"):
            importlib.import_module(f"{room}.models")
