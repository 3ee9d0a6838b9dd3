"""How the numbers of all seeds become a pattern that is met or not, worked out by hand."""

from __future__ import annotations

import math
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from experiments.patterns import cache, declared, measure
from experiments.patterns.declared import LARGE, REGIMES, SERVICE, SPREAD, TWINS, Part, Pattern
from experiments.patterns.measure import Found, Job, Measured, Size, estimated, judged
from experiments.running.pairs import Failure
from model import identity, warm_up
from model.case.case import load
from model.errors import BadInput

INF, NAN = math.inf, math.nan
CASE = load("default")
T95 = {2: 12.706204736432095, 3: 4.302652729911275, 4: 3.182446305284263}  # Student's t at 0.975, by number of seeds


def as_measured(estimate: float, low: float, high: float, expected: tuple[float, float] = (1.0, 2.0), scored: bool = True) -> Measured:
    return Measured(Part("x", *expected, scored=scored), estimate, low, high, 5)


# --- one number over seeds ----------------------------------------------------------------------------------------


def test_the_mean_over_seeds_has_the_interval_of_student() -> None:
    """1, 2, 3 and 6: mean 3, sum of squares 14, standard error sqrt(14 / 3 / 4)."""
    found = estimated(Part("x"), [1.0, 2.0, 3.0, 6.0])
    assert (found.estimate, found.n) == (3.0, 4)
    half = T95[4] * math.sqrt(14 / 3 / 4)
    assert (found.low, found.high) == pytest.approx((3.0 - half, 3.0 + half))


def test_a_ratio_is_of_the_sums_and_its_interval_by_linearisation() -> None:
    """3 / 2, 1 / 2 and 5 / 2: ratio 9 / 6; residuals 0, -2 and 2; half t * sqrt(3 / 2 * 8) / 6. Not the mean of other ratios."""
    found = estimated(Part("x"), [(3.0, 2.0), (1.0, 2.0), (5.0, 2.0)])
    half = T95[3] * math.sqrt(12) / 6
    assert (found.estimate, found.low, found.high) == pytest.approx((1.5, 1.5 - half, 1.5 + half))
    unlike = estimated(Part("x"), [[3.0, 1.0], [1.0, 3.0]])  # type: ignore[list-item]
    assert unlike.estimate == 1.0
    assert unlike.high - 1.0 == pytest.approx(T95[2] * math.sqrt(2 * 8) / 4)
    below_0 = estimated(Part("x"), [(3.0, -2.0), (1.0, -2.0), (5.0, -2.0)])
    assert (below_0.low, below_0.high) == pytest.approx((-1.5 - half, -1.5 + half))


def test_what_is_not_known_of_a_seed_is_left_out_and_nothing_known_is_nan() -> None:
    found = estimated(Part("x"), [NAN, 1.0, (2.0, NAN), INF, 3.0])
    assert (found.estimate, found.n) == (2.0, 2)
    assert found.high - 2.0 == pytest.approx(T95[2])
    one = estimated(Part("x"), [NAN, (3.0, 2.0)])
    assert (one.estimate, one.n) == (1.5, 1)
    assert math.isnan(one.low)
    assert math.isnan(one.high)
    for nothing in ([], [NAN], [(1.0, 2.0), (1.0, -2.0)]):
        found = estimated(Part("x"), nothing)
        assert math.isnan(found.estimate)
        assert math.isnan(found.low)
        assert math.isnan(found.high)
    assert estimated(Part("x"), [(1.0, 2.0), (1.0, -2.0)]).n == 2


# --- in the range or not ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("low", "high", "holds", "fails"),
    [
        (1.0, 2.0, (1.0, 1.5, 2.0), (0.9, 2.1)),  # both ends belong to a range with two
        (1.0, INF, (1.1, 1e9), (1.0, 0.9)),  # no effect is not an effect
        (-INF, 2.0, (1.9, -1e9), (2.0, 2.1)),
        (-INF, INF, (0.0, -1e9), ()),
    ],
)
def test_a_range_holds_its_ends_unless_it_is_open(low: float, high: float, holds: tuple[float, ...], fails: tuple[float, ...]) -> None:
    part = Part("x", low, high)
    assert all(part.holds(value) for value in holds)
    assert not any(part.holds(value) for value in fails)


def test_what_was_measured_and_how_stays_as_it_is() -> None:
    kinds: list[Any] = [Part, Pattern, Measured, Found, Size, Job, measure.Todo]
    assert all(kind.__dataclass_params__.frozen for kind in kinds)


def test_a_part_without_ends_is_open_and_judged() -> None:
    assert Part("x") == Part("x", -INF, INF, True)


def test_a_part_is_met_by_its_estimate_and_surely_when_the_whole_interval_is_on_one_side() -> None:
    assert as_measured(1.5, 1.2, 1.8).met is True
    assert as_measured(0.5, 0.2, 0.8).met is False
    assert as_measured(NAN, 0.2, 0.8).met is None
    sure = {(1.0, 2.0): True, (0.5, 0.9): True, (2.1, 3.0): True}
    sure |= dict.fromkeys(((0.5, 1.5), (1.5, 2.5), (0.5, 2.5), (0.5, 1.0), (2.0, 3.0), (NAN, 1.5), (1.2, INF), (-INF, 0.5)), False)
    assert {ends: as_measured(1.5, *ends).sure for ends in sure} == sure


def found_of(*parts: Measured) -> Found:
    pattern = Pattern("P0", "check", TWINS, (), "source", lambda seen: {})
    return Found(pattern, {str(n): part for n, part in enumerate(parts)}, 3, 100, 52)


def test_a_pattern_is_met_when_all_parts_it_is_judged_by_are() -> None:
    yes, no, unknown = as_measured(1.5, 1.2, 1.8), as_measured(0.5, 0.2, 0.8), as_measured(NAN, NAN, NAN)
    beside = as_measured(0.5, 0.2, 0.8, scored=False)
    assert found_of(yes, yes, beside).met is True
    assert found_of(yes, no, unknown).met is False
    assert found_of(yes, unknown).met is None
    assert found_of(yes, beside).scored == [yes]
    assert found_of(yes).small is False


def test_a_pattern_is_sure_when_all_parts_are_or_one_surely_is_not_met() -> None:
    yes, perhaps, no, perhaps_not = (
        as_measured(1.5, 1.2, 1.8),
        as_measured(1.5, 0.5, 1.8),
        as_measured(0.5, 0.2, 0.8),
        as_measured(0.5, 0.2, 1.8),
    )
    beside = as_measured(1.5, 0.5, 1.8, scored=False)
    assert found_of(yes, yes, beside).sure
    assert not found_of(yes, perhaps).sure
    assert found_of(perhaps, no, perhaps_not).sure
    assert not found_of(yes, perhaps_not).sure


def test_seeds_are_put_together_part_by_part_and_little_is_called_small() -> None:
    parts = (Part("rate", 0.1, 0.3), Part("ratio"), Part("missing"))
    rows = [{"rate": 0.1, "ratio": (1.0, 2.0)}, {"rate": 0.3, "ratio": (3.0, 2.0)}, {"ratio": (2.0, 4.0)}]
    for on, residents, size, small in (
        (LARGE, 20_000, None, False), (LARGE, 19_999, None, True), (TWINS, 100, None, False), (LARGE, 20_000, Size(20_000, 260, 7), True),
    ):  # fmt: skip
        size = size or measure.FULL[on]
        pattern = Pattern("P0", "check", on, parts, "source", lambda seen: {})
        found = judged(pattern, rows, CASE.replaced(residents=residents, streets=0), size)
        assert (found.parts["rate"].estimate, found.parts["rate"].n) == (pytest.approx(0.2), 2)
        assert (found.parts["ratio"].estimate, found.parts["ratio"].n) == (0.75, 3)
        assert found.parts["missing"].n == 0
        assert (found.seeds, found.residents, found.weeks, found.small) == (3, residents, size.weeks, small)


# --- what is run --------------------------------------------------------------------------------------------------


def test_how_much_is_run_for_each_kind_of_pattern() -> None:
    """Five years of 20,000 residents, eight of 4,000, five of 1,000 a hundred times; and little of all when quick (assumptions)."""
    assert {
        LARGE: Size(20_000, 260, 8),
        TWINS: Size(4_000, 416, 8),
        REGIMES: Size(1_000, 260, 100),
        SPREAD: Size(10_000, 1040, 8),
        SERVICE: Size(4_000, 260, 8),
    } == measure.FULL
    small = {LARGE: Size(2_000, 156, 2), TWINS: Size(600, 260, 2), REGIMES: Size(300, 78, 4), SPREAD: Size(1_000, 260, 2)}
    assert small | {SERVICE: Size(1_000, 208, 2)} == measure.SMALL
    assert measure.LANDED == 20_000
    assert measure.RUNS == {LARGE: 4, TWINS: 6, REGIMES: 20, SPREAD: 2, SERVICE: 1}


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty place for measurements, and one code."""
    monkeypatch.setattr(cache, "cache", lambda: tmp_path)
    monkeypatch.setattr(identity, "code_hash", lambda: "code")
    return tmp_path


def test_every_seed_of_every_kind_is_planned_once_for_the_patterns_asked_for(kept: Path) -> None:
    todo = measure.planned(["P9", "P1", "P9", "P10"], CASE, True, 3)
    assert list(todo.values) == ["P9", "P1", "P10"]
    assert todo.sizes is measure.SMALL
    assert [(job.on, job.seed, job.ids, job.weeks, job.case.residents) for job in todo.jobs] == [
        (LARGE, 3, ("P1",), 156, 2000), (LARGE, 4, ("P1",), 156, 2000),
        (TWINS, 3, ("P9", "P10"), 260, 600), (TWINS, 4, ("P9", "P10"), 260, 600),
    ]  # fmt: skip
    assert len(measure.planned(None, CASE, False, 1).jobs) == 8 + 8 + 100 + 8 + 8
    assert measure.planned(["P1"], CASE, False, 1).sizes is measure.FULL


def test_what_was_kept_is_read_back_unless_it_is_not_wanted(kept: Path) -> None:
    jobs = measure.planned(["P9", "P10"], CASE, True, 1).jobs
    cache.write(jobs[0].keep["P9"], {"middling": (2.0, 1.0), "extreme": 1.0})
    cache.write(jobs[1].keep["P9"], {"middling": 5.0})
    cache.write(jobs[1].keep["P10"], {"restored": 6.0})
    todo = measure.planned(["P9", "P10"], CASE, True, 1)
    assert todo.values == {"P9": [{"middling": [2.0, 1.0], "extreme": 1.0}, {"middling": 5.0}], "P10": [{"restored": 6.0}]}
    assert [(job.seed, job.ids) for job in todo.jobs] == [(1, ("P10",))]
    anew = measure.planned(["P9"], CASE, True, 1, keep=False)
    assert [job.keep for job in anew.jobs] == [{}, {}]
    assert anew.values == {"P9": []}


def test_a_name_that_is_none_is_refused_and_so_is_a_seed_beyond_the_last(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BadInput, match="P99"):
        measure.planned(["P1", "P99"], CASE, True, 1)
    asked = []
    monkeypatch.setattr(measure, "check_last_seed", lambda *what: asked.append(what))
    measure.planned(["P1"], CASE, True, 7)
    measure.planned(["P1"], CASE, False, 8)
    assert asked == [(7, 4), (8, 100)]  # of the most seeds that a kind of pattern takes


def test_a_job_says_what_its_seed_comes_to_and_how_long_a_second_report_is_waited_for(kept: Path) -> None:
    """At most two years, or a third of the run."""
    at = {"P1": kept / "a", "P2": kept / "b"}
    job = measure.job_for(LARGE, CASE, Size(2000, 156, 2), 5, at, True)
    assert (job.ids, job.seed, job.weeks, job.code, job.followed, job.keep) == (("P1", "P2"), 5, 156, "code", 52, at)
    assert len(job.runs) == 4
    assert measure.job_for(LARGE, CASE, Size(2000, 416, 2), 5, at, False).followed == 104
    assert Job(CASE, 1, 52, LARGE, ()).followed == 104


def test_a_case_gets_so_many_residents_and_a_city_keeps_its_own() -> None:
    assert measure.sized(CASE, 600).residents == 600
    assert measure.sized(CASE.replaced(streets=40), 600).place.streets == 0
    city: Any = SimpleNamespace(neighbourhoods=["a", "b"], residents=777)
    assert measure.sized(city, 600) is city


def test_numbers_of_all_seeds_are_gathered_by_pattern_and_a_seed_that_fails_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert measure.run([]) == {}
    given: list[Any] = []

    def run_all(*what: Any) -> list[Any]:
        given.append(what)
        return [{"P1": {"rate": 1.0}, "P2": {"once": 0.5}}, {"P1": {"rate": 2.0}}]

    monkeypatch.setattr(measure, "run_all", run_all)
    job: Any = "job"
    assert measure.run([job], 3, None) == {"P1": [{"rate": 1.0}, {"rate": 2.0}], "P2": [{"once": 0.5}]}
    assert given == [(measure.look, [job], 3, None)]
    failure = Failure.__new__(Failure)
    for name, value in (("seed", 4), ("reason", "it broke"), ("traceback", "here")):
        object.__setattr__(failure, name, value)
    monkeypatch.setattr(measure, "run_all", lambda *what: [failure])
    with pytest.raises(RuntimeError, match="seed 4: it broke\nhere"):
        measure.run([job])


def test_a_seed_is_looked_at_with_the_patterns_asked_for_and_kept(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from experiments.patterns import observed

    made = []
    monkeypatch.setattr(observed, "Seen", lambda *facts, **more: made.append((facts, more)) or "seen")
    pattern = Pattern("P0", "check", LARGE, (), "source", lambda seen: {"x": float(len(str(seen)))})
    monkeypatch.setattr(measure, "patterns", lambda: {"P0": pattern, "P1": None})
    job = Job(CASE, 4, 52, LARGE, ("P0",), "code", 17, keep={"P0": kept / "p.json"})
    assert measure.look(job) == {"P0": {"x": 4.0}}
    assert made == [((CASE, 4, 52), {"followed": 17})]
    assert cache.read(kept / "p.json") == {"x": 4.0}
    with pytest.raises(BadInput, match="edited"):
        measure.look(Job(CASE, 4, 52, LARGE, ("P0",), "other code"))
    assert measure.look(Job(CASE, 4, 52, LARGE, ("P0",))) == {"P0": {"x": 4.0}}


def test_what_was_kept_and_what_is_measured_now_are_judged_together(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measure, "check_model", lambda: None)
    compiled = []
    monkeypatch.setattr(warm_up, "ensure_compiled", lambda rules, echo: compiled.append((rules, echo)))
    asked = []

    def run(jobs: Any, workers: Any, progress: Any) -> dict[str, list[dict[str, Any]]]:
        asked.append(([job.seed for job in jobs], workers, progress))
        return {"P1": [{"rate": 0.4}]} if jobs else {}

    monkeypatch.setattr(measure, "run", run)
    first = measure.planned(["P1"], CASE, True, 1).jobs[0]
    cache.write(first.keep["P1"], {"rate": 0.2})
    found = measure.measure(["P1"], "default", quick=True, workers=2)["P1"]
    assert (found.parts["rate"].estimate, found.parts["rate"].n, found.small) == (pytest.approx(0.3), 2, True)
    assert asked == [([2], 2, None)]
    assert compiled == [({}, None)]
    cache.write(measure.planned(["P1"], CASE, True, 1).jobs[0].keep["P1"], {"rate": 0.6})
    assert measure.measure(["P1"], CASE, quick=True)["P1"].parts["rate"].estimate == pytest.approx(0.4)
    assert len(compiled) == 1  # nothing is left to run
    assert [job.seed for job in measure.planned(["P1"], CASE, True, 2).jobs] == [3]
    measure.measure(["P1"], CASE, quick=True, keep=False)
    assert asked[-1][0] == [1, 2]


def test_a_pattern_is_declared_by_its_function_whose_docstring_says_what_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(declared, "PATTERNS", {})

    @declared.pattern("P0", "check", TWINS, "a source", Part("x"), Part("y"))
    def function(seen: Any) -> dict[str, Any]:
        """What   is
        measured."""
        return {}

    made = declared.PATTERNS["P0"]
    assert (made.id, made.kind, made.on, made.source, made.parts) == ("P0", "check", TWINS, "a source", (Part("x"), Part("y")))
    assert made.measure is function
    assert made.text == "What is measured."


def test_patterns_stand_in_the_order_of_their_numbers_and_others_behind_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measure, "PATTERNS", dict.fromkeys(("P10", "moves", "P2", "P1")))
    assert list(measure.patterns()) == ["P1", "P2", "P10", "moves"]


# --- where they are kept ------------------------------------------------------------------------------------------


def test_where_a_measurement_is_kept_depends_on_all_that_determines_it(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usual = {"id": "P1", "case": CASE, "residents": 100, "weeks": 52, "seed": 1}
    here = cache.kept_at(**usual)
    assert here == cache.kept_at(**usual)
    assert here.parent == kept
    assert here.name.startswith("P1-")
    assert len(here.name) == len("P1-") + 16 + len(".json")
    others = {"id": "P2", "case": CASE.replaced(burn_in=1), "residents": 101, "weeks": 53, "seed": 2}
    paths = {cache.kept_at(**(usual | {name: value})) for name, value in others.items()}
    monkeypatch.setattr(identity, "code_hash", lambda: "other code")
    paths.add(cache.kept_at(**usual))
    monkeypatch.setattr(cache, "own_hash", lambda: "other patterns")
    paths.add(cache.kept_at(**usual))
    assert len(paths | {here}) == 8


def test_numbers_are_kept_and_read_back_and_what_cannot_be_read_or_written_is_none(tmp_path: Path) -> None:
    path = tmp_path / "new" / "p.json"
    assert cache.read(path) is None
    cache.write(tmp_path / "p.json", {"x": 1.5, "y": (1.0, 2.0)})
    assert cache.read(tmp_path / "p.json") == {"x": 1.5, "y": [1.0, 2.0]}
    (tmp_path / "p.json").write_text("{")
    assert cache.read(tmp_path / "p.json") is None
    (tmp_path / "file").write_text("")
    cache.write(tmp_path / "file" / "p.json", {"x": 1.0})  # costs time, no more


def test_the_hash_of_the_sources_is_of_what_those_do_that_measure(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("trust.py", "words.py", "show.py", "cache.py"):
        (tmp_path / name).write_text(f"x = '{name}'")
    monkeypatch.setattr(cache, "__file__", str(tmp_path / "cache.py"))
    own_hash = cache.own_hash.__wrapped__  # as another process would find it
    before = own_hash()
    (tmp_path / "words.py").write_text("x = 'other words'")
    (tmp_path / "show.py").write_text("x = 'other looks'")
    assert own_hash() == before
    (tmp_path / "trust.py").write_text("x = 'other measure'")
    after = own_hash()
    assert after != before
    (tmp_path / "cache.py").write_text("x = 'other cache'")
    assert own_hash() not in (before, after)
