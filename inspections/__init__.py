"""Inspections, findings, rectification orders and penalty decisions."""
