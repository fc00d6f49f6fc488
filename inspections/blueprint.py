"""The room's pages and where they are registered."""

from flask import Blueprint

bp = Blueprint("inspections", __name__)
