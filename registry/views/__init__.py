"""The registry's pages for the bureau, by family."""

from registry.views import attachments, documents, enterprises, hand_ins, imports, lists, notifications, obligations

__all__ = ["attachments", "documents", "enterprises", "hand_ins", "imports", "lists", "notifications", "obligations"]
