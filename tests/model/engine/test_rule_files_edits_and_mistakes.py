"""Rules of one's own: an edit is seen at once, and a mistake is told in one line."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from model.engine.modules import load_rules, rules_hash
from model.neighbourhood import Neighbourhood
from model.rule_check import checked
from tests.model.engine.own_rules import HEAD, SCALED, TINY, Write, burdens, closure, forget, message, times

# --- edits --------------------------------------------------------------------------------------------------------

BY_NAME, WHOLE = "from patience import {}\n\n\n", "import patience\n\n\n"
EDITS: dict[str, tuple[str, str]] = {  # a file and its helper; {} is the number that is edited
    "a number of the rule": (HEAD + "    return {} * means\n", ""),
    "a helper": (SCALED + "\n\n" + HEAD + "    return scaled(means)\n", ""),
    "a helper of a helper": (SCALED + "\n\ndef again(number):\n    return scaled(number)\n\n\n" + HEAD + "    return again(means)\n", ""),
    "a constant": ("FACTOR = {}\n\n\n" + HEAD + "    return FACTOR * means\n", ""),
    "a default of a helper": ("def scaled(number, by={}):\n    return by * number\n\n\n" + HEAD + "    return scaled(means)\n", ""),
    "a function inside the rule": (HEAD + "    def scaled(number):\n        return {} * number\n\n    return scaled(means)\n", ""),
    "a lambda inside the rule": (HEAD + "    scaled = lambda number: {} * number\n    return scaled(means)\n", ""),
    "an imported helper": (BY_NAME.format("scaled") + HEAD + "    return scaled(means)\n", SCALED),
    "an imported constant": (BY_NAME.format("FACTOR") + HEAD + "    return FACTOR * means\n", "FACTOR = {}\n"),
    "a helper of an imported module": (WHOLE + HEAD + "    return patience.scaled(means)\n", SCALED),
    "a constant of an imported module": (WHOLE + HEAD + "    return patience.FACTOR * means\n", "FACTOR = {}\n"),
}


@pytest.mark.parametrize("process", ["in the same process", "in a new process"])
@pytest.mark.parametrize("what", EDITS)
def test_an_edit_changes_results_and_the_hash_of_the_rules(what: str, process: str, write: Write, tmp_path: Path) -> None:
    """The hash names the folder of the compiled loops: an edit that it does not see meets an old kernel."""
    hashes = []
    for factor in (0.5, 0.625):
        write(EDITS[what][1].replace("{}", str(factor)), "patience.py")
        path = write(EDITS[what][0].replace("{}", str(factor)))
        if process == "in a new process":
            forget(tmp_path)
        found = load_rules(path)
        assert found["feel_burden"](0.0, 0.0, 1.0, 0.0) == factor, "the function that was read"
        hashes.append(rules_hash(found))
        assert burdens(path, compiled=False) == times(factor)
    assert hashes[0] != hashes[1]


def test_an_edit_changes_compiled_results_in_the_same_process(write: Write) -> None:
    for factor in (0.5, 0.625):
        write("def scaled(number):\n    return number\n", "patience.py")
        path = write(f"from patience import scaled\n\n\n{HEAD}    return scaled({factor} * means)\n")
        assert burdens(path, compiled=True) == times(factor)


def test_an_edit_of_the_same_length_in_the_same_second_is_seen(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    """Python's own cache of compiled files tells versions apart by second and length."""
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    for factor in (0.25, 0.75):
        path = write(f"{HEAD}    return {factor} * means\n")
        os.utime(path, (1_700_000_000, 1_700_000_000))
        assert burdens(path, compiled=False) == times(factor)


def test_any_edit_of_a_file_gives_its_rules_another_name(write: Write) -> None:
    first = rules_hash(load_rules(write(HEAD + "    return 0.5 * means\n")))
    second = rules_hash(load_rules(write("# mine\n\n\n" + HEAD + "    # half\n    return 0.5 * means\n")))
    assert first != second  # sources are compared whole: compiling once too often is better than once too little


# --- mistakes -----------------------------------------------------------------------------------------------------

BROKEN: dict[str, tuple[str, list[str]]] = {
    "a syntax error": ("x = 1\n\n\ndef feel_burden(:\n    pass\n", ["line 4", "SyntaxError"]),
    "a wrong indent": ("def feel_burden(a):\nreturn 1\n", ["line 2", "IndentationError"]),
    "a zero byte": ("x = 1\n\x00\n", ["null byte"]),
    "an error on reading": ("import math\n\nx = 1 / 0\n", ["line 3", "ZeroDivisionError"]),
    "an unknown import": ("import math\nimport nowhere_to_be_found\n", ["line 2", "nowhere_to_be_found"]),
    "the end of the program": ("import sys\n\nsys.exit(3)\n", ["line 3"]),
    "an error in the rule": (HEAD + "    x = 1\n    return x / (means - 0.5)\n", ["feel_burden, line 3", "0.5", "ZeroDivisionError"]),
    "an error in a helper": (
        "def f(x):\n    return 1 / (x - 0.5)\n\n\n" + HEAD + "    return f(means)\n",
        ["feel_burden, line 2", "ZeroDiv"],
    ),
    "an unknown name": (HEAD + "    return meens\n", ["feel_burden, line 2", "'meens'"]),
    "an error of two lines": (HEAD + '    raise ValueError("a\\nb")\n', ["feel_burden, line 2", "an error of its own"]),
    "too few arguments": ("def feel_burden(means):\n    return means\n", ["feel_burden", "(means)", "(public_load, private_load,"]),
    "arguments in another order": ("def visit_finds(presence, draw):\n    return True\n", ["visit_finds", "(draw, presence)"]),
    "any arguments": ("def visit_finds(*numbers):\n    return True\n", ["visit_finds", "(draw, presence)"]),
    "nothing given back": (HEAD + "    means\n", ["feel_burden", "a finite number"]),
    "a text": (HEAD + '    return "much"\n', ["feel_burden", "'much'", "a finite number"]),
    "a pair": (HEAD + "    return 0.5, 0.5\n", ["feel_burden", "a finite number"]),
    "no number": (HEAD + '    return float("nan")\n', ["feel_burden", "nan", "a finite number"]),
    "an endless number": (HEAD + "    return 10**400\n", ["feel_burden", "a finite number"]),
    "a number for yes or no": ("def visit_finds(draw, presence):\n    return 0.5\n", ["visit_finds", "0.5", "True or False"]),
    "a 1 for yes": ("def visit_finds(draw, presence):\n    return 1\n", ["visit_finds", "True or False"]),
    "yes or no for a number": (HEAD + "    return means > 0.5\n", ["feel_burden", "a finite number"]),
    "no rules": ("x = 1\n", ["rules", "feel_burden", "household_moves"]),
    "nothing": ("", ["rules", "feel_burden"]),
    "a misspelt rule": ("def feel_burdn(means):\n    return 0.5\n", ["rules", "feel_burden"]),
    "a rule that is no function": ("class feel_burden:\n    pass\n", ["feel_burden"]),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_mistake_in_a_file_is_told_in_one_line_that_names_file_rule_and_line(what: str, write: Write) -> None:
    path = write(BROKEN[what][0])
    try:
        text = message(lambda: load_rules(path))
    except SystemExit:
        pytest.fail("reading the file ended the program")
    assert text.startswith(f"{path}: ")
    for part in BROKEN[what][1]:
        assert part in text, text


def test_the_line_is_named_too_when_the_path_is_relative(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(write("x = 1 / 0\n").parent)
    assert message(lambda: load_rules("my_rules.py")).startswith("my_rules.py: line 1; ")
    write("x = 1\n" + HEAD + "    return 1 / 0\n")
    assert message(lambda: load_rules("my_rules.py")).startswith("my_rules.py: feel_burden, line 3; ")


@pytest.mark.parametrize("name", ["nowhere.py", ".", "rules.txt", "rules.toml"])
def test_a_file_that_is_missing_a_folder_or_no_python_is_refused(name: str, write: Write, tmp_path: Path) -> None:
    write("x = 1\n", "rules.txt")
    path = tmp_path / name
    assert message(lambda: load_rules(path)).startswith(f"{path}: file; allowed: a ")


@pytest.mark.parametrize(
    ("rules", "part"),
    [
        ({"feel_burdn": closure(1.0)}, "feel_burdn; no such rule; allowed: problem_arises"),
        ({"feel_burden": 0.5}, "feel_burden; allowed: a function written in Python"),
        ({"feel_burden": None}, "feel_burden; allowed: a function"),
        ({"feel_burden": max}, "feel_burden; allowed: a function"),
        ({"feel_burden": lambda means: means}, "feel_burden = '(means)'; these arguments: "),
        ({"visit_finds": lambda draw, presence: 1 / 0}, "ZeroDivisionError"),
    ],
)
def test_a_mistake_in_a_dict_of_rules_is_told_in_one_line(rules: dict, part: str) -> None:
    text = message(lambda: load_rules(rules))
    assert text.startswith("rules: ")
    assert part in text
    assert message(lambda: Neighbourhood(TINY, rules=rules, compiled=False)) == text


def test_a_rule_that_python_runs_but_cannot_be_compiled_is_told_in_one_line(write: Write) -> None:
    """Most of what cannot be compiled is no part of what rules are written in: tests/model/test_rule_check.py."""
    path = write("PARTS = (0.5, 1)\n\n\n" + HEAD + "    for part in PARTS:\n        means = means * part\n    return means\n")
    assert burdens(path, compiled=False) == times(0.5)
    assert "feel_burden; the rule works as plain Python but cannot be compiled" in message(lambda: checked(path))
