"""Patterns: the model held against what was measured elsewhere."""
