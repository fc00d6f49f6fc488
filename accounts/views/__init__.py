"""The room's pages, a module for each family."""

from accounts.views import account, people, trail

__all__ = ["account", "people", "trail"]
