"""Shapley values of invented outcomes, whose parts are worked out by hand; and the command that runs them."""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from experiments.cli import main as cli
from experiments.reporting.findings import findings
from experiments.reporting.shapley import shapley
from experiments.study import coalitions
from model.errors import BadInput
from model.regimes import GROUPS, NAMED

FIRST, SECOND = (NAMED[name].model_dump() for name in ("service", "relational"))
NAMES = coalitions.players(FIRST, SECOND)
ADDS = {"street": 2.0, "procedure": -1.0, "promises": 0.0, "initiatives": 3.0, "agenda": 0.5, "provision": 1.0}


def value_of(some: frozenset[str], luck: float) -> float:
    """Each group adds its own; street and initiatives only together 4 more; luck takes from procedure."""
    return 10.0 + sum(ADDS[name] for name in some) + 4.0 * ({"street", "initiatives"} <= some) + luck * ("procedure" in some)


def made(pairs: int, seed: int = 1, replications: int = 6) -> tuple[pl.DataFrame, pl.DataFrame, list[str]]:
    rows = coalitions.rows("service", "relational", FIRST, SECOND, pairs, seed)
    factors = sorted({name for row in rows for name in row.values} | {n for n in FIRST if FIRST[n] != SECOND[n]})
    practices = [(SECOND if row.label == "relational" else FIRST) | row.values for row in rows]
    points = pl.DataFrame(
        [
            {"point": n, "scenario": "default", "rules": "", "regime": row.label} | {name: given[name] for name in factors}
            for n, (row, given) in enumerate(zip(rows, practices, strict=True))
        ]
    )
    luck = np.random.default_rng(5).normal(size=replications)
    runs = [
        {"point": n, "replication": r, "burden": value_of(coalitions.coalition_of(given, FIRST, SECOND), luck[r])}
        for (n, given), r in product(enumerate(practices), range(replications))
    ]
    return points, pl.DataFrame(runs), factors


@pytest.mark.parametrize("pairs", [0, 2, 7])
def test_parts_are_what_each_adds_and_half_of_what_two_add_together_and_sum_to_the_difference(pairs: int) -> None:
    points, runs, factors = made(pairs)
    table = shapley(points, runs, factors, "burden", "service", "relational", pairs, 1)
    rows = {row["group"]: row for row in table.to_dicts()}
    assert list(rows) == [*GROUPS, "difference"]
    parts = [rows[name]["part"] for name in GROUPS]
    assert sum(parts) == pytest.approx(rows["difference"]["part"], abs=1e-12)
    luck = np.random.default_rng(5).normal(size=6)
    wanted = ADDS | {"street": 4.0, "initiatives": 5.0, "procedure": -1.0 + luck.mean()}
    assert {name: rows[name]["part"] for name in GROUPS} == pytest.approx(wanted)  # antithetic orders halve what two add together
    assert {row["orders"] for row in rows.values()} == {2 * pairs}
    assert {row["n"] for row in rows.values()} == {6}
    t = 2.570582 * luck.std(ddof=1) / np.sqrt(6)
    assert (rows["procedure"]["low"], rows["procedure"]["high"]) == pytest.approx((-1 + luck.mean() - t, -1 + luck.mean() + t), rel=1e-5)


def test_the_interval_holds_what_orders_do_too() -> None:
    """Three groups that only act all together: an order gives all to its last group."""
    points, runs, factors = made(3)
    key = {n: coalitions.coalition_of(FIRST | row, FIRST, SECOND) for n, row in enumerate(points.select(factors).to_dicts())}
    three = {"street", "agenda", "provision"}
    runs = runs.with_columns(burden=pl.col("point").map_elements(lambda n: float(three <= key[n]), return_dtype=pl.Float64))
    table = shapley(points, runs, factors, "burden", "service", "relational", 3, 1)
    rows = {row["group"]: row for row in table.to_dicts()}
    assert rows["difference"]["part"] == 1.0
    assert sum(rows[name]["part"] for name in GROUPS) == pytest.approx(1.0)
    unsure = [name for name in three if np.isfinite(rows[name]["low"])]
    assert unsure, "runs are all alike, orders are not"
    assert all(rows[name]["low"] < rows[name]["part"] < rows[name]["high"] for name in unsure)


def test_a_replication_without_one_mixture_is_left_out_of_all() -> None:
    points, runs, factors = made(2)
    runs = runs.with_columns(burden=pl.when((pl.col("point") == 3) & (pl.col("replication") == 1)).then(None).otherwise("burden"))
    table = shapley(points, runs, factors, "burden", "service", "relational", 2, 1)
    assert set(table["n"]) == {5}
    assert table.filter("is_part")["part"].sum() == pytest.approx(table.filter(~pl.col("is_part"))["part"][0])


def test_a_group_in_which_regimes_are_alike_has_no_part_and_other_orders_are_refused() -> None:
    points, runs, factors = made(1)
    with pytest.raises(BadInput, match="groups of practices"):
        shapley(points, runs, factors, "burden", "service", "relational", 40, 9)
    names = [name for name in NAMES if name != "promises"]
    every = coalitions.coalitions(names, 0, 1)
    rows = [
        {"point": n, "scenario": "default", "rules": "", "regime": "relational" if len(some) == len(names) else "service"}
        | {name: (SECOND if any(name in GROUPS[g] for g in some) else FIRST)[name] for name in factors if name not in GROUPS["promises"]}
        for n, some in enumerate(every)
    ]
    values = pl.DataFrame([{"point": n, "replication": r, "burden": float(len(some))} for n, some in enumerate(every) for r in range(3)])
    left = [name for name in factors if name not in GROUPS["promises"]]
    table = shapley(pl.DataFrame(rows), values, left, "burden", "service", "relational", 0, 1)
    found = {row["group"]: row for row in table.to_dicts()}
    assert (found["promises"]["part"], np.isnan(found["promises"]["low"])) == (0.0, True)
    assert found["street"]["part"] == pytest.approx(1.0)


SMALL = "[place]\nresidents = 60\n"


def test_the_command_divides_a_difference_and_goes_on_where_it_stopped(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], one_worker: None
) -> None:
    scenario = tmp_path / "small.toml"
    scenario.write_text("burn_in = 4\n" + SMALL)
    given = [
        "service",
        "top_down",
        "--scenario",
        str(scenario),
        "--pairs",
        "2",
        "--weeks",
        "6",
        "--orders",
        "2",
        "--out",
        str(tmp_path / "x"),
    ]
    assert cli.main(["shapley", *given, "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    found = findings(tmp_path / "x")
    table = found.tables["shapley"]
    assert {row["outcome"] for row in facts["tables"]["shapley"]} == set(found.outcomes)
    assert table.height == len(found.outcomes) * (len(GROUPS) + 1)
    for (_,), own in table.group_by("outcome", maintain_order=True):
        total = own.filter("is_part")["part"].sum()
        whole = own.filter(~pl.col("is_part"))["part"][0]
        assert total == pytest.approx(whole, abs=1e-9) or not np.isfinite(whole)
    assert "Shapley values" in (tmp_path / "x" / "report" / "page.html").read_text(encoding="utf-8")
    runs = found.runs.height
    assert cli.main(["shapley", *given, "--json"]) == 0, "the same command reads what is there"
    assert findings(tmp_path / "x").runs.height == runs


@pytest.mark.parametrize(
    "words",
    [["service", "service"], ["service", "no_government"], ["service", "nowhere"], ["service", "relational", "--orders", "3"], ["service"]],
)
def test_what_cannot_be_divided_is_refused_in_one_line(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["shapley", *words]) == 2
    assert capsys.readouterr().err.count("\n") == 1
