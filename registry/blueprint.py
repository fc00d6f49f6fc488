"""The room's pages and where they are registered."""

from flask import Blueprint

bp = Blueprint("registry", __name__)
