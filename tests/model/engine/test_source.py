"""What is compiled: loops are found without a list, and what cannot be meant is refused in one line."""

from __future__ import annotations

import itertools
import re
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import model
from model.engine import modules as engine
from model.engine import source
from model.engine.source import find_loops, generated_source
from model.errors import BadInput

NUMBERS = itertools.count()
HEAD = """
from model.engine.chance import draw
from model.engine.loops import loop
from model.rules import feel_burden

"""
Package = Callable[..., str]


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Package]:
    """Write files into a package of their own and return its name."""

    def write(**files: str) -> str:
        name = f"small_{next(NUMBERS)}"
        for path, text in {"__init__": "", **files}.items():
            file = tmp_path / name / f"{path.replace('__in__', '/')}.py"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(
                "" if path.endswith("__init__") else HEAD.replace("PACKAGE", name) + textwrap.dedent(text).replace("PACKAGE", name)
            )
        return name

    monkeypatch.syspath_prepend(tmp_path)
    yield write
    for name in [name for name in sys.modules if name.startswith("small_")]:
        del sys.modules[name]


def refused(name: str) -> str:
    with pytest.raises(BadInput) as caught:
        generated_source(name)
    text = str(caught.value)
    assert "\n" not in text
    return text


# --- finding ------------------------------------------------------------------------------------------------------


def test_every_function_marked_as_a_loop_is_found_wherever_it_stands_in_the_order_of_files(package: Package) -> None:
    name = package(
        zebra="@loop\ndef third(keys):\n    return draw(keys[0], 1)\n",
        apple="@loop\ndef first(keys):\n    return 1\n\n\ndef no_loop():\n    return 2\n\n\n@loop\ndef second(keys):\n    return 3\n",
        inner__in____init__="",
        inner__in__deep="@loop\ndef between(keys):\n    return 4\n",
        quiet="TIMES = 3\n",
    )
    assert list(find_loops(name)) == ["first", "second", "between", "third"]
    assert find_loops(name)["first"] is sys.modules[f"{name}.apple"].first
    assert f"{name}.quiet" not in sys.modules, "a file without loops is not imported"


def test_no_loop_of_the_model_is_left_out_and_none_is_found_twice() -> None:
    home = Path(model.__file__).parent
    marked = [
        name for path in home.rglob("*.py") for name in re.findall(r"^@loop\b.*\ndef (\w+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    ]
    assert len(marked) > 60
    assert sorted(marked) == sorted(find_loops())
    assert all(f"\ndef {name}(" in generated_source() for name in marked)


def test_a_loop_is_part_of_its_callers_and_one_with_types_is_compiled_once(package: Package) -> None:
    name = package(
        apple="""
        @loop
        def outer(keys):
            return helper(keys) + small(2)


        @loop
        def helper(keys):
            return feel_burden(0.1, 0.2, 0.3, draw(keys[0], 1))


        @loop("i8(i8)")
        def small(number):
            return number
        """
    )
    made = generated_source(name)
    for text in ("@njit\ndef outer", "@part\ndef helper", "@once('i8(i8)')\ndef small", "@part\ndef feel_burden"):
        assert text in made


# --- by meaning ---------------------------------------------------------------------------------------------------

FEEL = '''
REST = 0.5  # assumption


@loop
def feel(keys, means):
    """Residents feel what is wrong."""
    # each in turn
    return REST * means[0]  # half
'''


def test_a_mended_docstring_or_comment_leaves_the_generated_source_as_it_was(package: Package) -> None:
    mended = FEEL.replace("feel what is wrong", "are bothered by it").replace("# each in turn", "# one by one").replace("  # half", "")
    assert mended != FEEL
    assert generated_source(package(apple=mended)) == generated_source(package(apple=FEEL))
    assert "bothered" not in generated_source(package(apple=mended))


@pytest.mark.parametrize(("old", "new"), [("REST = 0.5", "REST = 0.6"), ("REST * means", "REST / means"), ("keys, means", "means, keys")])
def test_a_changed_number_statement_or_argument_changes_it(old: str, new: str, package: Package) -> None:
    assert generated_source(package(apple=FEEL.replace(old, new))) != generated_source(package(apple=FEEL))


def test_the_source_of_the_model_has_no_comments_and_no_docstrings() -> None:
    made = generated_source()
    assert '"""' not in made
    assert not re.search(r"#", made)


def test_a_mended_docstring_of_a_rule_leaves_the_folder_of_what_was_compiled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEEFWERELD_CACHE", str(tmp_path))
    as_is = Path(str(source.rules.__file__)).read_text(encoding="utf-8")
    words = as_is.replace("    return ", "    # in short\n    return ")
    words = re.sub(r'^    """(?=\w)', '    """Other words: ', words, flags=re.MULTILINE)
    number = as_is.replace("return 1.0 - ", "return 1.1 - ", 1)
    assert len({as_is, words, number}) == 3
    found = []
    for text in (as_is, words, number):
        with monkeypatch.context() as patched:
            patched.setattr(source.inspect, "getsource", {source.rules: text}.__getitem__)
            generated_source.cache_clear()
            found.append(engine.source_file({}).parent)
        generated_source.cache_clear()
    assert found[0] == found[1] != found[2]


def test_a_constant_has_the_value_that_it_has_in_the_file_of_the_loop(package: Package) -> None:
    name = package(
        apple="from PACKAGE.facts import WEEKS\n\nA, B = range(2)\n\n\n@loop\ndef wait(keys):\n    return WEEKS + B\n",
        facts="WEEKS: int = 4 * 13\nUNUSED = 7\n",
    )
    made = generated_source(name).split("\n\n\n")[0]
    assert made == "B = 1\nWEEKS = 52"


# --- refused ------------------------------------------------------------------------------------------------------

PLAIN = "@loop\ndef feel(keys):\n    return 1\n"


def test_a_name_that_two_files_give_to_a_loop_is_refused(package: Package) -> None:
    name = package(apple=PLAIN, pear=PLAIN)
    assert refused(name) == f"{name}/pear.py: loop feel, line 7; allowed: a unique name: {name}/apple.py defines feel too"
    generated_source(package(apple=PLAIN, pear=PLAIN.replace("feel", "touch")))


def test_a_loop_defined_twice_in_one_file_is_refused(package: Package) -> None:
    name = package(apple=PLAIN + "\n\n" + PLAIN)
    assert refused(name) == f"{name}/apple.py: loop feel, line 12; allowed: a unique name: {name}/apple.py defines feel too"


@pytest.mark.parametrize(("taken", "home"), [("will_report", "model/rules.py"), ("gauss", "model/engine/chance.py")])
def test_a_loop_named_as_a_rule_or_as_a_draw_is_refused(taken: str, home: str, package: Package) -> None:
    name = package(apple=PLAIN.replace("feel", taken))
    assert f"loop {taken}" in (text := refused(name))
    assert text.endswith(f"{home} defines {taken} too")


@pytest.mark.parametrize(
    "other", ["UPKEEP = 26", "UPKEEP = 52", "UPKEEP, MORE = range(26, 28)", "UPKEEP: int = 26", "if True:\n    UPKEEP = 26"]
)
@pytest.mark.parametrize("used", [True, False])
def test_a_constant_that_two_loop_files_define_is_refused(other: str, used: bool, package: Package) -> None:
    """Once one of the two was silently compiled for both: upkeep was paid half as often."""
    second = f"{other}\n\n\n@loop\ndef touch(keys):\n    return {'UPKEEP' if used else 0}\n"
    first = "UPKEEP = 52\n\n\n@loop\ndef feel(keys):\n    return UPKEEP\n"
    name = package(apple=first, pear=second)
    text = refused(name)
    for part in (f"{name}/pear.py: ", "UPKEEP", f"{name}/apple.py", "loop "):
        assert part in text
    assert "UPKEEP = 52" in generated_source(package(apple=first, pear=second.replace("UPKEEP", "UPKEEP_WEEKS")))


def test_a_constant_imported_under_the_name_of_another_ones_is_refused(package: Package) -> None:
    name = package(
        apple="from PACKAGE.facts import WEEKS\n\n\n@loop\ndef feel(keys):\n    return WEEKS\n",
        pear="from PACKAGE.others import WEEKS\n\n\n@loop\ndef touch(keys):\n    return WEEKS\n",
        facts="WEEKS = 4\n",
        others="WEEKS = 5\n",
    )
    assert refused(name) == (
        f"{name}/pear.py: loop touch, WEEKS; allowed: one value under one name: 5 here, 4 in {name}/apple.py, loop feel"
    )


@pytest.mark.parametrize(
    ("line", "used", "own"),
    [
        ("from model.rules import feel_burden as fb", "fb(0.1, 0.2, 0.3, 0.4)", "feel_burden"),
        ("from model.engine.chance import draw as luck", "luck(keys[0], 1)", "draw"),
        ("from model.engine.chance import SETTLE as S", "keys[S]", "SETTLE"),
        ("fb = feel_burden", "fb(0.1, 0.2, 0.3, 0.4)", "feel_burden"),
        ("import numpy", "numpy.sqrt(2.0)", "np"),
        ("import math as m", "m.sqrt(2.0)", "math"),
    ],
)
def test_what_is_imported_under_another_name_is_refused_in_a_loop_and_only_there(line: str, used: str, own: str, package: Package) -> None:
    name = package(apple=f"{line}\n\n\n@loop\ndef feel(keys):\n    return {used}\n")
    text = refused(name)
    assert text.startswith(f"{name}/apple.py: loop feel, {used.split('(')[0].split('.')[0].removeprefix('keys[').rstrip(']')}; ")
    assert own in text
    generated_source(package(apple=f"{line}\n\n\n@loop\ndef feel(keys):\n    return 1\n"))


@pytest.mark.parametrize(
    ("arguments", "named"),
    [("keys, week=0", "week"), ("keys, *more", "more"), ("keys, *, week", "week"), ("keys, **more", "more"), ("keys, /", "keys")],
)
def test_a_loop_with_a_default_or_other_special_arguments_is_refused(arguments: str, named: str, package: Package) -> None:
    name = package(apple=f"@loop\ndef feel({arguments}):\n    return 1\n")
    text = refused(name)
    assert text.startswith(f"{name}/apple.py: loop feel, argument {named}; ")
    assert "without defaults" in text


def test_a_misspelt_constant_rule_or_loop_is_told_with_near_names(package: Package) -> None:
    for wrong, right in (("REST_WEKS", "REST_WEEKS"), ("feel_burdn(0.1, 0.2, 0.3, 0.4)", "feel_burden"), ("touched(keys)", "touch")):
        name = package(apple=f"REST_WEEKS = 4\n\n\n@loop\ndef feel(keys):\n    return {wrong}\n\n\n@loop\ndef touch(keys):\n    return 1\n")
        assert refused(name).startswith(f"{name}/apple.py: loop feel, {wrong.split('(')[0]}; did you mean {right}")


def test_what_cannot_be_compiled_is_refused_by_its_name(package: Package) -> None:
    for line, used in (("TABLE = {1: 2}", "TABLE"), ("def plain(x):\n    return x", "plain")):
        name = package(apple=f"{line}\n\n\n@loop\ndef feel(keys):\n    return {used}\n")
        assert refused(name).startswith(f"{name}/apple.py: loop feel, {used}; ")
