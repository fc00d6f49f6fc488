"""The room's pages, a module for each family."""

from accounts.views import account, lists, people, trail

__all__ = ["account", "lists", "people", "trail"]
