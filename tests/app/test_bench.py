"""The measurements can be started: every family is there, and nothing it calls has gone."""

from bench.__main__ import FAMILIES, SMALLEST_ONLY


def test_every_family_of_measurements_can_be_loaded() -> None:
    assert set(SMALLEST_ONLY) <= set(FAMILIES)
