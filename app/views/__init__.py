"""The front door's pages, a module for each family."""

from app.views import desk, machine

__all__ = ["desk", "machine"]
