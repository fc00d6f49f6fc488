"""The room's pages, a module for each family."""

from inspections.views import decisions, enterprise, orders, records

__all__ = ["decisions", "enterprise", "orders", "records"]
