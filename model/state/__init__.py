"""What there is: tables of people, streets and matters, accounts, tallies, experiences."""
