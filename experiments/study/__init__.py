"""Studies: the file, its design, the points and the work."""
