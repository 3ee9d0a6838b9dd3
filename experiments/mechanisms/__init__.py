"""Mechanisms of the essays: declared, switched off and on, judged."""
