"""The registry's forms, by page family."""
