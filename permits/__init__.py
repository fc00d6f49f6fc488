"""Discharge permits and their versions, limits, execution reports and self-monitoring."""
