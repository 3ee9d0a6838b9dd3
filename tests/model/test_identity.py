"""A run's identity follows from what determines it: words do not count, everything else does."""

from __future__ import annotations

import re

import pytest

from model import identity
from model.engine.meaning import meaning
from model.engine.modules import generated_source

FILES = {path.relative_to(identity.HOME).as_posix(): path.read_text(encoding="utf-8") for path in identity.HOME.rglob("*.py")}


@pytest.fixture(scope="module")
def loops() -> str:
    return generated_source()


@pytest.fixture(scope="module")
def as_is(loops: str) -> str:
    return identity.hash_of_code(loops, identity.ROLES)


def changed(loops: str, name: str, old: str, new: str) -> str:
    """The hash with one file changed in one place."""
    assert FILES[name].count(old) >= 1, f"{old!r} no longer stands in {name}"
    return identity.hash_of_code(loops, identity.ROLES, lambda file: FILES[file].replace(old, new, 1) if file == name else FILES[file])


def test_every_file_below_model_is_named_as_determining_a_run_or_not():
    assert set(FILES) == set(identity.ROLES)
    assert set(identity.ROLES.values()) == {identity.DECIDES, identity.DECLARES, identity.APART}


def test_other_files_below_model_are_cases_which_count_by_value_or_documentation():
    others = [path.relative_to(identity.HOME) for path in identity.HOME.rglob("*") if path.is_file() and path.suffix not in (".py", ".pyc")]
    assert [
        path for path in others if path.parent.as_posix() != "case/scenarios" and path.suffix != ".md" and path.name != "py.typed"
    ] == []


def test_the_hash_that_is_kept_is_the_hash_of_what_stands_there(as_is: str):
    assert identity.code_hash() == as_is
    assert re.fullmatch(r"[0-9a-f]{16}", as_is)


@pytest.mark.parametrize("name", sorted(name for name, role in identity.ROLES.items() if role == identity.DECIDES))
def test_words_do_not_count_and_statements_do(name: str, loops: str, as_is: str):
    """In every file that decides: a comment, a docstring at the head of the file; and one statement more."""
    text = FILES[name]
    assert text.startswith('"""')
    mended = '"""Other words.' + text[3:] + "\n# a remark\n"
    assert identity.hash_of_code(loops, identity.ROLES, lambda file: mended if file == name else FILES[file]) == as_is
    more = text + "\nONE_MORE = 1\n"
    assert identity.hash_of_code(loops, identity.ROLES, lambda file: more if file == name else FILES[file]) != as_is


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("rules.py", "Return whether", "Say whether"),
        ("regimes.py", "field hours at the desk", "hours spent at the desk"),
        ("regimes.py", "not a practice (a condition belongs", "no practice (a condition belongs"),
        ("case/sections.py", "dwellings lived in by their owner", "homes that their owner lives in"),
        ("case/sections.py", "CBS 2020, the Netherlands: 57 %", "Statistics Netherlands, 2020: 57 %"),
        ("parameters.py", "occasional reporter's mean rate at full burden", "mean rate of who reports seldom, at full burden"),
        ("neighbourhood.py", "    # ---", "    # ----"),
    ],
)
def test_a_mended_word_leaves_identity_as_it_was(name: str, old: str, new: str, loops: str, as_is: str):
    if old in FILES[name]:
        assert changed(loops, name, old, new) == as_is
    else:
        assert name == "rules.py"


def test_a_mended_sentence_of_the_story_leaves_identity_as_it_was():
    assert {role for name, role in identity.ROLES.items() if name.startswith("story/")} == {identity.APART}


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("regimes.py", "(0.05, 0.15)", "(0.05, 0.16)"),
        ("case/sections.py", "number(2.14, 1, 4.8", "number(2.15, 1, 4.8"),
        ("case/layout.py", "max(600.0", "max(601.0"),
        ("week/learning.py", " > ", " >= "),
        ("state/tallies.py", "LIVE_CONTACT = 0.1", "LIVE_CONTACT = 0.2"),
    ],
)
def test_one_changed_constant_or_decision_changes_identity(name: str, old: str, new: str, loops: str, as_is: str):
    name = (
        next((file for file in FILES if old in FILES[file] and identity.ROLES[file] == identity.DECIDES), name)
        if old not in FILES[name]
        else name
    )
    assert changed(loops, name, old, new) != as_is


def test_what_a_rule_does_counts_and_what_is_said_of_it_does_not(loops: str, as_is: str):
    other = loops.replace("1.0 - ", "1.1 - ", 1)
    assert other != loops
    assert identity.hash_of_code(other, identity.ROLES) != as_is
    assert identity.hash_of_code(loops + "\n# a remark\n", identity.ROLES) == as_is


def test_declarations_count_by_value(monkeypatch: pytest.MonkeyPatch, loops: str, as_is: str):
    from dataclasses import replace

    from model import outcomes, parameters

    first = next(iter(outcomes.OUTCOMES.values()))
    monkeypatch.setitem(outcomes.OUTCOMES, first.name, replace(first, label="other words", meaning="other words"))
    assert identity.hash_of_code(loops, identity.ROLES) == as_is
    monkeypatch.setitem(outcomes.OUTCOMES, first.name, replace(first, smallest=first.smallest * 2))
    assert identity.hash_of_code(loops, identity.ROLES) != as_is
    monkeypatch.setitem(outcomes.OUTCOMES, first.name, first)
    assert identity.hash_of_code(loops, identity.ROLES) == as_is
    field = parameters.Behaviour.model_fields["trust_step"]
    monkeypatch.setattr(field, "default", 0.071)
    assert identity.hash_of_code(loops, identity.ROLES) != as_is


def test_a_changed_column_changes_identity(loops: str, as_is: str):
    for name, text in FILES.items():
        if identity.ROLES[name] == identity.DECIDES and 'Column("severity", "float32"' in text:
            assert changed(loops, name, 'Column("severity", "float32"', 'Column("severity", "float64"') != as_is
            assert changed(loops, name, '"how bad"', '"how serious"') == as_is
            return
    columns = [name for name, role in identity.ROLES.items() if role == identity.DECLARES and name.startswith("state/")]
    assert columns, "no file declares the column `severity` of problems"


def test_meaning_keeps_what_a_program_does_and_drops_what_it_says():
    head = '"""A."""\nfrom __future__ import annotations\n\n'
    first = head + 'def f(x: int = 2) -> int:\n    "B."\n    if x < 0:\n        raise ValueError("too low")\n    return x + 1  # one\n'
    second = 'def f(x=2):\n    if x < 0:\n        raise ValueError("below nought")\n    return x + 1\n'
    assert meaning(first) == meaning(second)
    assert meaning(first) != meaning(second.replace("x + 1", "x + 2"))
    assert meaning(first) != meaning(second.replace("x=2", "x=3"))
    assert meaning(first) != meaning(second.replace("ValueError", "KeyError"))


def test_types_of_functions_and_their_locals_decide_nothing():
    typed = """
from typing import cast, overload

@overload
def f(x: int) -> int: ...
@overload
def f(x: str) -> str: ...
def f[T: (int, str)](x: T) -> T:
    y: T = x
    self.y: T = cast("T", y)
    return y
"""
    assert meaning(typed) == meaning("def f(x):\n    y = x\n    self.y = y\n    return y\n")


def test_the_type_of_a_field_decides_how_it_is_checked_and_counts(loops: str, as_is: str):
    assert meaning("class A:\n    n: int = 1\n") != meaning("class A:\n    n: float = 1\n")
    assert meaning("class A:\n    n: int\n") != meaning("class A:\n    n: float\n")
    assert meaning("def f():\n    class A:\n        n: int\n    return A\n") != meaning(
        "def f():\n    class A:\n        n: str\n    return A\n"
    )
    assert changed(loops, "regimes.py", "presence: float", "presence: int") != as_is
    assert changed(loops, "case/event.py", "weeks: int = Field", "weeks: float = Field") != as_is
    assert changed(loops, "case/event.py", "week: int, given: Given", "week: float, given: Given") == as_is
    assert changed(loops, "state/world.py", "self.planned: list[Event]", "self.planned: tuple[Event]") == as_is
