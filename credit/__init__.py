"""Credit events, schemes, evaluation, and the blacklist from proposal to removal."""
