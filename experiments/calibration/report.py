"""Results of a calibration: the ensemble file, and tables of targets, parameters and recovery."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np
from rich.text import Text

from experiments.calibration.emulators import Emulators, Trials, draws
from experiments.calibration.found import Default, Ensemble, Member, ParameterRow, RecoveryRow, Report, Wave
from experiments.calibration.schema import ENSEMBLE
from experiments.calibration.waves import KIND, SCHEMA, Calibration
from experiments.patterns.show import target
from experiments.patterns.words import ENGLISH
from experiments.reporting.cells import value
from experiments.running.ledger import Ledger
from experiments.shared.files import put
from experiments.shared.folders import surroundings, write_json
from experiments.shared.text import empty_table
from experiments.study.results import git_state, now, write_manifest
from model.errors import BadInput

if TYPE_CHECKING:
    from rich.console import RenderableType


PINNED, PARTLY = 0.5, 0.8  # shares of the prior spread: pinned down below the first, free above the second
PRIOR = 1 / math.sqrt(12)  # standard deviation of a uniform share from 0 to 1
TRUTHS, STEPS = 16, 400


def finish(one: Calibration, seconds: float) -> None:
    """Write ensemble.json and the manifest of a finished calibration."""
    facts = ensemble(one)
    fresh = one.folder / ".ensemble.json.partial"
    write_json(fresh, facts)
    fresh.replace(one.folder / "ensemble.json")
    write_manifest(
        one.folder,
        {"kind": KIND, "schema": SCHEMA, "finished": True, "code": one.code, "plan": one.plan.identity, "fit": len(facts["members"]),
         "ended": now(), "seconds_here": round(seconds, 1), "run_seconds": round(one.ledger.run_seconds(), 1), "git": git_state()}
        | surroundings(),
    )  # fmt: skip


def ensemble(one: Calibration) -> Ensemble:
    """Return the fitting sets with their measured targets, and facts about the calibration."""
    plan, tried = one.plan, one.confirmed()
    x, trials = one.runs()[0], one.trials()
    names = list(plan.targets)
    members: list[Member] = [
        {"parameters": rounded(plan.values(x[number])), "measured": dict(zip(names, map(float, means), strict=True)), "number": number}
        for number, met, means in tried
        if met
    ]
    default = _default(one, names)
    near = _nearest(one, [member["number"] for member in members])
    return {
        "kind": "leefwereld ensemble", "code": one.code, "date": now()[:10], "plan": plan.identity, "seed": plan.seed,
        "scenario": plan.scenario, "seeds": plan.confirm.seeds, "residents": plan.runs.residents, "weeks": plan.runs.weeks,
        "targets": {
            goal.name: {"low": _open(goal.low), "high": _open(goal.high), "discrepancy": float(d), "luck": float(math.sqrt(v))}
            for goal, d, v in zip(plan.goals, plan.discrepancy, trials.luck, strict=True)
        },
        "parameters": {name: {"low": free.low, "high": free.high, "log": free.log} for name, free in plan.parameters.items()},
        "waves": [
            cast("Wave", {"name": stage.name, "sets": len(stage.x), "fit": _fit(one, trials, place)} | stage.facts)
            for place, stage in enumerate(one.stages)
        ],
        "tried": len(tried), "default": default, "nearest_to_default": near, "members": members,
    }  # fmt: skip


def _fit(one: Calibration, trials: Trials, place: int) -> int:
    """Return the number of sets of a stage that meet every target (with one seed in waves)."""
    first = sum(len(stage.x) for stage in one.stages[:place])
    return sum(one.met(row) for row in trials.y[first : first + len(one.stages[place].x)])


def _default(one: Calibration, names: Sequence[str]) -> Default:
    """Return the default parameters when last tested, whether they fit, and the missed targets."""
    number = one.default_tried()
    if number is None:
        return {"parameters": one.plan.default, "fits": None}
    means = next(means for tried, _, means in one.confirmed() if tried == number)
    missed = [goal.name for goal, mean in zip(one.plan.goals, means, strict=True) if not goal.holds(float(mean))]
    parameters = rounded(one.plan.values(one.runs()[0][number]))
    measured = dict(zip(names, _plain(means), strict=True))
    return {"number": number, "parameters": parameters, "fits": not missed, "misses": missed, "measured": measured}


def _nearest(one: Calibration, numbers: Sequence[int]) -> int | None:
    """Return the index of the member nearest to the default, in shares of the ranges."""
    if not numbers:
        return None
    x = one.runs()[0]
    default = x[one.default_tried()]
    return int(((x[list(numbers)] - default) ** 2).sum(axis=1).argmin())


def rounded(values: Mapping[str, float]) -> dict[str, float]:
    """Return values as floats with all digits, as rounding would change the set."""
    return {name: float(x) for name, x in values.items()}


def _plain(values: np.ndarray) -> list[float | None]:
    return [float(x) if math.isfinite(x) else None for x in values]


def _open(x: float) -> float | None:
    return x if math.isfinite(x) else None


def read_ensemble(path: Path = ENSEMBLE) -> Ensemble:
    """Return the fitting sets from the shipped ensemble file or your own. Raises BadInput."""
    try:
        facts = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadInput(str(path), allowed=f"allowed: the ensemble.json of a calibration ({error})") from None
    if not isinstance(facts, dict) or facts.get("kind") != "leefwereld ensemble" or not facts.get("members"):
        raise BadInput(str(path), allowed="allowed: the ensemble.json of a calibration, with at least one set that fits")
    return cast("Ensemble", facts)


def study_text(facts: Ensemble) -> str:
    """Return the text of a study file that compares regimes under every fitting set."""
    points = "\n".join(
        "  { " + ", ".join(f"{name} = {x!r}" for name, x in member["parameters"].items()) + " }," for member in facts["members"]
    )
    of = f"of a calibration of {facts['date']} (plan {facts['plan']}, code {facts['code']})"
    return f"""# The {len(facts["members"])} sets of parameters that fit, {of}.
question = "Does the order of the regimes hold under every set of parameters that fits what was measured?"
scenarios = ["{facts["scenario"]}"]
regimes = ["top_down", "relational", "leapfrog", "service"]

[design]
kind = "list"
points = [
{points}
]

[replications]
number = 10
"""


# --- free parameters, and recovery of known parameters --------------------------------------------------------------


def parameters(one: Calibration) -> list[ParameterRow]:
    """Return for each parameter: range, default, 5th, 50th and 95th percentile of fitting sets, and their spread over the prior's."""
    x = one.runs()[0]
    fit = x[[number for number, met, _ in one.confirmed() if met]]
    rows: list[ParameterRow] = []
    for place, (name, free) in enumerate(one.plan.parameters.items()):
        ratio = float(fit[:, place].std(ddof=1) / PRIOR) if len(fit) > 1 else math.nan
        low, middle, high = (
            one.plan.values(np.full(len(one.plan.names), share))[name] for share in np.quantile(fit[:, place], (0.05, 0.5, 0.95))
        ) if len(fit) else (math.nan,) * 3  # fmt: skip
        state = "pinned down" if ratio < PINNED else "narrowed" if ratio < PARTLY else "free"
        rows.append(
            {"name": name, "low": free.low, "high": free.high, "default": one.plan.default[name], "p5": low, "median": middle, "p95": high,
             "ratio": ratio, "state": state, "why": free.why}
        )  # fmt: skip
    return rows


def recovery(one: Calibration, truths: int = TRUTHS, steps: int = STEPS) -> list[RecoveryRow]:
    """Test the recovery of known parameters: use sets of the first wave as truths, and let emulators without them draw sets
    that fit their results.

    Returns for each parameter: correlation of the truth with the mean of the draws, spread of the draws over the prior's, and
    the share of truths within the middle 90 % of draws.
    """
    emulators, of = one.emulators(), one.trials()
    whole = np.flatnonzero(np.isfinite(of.y[: len(one.stages[0].x)]).all(axis=1))[:truths]
    found = [recovered(emulators, row, steps, one.plan.seed, one.plan.allowed) for row in whole]
    true = of.x[whole]
    mean, sd, inside = (np.array([each[k] for each in found]) for k in range(3))
    rows: list[RecoveryRow] = []
    for place, name in enumerate(one.plan.names):
        varied = len(whole) > 2 and true[:, place].std() > 0 and mean[:, place].std() > 0
        correlation = float(np.corrcoef(true[:, place], mean[:, place])[0, 1]) if varied else math.nan
        rows.append(
            {"name": name, "truths": len(whole), "correlation": correlation, "spread": float(sd[:, place].mean() / PRIOR),
             "covered": float(inside[:, place].mean())}
        )  # fmt: skip
    return rows


def recovered(
    emulators: Emulators, row: int, steps: int, seed: int, allowed: Callable[[np.ndarray], np.ndarray]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return mean and spread of sets that could have produced one set's results, and whether their middle 90 % contains it."""
    of = emulators.trials
    blind = Emulators(of.without(row), emulators.goals, emulators.discrepancy, like=emulators)
    doubt = np.sqrt(blind.typical() ** 2 + of.luck / of.n[row])

    def density(x: np.ndarray) -> np.ndarray:
        good, found = allowed(x), np.full(len(x), -np.inf)
        if good.any():
            found[good] = -0.5 * (((blind.mean(x[good]) - of.y[row]) / doubt) ** 2).sum(axis=1)
        return found

    near = np.argsort((((blind.trials.y - of.y[row]) / doubt) ** 2).sum(axis=1))[:12]
    drawn = draws(density, blind.trials.x[near], 100_000, seed + row, steps)
    low, high = np.quantile(drawn, (0.05, 0.95), axis=0)
    return drawn.mean(axis=0), drawn.std(axis=0), (low <= of.x[row]) & (of.x[row] <= high)


# --- tables -------------------------------------------------------------------------------------------------------


def report(folder: Path, recover: bool = True) -> Report:
    """Return the results of a calibration as plain data; recovery is computed once and stored. Raises BadInput."""

    with Ledger(folder, reading=True) as ledger:
        one = Calibration(ledger, folder)
        if not (folder / "ensemble.json").is_file():
            raise BadInput(str(folder), allowed=f"a calibration that is done; go on: leefwereld calibrate resume {folder}")
        facts = json.loads((folder / "ensemble.json").read_text(encoding="utf-8"))
        found: Report = {"ensemble": facts, "parameters": parameters(one), "recovery": None}
        kept = folder / "recovery.json"
        if recover:
            if not kept.is_file():
                put(kept, json.dumps(recovery(one)))
            found["recovery"] = json.loads(kept.read_text(encoding="utf-8"))
    return found


def shown(found: Report) -> Iterator[RenderableType]:
    """Yield the tables: stages, targets, parameters, recovery."""
    facts = found["ensemble"]
    how = f"{facts['seeds']} seeds of {facts['residents']:,} residents; one where that left no hope"
    yield Text(f"{len(facts['members'])} of {facts['tried']} sets that were tried fit ({how}).\n")
    waves = empty_table("stage", "sets", "box left", "fit", right=["sets", "box left", "fit"])
    for wave in facts["waves"]:
        left = "" if "left" not in wave else f"{100 * wave['left']:.3g} %"
        waves.add_row(wave["name"], str(wave["sets"]), left, str(wave["fit"]))
    yield waves
    yield _targets(facts)
    default = facts["default"]
    if default.get("fits") is False:
        near = f" The set that fits and is nearest to it is number {facts['nearest_to_default']}." if facts["members"] else ""
        yield Text(f"The default does not fit: it misses {', '.join(default.get('misses', []))}.{near}\n")
    elif default.get("fits"):
        yield Text("The default fits.\n")
    yield _parameters(found)


def _targets(facts: Ensemble) -> RenderableType:
    from experiments.patterns.declared import Part

    heads = ["luck of a seed", "discrepancy", "default", "sets that fit"]
    made = empty_table("target", "expected", *heads, right=heads)
    for name, goal in facts["targets"].items():
        part = Part(name, -math.inf if goal["low"] is None else goal["low"], math.inf if goal["high"] is None else goal["high"])
        values = [member["measured"][name] for member in facts["members"]]
        given = (facts["default"].get("measured") or {}).get(name)
        spread = f"{value(min(values))} to {value(max(values))}" if values else "–"
        made.add_row(
            f"{name}  {ENGLISH[name]}", target(part, ENGLISH), value(goal["luck"]), value(goal["discrepancy"]), value(given), spread
        )
    return made


def _parameters(found: Report) -> RenderableType:
    again = {row["name"]: row for row in found["recovery"] or ()}
    heads = ["low", "high", "default", "5 %", "median", "95 %", "spread", *(["found again", "inside 90 %"] if again else [])]
    made = empty_table("parameter", *heads, "", right=heads)
    for row in found["parameters"]:
        cells = [value(row[key]) for key in ("low", "high", "default", "p5", "median", "p95")] + [f"{row['ratio']:.2f}"]
        if again:
            mine = again[row["name"]]
            cells += [f"r = {mine['correlation']:.2f}", f"{100 * mine['covered']:.0f} %"]
        made.add_row(row["name"], *cells, row["state"])
    return made
