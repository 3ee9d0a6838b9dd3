"""What the benchmark of the app found, as it is kept in bench-app.json and as a table."""

from __future__ import annotations

from typing import NotRequired, TypedDict


class Spread(TypedDict):
    """Some measurements of one thing."""

    median: float
    low: float
    high: float


class Playing(TypedDict):
    """What it took to draw weeks one after the other."""

    frames_per_second: float
    longest_frame_ms: NotRequired[int]
    server_ms_per_frame: float
    kb_per_frame: float


class Looked(Playing):
    """A page of the app in a browser."""

    page_seconds: float  # to the first picture
    payload_mb: float
    slider_to_answer_ms: Spread
    slider_to_redraw_ms: Spread


class Large(Playing):
    """A larger neighbourhood."""

    residents: int
    whole_run_seconds: float


class App(Looked):
    """The app: a page in a browser, a larger neighbourhood, many pages at once, and many one after the other."""

    ready_seconds: float
    large: Large
    pages_at_once: int
    first_weeks_seconds: Spread
    whole_run_seconds: Spread
    errors: int
    mb_per_page: float
    cycles: int
    mb_before_cycles: float
    mb_after_cycles: float
    threads_after: int


class SolaraViz(Playing):
    """Mesa's page in a browser."""

    ready_seconds: float
    page_seconds: float  # to the first pictures
    step_to_redraw_ms: Spread


class Found(TypedDict):
    """Everything, and the machine it was found on."""

    kind: str
    schema: int
    date: str
    cpu: str
    cores: int | None
    load: float | None
    app: App
    solara_viz: SolaraViz


def as_text(found: Found) -> str:
    """Return a Markdown table of both, and sentences for results without counterpart."""
    a, m = found["app"], found["solara_viz"]

    def s(spread: Spread, unit: str) -> str:
        return f"{spread['median']:g} ({spread['low']:g}-{spread['high']:g}) {unit}"

    rows = [
        ("", "the app", "SolaraViz"),
        ("shows", "2 x 1,000 residents, 6 charts", "1,000 residents, 2 charts"),
        ("page opens, to the first picture", f"{a['page_seconds']:g} s", f"{m['page_seconds']:g} s"),
        ("frames a second while playing", f"{a['frames_per_second']:g}", f"{m['frames_per_second']:g}"),
        ("processor time of the server per frame", f"{a['server_ms_per_frame']:g} ms", f"{m['server_ms_per_frame']:g} ms"),
        ("sent per frame", f"{a['kb_per_frame']:g} kB", f"{m['kb_per_frame']:g} kB"),
        ("slider / step to redraw", s(a["slider_to_redraw_ms"], "ms"), s(m["step_to_redraw_ms"], "ms")),
        ("sent for a whole run (SolaraViz: 260 frames)", f"{a['payload_mb']:g} MB", f"{260 * m['kb_per_frame'] / 1000:.1f} MB"),
    ]
    table = "\n".join(f"| {' | '.join(row)} |" + ("\n| --- | ---: | ---: |" if n == 0 else "") for n, row in enumerate(rows))
    large = a["large"]
    lines = [
        f"2 x {large['residents']:,} residents: {large['frames_per_second']:g} frames a second while playing, "
        f"whole runs {large['whole_run_seconds']:g} s after loading the file.",
        f"{a['pages_at_once']} pages open one link at once: first weeks of both after {s(a['first_weeks_seconds'], 's')}, "
        f"whole runs after {s(a['whole_run_seconds'], 's')}; {a['errors']} errors.",
        f"An open page costs the server {a['mb_per_page']:g} MB.",
        f"{a['cycles']} pages opened, sent a whole run and closed one after the other: memory of the server from "
        f"{a['mb_before_cycles']:g} to {a['mb_after_cycles']:g} MB.",
        f"{found['cpu']}, {found['cores']} cores shared by server, workers and browser; load {found['load']} when it began.",
    ]
    return table + "\n\n" + "\n".join(f"* {line}" for line in lines)
