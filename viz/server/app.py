"""The page: one widget that fills the window, and a session for every tab. Served by `viz.server.host`."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import anywidget
import solara as solara_package
import traitlets
from solara.routing import Router
from solara.server.kernel_context import VirtualKernelContext, get_current_context

from model import regimes
from model.errors import BadInput
from model.kinds import KINDS
from viz.export.player_script import script, style, texts
from viz.interventions import interventions
from viz.recording import library
from viz.recording.recorder import STRETCH
from viz.server import wire
from viz.server.memory import Workers, in_words
from viz.server.sessions import OpenTabs, Session

VIEW, TOKEN, LANG = "view", "token", "lang"  # keys of the address
FIRST = {"scenario": "default", "seed": 1, "weeks": 260, "sides": [{"regime": "top_down"}, {"regime": "leapfrog"}]}

# Jupyter's boxes around a widget would hide elements that must stay visible while the page scrolls
AROUND = "\n.lm-Widget:has(> .lw), .p-Widget:has(> .lw) { overflow: visible !important; }\n"

say = logging.getLogger("leefwereld")
solara: Any = solara_package  # solara does not declare its exports


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
            "events": wire.MOST_EVENTS, "file": wire.MOST_FILE, "stretch": STRETCH,
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


def asked_for(search: str | None) -> tuple[Mapping[str, object], BadInput | None]:
    """Return the view in an address and None, or the default view and the error."""
    query = parse_qs(search or "", max_num_fields=20)
    text, asked = query.get(VIEW, [""])[-1], query.get(LANG, [shared.lang])[-1]
    lang = {"lang": asked} if asked in ("nl", "en") else {}
    first = FIRST | lang
    if not text:
        return first, None
    try:
        state, data = wire.read_state(text)
        wire.sides_of(state, library.case(state.scenario))
    except BadInput as error:
        return first, error
    return lang | data, None


def address(search: str | None, state: Mapping[str, object]) -> str:
    """Return the address of a view, with the token of a shared server."""
    token = parse_qs(search or "", max_num_fields=20).get(TOKEN, [""])[-1]
    return f"/?{TOKEN}={token}&{VIEW}={wire.link(state)}" if token.isalnum() else f"/?{VIEW}={wire.link(state)}"


class Tab:
    """One open page: connects its widget, its session and the address."""

    def __init__(self, widget: Player, context: VirtualKernelContext, router: Router, wrong: BadInput | None) -> None:
        self.widget, self.context, self.router, self.wrong = widget, context, router, wrong
        self.session: Session | None = None
        try:
            self.session = shared.tabs.enter(shared.workers, self.send, self.push)
            self.session.notice, self.wrong = wrong, None
        except BadInput as full:
            self.wrong = full
        widget.on_msg(self.hear)

    def hear(self, _: object, content: object, buffers: list[bytes]) -> None:
        """Handle a message of the page."""
        if isinstance(content, dict) and content.get("kind") == "ready" and self.wrong is not None:
            nl, en = in_words(self.wrong)
            self.widget.send({"kind": "error", "text": {"nl": nl, "en": en}})
            self.wrong = None
        if self.session is not None:
            self.session.hear(content, [bytes(buffer) for buffer in buffers])

    def send(self, message: Mapping[str, object], buffers: list[bytes]) -> None:
        """Send a message to the page."""
        with self.context:
            self.widget.send(message, buffers)

    def push(self, state: Mapping[str, object]) -> None:
        """Put a view into the address."""
        target = address(self.router.search, state)
        if target != f"/?{self.router.search}":
            with self.context:
                self.router.push(target)

    def close(self) -> None:
        """Close the session of a page that was closed."""
        if self.session is not None:
            shared.tabs.leave(self.session)


@solara.component
def Page() -> None:  # noqa: N802 - a component
    """The page: the player fills the window."""
    router = solara.use_router()
    state, wrong = solara.use_memo(lambda: asked_for(router.search), [router.search])
    kind: Any = Player
    element = kind.element(_esm=page_script(), _css=style() + AROUND, texts=texts(), choices=choices(), live=True, state=state)
    tab = solara.use_ref(None)

    def open_tab() -> Any:
        tab.current = opened = Tab(solara.get_widget(element), get_current_context(), router, wrong)
        return opened.close

    def follow_address() -> None:
        if tab.current is not None:
            tab.current.router = router

    solara.use_effect(open_tab, [])
    solara.use_effect(follow_address, [router])


@solara.component
def Layout(children: list[Any]) -> Any:  # noqa: N802 - a component
    """The layout: only the page."""
    return solara.Div(children=children)
