"""Comparing regimes: the same people, the same luck."""
