"""The room's pages, a module for each family."""

from credit.views import grades, listings, repairs

__all__ = ["grades", "listings", "repairs"]
