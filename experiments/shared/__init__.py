"""Shared code of all experiments: files, progress, stopping, statistics, style."""
