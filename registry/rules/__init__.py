"""The registry's rules, by family: pure functions, no session, no flask, no clock."""
