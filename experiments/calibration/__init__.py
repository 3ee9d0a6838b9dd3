"""Fitting parameters to what was measured."""
