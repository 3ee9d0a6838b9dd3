"""Benchmarks of speed and memory, compared with a plain Mesa model."""
