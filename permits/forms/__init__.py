"""The room's forms, by page family."""
