"""Calibration: fit parameters to measured patterns."""
