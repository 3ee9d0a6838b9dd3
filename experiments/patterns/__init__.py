"""Patterns: comparison of the model with measurements from elsewhere."""
