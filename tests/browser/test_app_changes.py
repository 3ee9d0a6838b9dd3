"""Doing it differently in the app: what can be made to happen, the old course as a ghost, undo, luck, and one file of it all."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from model import regimes
from model.neighbourhood import Neighbourhood
from model.week.agenda_planning import PREPARING
from tests.browser import test_app as app
from tests.browser.conftest import App, tabs_of
from tests.browser.contrast import unreadable
from viz.export.player_script import texts
from viz.recording import library
from viz.server import wire

patient = app.patient
NL, EN = app.NL, app.EN
WEEKS = 24  # two stretches, of which the second changes
INSIDE, settled, changed, tab = app.INSIDE, app.settled, app.changed, app.tab


def opened(page: Page, server: App) -> Page:
    """The app, with a small view and all its weeks."""
    app.opened(page, app.link(server, weeks=WEEKS), WEEKS)
    settled(page)
    return page


@pytest.fixture
def page(server: App, new_tab: Callable[[], Page]) -> Page:
    """A page of its own."""
    return opened(new_tab(), server)


@pytest.fixture(scope="module")
def one_page(server: App, context: BrowserContext) -> Iterator[Page]:
    """One page for tests that leave the view as it was; what goes wrong in it fails the last of them."""
    with tabs_of(context) as new:
        yield opened(new(), server)


def course(page: Page, ghost: bool = False) -> list[float]:
    """A series of the first neighbourhood, or the ghost of it."""
    return page.evaluate(
        f"""(ghost) => {{ const s = {INSIDE}.store, series = s.seriesOf(s.sides[0], "hours_spent", ghost);
        return series && Array.from({{ length: s.header.weeks }}, (_, week) => series.at(week + 1)); }}""",
        ghost,
    )


def test_a_change_leaves_the_old_course_as_a_ghost_and_undo_brings_it_back(one_page: Page):
    before = course(one_page)
    assert course(one_page, True) is None
    app.seek(one_page, 20)
    tab(one_page, "change")
    slider = one_page.get_by_role("slider", name=NL["practices"]["presence"]["label"], exact=True)
    changed(one_page, lambda: slider.fill("0.95"))
    after = course(one_page)
    assert after[:20] == before[:20]
    assert after[20:] != before[20:]
    assert course(one_page, True) == before
    expect(one_page.get_by_text(NL["charts"]["ghost"])).to_be_visible()
    expect(one_page.get_by_text("aanwezigheid op straat: 0,95, Op melding, van bovenaf, vanaf week 21")).to_be_visible()
    changed(one_page, lambda: one_page.get_by_role("button", name=NL["change"]["undo"]).click())
    assert course(one_page) == before


def test_all_practices_have_a_named_slider_with_what_it_buys_and_costs(one_page: Page):
    tab(one_page, "change")
    for group in one_page.locator(".lw-group summary").all()[1:]:
        if group.evaluate("one => !one.parentElement.open"):
            group.click()
    for name in regimes.PRACTICES:
        text = NL["practices"][name]
        slider = one_page.get_by_role("slider", name=text["label"], exact=True)
        expect(slider).to_have_count(1)
        expect(slider).to_have_accessible_description(re.compile(f"{re.escape(text['buys'])}.*{re.escape(text['costs'])}"))
        assert float(slider.input_value()) == pytest.approx(getattr(regimes.NAMED["top_down"], name), abs=0.011)
    bad = [one["id"] for one in Axe().run(one_page).response["violations"] if one["impact"] in ("serious", "critical")]
    assert not bad
    assert not unreadable(one_page)


def test_everything_in_the_list_can_be_made_to_happen_and_stands_in_the_story(page: Page):
    app.seek(page, 20)
    tab(page, "change")
    kinds = page.locator(".lw-event select").first
    names = kinds.evaluate("one => [...one.options].map((option) => option.value)")
    assert len(names) == 17
    for name in names:
        kinds.select_option(name)
        changed(page, lambda: page.get_by_role("button", name=NL["change"]["doIt"]).click())
        expect(page.get_by_role("alert")).to_be_hidden()
    told = page.evaluate(f"{INSIDE}.store.sides[0].weeks[20].events.filter((one) => one.kind.startsWith('planned')).length")
    assert told >= len(names)
    assert page.evaluate(f"{INSIDE}.state.sides[0].events.length") == len(names)


def test_play_and_time_stay_in_view_wherever_one_reads(one_page: Page):
    for top in (0, 400, 800):
        one_page.evaluate(f"window.scrollTo(0, {top})")
        expect(one_page.locator(".lw-play")).to_be_in_viewport()
        expect(one_page.get_by_role("slider", name=NL["ui"]["scrub"])).to_be_in_viewport()


def test_fifty_pairs_show_progress_then_the_spread_and_who_wins_how_often(one_page: Page):
    tab(one_page, "luck")
    one_page.get_by_role("button", name=NL["luck"]["run"]).click()
    expect(one_page.get_by_role("progressbar")).to_be_visible()
    expect(one_page.get_by_text(NL["luck"]["done"].format(n=50))).to_be_visible()
    rows = one_page.locator(".lw-luck tbody tr").all()
    assert len(rows) > 10
    for row in rows:
        assert sum(int(text) for text in row.locator("td").all_inner_texts()[:3]) <= 50  # two sides and alike; then what can be attained
    band = one_page.evaluate(f"{INSIDE}.spread.series.burden.sides[0]")
    assert all(low <= middle <= high for low, middle, high in zip(band["low"], band["middle"], band["high"], strict=True))
    assert band["low"] != band["high"]


def test_a_third_neighbourhood_can_be_added_and_the_whole_taken_along_as_one_file(page: Page, new_tab: Callable[[], Page], tmp_path: Path):
    tab(page, "change")
    page.locator(".lw-group summary").first.click()
    changed(page, lambda: page.get_by_role("button", name=NL["change"]["addSide"]).click())
    expect(page.locator(".lw-map")).to_have_count(3)
    numbers = course(page)
    app.seek(page, 20)
    page.get_by_label(NL["ui"]["colour"]).select_option("burden")
    page.evaluate(f"{INSIDE}.select({{ type: 'resident', id: 5 }})")
    page.get_by_role("button", name="English").click()
    bands = "{ burden: { sides: [1, 2, 3].map(() => ({ low: [0], middle: [0.1], high: [null] })) } }"
    pairs = f"{{ pairs: 50, weeks: [1], series: {bands}, wins: {{ burden: {{ sides: [11, 22, 13], level: 4 }} }} }}"
    page.evaluate(f"{INSIDE}.spread = {pairs}")
    page.get_by_role("tab", name=EN["tabs"]["take"]).click()
    with page.expect_download() as download:
        page.get_by_role("button", name=EN["take"]["html"]).click()
    download.value.save_as(tmp_path / "taken.html")
    context = page.context.browser.new_context(locale="nl-NL")  # type: ignore[union-attr]
    taken, wrong = context.new_page(), []
    taken.on("request", lambda asked: None if asked.url.startswith(("file:", "data:", "blob:")) else wrong.append(asked.url))
    taken.on("pageerror", lambda error: wrong.append(str(error)))
    taken.goto((tmp_path / "taken.html").as_uri())
    expect(taken.locator(".lw-map")).to_have_count(3)
    assert course(taken) == pytest.approx(numbers, rel=1e-3)
    kept = taken.evaluate(f"(({{ lang, colour, selected, tab }}) => [lang, colour, selected, tab])({INSIDE})")
    assert kept == ["en", "burden", {"type": "resident", "id": 5}, "take"]
    expect(taken.get_by_text(EN["ui"]["weekOf"].format(n=20, of=WEEKS)).first).to_be_visible()
    taken.get_by_role("tab", name=EN["tabs"]["luck"]).click()
    assert taken.locator(".lw-luck tbody td").all_inner_texts()[:4] == ["11", "22", "13", "4"]
    context.close()
    assert not wrong


@pytest.mark.parametrize(("locale", "lang"), [("nl-NL", "nl"), ("en-GB", "en"), ("fr-FR", "en")])
def test_the_app_begins_in_the_language_of_the_browser(server: App, browser: Browser, locale: str, lang: str):
    context = browser.new_context(locale=locale)
    other = context.new_page()
    other.goto(server.address)
    expect(other.get_by_text(texts()[lang]["invented"], exact=True)).to_be_visible()
    assert other.evaluate("document.documentElement.lang") == lang
    context.close()


def test_a_project_is_announced_by_practice_unless_the_reader_says_after_how_many_weeks(server: App, new_tab: Callable[[], Page]):
    named = ("top_down", "relational", "leapfrog")
    page = app.opened(new_tab(), app.link(server, weeks=WEEKS, sides=[{"regime": name} for name in named]), WEEKS)
    settled(page)
    app.seek(page, 20)
    tab(page, "change")
    page.get_by_label(NL["change"]["side"]).select_option("all")
    page.locator(".lw-event select").first.select_option("project")
    listening = page.get_by_label("Aangekondigd na hoeveel weken luisteren")
    expect(listening).to_have_value("")
    expect(listening).to_have_attribute("placeholder", "volgens de werkwijze")
    for week, weeks in ((21, ""), (22, "5")):
        listening.fill(weeks)
        page.get_by_label(NL["change"]["week"], exact=True).fill(str(week))
        changed(page, lambda: page.get_by_role("button", name=NL["change"]["doIt"]).click())
        listening = page.get_by_label("Aangekondigd na hoeveel weken luisteren")
        page.locator(".lw-event select").first.select_option("project")
    asked, _ = wire.read_state(page.evaluate(f"JSON.stringify({INSIDE}.state)"))
    assert [regimes.NAMED[name].listening_first for name in named] == [1, 8, 4]
    for side, by_practice in zip(wire.sides_of(asked, library.case("default")), (1, 8, 4), strict=True):
        model = Neighbourhood(side.case, side.practices, side.seed)
        for event in side.events:
            facts: dict[str, Any] = {**dict(event)}
            model.intervene(**facts)
        model.run(20)
        for week, weeks in ((21, by_practice), (22, 5)):
            model.step()
            agenda = model.world.agenda
            (project,) = np.flatnonzero(agenda.launched == week)
            coupling = agenda.coupled[project] * model.case.behaviour.couple_weeks
            announced = week + weeks + coupling
            assert (agenda.state[project] == PREPARING) == (announced > week)
            assert announced == week or agenda.ready[project] == announced
