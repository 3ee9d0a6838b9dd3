"""The command `leefwereld`."""
