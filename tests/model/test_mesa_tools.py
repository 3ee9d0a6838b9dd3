"""Mesa's own tools take a neighbourhood as it is: batch_run, DataCollector. (SolaraViz: tests/browser.)"""

from __future__ import annotations

import inspect
from collections import Counter

import mesa
import numpy as np
import pytest

from model.case.case import load
from model.errors import BadInput
from model.measures.weekly import WEEKLY
from model.neighbourhood import Neighbourhood
from model.week.cases import Institution
from model.week.officials import WardOfficial
from model.week.residents import Resident

SMALL = load("default").replaced(residents=60, burn_in=4, problem_rate=8, ward_hours=60)


def test_batch_run_takes_the_class_itself():
    rows = mesa.batch_run(
        Neighbourhood,
        {"case": [SMALL], "regime": ["top_down", "relational"]},
        rng=[1, 2, 3],
        max_steps=40,
        number_processes=1,
        data_collection_period=1,
        display_progress=False,
    )
    assert len(rows) == 2 * 3 * 40  # the weeks of the burn-in are not measured
    found = {(row["regime"], row["rng"], row["Step"]): [row[name] for name in WEEKLY] for row in rows}
    for regime in ("top_down", "relational"):
        for seed in (1, 2, 3):
            straight = Neighbourhood(SMALL, regime, seed).run(40).series
            assert np.array_equal(straight, [found[regime, seed, step] for step in range(1, 41)], equal_nan=True)
    assert len({str(values) for (_, _, step), values in found.items() if step == 40}) == 2 * 3


def test_batch_run_without_a_seed_draws_one():
    rows = [mesa.batch_run(Neighbourhood, {"case": [SMALL]}, max_steps=6, display_progress=False) for _ in range(2)]
    assert [len(found) for found in rows] == [1, 1]
    assert rows[0][0]["burden"] != rows[1][0]["burden"]
    drawn = Neighbourhood(SMALL, seed=None).run(3)
    assert np.array_equal(drawn.series, Neighbourhood(SMALL, seed=drawn.seed).run(3).series, equal_nan=True)


def test_a_batch_lives_as_many_weeks_as_it_has_steps_and_the_burn_in_comes_before():
    for weeks in (1, 9):
        (row,) = mesa.batch_run(Neighbourhood, {"case": [SMALL], "regime": ["top_down"]}, rng=[1], max_steps=weeks, display_progress=False)
        straight = Neighbourhood(SMALL, "top_down", 1).run(weeks)
        assert row["Step"] == weeks
        assert row["burden"] == straight.measures["burden"][-1]


def test_a_seed_among_the_parameters_of_a_batch_counts_and_not_beside_rng():
    rows = mesa.batch_run(Neighbourhood, {"case": [SMALL], "seed": [5, 1]}, max_steps=6, display_progress=False)
    assert [row["burden"] for row in rows] == [Neighbourhood(SMALL, seed=seed).run(6).measures["burden"][-1] for seed in (5, 1)]
    for seed in (1, 2):
        with pytest.raises(BadInput, match=f"seed = {seed}; allowed: either seed or rng, which is 3"):
            mesa.batch_run(Neighbourhood, {"case": [SMALL], "seed": [seed]}, rng=[3], max_steps=6, display_progress=False)
    assert "seed" in inspect.signature(Neighbourhood.__init__).parameters


def test_batch_run_with_several_processes_gives_the_same_rows():
    def rows(processes):
        found = mesa.batch_run(
            Neighbourhood, {"case": [SMALL]}, rng=[1, 2], max_steps=8, number_processes=processes, display_progress=False
        )
        return [[row["rng"], row["burden"], row["trust_neighbours"]] for row in sorted(found, key=lambda row: row["RunId"])]

    assert rows(2) == rows(1)


def test_the_weekly_measures_are_its_data_collector_and_go_back_with_it():
    hood = Neighbourhood(SMALL, "leapfrog", seed=2)
    assert hood.datacollector.get_model_vars_dataframe().shape == (0, len(WEEKLY))
    hood.run(5)
    saved = hood.checkpoint()
    frame = hood.run(5).datacollector.get_model_vars_dataframe()
    assert frame.shape == (10, len(WEEKLY))
    assert np.array_equal(frame.to_numpy(), hood.series, equal_nan=True)
    hood.datacollector.collect(hood)
    assert hood.datacollector.get_model_vars_dataframe().shape == frame.shape
    hood.restore(saved)
    assert np.array_equal(hood.datacollector.get_model_vars_dataframe().to_numpy(), frame.to_numpy()[:5], equal_nan=True)


def test_a_data_collector_of_ones_own_sees_residents_officials_and_institutions():
    class Collected(Neighbourhood):
        def __init__(self, regime="top_down", rng=None):
            super().__init__(SMALL, regime, rng=rng)
            self.datacollector = mesa.DataCollector(
                model_reporters={"agents": lambda m: len(m.agents), "burden": lambda m: m.residents.agg("burden", np.mean)},
                agent_reporters={"kind": lambda agent: type(agent).__name__},
                agenttype_reporters={
                    Resident: {"trust": "trust_neighbours"},
                    WardOfficial: {"skill": "skill", "since": "since"},
                    Institution: {"title": "title", "openness": "openness"},
                },
            )

        def step(self):
            super().step()
            self.datacollector.collect(self)

    hood = Collected("relational", rng=3)
    for _ in range(12):
        hood.step()
    collector = hood.datacollector
    frame = collector.get_model_vars_dataframe()
    held = [*hood.ward_officials, *hood.colleagues, *hood.institutions, hood.entrepreneurs, hood.council, hood.police]
    assert frame["agents"].tolist() == [60 + len(held)] * 12
    assert frame["burden"].iloc[-1] == pytest.approx(hood.world.residents.burden.mean())
    kinds = collector.get_agent_vars_dataframe().loc[12]["kind"]
    counts = {"Resident": 60} | Counter(type(agent).__name__ for agent in held)
    assert kinds.value_counts().to_dict() == counts
    trust = collector.get_agenttype_vars_dataframe(Resident).loc[12]["trust"]
    assert trust.to_numpy() == pytest.approx(hood.world.residents.trust[:, 0])
    skill = collector.get_agenttype_vars_dataframe(WardOfficial)["skill"].unstack("AgentID")
    assert (skill.iloc[-1] > skill.iloc[0]).all()  # who knocks at doors learns how
    titles = collector.get_agenttype_vars_dataframe(Institution).loc[12]
    assert titles["title"].tolist() == [institution.title for institution in hood.institutions]
    assert titles["openness"].between(0, 1).all()

    rows = mesa.batch_run(Collected, {"regime": ["top_down", "relational"]}, rng=[1], max_steps=6, display_progress=False)
    by_type = 60 + len(hood.ward_officials) + len(hood.institutions)
    assert len(rows) == 2 * (sum(counts.values()) + by_type)  # each agent once as an agent, these once more as one of their type
    assert {row["regime"] for row in rows} == {"top_down", "relational"}
    assert all(0 <= row["trust"] <= 1 for row in rows if "trust" in row)
