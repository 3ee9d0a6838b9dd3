"""The page: one widget that fills the window, and a session for every tab. Served by `viz.server.host`."""
# solara declares neither its exports nor all of its types:
# pyright: standard, reportPrivateImportUsage=false

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import anywidget
import solara
import traitlets
from solara.server.kernel_context import PageStatus, VirtualKernelContext, get_current_context

from model import regimes
from model.errors import BadInput
from model.kinds import KINDS
from viz.export.player_script import script, style, texts
from viz.interventions import interventions
from viz.recording import library
from viz.recording.packets import STRETCH
from viz.server import answers, wire
from viz.server.memory import Workers, in_words
from viz.server.sessions import Session
from viz.server.tabs import OpenTabs

VIEW, LANG = "view", "lang"  # of the address
MOST_FIELDS = 100  # of the address
FIRST: dict[str, object] = {
    "scenario": "default", "seed": 1, "weeks": 260, "sides": [{"regime": "top_down"}, {"regime": "leapfrog"}],
}  # fmt: skip

# Jupyter's boxes around a widget would hide elements that must stay visible while the page scrolls
AROUND = "\n.lm-Widget:has(> .lw), .p-Widget:has(> .lw) { overflow: visible !important; }\n"

say = logging.getLogger("leefwereld")


class Shared:
    """What all tabs share: workers, the open tabs, and the first language."""

    def __init__(self) -> None:
        self.tabs = OpenTabs()
        self.lang = ""  # first language of a page; empty: the browser's
        self._workers: Workers | None = None

    @property
    def workers(self) -> Workers:
        """The workers, started on first use."""
        if self._workers is None:
            self._workers = Workers()
        return self._workers

    def close(self) -> None:
        """Stop the workers."""
        if self._workers is not None:
            self._workers.close()
            self._workers = None


shared = Shared()


def page_script() -> str:
    """Return the page's ES module; LEEFWERELD_PLAYER can name another file."""
    other = os.environ.get("LEEFWERELD_PLAYER")
    return Path(other).read_text(encoding="utf-8") if other else script()


@cache
def choices() -> Mapping[str, object]:
    """Return the choices that a page offers, with their limits."""
    practices = [
        {"name": p.name, "low": p.low, "high": p.high, "default": p.default, "unit": p.unit, "whole": p.whole}
        for p in regimes.PRACTICES.values()
    ]
    return {
        "scenarios": [library.told(name, library.case(name)) for name in library.names()],
        "practices": practices,
        "regimes": [{"name": name, "practices": found.model_dump()} for name, found in regimes.NAMED.items()],
        "kinds": [{"name": kind.name} for kind in KINDS],
        "interventions": interventions(),
        "limits": {
            "residents": wire.MOST_RESIDENTS, "weeks": wire.MOST_WEEKS, "sides": wire.MOST_SIDES, "pairs": wire.MOST_PAIRS,
            "events": wire.MOST_EVENTS, "file": wire.MOST_FILE, "stretch": STRETCH, "link": wire.MOST_LINK,
        },
    }  # fmt: skip


class Player(anywidget.AnyWidget):
    """The page as a widget: its ES module draws everything and requests views."""

    texts = traitlets.Dict().tag(sync=True)
    choices = traitlets.Dict().tag(sync=True)
    _esm = traitlets.Unicode("").tag(sync=True)
    _css = traitlets.Unicode("").tag(sync=True)
    live = traitlets.Bool(True).tag(sync=True)
    state = traitlets.Dict().tag(sync=True)


def asked_for(search: str | None) -> tuple[Mapping[str, object], list[BadInput]]:
    """Return the view of an address, and what was left out of it; where nothing is left of it, the usual one stands in."""
    query = parse_qs(search or "") if (search or "").count("&") < MOST_FIELDS else {}
    text, asked = query.get(VIEW, [""])[-1], query.get(LANG, [shared.lang])[-1]
    lang: dict[str, object] = {"lang": asked} if asked in ("nl", "en") else {}
    first = FIRST | lang
    if not text:
        return first, []
    try:
        state, left_out = wire.read_state(text)
        case = library.case(state.scenario)
        wire.sides_of(state, case)
    except BadInput as error:
        return first, [error]
    chosen = state.selected
    if chosen is not None and chosen.type == "resident" and int(chosen.id) >= case.residents:
        state.selected = None
        left_out.append(BadInput("link", "selected.id", chosen.id, f"0 to {case.residents - 1}"))
    return lang | state.data, left_out


class Tab:
    """One open page: joins its widget to its session."""

    def __init__(self, widget: Player, context: VirtualKernelContext, left_out: list[BadInput]) -> None:
        self.widget, self.context = widget, context
        self.session: Session | None = None
        self.full: BadInput | None = None
        try:
            self.session = shared.tabs.enter(shared.workers, self.send, self.is_there)
            self.session.left_out = left_out
        except BadInput as full:
            self.full = full
        widget.on_msg(self.hear)

    def is_there(self) -> bool:
        """Whether a page is connected."""
        return PageStatus.CONNECTED in list(self.context.page_status.values())

    def hear(self, _: Player, content: object, buffers: list[memoryview]) -> None:
        """Take in a message of the page."""
        if self.session is not None:
            self.session.hear(content, [bytes(buffer) for buffer in buffers])
        elif self.full is not None:
            self.widget.send({"kind": "error", "text": dict(zip(("nl", "en"), in_words(self.full), strict=True))})
            self.full = None

    def send(self, message: answers.Answer, buffers: list[bytes]) -> None:
        """Send a message to the page."""
        with self.context:
            self.widget.send(message, buffers)

    def close(self) -> None:
        """Close the session of a page that was closed."""
        if self.session is not None:
            shared.tabs.leave(self.session)


@solara.component
def Page() -> None:  # noqa: N802 - a component
    """The whole window is the player's."""
    search = solara.use_router().search
    state, left_out = solara.use_memo(lambda: asked_for(search), [])  # from here on the page writes its address itself
    kind: Any = Player
    element = kind.element(_esm=page_script(), _css=style() + AROUND, texts=texts(), choices=choices(), live=True, state=state)

    def open_tab() -> Callable[[], None]:
        widget = solara.get_widget(element)
        assert isinstance(widget, Player)
        return Tab(widget, get_current_context(), left_out).close

    solara.use_effect(open_tab, [])


@solara.component
def Layout(children: list[solara.Element]) -> solara.Element:  # noqa: N802 - a component
    """The layout: only the page."""
    return solara.Div(children=children)
