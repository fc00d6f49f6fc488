"""The registry's tables for page and Excel, by page family."""
