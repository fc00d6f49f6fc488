"""Templates speak the language they were compiled for; words that lists declare are spoken when they are shown."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from flask import Flask, render_template, render_template_string, request
from jinja2 import DictLoader

from core import language

pytestmark = pytest.mark.anywhere
PARTS = "{% macro mark(word) %}<b>{{ _('有效') }}{{ word }}</b>{% endmacro %}"
PAGE = "{% from 'parts.html' import mark %}{{ _('文书') }} {{ mark('<') }} {{ _('共 %(count)s 件', count=count) }} {{ _('100%%') }}"
LABEL = language.lazy_gettext("许可证")


@pytest.fixture
def bilingual(tmp_path: Path) -> Iterator[Flask]:
    """Two templates and an English catalogue."""
    catalogue = Catalog(locale="en")
    for chinese, english in (
        ("文书", "Documents"),
        ("有效", "Valid & "),
        ("共 %(count)s 件", "%(count)s in all"),
        ("许可证", "Permit"),
    ):
        catalogue.add(chinese, english)
    folder = tmp_path / "en" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "messages.mo").open("wb") as file:
        write_mo(file, catalogue)
    app = Flask("words")
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(tmp_path)
    app.jinja_loader = DictLoader({"page.html": PAGE, "parts.html": PARTS})
    language.install(app, lambda: request.args.get("lang", "zh_Hans_CN"))
    app.add_url_rule("/", "page", lambda: render_template("page.html", count="<3>"))
    app.add_url_rule("/value", "value", lambda: render_template_string("{{ _(words) }}", words=request.args["words"]))
    app.add_url_rule("/label", "label", lambda: f"{LABEL} {language.gettext('共 %(count)s 件', count=2)}")
    yield app


def test_each_reader_gets_the_own_language_from_the_same_template(bilingual: Flask) -> None:
    client = bilingual.test_client()
    chinese, english = (
        "文书 <b>有效&lt;</b> 共 &lt;3&gt; 件 100%",
        "Documents <b>Valid & &lt;</b> &lt;3&gt; in all 100%",
    )
    for _again in range(2):
        assert client.get("/").get_data(as_text=True) == chinese
        assert client.get("/?lang=en").get_data(as_text=True) == english


def test_words_that_a_value_brings_are_looked_up_but_never_markup(bilingual: Flask) -> None:
    client = bilingual.test_client()
    assert client.get("/value?words=文书").get_data(as_text=True) == "文书"
    assert client.get("/value?words=文书&lang=en").get_data(as_text=True) == "Documents"
    for spoken in ("zh_Hans_CN", "en"):
        assert client.get(f"/value?words=<b>&lang={spoken}").get_data(as_text=True) == "&lt;b&gt;"


def test_declared_words_are_spoken_in_the_language_of_the_request(bilingual: Flask) -> None:
    client = bilingual.test_client()
    assert client.get("/label").get_data(as_text=True) == "许可证 共 2 件"
    assert client.get("/label?lang=en").get_data(as_text=True) == "Permit 2 in all"


def test_words_need_no_application(bilingual: Flask) -> None:
    assert str(LABEL) == "许可证"
    assert language.gettext("共 %(count)s 件", count=2) == "共 2 件"


def test_a_language_can_be_spoken_for_a_while(bilingual: Flask) -> None:
    with bilingual.test_request_context("/"):
        assert language.gettext("文书") == "文书"
        with language.spoken_in("en"):
            assert language.gettext("文书") == "Documents"
        assert language.gettext("文书") == "文书"
