"""Rules of one's own: replaced from a file or a dict, compiled and plain alike, and found again by other processes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
import types
from pathlib import Path

import numpy as np
import pytest

from model.engine import chance
from model.engine import modules as engine
from model.engine.modules import RULES, load_rules, rules_hash
from model.errors import BadInput
from model.neighbourhood import Neighbourhood
from tests.model.engine.own_rules import HEAD, MEANS, SCALED, TINY, Write, burdens, closure, times

# A file as a student would write it: three rules, a helper, a constant, and a file of helpers beside it.
OWN = """
import math

from patience import PATIENCE, softened

BOLD = 0.75


def halved(number):
    return 0.5 * number


def feel_burden(public_load, private_load, means, sensitivity):
    return 1.0 - math.exp(-sensitivity * softened(public_load + halved(private_load)))


def will_promise(draw, burden, boldness):
    if boldness > BOLD:
        return draw < burden
    return draw < PATIENCE * halved(burden)


def problem_arises(draw, rate):
    return draw < 6.0 * rate
"""
BESIDE = """
PATIENCE = 0.25


def softened(load):
    return load * raised(PATIENCE) + 1.0


def raised(number):
    return number + 1.5
"""


def environment(**more: str) -> dict[str, str]:
    root = str(Path(engine.__file__).parents[2])
    return {**os.environ, "PYTHONPATH": os.pathsep.join([root, os.environ.get("PYTHONPATH", "")]), **more}


def started(code: str, *arguments: object, **more: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", textwrap.dedent(code), *map(str, arguments)]
    return subprocess.Popen(command, env=environment(**more), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def answer(process: subprocess.Popen[str]) -> dict:
    """The line of JSON that a process prints last."""
    out, error = process.communicate(timeout=300)
    assert process.returncode == 0, error
    return json.loads(out.splitlines()[-1])


# --- what replaces what -------------------------------------------------------------------------------------------


def test_a_file_with_one_rule_replaces_that_rule_and_no_other(write: Write) -> None:
    path = write(HEAD + "    return 0.5 * means\n")
    found = load_rules(path)
    assert list(found) == ["feel_burden"]
    assert burdens(path, compiled=False) == times(0.5)
    ours, theirs = engine.module({}, compiled=False), engine.module(found, compiled=False)
    changed = [name for name in RULES if getattr(theirs, name).__code__.co_code != getattr(ours, name).__code__.co_code]
    assert changed == ["feel_burden"]


def test_no_rules_are_no_rules() -> None:
    assert load_rules(None) == load_rules({}) == {}
    assert rules_hash({}) == rules_hash(load_rules(None))
    assert engine.module(None, compiled=False) is engine.module({}, compiled=False)


def test_reading_a_file_leaves_the_search_path_as_it_was(write: Write) -> None:
    before = list(sys.path)
    load_rules(write(HEAD + "    return 0.5 * means\n"))
    with pytest.raises(BadInput):
        load_rules(write("import nowhere_to_be_found\n", "other.py"))
    assert sys.path == before


def test_helpers_and_constants_in_the_file_and_beside_it_work_compiled_and_plain(write: Write) -> None:
    """The one whole run with rules of one's own: the same weeks, compiled and plain, and other ones than ours."""
    write(BESIDE, "patience.py")
    path = write(OWN)
    plain = Neighbourhood(TINY, seed=1, rules=path, compiled=False).run(5)
    compiled = Neighbourhood(TINY, seed=1, rules=path).run(5)
    usual = Neighbourhood(TINY, seed=1).run(5)
    assert list(plain.world.rules) == list(compiled.world.rules) == ["feel_burden", "will_promise", "problem_arises"]
    assert np.array_equal(plain.measures.to_numpy(), compiled.measures.to_numpy(), equal_nan=True)
    for name, table in plain.world.tables.items():
        saved, other = table.checkpoint(), compiled.world.tables[name].checkpoint()
        assert all(np.array_equal(saved[column], other[column], equal_nan=True) for column in saved), name
    assert not np.array_equal(usual.measures.to_numpy(), compiled.measures.to_numpy(), equal_nan=True)
    assert plain.identity == compiled.identity != usual.identity


def test_functions_of_a_module_imported_whole_work_compiled_and_plain(write: Write) -> None:
    write("FACTOR = 0.5\n\n\ndef scaled(number):\n    return FACTOR * number\n", "patience.py")
    path = write("import patience\n\n\n" + HEAD + "    return patience.scaled(means) + 0.0 * patience.FACTOR\n")
    assert burdens(path, compiled=False) == times(0.5)
    assert burdens(path, compiled=True) == times(0.5)


def test_two_files_may_each_have_a_helper_of_the_same_name_beside_them(tmp_path: Path, write: Write) -> None:
    for folder, factor in (("one", 0.5), ("two", 0.75)):
        (tmp_path / folder).mkdir()
        write(f"FACTOR = {factor}\n", f"{folder}/patience.py")
        path = write("from patience import FACTOR\n\n\n" + HEAD + "    return FACTOR * means\n", f"{folder}/my_rules.py")
        assert burdens(path, compiled=False) == times(factor), folder


def test_a_dict_of_rules_works_with_a_lambda_and_with_a_function_made_by_another() -> None:
    shown = {
        0.5: lambda public_load, private_load, means, sensitivity: 0.5 * means,
        0.75: closure(0.75),
    }
    for factor, rule in shown.items():
        assert burdens({"feel_burden": rule}, compiled=False) == times(factor)
        assert burdens({"feel_burden": rule}, compiled=True) == times(factor)


def test_a_neighbourhood_takes_a_dict_of_rules_and_its_identity_tells() -> None:
    usual = Neighbourhood(TINY, compiled=False)
    never = Neighbourhood(TINY, rules={"problem_arises": lambda draw, rate: False}, compiled=False)
    assert never.identity != usual.identity
    never.run(8)
    assert len(usual.run(8).world.problems) > 0
    assert len(never.world.problems) == 0


def test_two_rule_sets_in_one_process_do_not_touch_each_other_or_ours() -> None:
    for compiled in (False, True):
        ours = burdens(None, compiled)
        assert burdens({"feel_burden": closure(0.5)}, compiled) == times(0.5)
        assert burdens({"feel_burden": closure(0.25)}, compiled) == times(0.25)
        assert burdens({"feel_burden": closure(0.5)}, compiled) == times(0.5)
        assert burdens(None, compiled) == ours == pytest.approx([1 - np.exp(-(0.5 + (1 - m) * 0.3)) for m in MEANS])
    assert all(RULES[name].__module__ == "model.rules" for name in RULES)


# --- the cache on disk --------------------------------------------------------------------------------------------

LIVE = """
    import json, sys
    from model import Neighbourhood, load
    from model.engine import modules as engine

    def counted(rules):
        hood = Neighbourhood(load("default").replaced(residents=60, burn_in=0), seed=1, rules=rules).run(5)
        loops = [f for f in vars(hood.world.module).values() if hasattr(f, "stats")]
        hits = sum(sum(f.stats.cache_hits.values()) for f in loops)
        misses = sorted(f.py_func.__name__ for f in loops if f.stats.cache_misses)
        return {"hits": hits, "misses": misses, "hash": engine.rules_hash(hood.world.rules), "burden": hood.measures["burden"].to_list()}

    print(json.dumps({"ours": counted(None), "theirs": counted(sys.argv[1])}))
"""
FEEL = """
    import json, sys
    if sys.argv[2] == "before":
        import numba

        @numba.njit
        def twice(x):
            return 2 * x

        assert twice(2) == 4
    import numpy as np
    from model.engine import modules as engine

    made = engine.module(engine.load_rules(sys.argv[1]))
    given = dict(par=np.zeros(1), resident_count=np.array([5]), resident_street=np.zeros(5, np.int32))
    given |= dict(resident_means=np.linspace(0, 1, 5, dtype=np.float32), resident_sensitivity=np.ones(5, np.float32))
    given |= dict(resident_burden=np.zeros(5, np.float32), street_public=np.full(1, 0.5, np.float32))
    given |= dict(street_private=np.full(1, 0.3, np.float32))
    loop = made.feel_burdens
    loop(*[given[name] for name in loop.py_func.__code__.co_varnames[: loop.py_func.__code__.co_argcount]])
    draw = made.draw(np.uint64(2**63 + 7), np.uint64(5))
    print(json.dumps({"felt": given["resident_burden"].tolist(), "draw": draw, "hits": sum(loop.stats.cache_hits.values())}))
"""


def test_a_second_process_finds_all_loops_compiled_and_the_same_hash(write: Write) -> None:
    write(BESIDE, "patience.py")
    path = write(OWN)
    for rules in (None, path):  # so that they are there (a whole run with these rules was compiled above)
        Neighbourhood(TINY, seed=1, rules=rules).run(5)
    found = answer(started(LIVE, path))
    for name, rules in (("ours", None), ("theirs", path)):
        assert found[name]["hits"] > 20
        assert found[name]["misses"] == []
        assert found[name]["hash"] == rules_hash(load_rules(rules))


def test_four_processes_at_once_on_an_empty_cache_agree_with_plain_python(write: Write, tmp_path: Path) -> None:
    """In two of them Numba was imported, and had compiled, beforehand. A fifth finds what they left."""
    write("def raised(number):\n    return number / 2.0\n", "patience.py")
    path = write("from patience import raised\n\n\n" + HEAD + "    return raised(means)\n")
    cache = tmp_path / "cache"
    running = [started(FEEL, path, when, LEEFWERELD_CACHE=str(cache)) for when in ("before", "after") * 2]
    found = [answer(process) for process in running]
    expected = {"felt": burdens(path, compiled=False), "draw": chance.draw(2**63 + 7, 5)}
    assert all({**expected, "hits": other["hits"]} == other for other in found)
    (folder,) = cache.iterdir()
    assert (folder / "leefwereld_loops.py").is_file()
    assert list(folder.rglob("*feel_burdens*.nbi"))  # what was compiled is kept here, whoever imported Numba first
    assert not list(folder.rglob("*.tmp"))
    assert answer(started(FEEL, path, "before", LEEFWERELD_CACHE=str(cache))) == {**expected, "hits": 1}


def test_a_cache_that_cannot_be_written_is_told_in_one_line_or_done_without(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("LEEFWERELD_CACHE", str(tmp_path / "file" / "cache"))
    monkeypatch.setattr(engine, "_loaded", {})
    try:
        assert burdens({"feel_burden": closure(0.375)}, compiled=True) == times(0.375)
    except BadInput as error:
        assert "\n" not in str(error)  # noqa: PT017 - either will do
        assert str(tmp_path) in str(error)  # noqa: PT017


def test_a_rule_set_with_a_helper_that_numba_compiled_has_the_same_hash_in_every_process(write: Write) -> None:
    path = write(f"import numba\n\n\n@numba.njit\n{SCALED.format(0.5)}\n\n{HEAD}    return scaled(means)\n")
    assert burdens(path, compiled=False) == burdens(path, compiled=True) == times(0.5)
    code = (
        "import json, sys\nfrom model.engine import rule_files as r\nprint(json.dumps({'hash': r.rules_hash(r.load_rules(sys.argv[1]))}))"
    )
    assert answer(started(code, path))["hash"] == rules_hash(load_rules(path))


def test_the_plain_module_of_a_rule_set_is_plain_python() -> None:
    made = engine.module(load_rules({"feel_burden": closure(0.5)}), compiled=False)
    loops = [f for name, f in vars(made).items() if callable(f) and not name.startswith("_")]
    assert all(isinstance(f, types.FunctionType) for f in loops if getattr(f, "__module__", "").startswith(("model", "leefwereld")))
    assert not any(hasattr(f, "py_func") for f in loops)
