"""Robustness of findings over all fitting parameter sets."""
