"""Show mechanisms on the terminal (a table, one in full, its live experiment) and as plain data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from experiments.mechanisms import text as words
from experiments.mechanisms.declared import Tried
from experiments.mechanisms.results import kept_row, stale, status
from experiments.mechanisms.rows import Results, Row
from experiments.mechanisms.runs import Trial
from experiments.mechanisms.schema import MEANING, Interaction, Mechanism
from experiments.running.audit_institutions import CHECKS
from experiments.shared.text import CAVEAT, empty_table


def overview(
    mechanisms: Sequence[Tried[Mechanism]], interactions: Sequence[Tried[Interaction]], kept: Results, lang: str
) -> Iterator[RenderableType]:
    """Yield a table of mechanisms, a table of contrasts of interactions, and notes."""
    made = empty_table("id", "class", "term", "switch\n→ outcome", "verdict", "difference\n(95 %)", "n", "date\ncode", right=["n"])
    made.columns[3].min_width = 24  # to avoid broken names
    for one in mechanisms:
        row = kept_row(one, kept)
        trace = f"{', '.join(one.declared.switch)}\n→ {one.declared.outcome}"
        about = [one.id, one.declared.class_, getattr(one.declared.term, lang), trace]
        made.add_row(*map(Text, [*about, *_cells(one, row, row)]))
    yield made
    if interactions:
        made = empty_table("id", "contrast\n→ outcome", "verdict", "difference\n(95 %)", "n", "date\ncode", right=["n"])
        for one in interactions:
            row = kept_row(one, kept)
            for name in one.contrasts:
                own = None if row is None else row["contrasts"].get(name)
                made.add_row(*map(Text, [one.id, f"{name.replace('_', ' ')}\n→ {one.declared.outcome}", *_cells(one, row, own)]))
        yield made
    yield from (Text(line, style="dim") for line in _notes([*mechanisms, *interactions], kept))


def _cells(one: Trial, row: Row | None, own: Row | None) -> list[str]:
    """Return verdict, difference, n, and date with code and status."""
    matter = status(one, row)
    if row is None or own is None:
        return [matter or status(one, None), "", "", ""]
    when = f"{row['date']}\n{row['code'][:8]}" + (f"\n{matter}" if matter else "")
    return [words.verdict(own, row["smallest"]), words.difference(own).replace(" (", "\n("), str(own["n"]), when]


def _notes(found: Sequence[Trial], kept: Results) -> Iterator[str]:
    yield "; ".join(f"{letter}: {meaning}" for letter, meaning in MEANING.items()) + "."
    yield "Differences are mechanism on minus off, of the same people with the same luck. One in full: leefwereld mechanisms ID"
    for matter, ids in stale(found, kept).items():
        told = ", ".join(ids[:8]) + (f" and {len(ids) - 8} more" if len(ids) > 8 else "")
        yield f"{matter}: {told}; renew them: leefwereld mechanisms --all"
    yield CAVEAT


def declaration(one: Trial, kept: Results, lang: str) -> Iterator[RenderableType]:
    """Yield one declaration in full, with the stored result of its experiment."""
    d = one.declared
    letter = f" ({d.class_})" if isinstance(d, Mechanism) else ""
    yield Text(f"{one.id} {getattr(d.term, lang)}{letter}", style="bold")
    yield Text(f"{d.claim} ({', '.join(d.essay)})\n")
    lines = {"term": f"{d.term.nl} · {d.term.en}"}
    lines |= {"class": f"{d.class_}: {MEANING[d.class_]}"} if isinstance(d, Mechanism) else {}
    lines |= {"process": "\n".join(d.process), "switch": ", ".join(d.switch), "event": ", ".join(d.event)}
    lines |= {
        "outcome": f"{d.outcome}: {words.outcome(d.outcome)}; smallest effect of interest {one.smallest:g}",
        "expected": _expected(one),
    }
    if isinstance(d, Mechanism) and d.accounting:
        lines["accounts"] = f"{d.accounting.check}: {CHECKS[d.accounting.check].meaning}"
    lines["experiment"] = words.surroundings(one)
    lines |= {f"  {label}": given for label, given in words.arms(one)}
    row = kept_row(one, kept)
    matter = status(one, row)
    if row is None:
        lines["kept"] = matter
    else:
        when = f"{row['date']}, code {row['code'][:8]}" + (f" ({matter})" if matter else "")
        for name, own in _contrasts(row).items():
            lines[f"kept {name}".strip()] = f"{words.verdict(own, row['smallest'])}: {words.difference(own)}, {own['n']} pairs, {when}"
    yield _grid({key: value for key, value in lines.items() if value})
    if d.found:
        yield Text(f"\n{getattr(d.found, lang)}")


def _expected(one: Trial) -> str:
    expected = one.declared.expected
    if isinstance(expected, str):
        return f"{words.EXPECTED[expected]} when it is on"
    lines = [f"{name.replace('_', ' ')} ({words.formula(one.contrasts[name])}): {words.EXPECTED[way]}" for name, way in expected.items()]
    return "\n".join(lines)


def _contrasts(row: Row) -> dict[str, Row]:
    """Return the contrasts of a row by name; "" for a mechanism."""
    return {name.replace("_", " "): own for name, own in row["contrasts"].items()} if "contrasts" in row else {"": row}


def live(one: Trial, row: Row, kept: Results) -> Iterator[RenderableType]:
    """Yield the results of an experiment that was run now."""
    for name, own in _contrasts(row).items():
        made = empty_table("outcome", "off", "on", "on − off (95 %)", "n", right=["off", "on", "n"])
        for outcome, numbers in {row["outcome"]: own, **own["also"]}.items():
            half = words.half_of(numbers)
            sides = [words.shown(numbers[side], half) for side in ("off", "on")] if not name else ["", ""]
            made.add_row(words.outcome(outcome), *sides, words.difference(numbers), str(numbers["n"]))
        yield Text(f"\n{name + ': ' if name else ''}{words.verdict(own, row['smallest'])}", style="bold")
        yield made
        family = len(kept["interactions" if name else "mechanisms"].keys() - {one.id})
        yield Text(f"{words.p_value(own['p_holm'])}, adjusted by Holm together with {family} others that are kept.", style="dim")
    yield from (Text(line, style="dim") for line in _about(one, row))


def _about(one: Trial, row: Row) -> Iterator[str]:
    yield f"{row['pairs']} pairs of {row['weeks']} weeks: {words.precision(row)}. {row['date']}, code {row['code'][:8]}."
    if row.get("why"):
        yield f"Note: {row['why']}."
    if row.get("class") == "D":
        yield f"Accounts were looked at in {row['checked']} runs; in {row['faulty']} something did not add up."
        yield from row["faults"]
    if row.get("class") == "W":
        yield words.reach(row)
    if row["failed"]:
        yield f"{row['failed']} runs failed and are left out."
    yield CAVEAT


def _grid(lines: Mapping[str, str]) -> Table:
    made = Table.grid(padding=(0, 2))
    made.add_column(no_wrap=True)
    made.add_column(overflow="fold")
    for key, value in lines.items():
        made.add_row(Text(key, style="bold"), Text(value))
    return made


def facts(one: Trial, kept: Results) -> dict[str, object]:
    """Return one declaration as plain data, with its stored result."""
    row = kept_row(one, kept)
    return {"id": one.id, "declared": one.declared.model_dump(mode="json", by_alias=True), "status": status(one, row), "kept": row}


def as_json(found: Sequence[Trial], kept: Results) -> dict[str, object]:
    """Return all declarations as plain data."""
    mechanisms = [facts(one, kept) for one in found if isinstance(one.declared, Mechanism)]
    interactions = [facts(one, kept) for one in found if isinstance(one.declared, Interaction)]
    return {"date": kept["date"], "code": kept["code"], "mechanisms": mechanisms, "interactions": interactions}
