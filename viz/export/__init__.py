"""Pages to take along."""
