"""The room's law as pure functions: no session, no flask, no clock."""
