"""The plain Mesa model does the same work by the same rules, and the benchmark reports all it promises. No time is judged."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from experiments.benchmarks import plain_mesa, plain_parts, plain_residents
from experiments.benchmarks import speed as bench
from experiments.benchmarks.plain_mesa import PlainNeighbourhood, Resident, WardOfficial
from experiments.shared.machine import cpu_name, memory_now, memory_peak
from model.case.case import Case, load
from model.errors import BadInput

EVERY_WEEK = ("feel_burden", "will_found", "return_to_rest", "update_grievance", "update_readiness", "household_moves", "problem_arises")
SOMETIMES = (
    "will_report",
    "update_trust",
    "update_belief",
    "renew_tie",
    "strikes_up",
    "passes_on",
    "hours_given",
    "grow_tired",
    "will_quit",
    "will_join",
)
BY_OTHERS = ("visit_score", "door_opens", "quality_of_contact", "will_promise", "case_score", "vigour_changes", "official_leaves")


@pytest.fixture(scope="module")
def street() -> Case:
    """Sixty residents, much wrong, many hours and many initiatives, so that every rule has its turn within weeks."""
    return load("default").replaced(residents=60, problem_rate=30, ward_hours=60, desk_hours=60, found_base=0.5, report_habit=0.05)


@pytest.fixture(scope="module")
def lived(street: Case) -> PlainNeighbourhood:
    """The plain model after ten weeks."""
    return live(PlainNeighbourhood(street))


def live(place: PlainNeighbourhood, weeks: int = 10) -> PlainNeighbourhood:
    for _ in range(weeks):
        place.step()
    return place


def test_the_plain_model_keeps_its_people_and_their_numbers_within_bounds(lived):
    residents = list(lived.agents_by_type[Resident])
    assert len(residents) == 60 == sum(len(street.residents) for street in lived.streets)
    for resident in residents:
        assert all(0 <= value <= 1 for value in (*resident.trust, *resident.grievance, resident.burden, resident.readiness))
        assert all(0 <= value <= 1 for value in (resident.reporting, resident.acting, resident.contact))
        assert all(value >= 0 for value in resident.evidence)
    assert all(0 <= problem.severity <= 1 for street in lived.streets for problem in street.problems)


def test_no_tie_and_no_membership_leads_to_somebody_who_left(street):
    place = live(PlainNeighbourhood(street.replaced(moves_per_year=1)), 30)
    residents = set(place.agents_by_type[Resident])
    assert max(resident.unique_id for resident in residents) > len(residents) + 1  # people did move
    for resident in residents:
        assert all(other in residents and other.ties[resident] == strength for other, strength in resident.ties.items())
        assert all(0.01 <= strength <= 1 for strength in resident.ties.values())
        assert all(resident in initiative.members for initiative in resident.memberships)
    assert all(member in residents for initiative in place.initiatives for member in initiative.members)


def test_something_of_everything_happens_in_the_plain_model(street):
    lived = live(PlainNeighbourhood(street), 40)
    residents = lived.agents_by_type[Resident]
    assert lived.initiatives
    assert lived.promises
    assert any(street.problems for street in lived.streets)
    assert sum(len(resident.ties) for resident in residents) > 100
    assert any(resident.contact > 0 for resident in residents)
    assert next(iter(lived.agents_by_type[WardOfficial])).hours > 0


def test_the_plain_model_collects_every_week(lived):
    collected = lived.datacollector.get_model_vars_dataframe()
    assert len(collected) == 10
    assert collected["trust in official"].between(0, 1).all()


@pytest.mark.parametrize("name", [*EVERY_WEEK, *SOMETIMES, *BY_OTHERS])
def test_the_plain_model_calls_the_same_rules(name, street, monkeypatch):
    from model import rules

    callers = [module for module in (plain_mesa, plain_parts, plain_residents) if hasattr(module, name)]
    assert callers
    assert all(getattr(module, name) is getattr(rules, name) for module in callers)
    place = PlainNeighbourhood(street)

    def refuse(*_given):
        raise InterruptedError(name)

    for module in callers:
        monkeypatch.setattr(module, name, refuse)
    with pytest.raises(InterruptedError, match=name):
        live(place)


def test_the_benchmark_returns_every_field_and_writes_its_files(tmp_path, capsys):
    found = bench.bench(residents=[60], weeks=4, quick=True, out=tmp_path / "found")
    ours, plain = found["rows"]
    for row, name in ((ours, "leefwereld"), (plain, "plain Mesa")):
        assert list(row) == list(bench.Row.__annotations__)
        assert (row["model"], row["residents"], row["weeks"], row["rounds"]) == (name, 60, 4, bench.QUICK_ROUNDS)
        numbers = row["build_seconds"], row["round_seconds"], row["resident_weeks_per_second"], row["seconds_1000x260"], row["peak_mb"]
        assert all(number > 0 for number in numbers)
        assert 0 < row["ns_low"] <= row["ns_per_resident_week"] <= row["ns_high"]
    ratios = [ours["ratio_low"] or 0, ours["ratio"] or 0, ours["ratio_high"] or 0]
    assert 0 < ratios[0] <= ratios[1] <= ratios[2]
    assert plain["ratio"] is None
    assert json.loads((tmp_path / "found" / "bench.json").read_text(encoding="utf-8")) == found
    page = (tmp_path / "found" / "bench.md").read_text(encoding="utf-8")
    assert found["cpu"] in page
    assert "| leefwereld | 60 |" in page
    out, err = capsys.readouterr()
    assert "plain Mesa" in out
    assert "round 3 of 3" in err


def test_the_benchmark_refuses_a_folder_that_holds_other_things_before_it_measures(tmp_path: Path, capsys):
    (tmp_path / "thesis.docx").touch()
    with pytest.raises(BadInput, match="--out"):
        bench.bench(residents=[60], weeks=4, quick=True, out=tmp_path)
    assert capsys.readouterr() == ("", "")


def test_a_failing_process_of_the_benchmark_shows_its_traceback():
    with bench.workers() as start, pytest.raises(RuntimeError, match="AttributeError"):
        start(bench.Plain, 60, 4, None).round()  # before it was prepared


def test_a_lost_process_is_an_end_of_file():
    with bench.workers() as start:
        worker = start(bench.Plain, 60, 4, None)
        worker.process.kill()
        with pytest.raises(EOFError):
            worker.round()


def test_memory_is_measured_here():
    assert 0 < memory_now() <= memory_peak() * 1.01
    assert cpu_name()
