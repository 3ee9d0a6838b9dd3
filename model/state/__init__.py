"""State of a world: tables of people, streets, problems and initiatives; accounts, tallies, experiences."""
