"""The week: one file for each process."""
