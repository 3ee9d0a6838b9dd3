"""Compiling, tables, loops and keyed random numbers: what the model runs on."""
