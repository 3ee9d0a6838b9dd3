"""The promise of a comparison: same people, same luck, whatever else is asked for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from experiments import Comparison, compare
from experiments.comparison import compare as comparison
from experiments.comparison.compare import resolve_regimes
from experiments.running.pairs import Failure, Spec, run_one
from model import warm_up
from model.errors import BadInput
from model.measures.weekly import OUTCOMES
from model.regimes import NAMED


def outcomes_of(found: Comparison, regime: str):
    """The runs of one regime."""
    return found.runs.filter(regime=regime)


def test_there_is_one_run_for_each_seed_and_regime_and_one_row_a_week(lived):
    assert lived.runs.select("seed", "regime").rows() == [
        (seed, regime) for seed in (1, 2, 3) for regime in ("top_down", "relational", "leapfrog")
    ]
    assert lived.weekly.height == 3 * 3 * 12
    assert lived.weekly["week"].max() == 12
    assert set(OUTCOMES) <= set(lived.runs.columns)
    assert lived.runs["identity"].n_unique() == 9
    assert lived.pairs == 3


def test_every_regime_has_the_same_means(lived):
    assert lived.equal_means
    assert all(value > 0 for value in lived.endowment.values())


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
    assert list(turned.regimes) == ["leapfrog", "blend(top_down,relational,0.5)", "top_down"]


def test_a_seed_gives_the_same_pair_wherever_the_row_starts(small, lived):
    later = compare(small, pairs=2, weeks=12, first_seed=2, workers=1)
    assert later.runs.equals(lived.runs.filter(lived.runs["seed"] >= 2), null_equal=True)


def test_the_same_practices_under_two_names_do_not_differ_at_all(small):
    twins = compare(small, {"one": NAMED["leapfrog"], "other": NAMED["leapfrog"]}, pairs=2, weeks=8, workers=1)
    found = twins.differences.drop_nulls()
    assert found.filter(found["n"] > 0)["difference"].to_list() == [0.0] * found.filter(found["n"] > 0).height


def test_replaced_rules_reach_every_pair_and_are_named(small, lived, monkeypatch):
    def passes_on(draw, tie, talk):
        """Nobody tells anything."""
        return draw < 0.0

    mine, compiled, sent = {"passes_on": passes_on}, [], []
    monkeypatch.setattr(warm_up, "ensure_compiled", lambda rules, echo: compiled.append(rules))
    monkeypatch.setattr(comparison, "run_all", lambda specs, *_: sent.extend(specs) or [run_one(with_our_rules(s)) for s in specs])
    other = comparison.compare(small, ["top_down"], pairs=2, weeks=2, rules=mine)
    assert compiled == [mine]
    assert [spec.rules for spec in sent] == [mine, mine]
    assert (other.rules, lived.rules, lived.rules_hash) == ("passes_on", "", "")
    assert other.rules_hash


def with_our_rules(spec: Spec) -> Spec:
    """The spec with our own rules, which need no compiling."""
    return replace(spec, rules=None)


def test_a_failed_pair_is_left_out_and_kept_in_mind(small):
    specs = [Spec(small, resolve_regimes(["top_down"]), seed, 2) for seed in (1, 2)]
    found = comparison.gather(specs, [Failure(1, "it broke"), run_one(specs[1])])
    assert (found.pairs, found.seeds, found.failures[0].seed) == (1, (1, 2), 1)


def test_when_every_pair_fails_the_first_traceback_is_shown(small):
    specs = [Spec(small, resolve_regimes(["top_down"]), 1, 2)]
    with pytest.raises(RuntimeError, match=r"seed 1: it broke\nTraceback of it"):
        comparison.gather(specs, [Failure(1, "it broke", "Traceback of it")])


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
