"""The promise of a comparison: same people, same luck, whatever else is asked for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from experiments import Comparison, compare, load
from experiments.comparison import compare as comparison
from experiments.comparison.compare import resolve_regimes
from experiments.comparison.folder import KIND
from experiments.running.groups import each_run, run_group
from experiments.running.ledger import FAILED, Answer, Ledger
from experiments.running.pairs import Failure
from experiments.study import work as study_work
from experiments.study.points import points
from model import warm_up
from model.case.at_start import without_government
from model.errors import BadInput
from model.measures.weekly import OUTCOMES
from model.regimes import NAMED, NO_GOVERNMENT, REGIMES


def outcomes_of(found: Comparison, regime: str):
    """The runs of one regime."""
    return found.runs.filter(regime=regime)


def test_there_is_one_run_for_each_seed_and_regime_and_one_row_a_week(lived):
    assert lived.runs.select("seed", "regime").rows() == [
        (seed, regime) for seed in (1, 2, 3) for regime in ("no_government", "top_down", "relational", "leapfrog", "service")
    ]
    assert lived.weekly.height == 3 * 5 * 12
    assert lived.weekly["week"].max() == 12
    assert set(OUTCOMES) <= set(lived.runs.columns)
    assert lived.runs["identity"].n_unique() == 15
    assert lived.pairs == 3


def test_every_regime_has_the_same_means(lived):
    assert lived.equal_means
    assert all(value > 0 for value in lived.endowment.values())


def test_the_town_without_government_is_the_first_label_and_nobody_has_hours_or_money_there(lived):
    assert next(iter(lived.regimes)) == NO_GOVERNMENT
    assert lived.governed == list(REGIMES)
    rows = lived.ledger.filter(regime=NO_GOVERNMENT)
    assert rows.height == lived.ledger.filter(regime="service").height
    assert rows.select("endowed", "spent", "left").sum().row(0) == (0, 0, 0)
    assert lived.duels[:2] == [("top_down", "relational"), ("top_down", "leapfrog")]
    assert lived.duels[6:] == [(NO_GOVERNMENT, label) for label in REGIMES]


def test_the_town_without_government_has_the_same_people_and_luck_until_the_regimes_begin(small):
    study = comparison.study_of(small, resolve_regimes(["top_down"]), 1, 2)
    first, second = points(study)
    assert first.case is second.case, "one burn-in"
    assert (first.at_start, second.at_start) == (without_government(), {})


def test_the_reference_can_be_left_out_and_then_everything_else_is_the_same(small, lived):
    alone = compare(small, ["leapfrog"], pairs=3, weeks=12, workers=1, reference=False)
    assert list(alone.regimes) == ["leapfrog"]
    assert alone.runs.equals(lived.runs.filter(regime="leapfrog"), null_equal=True)


def test_two_workers_find_what_one_finds(small, lived):
    both = compare(small, pairs=3, weeks=12, workers=2)
    assert both.runs.equals(lived.runs, null_equal=True)
    assert both.weekly.equals(lived.weekly, null_equal=True)
    assert both.ledger.equals(lived.ledger, null_equal=True)


def test_a_regime_more_leaves_the_others_as_they_were(small, lived):
    alone = compare(small, ["leapfrog"], pairs=3, weeks=12, workers=1)
    assert outcomes_of(alone, "leapfrog").equals(outcomes_of(lived, "leapfrog"), null_equal=True)


def test_the_order_of_regimes_does_not_matter(small, lived):
    turned = compare(small, ["leapfrog", "blend(top_down, relational, 0.5)", "top_down"], pairs=2, weeks=12, workers=1)
    for regime in ("leapfrog", "top_down"):
        assert outcomes_of(turned, regime).equals(outcomes_of(lived, regime).head(2), null_equal=True)
    assert list(turned.regimes) == ["no_government", "leapfrog", "blend(top_down,relational,0.5)", "top_down"]


def test_a_seed_gives_the_same_pair_wherever_the_row_starts(small, lived):
    later = compare(small, pairs=2, weeks=12, first_seed=2, workers=1)
    assert later.runs.equals(lived.runs.filter(lived.runs["seed"] >= 2), null_equal=True)


def test_the_same_practices_under_two_names_do_not_differ_at_all(small):
    twins = compare(small, {"one": NAMED["leapfrog"], "other": NAMED["leapfrog"]}, pairs=2, weeks=8, workers=1, reference=False)
    found = twins.differences.drop_nulls()
    assert found.filter(found["n"] > 0)["difference"].to_list() == [0.0] * found.filter(found["n"] > 0).height


def test_replaced_rules_reach_every_pair_and_are_named(small, lived, monkeypatch):
    def passes_on(draw, tie, talk):
        """Nobody tells anything."""
        return draw < 0.0

    mine, compiled, sent = {"passes_on": passes_on}, [], []

    def with_our_rules(group):
        """Live the group with our own rules, which need no compiling."""
        sent.append(group.rules)
        yield from each_run(replace(group, rules=None, rules_code=""))

    work = study_work.work
    monkeypatch.setattr(warm_up, "ensure_compiled", lambda rules, _: compiled.append(rules))
    monkeypatch.setattr(study_work, "work", lambda *given, **more: work(*given, **more, function=with_our_rules))
    other = compare(small, ["top_down"], pairs=2, weeks=2, workers=2, rules=mine)
    assert compiled[0] == mine
    assert sent == [mine, mine]
    assert (other.rules, lived.rules, lived.rules_hash) == ("passes_on", "", "")
    assert other.rules_hash


def with_failures(monkeypatch: pytest.MonkeyPatch, bad: dict[tuple[int, int], str]) -> None:
    """Let runs (seed, place in its group) fail."""

    def some_fail(group):
        for place, answer in enumerate(run_group(group)):
            reason = bad.get((group.seed, place))
            yield answer if reason is None else Answer(answer.id, FAILED, reason=reason, traceback=f"Traceback of {reason}")

    work = study_work.work
    monkeypatch.setattr(study_work, "work", lambda *given, **more: work(*given, **more, function=some_fail))


def test_a_pair_of_which_one_run_failed_is_left_out_and_kept_in_mind(small, monkeypatch):
    with_failures(monkeypatch, {(1, 1): "it broke"})
    told = []
    found = compare(small, ["top_down", "leapfrog"], pairs=2, weeks=2, progress=lambda *at: told.append(at), reference=False)
    assert (found.pairs, found.seeds, found.failures) == (1, (1, 2), (Failure(1, "it broke", "Traceback of it broke"),))
    assert found.runs["seed"].to_list() == found.ledger["seed"].unique().to_list() * 2 == [2, 2]
    assert found.stories == {}
    assert told == [(1, 2, 1), (2, 2, 1)]


def test_when_every_pair_fails_the_first_traceback_is_shown(small, monkeypatch):
    with_failures(monkeypatch, {(1, 0): "it broke"})
    with pytest.raises(RuntimeError, match=r"seed 1: it broke\nTraceback of it"):
        compare(small, ["top_down"], pairs=1, weeks=2)


def test_what_is_wrong_with_the_input_is_told_in_one_line_though_it_shows_in_a_run_only(small, monkeypatch):
    with_failures(monkeypatch, {(1, 0): "BadInput: case: events; allowed: others"})
    with pytest.raises(BadInput, match=r"^case: events; allowed: others$"):
        compare(small, ["top_down"], pairs=1, weeks=2)


def test_a_comparison_in_a_folder_goes_on_where_it_was_stopped_and_another_one_takes_its_place_when_it_is_whole(
    small, tmp_path, monkeypatch
):
    folder, ran = tmp_path / "found", []

    def stopped_after(runs):
        def function(group):
            for answer in each_run(group):
                if len(ran) == runs:
                    raise KeyboardInterrupt
                if answer is not None:
                    ran.append((group.seed, answer.id))
                yield answer

        return function

    def go(runs, **more):
        given = {"pairs": 2, "weeks": 12, "workers": 1, "out": folder} | more
        work = study_work.work
        with monkeypatch.context() as patch:
            patch.setattr(study_work, "work", lambda *a, **b: work(*a, **b, function=stopped_after(runs)))
            return compare(small, **given)

    first = go(-1)
    before = (folder / "manifest.json").read_bytes()
    ran.clear()
    with pytest.raises(KeyboardInterrupt):
        go(3, weeks=10)
    assert (tmp_path / ".found.earlier" / "manifest.json").read_bytes() == before
    with pytest.raises(BadInput, match="a comparison that was finished; go on with it"):
        load(folder)
    found = go(-1, weeks=10)
    assert len(ran) == len(set(ran)) == 10
    assert [path.name for path in tmp_path.iterdir()] == ["found"]
    whole = compare(small, pairs=2, weeks=10, workers=1)
    for name in ("runs", "weekly", "ledger", "differences"):
        assert getattr(found, name).equals(getattr(whole, name), null_equal=True), name
    assert (found.stories, found.endowment) == (whole.stories, whole.endowment)
    assert first.weeks == 12
    go(-1, weeks=10)
    assert len(ran) == 10, "what is finished is read, not run again"


def test_functions_typed_at_a_prompt_go_on_with_the_same_call_only(small, tmp_path):
    def passes_on(draw, tie, talk):
        return draw < 0.0

    study = comparison.study_of(small, resolve_regimes(["top_down"]), 1, 2, rules={"passes_on": passes_on})
    study_work.begin(study, tmp_path / "found", kind=KIND)
    assert study_work.begun(study, tmp_path / "found")
    with pytest.raises(BadInput, match="the call in Python that began it"):
        study_work.work(tmp_path / "found", trust_rules=True)


def test_a_study_and_a_folder_that_is_at_work_are_not_replaced(small, tmp_path):
    study_work.begin(comparison.study_of(small, resolve_regimes(["top_down"]), 1, 2), tmp_path / "study")
    with pytest.raises(BadInput, match="this holds a study"):
        compare(small, ["leapfrog"], pairs=1, weeks=2, out=tmp_path / "study")
    study_work.begin(comparison.study_of(small, resolve_regimes(["top_down"]), 1, 2), tmp_path / "busy", kind=KIND)
    with Ledger(tmp_path / "busy"), pytest.raises(BadInput, match="another is at work"):
        compare(small, ["leapfrog"], pairs=1, weeks=2, out=tmp_path / "busy")


def test_the_usual_folder_is_named_after_all_that_determines_the_numbers_and_one_that_was_begun_is_found_the_next_day(
    small, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    regimes = resolve_regimes(comparison.REGIMES)
    given = {"case": small, "practices": regimes, "pairs": 3, "weeks": 12}
    name = comparison.usual_folder(comparison.study_of(**given))
    assert name == comparison.usual_folder(comparison.study_of(**given))
    assert name.parent.name == "results"
    others = [{"first_seed": 2}, {"weeks": 13}, {"pairs": 4}, {"case": small.replaced(residents=121)}]
    assert len({name, *(comparison.usual_folder(comparison.study_of(**given | other)) for other in others)}) == 5
    yesterday = name.with_name(f"compare-2001-01-01-{name.name[-8:]}")
    study_work.begin(comparison.study_of(**given), yesterday, kind=KIND)
    assert comparison.usual_folder(comparison.study_of(**given)) == yesterday


@pytest.mark.parametrize(
    ("key", "value"),
    [
        *(("pairs", 0), ("pairs", 100_001), ("pairs", 2.5), ("pairs", True), ("weeks", 0), ("weeks", 5201)),
        *(("workers", 0), ("workers", 257), ("first_seed", -1), ("first_seed", 2**63), ("first_seed", 2**63 - 1)),
        *(("regimes", []), ("regimes", "top_down"), ("regimes", ["nowhere"]), ("regimes", ["top_down", "top_down"])),
        *(("case", "nowhere"), ("rules", "nowhere.py")),
    ],
)
def test_bad_input_is_refused_before_anything_runs(key, value):
    with pytest.raises(BadInput) as caught:
        compare(**{key: value})
    assert "\n" not in str(caught.value)


def test_practices_can_be_given_by_label():
    assert resolve_regimes({"mine": NAMED["leapfrog"]}) == {"mine": NAMED["leapfrog"]}
