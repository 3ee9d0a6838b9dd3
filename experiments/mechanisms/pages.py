"""Generate docs/mechanisms.md from declarations and results."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from experiments.mechanisms import text as words
from experiments.mechanisms.declared import Tried
from experiments.mechanisms.names import ROOT
from experiments.mechanisms.results import NOT_RUN
from experiments.mechanisms.rows import Results, Row
from experiments.mechanisms.runs import Trial
from experiments.mechanisms.schema import MEANING, Declared, Interaction, Mechanism
from experiments.mechanisms.verdicts import RULE
from experiments.running.audit_institutions import CHECKS
from experiments.shared.files import put

PAGE = ROOT / "docs" / "mechanisms.md"
MADE = "<!-- Made by `leefwereld mechanisms --all` from the declarations and results.json beside them; edit those. -->"


def renew(mechanisms: Sequence[Tried[Mechanism]], interactions: Sequence[Tried[Interaction]], kept: Results) -> list[Path]:
    """Write the page; return its path, or nothing in an installed package, which has no docs folder."""
    return [put(PAGE, page(mechanisms, interactions, kept))] if PAGE.parent.is_dir() else []


def overview_table(found: Sequence[Tried[Mechanism]], kept: Results) -> str:
    """Return a table with one row for each mechanism, and its key."""
    lines = ["| | class | Dutch term | outcome | verdict | difference (95 %) | pairs |", "| --- | --- | --- | --- | --- | --- | ---: |"]
    for one in found:
        row = kept["mechanisms"].get(one.id)
        cells = [one.id, one.declared.class_, one.declared.term.nl, words.outcome(one.declared.outcome), *_result(row, row)]
        lines.append(f"| {' | '.join(_cell(cell) for cell in cells)} |")
    key = "; ".join(f"{letter}: {meaning}" for letter, meaning in MEANING.items())
    run = f"Run on {kept['date']} by the code {kept['code']}." if kept["date"] else "Not run yet."
    return "\n".join([*lines, "", f"{key}. {run}", ""])


def _result(row: Row | None, own: Row | None) -> list[str]:
    return [NOT_RUN, "", ""] if row is None or own is None else [words.verdict(own, row["smallest"]), words.difference(own), f"{own['n']}"]


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def page(mechanisms: Sequence[Tried[Mechanism]], interactions: Sequence[Tried[Interaction]], kept: Results) -> str:
    """Return the whole page."""
    return "\n".join([*_opening(mechanisms, kept), *_mechanisms(mechanisms, kept), *_interactions(interactions, kept)]).rstrip() + "\n"


def _opening(found: Sequence[Tried[Mechanism]], kept: Results) -> Iterator[str]:
    yield from (MADE, "", "# The mechanisms of the essays", "")
    yield "Invented people; a model, not a forecast. Every mechanism is declared in a file in `experiments/mechanisms/declarations/`: what"
    yield "the essay claims, where it is in the model, what switches it, and the experiment that shows what it does, whatever comes out."
    yield "`leefwereld mechanisms A13` shows one and runs it again; `leefwereld mechanisms --all` runs all and writes this page. Practices"
    yield "take effect at the end of the burn-in, which is lived under the shared baseline; all other settings hold from its beginning."
    yield from ("", RULE, "")
    yield from (f"* **{letter}**: {meaning}." for letter, meaning in MEANING.items())
    yield from ("", _counts(found, kept), "", overview_table(found, kept))


def _counts(found: Sequence[Tried[Mechanism]], kept: Results) -> str:
    """Return the number of mechanisms by verdict, as text."""
    rows = [kept["mechanisms"].get(one.id) for one in found]
    says = [row["verdict"] if row else NOT_RUN for row in rows]
    return "Of {} mechanisms: {}.".format(len(found), ", ".join(f"{says.count(word)} {word}" for word in dict.fromkeys(sorted(says))))


def _mechanisms(found: Sequence[Tried[Mechanism]], kept: Results) -> Iterator[str]:
    for one in found:
        d, row = one.declared, kept["mechanisms"].get(one.id)
        yield f"## {one.id} {d.term.nl} · {d.term.en} ({d.class_})"
        yield from ("", *_declared(one), f"* Expected: {words.EXPECTED[d.expected]} with the mechanism on.")
        if d.accounting:
            yield f"* Accounts, in every run: {CHECKS[d.accounting.check].meaning} (`{d.accounting.check}`)"
        yield ""
        yield from _found(row, one) if row else ["Not run yet.", ""]
        yield from _paragraphs(d)


def _declared(one: Trial) -> Iterator[str]:
    d = one.declared
    yield from (f"{d.claim} ({', '.join(d.essay)})", "")
    yield f"* In the model: {', '.join(f'`{text}`' for text in d.process)}"
    switch = f"; switched by {', '.join(f'`{name}`' for name in d.switch)}" if d.switch else ""
    trace = f"; seen as {', '.join(f'`{name}`' for name in d.event)}" if d.event else ""
    yield f"* Trace: {words.outcome(d.outcome)}, smallest effect of interest {one.smallest:g}{switch}{trace}."
    yield f"* Experiment: {words.surroundings(one)}."
    yield from (f"  * {label}: {given}" for label, given in words.arms(one))


def _found(row: Row, one: Trial) -> Iterator[str]:
    says = words.verdict(row, row["smallest"])
    yield f"**{says[0].upper()}{says[1:]}**: {words.difference(row)}; {_sides(row)}; {_ran(row)}."
    if row["why"]:
        yield f"Note: {row['why']}."
    if row["class"] == "D":
        yield f"Accounts were looked at in {row['checked']} runs; in {row['faulty']} something did not add up."
    if row["class"] == "W":
        yield words.reach(row)
    yield ""
    yield from _also(row)


def _sides(row: Row) -> str:
    half = words.half_of(row)
    return f"off {words.shown(row['off'], half)}, on {words.shown(row['on'], half)}"


def _ran(row: Row) -> str:
    lost = f", {row['failed']} runs failed" if row["failed"] else ""
    defined = f", {row['n']} of them defined" if "n" in row and row["n"] != row["pairs"] else ""
    p = f"{words.p_value(row['p_holm'])}, " if "p_holm" in row else ""
    return f"{p}{row['pairs']} pairs{defined}{lost}; {words.precision(row)}; {row['date']}, code {row['code']}"


def _also(row: Row) -> Iterator[str]:
    if not row["also"]:
        return
    parts = [f"{words.outcome(name)} {words.difference(own)}" for name, own in row["also"].items()]
    yield from (f"Beside it, without a verdict: {'; '.join(parts)}.", "")


def _paragraphs(d: Declared) -> Iterator[str]:
    if d.found:
        yield from (d.found.en, "", f"*{d.found.nl}*", "")


def _interactions(found: Sequence[Tried[Interaction]], kept: Results) -> Iterator[str]:
    if not found:
        return
    yield from (
        "## Mechanisms together",
        "",
        "Contrasts of arms, paired in the same way; Holm's correction over all contrasts of this part.",
        "",
    )
    for one in found:
        d, row = one.declared, kept["interactions"].get(one.id)
        yield f"### {one.id} {d.term.nl} · {d.term.en}"
        yield from ("", *_declared(one), "")
        yield from ["| contrast | | expected | verdict | difference (95 %) | pairs |", "| --- | --- | --- | --- | --- | ---: |"]
        for name, weights in one.contrasts.items():
            own = row["contrasts"].get(name) if row else None
            cells = [name.replace("_", " "), words.formula(weights), words.EXPECTED[d.expected[name]], *_result(row, own)]
            yield f"| {' | '.join(_cell(cell) for cell in cells)} |"
        yield ""
        if row:
            yield from (f"{_ran(row)}.", "")
            for name, own in row["contrasts"].items():
                yield from (line.replace("Beside it", f"Beside {name.replace('_', ' ')}") for line in _also(own))
        yield from _paragraphs(d)
