"""Contrasts: sums and differences of labels, such as "on - off" or "both - a - b + none", paired by replication."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from model.errors import BadInput

Weights = dict[str, int]


def read(text: str, labels: Sequence[str], where: str, key: str) -> Weights:
    """Return the weight (1 or -1) of each label. Raises BadInput unless weights add up to 0 and each label occurs once."""
    words = text.replace("+", " + ").replace("-", " - ").split()
    if words and words[0] not in "+-":
        words.insert(0, "+")
    signs, names = words[::2], words[1::2]
    found = {name: 1 if sign == "+" else -1 for sign, name in zip(signs, names, strict=False)}
    plain = len(signs) == len(names) == len(found) and set(signs) <= {"+", "-"}
    if not plain or not found or not set(found) <= set(labels) or sum(found.values()):
        example = " - ".join(list(labels)[1::-1])
        raise BadInput(where, key, text, f"labels with + and - between, as many of each, such as {example!r}; labels: {', '.join(labels)}")
    return found


def sides(values: Mapping[str, Mapping[int, float]], weights: Weights) -> tuple[np.ndarray, np.ndarray]:
    """Return the sums of subtracted and of added labels, each of shape (replications,), for replications of all labels.

    values: {label: {replication: outcome}}.
    """
    common = sorted(set[int].intersection(*(set(values[label]) for label in weights)))
    columns = {label: np.array([values[label][r] for r in common], dtype=np.float64) for label in weights}
    off = sum((columns[label] for label, sign in weights.items() if sign < 0), np.zeros(len(common)))
    on = sum((columns[label] for label, sign in weights.items() if sign > 0), np.zeros(len(common)))
    return off, on
