"""Benchmarks and pictures of the app."""
