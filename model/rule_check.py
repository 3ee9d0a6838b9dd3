"""Rules of one's own tried over all that they may be given, as plain Python and compiled: the same answers, within their ranges."""

from __future__ import annotations

import hashlib
import inspect
import itertools
import json
import math
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

import numpy as np

from model.engine import modules as engine
from model.engine.rule_files import RULES, EndlessError, Rules, folder_of, is_like, limited, load_rules, read_file, rules_hash
from model.errors import BadInput
from model.rule_ranges import allowed_together, answers_of, ranges_of

INSIDE = 7  # so many times doubled: points inside the ranges
WIDE = 100.0  # a range wider than this is also tried at points that lie closer towards its low end
SAME, ROUNDING = 1e-9, 1e-9  # of an answer: how near plain and compiled come, and what may lie outside a range
PATIENCE = 90.0  # seconds for rules that are checked in a process of their own
_tried: set[tuple[str, bool]] = set()


def checked(source: str | Path | Rules | None, compiled: bool = True) -> Rules:
    """Return rules of one's own that were read and tried (once on this machine); raises BadInput.

    source: a file, or functions by the names of rules; see `load_rules`. compiled: compare with what is compiled from them.
    """
    found = load_rules(source)
    if not found:
        return found
    key = (rules_hash(found), compiled)
    if key in _tried:
        return found
    marker = engine.source_file(found).parent / "tried" if compiled else None
    if marker is None or not marker.exists():
        where = "rules" if isinstance(source, dict) else str(source)
        for name, function in found.items():
            try_rule(where, name, function, compiled)
        if marker is not None:
            with suppress(OSError):
                marker.touch()
    _tried.add(key)
    return found


def check_apart(file: Path) -> list[str]:
    """Check a file in a process of its own, which is ended when it takes too long; return the names of its rules, or raise BadInput."""
    mark = _mark(file)
    with suppress(OSError, ValueError):
        return json.loads(mark.read_text(encoding="utf-8"))
    root = str(Path(__file__).resolve().parents[1])
    code = f"import sys; sys.path.insert(0, {root!r}); from model.rule_check import tell; sys.exit(tell({str(file)!r}))"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as child:
        try:
            out, err = child.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            raise BadInput(str(file), "rules", None, f"rules that come to an end; these were not done in {PATIENCE:g} seconds") from None
        finally:
            child.kill()
    if child.returncode == 2 and err.strip():
        raise BadInput(err.strip().splitlines()[-1])
    if child.returncode:
        raise BadInput(str(file), "rules", None, f"rules that can be tried; their process ended with status {child.returncode}")
    names = json.loads(out.splitlines()[-1])
    with suppress(OSError):
        mark.parent.mkdir(parents=True, exist_ok=True)
        mark.write_text(json.dumps(names), encoding="utf-8")
    return names


def _mark(file: Path) -> Path:
    """Where it is noted that just these files passed this check, by these versions; raises BadInput on what is refused unrun."""
    space = read_file(str(file), file.resolve())
    sources = [*space.files(), *sorted(Path(__file__).parent.rglob("*.py"))]
    facts = [path.read_bytes() for path in sources] + [sys.version.encode(), version("numba").encode()]
    return engine.cache_root() / "checked" / hashlib.sha256(b"\0".join(facts)).hexdigest()[:24]


def tell(file: str) -> int:
    """In that process: check, print the names, or one line that says what is wrong. Returns the exit status."""
    try:
        print(json.dumps(list(checked(file))))
    except BadInput as error:
        print(error, file=sys.stderr)
        return 2
    return 0


# --- one rule -----------------------------------------------------------------------------------------------------------


def try_rule(where: str, name: str, function: Callable[..., float], compiled: bool = True) -> None:
    """Ask a rule everything in its grid; raises BadInput where it fails, leaves its range, or is another rule when compiled."""
    limits, folder = answers_of(name), folder_of(function)
    usual = True if limits is None else 0.5
    answers: list[tuple[dict[str, float], float | Exception]] = []
    for given in grid(name):
        plain = _answer(lambda given=given: limited(function, *given.values(), folder=folder))
        answers.append((given, plain))
        if isinstance(plain, EndlessError):
            raise BadInput(where, name, None, f"the answer for {_inputs(given)}: {plain}; allowed: rules that come to an end")
        if isinstance(plain, Exception) or not is_like(usual, plain):
            break  # how it is compiled, is told too
        if limits is not None and not limits[0] - ROUNDING <= plain <= limits[1] + ROUNDING:
            raise BadInput(where, name, None, f"the answer for {_inputs(given)} is {plain:g}; allowed: {limits[0]:g} to {limits[1]:g}")
    made = _compile(where, name, function) if compiled else None
    for given, plain in answers:
        other = plain if made is None else _answer(lambda given=given: made(*given.values()))
        if isinstance(plain, Exception) or not is_like(usual, plain) or not _same(plain, other):
            both = f"as plain Python {_said(plain)}" + ("" if made is None else f", compiled {_said(other)}")
            allowed = "the same True or False in both" if limits is None else "the same finite number in both"
            raise BadInput(where, name, None, f"the answers for {_inputs(given)} are {both}; allowed: {allowed}")


def _inputs(given: dict[str, float]) -> str:
    return ", ".join(f"{key} {value:.17g}" for key, value in given.items())


def grid(name: str) -> Iterator[dict[str, float]]:
    """Yield what a rule is asked: all corners of its ranges, the middle, points on the way, and points spread evenly inside (Sobol')."""
    from scipy.stats import qmc

    ranges = ranges_of(name)
    low, high = np.array(list(ranges.values())).T
    inside = qmc.Sobol(len(ranges), scramble=True, rng=1).random_base2(INSIDE)
    wide = high - low > WIDE
    near = low + np.where(wide, np.expm1(inside * np.log1p(high - low)), inside * (high - low))
    way = np.array([[share] * len(ranges) for share in (0.5, 0.2, 0.25, 0.75, 0.8)])
    corners = np.array(list(itertools.product(*ranges.values())))
    for row in itertools.chain(low + way * (high - low), corners, low + inside * (high - low), near):
        given = dict(zip(ranges, np.clip(row, low, high).tolist(), strict=True))
        if allowed_together(name, given):
            yield given


def _compile(where: str, name: str, function: Callable[..., float]) -> Callable[..., float]:
    """Return a rule compiled for numbers; raises BadInput when it cannot be."""
    import numba
    from numba.core.dispatcher import Dispatcher

    made = engine.jitted(function)
    try:
        assert isinstance(made, Dispatcher)
        made.compile((numba.float64,) * len(inspect.signature(RULES[name]).parameters))
    except Exception as error:  # of whatever kind: a compiler has many
        raise BadInput(where, name, None, f"the rule works as plain Python but cannot be compiled: {_reason(error)}") from None
    return made


def _reason(error: Exception) -> str:
    """What a compiler says, as far as it helps somebody who writes a rule."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    told = [line for line in lines if line.startswith('File "') or "unify" in line or "Invalid use" in line or "not supported" in line]
    return f"{' '.join(told[:2]) or (lines or [type(error).__name__])[0]}; use numbers of one kind, math, and functions of your own"


def _answer[Given](ask: Callable[[], Given]) -> Given | Exception:
    """What was answered, or the error that was raised."""
    try:
        return ask()
    except Exception as error:
        return error


def _same(first: float, second: float | Exception) -> bool:
    if isinstance(first, bool | np.bool_) or isinstance(second, bool | np.bool_):
        return isinstance(second, bool | np.bool_) and bool(first) == bool(second)
    return not isinstance(second, Exception) and math.isclose(first, second, rel_tol=SAME, abs_tol=SAME)


def _said(answer: object) -> str:
    return f"{type(answer).__name__} ({answer})" if isinstance(answer, Exception) else f"{answer!r}"[:60]
