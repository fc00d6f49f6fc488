"""What an address may hold: everything but the null character, which no text of PostgreSQL can be compared with."""

from flask import Flask, abort, request
from werkzeug.datastructures import ImmutableMultiDict

NULL = "\0"


def install(app: Flask) -> None:
    """Find nothing under a path with a null character, and read conditions without it, before anybody asks a database."""

    @app.before_request
    def without_null() -> None:
        if NULL in request.path:
            abort(404)
        pairs = list(request.args.items(multi=True))
        if any(NULL in name or NULL in value for name, value in pairs):
            request.args = ImmutableMultiDict(
                (name.replace(NULL, ""), value.replace(NULL, "")) for name, value in pairs
            )
