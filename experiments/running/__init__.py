"""Runs: the pool of workers, the ledger, the audit of a run."""
