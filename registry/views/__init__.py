"""The registry's pages for the bureau, by family."""

from registry.views import attachments, documents, notifications, obligations

__all__ = ["attachments", "documents", "notifications", "obligations"]
