"""Collects every string of the interface for the English catalogue: templates, code, enum labels, steps.

Run by ``make words``; the catalogue keeps what was translated and shows what is still open.
"""

import gc
import importlib
import sys
from pathlib import Path

from babel.messages import Catalog, pofile
from babel.messages.extract import extract_from_dir
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from app.config import ROOT
from app.rooms import ROOMS, load_models
from core.db import Base
from core.words import Titled
from core.workflow import WORKFLOWS
from permits.rules import catalog
from registry import archive

PO = ROOT / "translations" / "en" / "LC_MESSAGES" / "messages.po"
METHODS = [
    *((f"{room}/**.py", "python") for room in (*ROOMS, "core")),
    ("templates/**.html", "jinja2"),
]
KEYWORDS = {"_": None, "_l": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2), "said": None}


def collected() -> set[str]:
    """Every msgid that a page may ask for."""
    found: set[str] = set()
    options = {"templates/**.html": {"trimmed": "true", "silent": "false"}}
    for _file, _line, message, _comments, _context in extract_from_dir(
        str(ROOT), METHODS, options, keywords=KEYWORDS, directory_filter=_ours
    ):
        found.update([message] if isinstance(message, str) else [part for part in message if part])
    load_models()
    for room in (*ROOMS, "core"):
        for path in (ROOT / room).rglob("*.py"):
            if not {"demo", "data", "fonts"} & set(path.parts):
                name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
                importlib.import_module(name.removesuffix(".__init__"))
    for words in _titled(Titled):
        found.update(str(member.label) for member in words)
    found.update(_headings())
    for question in catalog.questions().values():
        found.update({question.label, *(words for _code, words in question.choices)})
    for flow in WORKFLOWS.values():
        found.update({flow.title, *(step.label for step in flow.steps.values())})
    return {message for message in found if message.strip()}


def _headings() -> set[str]:
    """The heads of a firm's archive are the meanings of columns: asked of the archive itself, over empty tables."""
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        return archive.headings(session)


def _ours(folder: str) -> bool:
    return Path(folder).name not in {".venv", "tests", "node_modules", ".git", "var", "docs", "bench", "migrations"}


def _titled(parent: type[Titled]) -> set[type[Titled]]:
    below = set(parent.__subclasses__())
    found = below | {grandchild for child in below for grandchild in _titled(child)}
    return {each for each in found if each.__module__.split(".")[0] in (*ROOMS, "core")}


def catalogue() -> Catalog:
    """The English catalogue as it is kept."""
    if not PO.exists():
        return Catalog(locale="en")
    with PO.open("rb") as file:
        return pofile.read_po(file, locale="en")


def update() -> list[str]:
    """Bring the catalogue in line with what is collected; gives what has no English yet."""
    kept, wanted = catalogue(), collected()
    fresh = Catalog(locale="en", project="Qingyuan", version="1", fuzzy=False, creation_date=None, revision_date=None)
    for message in sorted(wanted):
        known = kept.get(message)
        fresh.add(message, string=known.string if known else "")
    PO.parent.mkdir(parents=True, exist_ok=True)
    with PO.open("wb") as file:
        pofile.write_po(file, fresh, omit_header=False, sort_output=True, width=0)
    return [message for message in sorted(wanted) if not fresh[message].string]


if __name__ == "__main__":
    gc.disable()
    missing = update()
    sys.stdout.write("\n".join(missing) + f"\n{len(missing)} without English\n")
