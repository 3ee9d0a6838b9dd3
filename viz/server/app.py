"""The page: one widget that fills the window, and a session of its own for every tab. Served by `viz.server.host`."""

from __future__ import annotations

import logging
import os
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import anywidget
import solara as solara_package
import traitlets
from solara.server.kernel_context import PageStatus, VirtualKernelContext, get_current_context

from model import regimes
from model.errors import BadInput
from model.kinds import KINDS
from viz.export.player_script import script, style, texts
from viz.interventions import interventions
from viz.recording import library as own
from viz.recording.recorder import STRETCH
from viz.server import wire
from viz.server.memory import Crew, in_words
from viz.server.sessions import Door, Session

VIEW, LANG = "view", "lang"  # of the address
MOST_FIELDS = 100  # of the address
FIRST = {"scenario": "default", "seed": 1, "weeks": 260, "sides": [{"regime": "top_down"}, {"regime": "leapfrog"}]}

# boxes that Jupyter puts around a widget cut off what is to stay in sight while the page scrolls
AROUND = "\n.lm-Widget:has(> .lw), .p-Widget:has(> .lw) { overflow: visible !important; }\n"

say = logging.getLogger("leefwereld")
solara: Any = solara_package  # does not declare what it exports


class House:
    """What all tabs share: workers, the door, and how the page begins."""

    def __init__(self) -> None:
        self.door = Door()
        self.lang = ""  # of a page that begins; empty: the browser's
        self._crew: Crew | None = None

    @property
    def crew(self) -> Crew:
        """The workers, started when they are first needed."""
        if self._crew is None:
            self._crew = Crew()
        return self._crew

    def close(self) -> None:
        """End the workers."""
        if self._crew is not None:
            self._crew.close()
            self._crew = None


house = House()


def page_script() -> str:
    """The module that is the whole page; another stands in for it where the environment names one."""
    other = os.environ.get("LEEFWERELD_PLAYER")
    return Path(other).read_text(encoding="utf-8") if other else script()


@cache
def choices() -> dict[str, Any]:
    """What a page can choose from, with the limits that hold here."""
    practices = [
        {"name": p.name, "low": p.low, "high": p.high, "default": p.default, "unit": p.unit, "whole": p.whole}
        for p in regimes.PRACTICES.values()
    ]
    return {
        "scenarios": [own.told(name, own.case(name)) for name in own.names()],
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
    """The page itself: an ES module that draws everything, and says what it wants to see."""

    texts = traitlets.Dict().tag(sync=True)
    choices = traitlets.Dict().tag(sync=True)
    _esm = traitlets.Unicode("").tag(sync=True)
    _css = traitlets.Unicode("").tag(sync=True)
    live = traitlets.Bool(True).tag(sync=True)
    state = traitlets.Dict().tag(sync=True)


def asked_for(search: str | None) -> tuple[dict[str, Any], list[BadInput]]:
    """Return the view of an address, and what was left out of it; where nothing is left of it, the usual one stands in."""
    query = parse_qs(search or "") if (search or "").count("&") < MOST_FIELDS else {}
    text, asked = query.get(VIEW, [""])[-1], query.get(LANG, [house.lang])[-1]
    lang = {"lang": asked} if asked in ("nl", "en") else {}
    first = FIRST | lang
    if not text:
        return first, []
    try:
        state, left_out = wire.read_state(text)
        case = own.case(state.scenario)
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
            self.session = house.door.enter(house.crew, self.send, self.is_there)
            self.session.left_out = left_out
        except BadInput as full:
            self.full = full
        widget.on_msg(self.hear)

    def is_there(self) -> bool:
        """Whether a page is connected."""
        return PageStatus.CONNECTED in list(self.context.page_status.values())

    def hear(self, _: Any, content: Any, buffers: list[Any]) -> None:
        """Take in a message of the page."""
        if self.session is not None:
            self.session.hear(content, [bytes(buffer) for buffer in buffers])
        elif self.full is not None:
            self.widget.send({"kind": "error", "text": dict(zip(("nl", "en"), in_words(self.full), strict=True))})
            self.full = None

    def send(self, message: dict[str, Any], buffers: list[bytes]) -> None:
        """Send a message to the page."""
        with self.context:
            self.widget.send(message, buffers)

    def close(self) -> None:
        """The page is gone."""
        if self.session is not None:
            house.door.leave(self.session)


@solara.component
def Page() -> None:  # noqa: N802 - a component
    """The whole window is the player's."""
    search = solara.use_router().search
    state, left_out = solara.use_memo(lambda: asked_for(search), [])  # from here on the page writes its address itself
    kind: Any = Player
    element = kind.element(_esm=page_script(), _css=style() + AROUND, texts=texts(), choices=choices(), live=True, state=state)

    def open_tab() -> Any:
        return Tab(solara.get_widget(element), get_current_context(), left_out).close

    solara.use_effect(open_tab, [])


@solara.component
def Layout(children: list[Any]) -> Any:  # noqa: N802 - a component
    """Nothing around the page."""
    return solara.Div(children=children)
