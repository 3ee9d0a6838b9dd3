"""Small rule files as students write them: each works as plain Python and compiled, or is refused in one plain line."""

from __future__ import annotations

import random
import re
import textwrap
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import psutil
import pytest

from model import rule_check
from model.case.case import load
from model.engine import rule_files
from model.engine.modules import RULES
from model.errors import BadInput
from model.neighbourhood import Neighbourhood

FEEL = "def feel_burden(public_load, private_load, means, sensitivity):\n"
REPORT = "def will_report(draw, habit, burden, belief, owner, owner_ratio, reach):\n"
LIKELY = REPORT + "    return draw < habit * burden\n"
TINY = load("default").replaced(residents=40, burn_in=0)
DRAW = "the rule's argument draw"

# What a file does -> the file, where it is refused, and what is said.
REFUSED: dict[str, tuple[str, str, list[str]]] = {
    # luck, clocks, state, things from outside
    "random.random": ("import random\n" + REPORT + "    return random.random() < burden\n", "will_report, line 3", ["random.random, luck", DRAW]),
    "random by name": ("from random import random as luck\n" + REPORT + "    return luck() < burden\n", "will_report, line 3", ["luck of its own"]),
    "numpy's luck": ("import numpy as np\n" + REPORT + "    return np.random.rand() < burden\n", "will_report, line 3", ["numpy.random", DRAW]),
    "luck in a helper": (
        "import random\ndef luck():\n    return random.random()\n" + REPORT + "    return luck() < burden\n", "will_report, line 3", ["random.random"],
    ),
    "luck of a file beside": ("from beside import luck\n" + REPORT + "    return luck() < burden\n", "line 3 of beside.py", ["random.random"]),
    "luck in a constant": ("import random\nSHARE = random.random()\n" + FEEL + "    return SHARE\n", "feel_burden, line 2", ["luck"]),
    "a generator": ("import random\nLUCK = random.Random(1)\n" + FEEL + "    return LUCK.random()\n", "feel_burden, line 2", ["random.Random, luck"]),
    "a clock": ("import time\n" + FEEL + "    return time.time() % 1.0\n", "feel_burden, line 3", ["a clock"]),
    "a date": ("from datetime import date\n" + FEEL + "    return date.today().day / 31\n", "feel_burden, line 3", ["a clock"]),
    "a global counter": ("N = 0\n" + FEEL + "    global N\n    N += 1\n    return means\n", "feel_burden, line 3", ["global", "kept between calls"]),
    "a function that counts": (FEEL + "    feel_burden.n = 1\n    return means\n", "feel_burden, line 2", ["kept between calls"]),
    "a default that remembers": (
        "def heard(x, seen=[]):\n    return x\n" + FEEL + "    return heard(means)\n", "feel_burden, line 1", ["kept between calls"],
    ),
    "a list that remembers": ("SEEN = []\n" + FEEL + "    SEEN.append(means)\n    return means\n", "feel_burden, line 3", ["SEEN.append", "kept between calls"]),
    "nonlocal": (
        FEEL + "    n = 0.0\n    def more():\n        nonlocal n\n        n = 1.0\n        return n\n    return more()\n",
        "feel_burden, line 4", ["nonlocal"],
    ),
    "a file that is read": (FEEL + "    return float(open('x').read())\n", "feel_burden, line 2", ["open, something from outside"]),
    "a constant from a file": ("SHARE = float(open('share.txt').read())\n" + FEEL + "    return SHARE\n", "feel_burden, line 1", ["open, something"]),
    "the environment": ("import os\n" + FEEL + "    return float(os.environ['SHARE'])\n", "feel_burden, line 3", ["from outside"]),
    "a module of somebody else": ("import polars\n" + FEEL + "    return polars.__version__\n", "feel_burden, line 3", ["identity does not cover"]),
    "what is done on reading": ("print('hello')\n" + LIKELY, "line 1", ["print('hello')", "when the file is read"]),
    "an import that is not used": ("import socket\n" + LIKELY, "line 1", ["socket"]),
    # what cannot be compiled, or is something else then
    "an f-string": (FEEL + "    name = f'{means}'\n    return means\n", "feel_burden, line 2", ["f-string"]),
    "a decorated function": ("from functools import lru_cache\n@lru_cache\n" + LIKELY, "will_report, line 2", ["@lru_cache"]),
    "math.fmod": ("import math\n" + FEEL + "    return math.fmod(means, 0.5)\n", "feel_burden, line 3", ["math.fmod", "%"]),
    ":=": (FEEL + "    return (half := 0.5 * means) * half\n", "feel_burden, line 2", [":="]),
    "except": (
        FEEL + "    try:\n        return means / private_load\n    except ZeroDivisionError:\n        return 0.0\n",
        "feel_burden, line 2", ["try and except"],
    ),
    "a name set in one branch": (
        FEEL + "    if means > 0.5:\n        felt = 0.5\n    return felt\n", "feel_burden, line 4", ["felt, which has a value on some ways"],
    ),
    "a name set in a loop": (
        FEEL + "    for n in range(int(4 * means)):\n        felt = 0.5\n    return felt\n", "feel_burden, line 4", ["felt"],
    ),
    "an if without else": (REPORT + "    if burden > 0.5:\n        return draw < habit\n", "will_report, line 2", ["without an answer", "True or False"]),
    "a dict": ("TABLE = {'low': 0.5}\n" + FEEL + "    return TABLE['low']\n", "feel_burden, line 1", ["a dict"]),
    "a list": (FEEL + "    return max([means, 0.5])\n", "feel_burden, line 2", ["a list", "(0.1, 0.2)"]),
    "an error of its own": (FEEL + "    if means > 2:\n        raise ValueError('no')\n    return means\n", "feel_burden, line 3", ["an error of its own"]),
    "print": (FEEL + "    print(means)\n    return means\n", "feel_burden, line 2", ["print"]),
    "numpy": ("import numpy as np\n" + FEEL + "    return np.clip(means, 0, 1)\n", "feel_burden, line 3", ["numpy.clip", "math"]),
    "a number too large": (FEEL + "    return means if means < 10**3 + 99999999999999999999 else 0.0\n", "feel_burden, line 2", ["64 bits"]),
    # what does not come to an end
    "an endless loop": (FEEL + "    while means < 2:\n        means = means * 1.0\n    return means\n", "feel_burden", ["does not come to an end"]),
    "an endless loop on reading": ("def f():\n    while True:\n        pass\nX = f()\n" + LIKELY, "line", ["does not come to an end|no such"]),
    "a rule that calls itself": (FEEL + "    return feel_burden(public_load, private_load, means, sensitivity)\n", "feel_burden", ["Recursion"]),
    # other answers over the ranges of the arguments
    "log of nothing": ("import math\n" + FEEL + "    return min(1.0, -math.log(means) / 99)\n", "feel_burden", ["means 0,", "plain", "compiled"]),
    "a steep exp": (
        "import math\n" + FEEL + "    return 1.0 / (1.0 + math.exp(public_load))\n", "feel_burden", ["public_load 500000,", "OverflowError", "compiled 0.0"],
    ),
    "the root of a negative": ("import math\n" + FEEL + "    return math.sqrt(means - 0.1)\n", "feel_burden", ["means 0,", "ValueError", "nan"]),
    "a power of a negative": (FEEL + "    return (means - 0.1) ** 0.5\n", "feel_burden", ["means 0,", "compiled nan"]),
    "division by zero": (FEEL + "    return min(1.0, 0.01 / private_load)\n", "feel_burden", ["private_load 0,", "ZeroDivisionError"]),
    "out of range": (FEEL + "    return -means\n", "feel_burden", ["is -", "allowed: 0 to 1"]),
    "out of range at one corner": (FEEL + "    return 1.5 * means if sensitivity > 9999.0 else means\n", "feel_burden", ["is 1.5", "sensitivity 10000"]),
    "no number at a corner": ("import math\n" + FEEL + "    return math.inf - math.inf if means == 1.0 else means\n", "feel_burden", ["means 1,", "nan"]),
    "two kinds of answer": (FEEL + "    return True if means == 1.0 else means\n", "feel_burden", ["means 1,", "finite number"]),
}  # fmt: skip

WORKS: dict[str, str] = {
    "a model's own rule": "from model.rules import feel_burden as ours\n"
    + FEEL
    + "    return 0.5 * ours(public_load, private_load, means, sensitivity)\n",
    "the model's rules": "from model import rules\n"
    + FEEL
    + "    return rules.feel_burden(public_load, private_load, means, sensitivity)\n",
    "loops, tuples and helpers": """
        from math import exp
        from beside import SHARES as parts
        WEIGHTS = (0.25, 0.5, 0.125)
        LAST: float = 1.0 / 2 - abs(-0.25)


        def halved(number, by=0.5):
            return number * by


        def feel_burden(public_load, private_load, means, sensitivity):
            "A sentence."
            total = 0.0
            for weight in WEIGHTS:
                total += weight * means
            for n in range(3):
                last = n
            while total > 0.5:
                total = halved(total)
            square = lambda x: x * x

            def third(x):
                return x / 3

            a, b = square(total), third(means)
            if last == 2 and not a > 2:
                return max(0.0, min(1.0, a + b * LAST)) * parts[0]
            else:
                return 0

        if __name__ == "__main__":
            print(feel_burden(1, 1, 1, 1))
        """,
    "division that cannot fail": FEEL + "    return public_load / (1.0 + public_load) if means > 0.5 else round(means) % 2 * (3 // 2)\n",
}


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str], Path]:
    def put(text: str) -> Path:
        (tmp_path / "beside.py").write_text(
            "import random\ndef luck():\n    return random.random()\n" if "import luck" in text else "SHARES = (1.0, 0.5)\n"
        )
        path = tmp_path / "my_rules.py"
        path.write_text(textwrap.dedent(text))
        return path

    return put


def refusal(action: Callable[[], object]) -> str:
    with pytest.raises(BadInput) as caught:
        action()
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("what", REFUSED)
def test_what_breaks_a_promise_is_refused_in_one_line_with_rule_line_and_remedy(what: str, write: Callable[[str], Path]) -> None:
    text, place, parts = REFUSED[what]
    path = write(text)
    said = refusal(lambda: rule_check.checked(path))
    assert said.startswith(f"{path}: "), said
    assert place in said
    assert "allowed: " in said or "it fails" in said or "does not run" in said
    for part in parts:
        assert re.search(part if "|" in part else re.escape(part), said), said


@pytest.mark.parametrize("what", WORKS)
def test_what_the_check_accepts_runs_and_gives_the_same_plain_and_compiled(what: str, write: Callable[[str], Path]) -> None:
    path = write(WORKS[what])
    assert list(rule_check.checked(path)) == ["feel_burden"]


def test_functions_given_from_python_are_read_too() -> None:
    generator, seen = random.Random(1), []

    def counts(draw, presence):
        seen.append(draw)
        return draw < presence

    refused = {
        "random, luck": lambda draw, presence: random.random() < presence,
        "numpy": lambda draw, presence: np.random.rand() < presence,
        "time.time, a clock": lambda draw, presence: time.time() < presence,
        "generator, luck": lambda draw, presence: generator.random() < presence,
        "seen, a list, state": counts,
        "without an answer": half_an_answer,
    }
    for part, rule in refused.items():
        for compiled in (True, False):
            said = refusal(lambda rule=rule, compiled=compiled: Neighbourhood(TINY, rules={"visit_finds": rule}, compiled=compiled))
            assert said.startswith("rules: visit_finds, line "), said
            assert part.split(",")[0] in said
    space: dict = {}
    exec("def visit_finds(draw, presence):\n    return draw < presence\n", space)
    assert "source can be read" in refusal(lambda: Neighbourhood(TINY, rules={"visit_finds": space["visit_finds"]}))


def half_an_answer(draw, presence):  # noqa: RET503
    if presence > 0.5:
        return draw < presence


def test_plain_runs_are_tried_over_the_ranges_as_well() -> None:
    said = refusal(
        lambda: Neighbourhood(TINY, rules={"feel_burden": lambda public_load, private_load, means, sensitivity: -1.0}, compiled=False)
    )
    assert re.search(r"rules: feel_burden; the answer for .* is -1; allowed: 0 to 1", said)


def test_our_own_rules_pass_their_own_check() -> None:
    for name in ("feel_burden", "will_report", "update_trust"):  # the others: tests/model/test_rules.py
        rule_check.try_rule("rules", name, RULES[name], compiled=False)


def test_the_grid_has_every_corner_and_points_at_both_ends_of_wide_ranges() -> None:
    points = list(rule_check.grid("feel_burden"))
    assert {tuple(point.values()) for point in points} >= {
        (a, b, c, d) for a in (0, 1e6) for b in (0, 1e6) for c in (0, 1) for d in (0, 1e4)
    }
    loads = sorted(point["public_load"] for point in points)
    assert sum(0 < load < 10 for load in loads) > 10
    assert sum(5e5 < load < 1e6 for load in loads) > 30


def test_a_file_that_hangs_where_nobody_can_count_is_ended_in_a_process_of_its_own(
    write: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert rule_check.check_apart(write(LIKELY)) == ["will_report"]
    refused = write("import random\n" + REPORT + "    return random.random() < burden\n")
    endless = write(REPORT + "    n = 3\n    for _ in range(60):\n        n = n * n\n    return draw < n\n")
    monkeypatch.setattr(rule_check, "PATIENCE", 1.0)
    before = psutil.Process().children()  # of other tests in this process, such as a browser's
    assert "not done in 1 seconds" in refusal(lambda: rule_check.check_apart(endless))
    assert psutil.Process().children() == before
    write("import random\n" + REPORT + "    return random.random() < burden\n")
    monkeypatch.setattr(rule_check, "PATIENCE", 0.0)  # what is refused by reading needs no process
    assert "random.random" in refusal(lambda: rule_check.check_apart(refused))


def test_what_was_tried_once_is_not_tried_again(write: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(FEEL + "    return 0.5 * means\n")
    rule_check.checked(path)
    monkeypatch.setattr(rule_check, "try_rule", lambda *given: pytest.fail("tried again"))
    rule_check.checked(path)
    monkeypatch.setattr(rule_check, "_tried", set())
    rule_check.checked(path)  # another process finds the mark on disk


def test_counting_lines_leaves_a_debugger_in_place() -> None:
    def watch(frame, event, given):
        return None

    import sys

    before = sys.gettrace()
    sys.settrace(watch)
    try:
        rule_files.limited(lambda: None, folder="")
        assert sys.gettrace() is watch
    finally:
        sys.settrace(before)
