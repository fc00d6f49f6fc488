"""Nothing is written by a form that this house did not give out."""

from collections.abc import Callable

from flask import Flask
from werkzeug.routing import AnyConverter, BaseConverter, IntegerConverter

from app import KEYED
from tests.browse import Browser


def _any(converter: BaseConverter) -> str | int:
    """A value that this part of an address takes."""
    if isinstance(converter, AnyConverter):
        return min(converter.items)
    return 1 if isinstance(converter, IntegerConverter) else "x"


def test_nothing_is_written_without_the_token_of_its_form(app: Flask, browse: Callable[..., Browser]) -> None:
    written = [
        rule
        for rule in app.url_map.iter_rules()
        if rule.methods and "POST" in rule.methods and rule.endpoint not in KEYED
    ]
    free = [rule for rule in written if getattr(app.view_functions[rule.endpoint], "keeps_nothing", False)]
    assert [rule.endpoint for rule in free] == ["registry.verify"], "only this one writes nothing"
    assert len(written) > 50
    for username in ("approver", "signer"):
        client = browse(username).client
        for rule in written:
            if rule in free:
                continue
            built = rule.build({name: _any(rule._converters[name]) for name in rule.arguments})
            assert built, rule.rule
            for token in ({}, {"csrf_token": "forged"}):
                assert client.post(built[1], data=token).status_code == 400, rule.rule
