"""The room's documents, by family."""

from permits.notices import reports

__all__ = ["reports"]
