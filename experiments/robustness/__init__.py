"""Findings over every set of parameters that fits."""
