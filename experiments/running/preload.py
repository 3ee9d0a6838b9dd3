"""Loaded once by the process from which workers are forked: the model, Mesa, and the loops if they are compiled.

Each worker then starts in milliseconds and shares this memory. What starts threads of its own (polars) is left to the workers.
"""

from contextlib import suppress

import experiments.running.groups  # noqa: F401
import model.neighbourhood  # noqa: F401
from model import warm_up
from model.engine import modules as engine

with suppress(Exception):  # a worker meets the same error, and reports it
    if engine.is_compiled():
        warm_up.ensure_compiled()
