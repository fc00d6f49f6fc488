"""The list and the page of one firm in the two ready-made back offices that PERFORMANCE.md names, on the same tables.

Each runs in a process of its own, since Django is set up once for a process: ``python -m bench.admins django URL``. Both show
what our list shows of a firm, twenty rows of the same filter and order. Django's asks who is signed in, Flask-Admin's
asks nobody; neither asks what may be seen, keeps a list's remarks, nor counts more cheaply than by counting all.
"""

import contextlib
import importlib
import json
import subprocess
import sys
import tempfile
import types
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import ForeignKey, create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship, scoped_session, sessionmaker

from bench.data import Register
from bench.lines import CPU, WALL, Line, best_together

SHOWN = ("name", "credit_code", "area", "industry_code", "category", "status", "permit_no", "permit_valid_to")
ROWS = 20
Asked = Callable[[], object]


def measured(register: Register) -> Iterator[Line]:
    """All lines of this family; those that are not installed say so."""
    for name, module in (("Django admin", "django"), ("Flask-Admin", "flask_admin")):
        try:
            importlib.import_module(module)
        except ImportError:
            yield Line(f"other: list page of {name}", "not installed", "")
            continue
        command = [sys.executable, "-m", "bench.admins", module, register.url]
        told = subprocess.run(command, cwd=Path(__file__).parents[1], capture_output=True, text=True, check=True)
        for what, seconds in json.loads(told.stdout.splitlines()[-1]).items():
            yield Line(f"other: {what} of {name}, one process", seconds * 1000, "ms")


def _set_up(url: str, folder: Path, urls: str) -> None:
    """Django itself: its own tables in a folder, the register in another database."""
    import django
    from django.conf import settings

    here = make_url(url)
    register = {"ENGINE": "django.db.backends.sqlite3", "NAME": here.database}
    if not url.startswith("sqlite"):
        found = {"NAME": here.database, "USER": here.username, "HOST": here.query.get("host", here.host)}
        register = {"ENGINE": "django.db.backends.postgresql", **found}
    parts = ("admin", "auth", "contenttypes", "sessions", "messages", "staticfiles")
    settings.configure(
        SECRET_KEY="bench-0123456789abcdef0123456789abcdef-bench",
        ALLOWED_HOSTS=["testserver"],
        INSTALLED_APPS=[*(f"django.contrib.{part}" for part in parts), "bench"],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
        ],
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "APP_DIRS": True,
                "OPTIONS": {
                    "context_processors": [
                        "django.template.context_processors.request",
                        "django.contrib.auth.context_processors.auth",
                        "django.contrib.messages.context_processors.messages",
                    ]
                },
            }
        ],
        DATABASES={
            "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(folder / "people.sqlite3")},
            "register": register,
        },
        DATABASE_ROUTERS=["bench.admins.Router"],
        ROOT_URLCONF=urls,
        STATIC_URL="/static/",
        USE_TZ=True,
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    )
    django.setup()


def _django(url: str, folder: Path) -> dict[str, Asked]:
    urls: Any = types.ModuleType("urls_of_the_admin")
    sys.modules[urls.__name__] = urls
    _set_up(url, folder, urls.__name__)
    from django.contrib import admin
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from django.db import models
    from django.test import Client
    from django.urls import path

    def table(name: str, label: str, /, **columns: Any) -> Any:
        kept = type("Meta", (), {"app_label": "bench", "db_table": label, "managed": False})
        shown = lambda row: row.name  # noqa: E731
        return type(name, (models.Model,), {"__module__": __name__, "Meta": kept, "__str__": shown, **columns})

    area = table("Area", "area", name=models.CharField(max_length=100))
    office = table("Office", "office", name=models.CharField(max_length=100))
    words = ("credit_code", "name", "industry_code", "category", "status", "permit_no", "address", "contact_name")
    firm = table(
        "Enterprise",
        "enterprise",
        **{word: models.CharField(max_length=200) for word in words},
        permit_valid_to=models.DateField(null=True),
        last_inspected_on=models.DateField(null=True),
        area=models.ForeignKey(area, models.PROTECT),
        office=models.ForeignKey(office, models.PROTECT),
    )
    listed = {
        "list_display": SHOWN,
        "list_filter": ("category",),
        "search_fields": ("name",),
        "list_per_page": ROWS,
        "list_select_related": ("area",),
        "ordering": ("name",),
    }
    admin.site.register(firm, type("FirmAdmin", (admin.ModelAdmin,), listed))
    urls.urlpatterns = [path("admin/", admin.site.urls)]
    call_command("migrate", verbosity=0, database="default")
    client = Client()
    client.force_login(User.objects.create_superuser("bench", password="x"))
    number = firm.objects.values_list("id", flat=True).order_by("id")[firm.objects.count() // 2]
    return {
        "list page": lambda: _good(client.get("/admin/bench/enterprise/?category__exact=key&o=1")),
        "page of one firm": lambda: _good(client.get(f"/admin/bench/enterprise/{number}/change/")),
    }


class Router:
    """Django's own tables in one database, the register's in the other, never migrated."""

    def db_for_read(self, model: Any, **_hints: Any) -> str:
        """Where a model's rows are."""
        return "register" if model._meta.app_label == "bench" else "default"

    db_for_write = db_for_read

    def allow_relation(self, *_rows: Any, **_hints: Any) -> bool:
        """Nothing is written here."""
        return True

    def allow_migrate(self, db: str, app_label: str, **_hints: Any) -> bool:
        """The register is not Django's."""
        return db == "default" and app_label != "bench"


class Mapping(DeclarativeBase):
    """The few columns that are shown, mapped as a back office would."""


class Area(Mapping):
    """Where a firm is."""

    __tablename__ = "area"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]

    def __str__(self) -> str:
        """Its name."""
        return self.name


class Firm(Mapping):
    """A firm."""

    __tablename__ = "enterprise"
    id: Mapped[int] = mapped_column(primary_key=True)
    credit_code: Mapped[str]
    name: Mapped[str]
    industry_code: Mapped[str]
    category: Mapped[str]
    status: Mapped[str]
    permit_no: Mapped[str]
    address: Mapped[str]
    contact_name: Mapped[str]
    permit_valid_to: Mapped[date | None]
    last_inspected_on: Mapped[date | None]
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    area: Mapped[Area] = relationship()


def _flask_admin(url: str, _folder: Path) -> dict[str, Asked]:
    from flask import Flask
    from flask_admin import Admin
    from flask_admin.contrib.sqla import ModelView
    from flask_babel import Babel

    session = scoped_session(sessionmaker(create_engine(url)))

    class FirmView(ModelView):
        column_list = SHOWN
        column_default_sort = "name"
        column_searchable_list = ("name",)
        page_size = ROWS

        def get_query(self) -> Any:
            return super().get_query().filter(Firm.category == "key")

        def get_count_query(self) -> Any:
            return super().get_count_query().filter(Firm.category == "key")

    app = Flask("bench_admin")
    app.testing = True
    app.config.update(SECRET_KEY="bench-0123456789abcdef0123456789abcdef")
    app.teardown_appcontext(lambda _error: session.remove())
    Babel(app)  # it asks for one as soon as the package is there
    Admin(app).add_view(FirmView(Firm, session, endpoint="firms"))
    client = app.test_client()
    number = session.query(Firm.id).order_by(Firm.id).offset(session.query(Firm).count() // 2).limit(1).scalar()
    session.remove()
    return {
        "list page": lambda: _good(client.get("/admin/firms/")),
        "page of one firm": lambda: _good(client.get(f"/admin/firms/edit/?id={number}")),
    }


def _good(answer: Any) -> None:
    if answer.status_code != 200:
        raise RuntimeError(str(answer.status_code))


def main(which: str, url: str) -> None:
    """Measure one of them and print the seconds of each page as JSON."""
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(sys.stderr):
        asked = {"django": _django, "flask_admin": _flask_admin}[which](url, Path(folder))
        for act in asked.values():
            act()
        times = best_together(asked, 15, CPU if url.startswith("sqlite") else WALL)
    print(json.dumps(times))


if __name__ == "__main__":
    main(*sys.argv[1:])
