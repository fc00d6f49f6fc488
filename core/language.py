"""The interface's language: templates are compiled once for each, their fixed words already in it.

A page holds hundreds of words, and looking each up for each request cost more than everything else on it. So
``_('文书')`` in a template becomes its translation when the template is compiled; only sentences with something to fill
in are looked up when the page is made.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, cast

from flask import Flask, current_app, g
from flask.templating import Environment
from flask_babel import Babel, Domain, force_locale, get_locale, get_translations, ngettext
from flask_babel.speaklater import LazyString
from jinja2 import Template, nodes, pass_context
from jinja2.runtime import Context
from jinja2.visitor import NodeTransformer
from markupsafe import Markup

from core.counting import counted, in_number
from core.memo import Memo


class Catalogues(Domain):
    """The catalogues by language; Flask-Babel's own way spells out the whole locale for every word."""

    def get_translations(self) -> Any:
        """The catalogue of this request."""
        spoken = language()
        if spoken not in self.cache:
            self.cache[spoken] = found = super().get_translations()
            if spoken == "en":
                plain = found.ugettext
                found.ugettext = lambda words: counted(plain(words))
            found.spoken = Memo(found.ugettext)
        return self.cache[spoken]


def gettext(words: str, /, **variables: Any) -> str:
    """The same as Flask-Babel's, but it finds the catalogue once in a request instead of once a word."""
    try:
        catalogue = g.catalogue
    except AttributeError:
        catalogue = g.catalogue = get_translations().spoken
    except RuntimeError:  # nobody asks yet: no application, no language
        return words % variables if variables else words
    spoken: str = catalogue[words]
    return spoken % variables if variables else spoken


def language() -> str:
    """The language of this request, as a key for what is made once in each."""
    locale = get_locale()
    return str(locale.language) if locale else ""


def lazy_gettext(words: str, **variables: Any) -> Any:
    """Words declared before anybody asks, spoken when they are shown."""
    return LazyString(gettext, words, **variables)


@contextmanager
def spoken_in(language: str) -> Iterator[None]:
    """Speak a certain language for a while, whatever the request's is."""
    with force_locale(language):
        before = g.pop("catalogue", None)
        try:
            yield
        finally:
            g.pop("catalogue", None)
            if before is not None:
                g.catalogue = before


class Templates(Environment):
    """Jinja's environment in one language; the first one hands each page to the one of the language it is asked in."""

    def __init__(self, app: Any, **options: Any) -> None:
        """The environment of all languages together: it holds their filters and globals."""
        super().__init__(app, **options)
        self.spoken: dict[str, Templates] = {}
        self.catalogue: Any = None

    def get_or_select_template(self, wanted: Any, parent: str | None = None, globals: Any = None) -> Template:
        """The template in the language of this request."""
        if self.catalogue is None and (locale := get_locale()) is not None:
            return self._speaking(str(locale)).get_or_select_template(wanted, parent, globals)
        return super().get_or_select_template(wanted, parent, globals)

    def _speaking(self, language: str) -> "Templates":
        if language not in self.spoken:
            own = self.overlay()
            own.catalogue = current_app.extensions["babel"].instance.domain_instance.get_translations()
            self.spoken[language] = own
        return self.spoken[language]

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        parsed = super()._parse(source, name, filename)
        _Worded(self.catalogue).visit(parsed)
        return parsed


class _Worded(NodeTransformer):
    """Puts the words of one language in place of the calls that ask for them.

    Only words that stand in the template are ours: what a value says is looked up and then escaped like any value.
    """

    def __init__(self, catalogue: Any) -> None:
        self.catalogue = catalogue

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 - Jinja's name
        """``_('words')``, with nothing to fill in."""
        self.generic_visit(node)
        if isinstance(node.node, nodes.Name) and node.node.name == "_" and len(node.args) == 1:
            words = node.args[0]
            if not isinstance(words, nodes.Const):
                node.node = nodes.Name("word_of", "load", lineno=node.lineno)
            elif self.catalogue is not None and not (node.kwargs or node.dyn_args or node.dyn_kwargs):
                spoken = Markup(self.catalogue.ugettext(words.value)) % {}  # noqa: S704 - our own words
                return nodes.Const(spoken, lineno=node.lineno)
        return node


def install(app: Flask, choose: Callable[[], str]) -> None:
    """Let the application speak the language that ``choose`` names for each request."""
    app.jinja_environment = Templates
    babel = Babel(app, locale_selector=choose)
    babel.domain_instance = Catalogues()
    cast(Any, app.jinja_env).install_gettext_callables(gettext, ngettext, newstyle=True)
    app.jinja_env.globals["gettext"] = _filled
    app.jinja_env.globals["word_of"] = _word_of


@pass_context
def _filled(context: Context, words: str, /, **variables: Any) -> Any:
    """A sentence of a template, filled in by the number of what it counts; what is filled in is escaped."""
    spoken = in_number(gettext(words), variables) if variables else gettext(words)
    return Markup(spoken) % variables if context.eval_ctx.autoescape else spoken % variables  # noqa: S704 - our own words


def _word_of(value: Any, **variables: Any) -> str:
    """What a value is called in this language: the label of a state, say. Never markup."""
    return gettext(str(value), **variables)
