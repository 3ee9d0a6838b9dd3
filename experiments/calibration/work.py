"""Run a calibration from its first wave to its ensemble; can be stopped and resumed."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from experiments.calibration.emulators import Emulators
from experiments.calibration.report import finish
from experiments.calibration.waves import AGAIN, Calibration, Stage
from experiments.running.ledger import Ledger
from experiments.running.pool import Pool
from experiments.running.worker import usable_cores
from experiments.shared.own_model import check_model
from experiments.shared.progress import Tell
from experiments.study.results import now
from model import identity, warm_up
from model.errors import BadInput

if TYPE_CHECKING:
    from experiments.running.pool import Workers


def work(
    folder: Path, workers: int | None = None, tell: Tell | None = None, say: Callable[[str], None] = print, changed_code: bool = False
) -> Path:
    """Run a calibration until it is done; return its folder. Can be called again after a stop. Raises BadInput, KeyboardInterrupt."""
    check_model()
    began = time.perf_counter()
    warm_up.ensure_compiled({}, say)
    with Ledger(folder) as ledger, Pool(workers or usable_cores()) as pool:
        one = Calibration(ledger, folder)
        if one.code != identity.code_hash():
            if not changed_code:
                allowed = f"the model's code that began it, {one.code}; go on anyway with --changed-code"
                raise BadInput(str(folder), "code", identity.code_hash(), allowed)
            one.code = identity.code_hash()
        ledger.release(("failed", "timed out"))
        for wave in range(len(one.plan.waves.sizes)):
            if len(one.stages) == wave:
                one.put(one.first() if wave == 0 else one.next(wave, say))
            one.work(pool, tell)
        confirm(one, pool, tell, say)
        ledger.set_meta(ended=now(), code=one.code)
        finish(one, time.perf_counter() - began)
    return folder


def try_default(folder: Path, workers: int | None = None, tell: Tell | None = None, say: Callable[[str], None] = print) -> None:
    """Test the present default with the present code; if it fits it becomes a member of the ensemble. Raises BadInput."""
    began = time.perf_counter()
    warm_up.ensure_compiled({}, say)
    with Ledger(folder) as ledger, Pool(workers or usable_cores()) as pool:
        one = Calibration(ledger, folder)
        if not ledger.meta("ended"):
            raise BadInput(str(folder), allowed=f"a calibration that is done; go on: leefwereld calibrate resume {folder}")
        shares, given = one.plan.shares(one.plan.default)[None], one.plan.confirm
        if not one.plan.allowed(shares).all():
            outside = [name for name, share in zip(one.plan.names, shares[0], strict=True) if not 0 <= share <= 1]
            raise BadInput("default", ", ".join(outside) or "trust_step", None, f"what {folder / 'calibration.toml'} allows")
        one.code = identity.code_hash()
        one.put(Stage(AGAIN, shares, (given.seeds,), given.forks, {"looked": True}))
        one.work(pool, tell)
        finish(one, time.perf_counter() - began)


def confirm(one: Calibration, pool: Workers, tell: Tell | None, say: Callable[[str], None]) -> None:
    """Test likely sets, batch by batch, until enough fit or the maximum is reached."""
    given, waves = one.plan.confirm, len(one.plan.waves.sizes)
    learnt: Emulators | None = None  # from the waves only, so that a resumed calibration continues identically
    while True:
        one.work(pool, tell)
        stages = one.stages
        learnt = learnt or one.emulators(of=sum(len(stage.x) for stage in stages[:waves]))
        if stages[-1].facts.get("looked") is False:
            one.put(one.looked(one.emulators(of=sum(len(stage.x) for stage in stages[:-1]), like=learnt)), instead=True)
            continue
        tried = one.confirmed()
        fit = sum(met for _, met, _ in tried)
        if tried:
            say(f"{fit} of {len(tried)} sets fit ({given.seeds} seeds, or one where that left no hope)")
        if fit >= given.wanted or len(tried) >= given.at_most:
            return
        batch = len(one.stages) - waves
        one.put(one.to_confirm(one.emulators(like=learnt), batch))
