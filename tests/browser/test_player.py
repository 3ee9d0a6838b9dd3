"""The page of its own in a real browser, from a file: it plays, scrubs, tells, speaks two languages, and asks nothing of anybody."""

from __future__ import annotations

import csv
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.browser.contrast import unreadable
from viz.export.folder import pack, page_of

BEAMER, PHONE = ViewportSize(width=1366, height=768), ViewportSize(width=390, height=844)
WEEKS, PATIENCE = 104, 60_000  # milliseconds
APP = "document.getElementById('page').leefwereld"
TABS = ("story", "change", "luck", "bets", "own", "take", "about")


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a neighbourhood of 600 residents under three regimes."""
    path = tmp_path_factory.mktemp("page") / "page.html"
    path.write_text(page_of("kolping", weeks=WEEKS), encoding="utf-8")
    return path


@pytest.fixture
def page(browser: Browser, file: Path, request: pytest.FixtureRequest) -> Iterator[Page]:
    """The page, opened from its file; errors, and anything asked of anybody, fail the test."""
    wanted = {"viewport": BEAMER, "locale": "nl-NL", **getattr(request, "param", {})}
    context = browser.new_context(**wanted)
    context.set_default_timeout(PATIENCE)
    tab, wrong = context.new_page(), []
    tab.on("console", lambda said: wrong.append(f"console: {said.text}") if said.type in ("error", "warning") else None)
    tab.on("pageerror", lambda error: wrong.append(f"error: {error}"))
    tab.on("request", lambda asked: wrong.append(asked.url) if not asked.url.startswith(("data:", "blob:", file.as_uri())) else None)
    tab.goto(file.as_uri())
    tab.wait_for_selector(".lw-play")
    yield tab
    context.close()
    assert not wrong, "\n".join(wrong)


def week(page: Page) -> int:
    """Where the page says it is."""
    return int(re.findall(r"\d+", page.locator(".lw-week").inner_text())[0])


def until(page: Page, holds: str) -> None:
    """Wait until something holds in the page, whose policy allows no other way to look."""
    deadline = time.monotonic() + PATIENCE / 1000
    while not page.evaluate(holds):
        assert time.monotonic() < deadline, holds
        page.wait_for_timeout(50)


def place_of(page: Page, resident: int, side: int = 0) -> Any:
    """Where a resident's square is drawn on the map of a side."""
    return page.evaluate(
        f"""([who, side]) => {{ const {{ map, maps }} = {APP}; const view = maps[side];
        const [x, y] = view.onScreen(map.x[who] + map.w[who] / 2, map.y[who] + map.h[who] / 2); return {{ x, y }}; }}""",
        [resident, side],
    )


def quiet_resident(page: Page) -> int:
    """Somebody who reported something before week 90, on whose square no sign lies in that week."""
    return page.evaluate(
        f"""() => {{ const app = {APP}; const side = app.store.sides[0]; app.seek(90);
        for (const one of side.weeks.slice(0, 89)) for (const who of one.reports) {{
          const {{ map, maps }} = app; const view = maps[0];
          const [x, y] = view.onScreen(map.x[who] + map.w[who] / 2, map.y[who] + map.h[who] / 2);
          if (view.find(x, y)?.type === "resident") return who; }} }}"""
    )


def test_a_file_of_four_sides_is_small_and_its_policy_lets_nothing_in() -> None:
    text = page_of("default", weeks=260)  # 1,000 residents
    assert len(text.encode()) < 1_500_000
    policy = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]+)"', text)[0]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert "http:" not in policy
    assert "https:" not in policy


def test_it_plays_and_tells_on_a_pause(page: Page) -> None:
    play = page.get_by_role("button", name="Afspelen")
    play.click()
    until(page, f"{APP}.week() >= 4")
    page.get_by_role("button", name="Pauze").click()
    stopped = week(page)
    spoken = page.locator(".lw-spoken").inner_text()
    assert f"Gepauzeerd in week {stopped}." in spoken
    assert "vertrouwen in buren 0," in spoken
    page.wait_for_timeout(400)
    assert week(page) == stopped


def test_keys_scrub_back_and_forth(page: Page) -> None:
    page.locator("body").press("End")
    assert week(page) == WEEKS
    page.locator("body").press("ArrowLeft")
    page.locator("body").press("Shift+ArrowLeft")
    assert week(page) == WEEKS - 14
    page.locator("body").press("Home")
    page.locator("body").press("ArrowRight")
    assert week(page) == 2
    page.locator("body").press("+")
    assert page.evaluate(f"{APP}.speed") == 8
    page.locator("body").press("Space")
    until(page, f"{APP}.playing && {APP}.week() > 4")
    page.locator("body").press("Space")
    assert not page.evaluate(f"{APP}.playing")
    page.locator(".lw-scrub").fill("70")
    assert week(page) == 70


def test_what_is_shown_are_the_recorded_numbers(page: Page) -> None:
    page.locator(".lw-scrub").fill("100")
    shown = [box.inner_text() for box in page.locator(".lw-facts").first.locator("dd").all()]
    told = page.evaluate(f"(() => {{ const s = {APP}.store; return s.seriesOf(s.sides[0], 'trust_neighbours').at(100); }})()")
    assert shown[0] == f"{told:.2f}".replace(".", ",")
    chart = page.locator(".lw-chart").first
    chart.locator("summary").click()
    rows = chart.locator("tbody tr")
    expect(rows.last.locator("th")).to_have_text("100")
    assert rows.last.locator("td").first.inner_text() == shown[0]
    assert rows.count() == 8


def test_a_click_on_a_resident_marks_them_in_every_neighbourhood_and_tells_their_story(page: Page) -> None:
    who = quiet_resident(page)
    before = [page.locator(".lw-map").nth(side).screenshot() for side in range(3)]
    page.locator(".lw-map").first.click(position=place_of(page, who))
    name = page.evaluate(f"{APP}.store.residentName({who}, 90)")
    expect(page.locator(".lw-chosen h3")).to_have_text(name)
    for side in range(3):
        assert page.locator(".lw-map").nth(side).screenshot() != before[side]
    entries = page.locator(".lw-entries").first.locator("li")
    texts = entries.all_inner_texts()
    assert any("melding" in text for text in texts)
    weeks = [int(re.findall(r"week (\d+)", text)[0]) for text in texts]
    assert weeks == sorted(weeks, reverse=True)
    assert max(weeks) <= 90
    page.get_by_role("button", name="Toon banden").click()
    assert page.evaluate(f"{APP}.ties[0].ties.length") > 0
    entries.last.locator("button").click()
    assert week(page) == weeks[-1]
    page.locator("body").press("Escape")
    expect(page.locator(".lw-chosen")).to_have_count(0)


def test_streets_initiatives_and_officials_are_found_by_name(page: Page) -> None:
    page.get_by_role("tab", name="Verhaal").click()
    page.locator(".lw-scrub").fill("90")
    field = page.get_by_label("Zoek een bewoner")
    for kind, name in page.evaluate(
        f"""(() => {{ const app = {APP}, side = app.store.sides[0]; const one = [...side.initiatives[89].values()].pop();
        const streets = app.store.header.streets;
        return [["street", streets[3].name], ["initiative", one.name.nl],
          ["official", side.weeks[89].officials[0].name + " ("]]; }})()"""
    ):
        field.fill(name)
        field.press("Enter")
        assert page.evaluate(f"{APP}.selected.type") == kind
    field.fill("nobody of that name")
    field.press("Enter")
    expect(page.get_by_text("Niet gevonden: nobody of that name")).to_be_visible()


@pytest.mark.parametrize("page", [{"locale": "nl-NL"}, {"locale": "en-GB"}, {"locale": "de-DE"}], indirect=True, ids=["nl", "en", "de"])
def test_it_speaks_the_language_of_the_browser_and_switches(page: Page, request: pytest.FixtureRequest) -> None:
    first = "nl" if "[nl" in request.node.name else "en"
    said = {"nl": "Verzonnen mensen; een model, geen voorspelling", "en": "Invented people; a model, no forecast"}
    for lang, button in ((first, None), ("en", "English"), ("nl", "Nederlands")):
        if button:
            page.get_by_role("button", name=button).click()
        assert page.evaluate("document.documentElement.lang") == lang
        expect(page.get_by_text(said[lang], exact=True)).to_be_visible()
        expect(page.get_by_role("button", name={"nl": "Afspelen", "en": "Play"}[lang])).to_be_visible()


@pytest.mark.parametrize("page", [{"viewport": BEAMER}, {"viewport": PHONE, "locale": "en-GB"}], indirect=True, ids=["beamer", "phone"])
def test_axe_finds_nothing_serious_and_nothing_runs_off_the_screen(page: Page) -> None:
    page.locator(".lw-scrub").fill("60")
    page.locator(".lw-legendbox summary").click()
    page.locator(".lw-chart summary").first.click()
    for tab in TABS:
        page.locator(f"[data-tab={tab}]").click()
        page.evaluate(f"{APP}.tab === 'story' && {APP}.select({{ type: 'resident', id: 5 }})")
        found = Axe().run(page).response["violations"]
        bad = [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in found if one["impact"] in ("serious", "critical")]
        assert not bad, f"{tab}: {bad}"
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


@pytest.mark.parametrize("page", [{"color_scheme": "light"}, {"color_scheme": "dark"}], indirect=True, ids=["light", "dark"])
def test_what_stands_on_a_control_can_be_read_in_every_state(page: Page) -> None:
    page.locator(".lw-scrub").fill("60")
    for tab in TABS:
        page.locator(f"[data-tab={tab}]").click()
        if tab == "bets":
            page.locator(".lw-bet button").click()
        assert not unreadable(page), tab


@pytest.mark.parametrize("page", [{"forced_colors": "active"}, {"forced_colors": "active", "color_scheme": "dark"}], indirect=True)
def test_in_forced_colours_the_scale_has_its_colours_and_what_is_pressed_is_seen(page: Page) -> None:
    colours = page.locator(".lw-swatches i").evaluate_all("all => all.map((one) => getComputedStyle(one).backgroundColor)")
    assert len(set(colours)) == 11
    look = "one => { const s = getComputedStyle(one); return [s.backgroundColor, s.borderBottomColor, s.borderBottomWidth].join(); }"
    pressed, other = (page.locator(f".lw-language [aria-pressed={value}]").evaluate(look) for value in ("true", "false"))
    assert pressed != other
    chosen, other = (page.locator(f".lw-tabs [aria-selected={value}]").first.evaluate(look) for value in ("true", "false"))
    assert chosen != other
    assert page.locator(".lw-chart canvas[role=img]").first.evaluate("one => getComputedStyle(one).backgroundColor") == "rgb(255, 255, 255)"


@pytest.mark.parametrize("page", [{"viewport": {"width": 320, "height": 640}}], indirect=True)
def test_at_four_times_the_size_nothing_runs_off_the_screen(page: Page) -> None:
    for tab in TABS:
        page.locator(f"[data-tab={tab}]").click()
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_everything_can_be_reached_and_used_with_the_keyboard_alone(page: Page) -> None:
    seen: set[str] = set()
    for _ in range(120):
        page.keyboard.press("Tab")
        at: Any = page.evaluate(
            "(() => { const e = document.activeElement; const r = e.getBoundingClientRect();"
            " return [e.className || e.tagName, e.getAttribute('role') || '', r.top >= 0 && r.top < innerHeight]; })()"
        )
        seen.add(f"{at[0]} {at[1]}".strip())
        assert at[2] or at[0] == "BODY" or "skip" in at[0], f"the focus went out of sight at {at[0]}"
    text = " ".join(seen)
    for needed in ("lw-play", "lw-scrub", "tab", "tabpanel", "SELECT", "SUMMARY", "lw-skip"):
        assert needed in text
    page.locator("[role=tab][aria-selected=true]").focus()
    page.keyboard.press("ArrowLeft")
    assert page.evaluate(f"{APP}.tab") == "take"


@pytest.mark.parametrize("page", [{"reduced_motion": "reduce"}, {"reduced_motion": "no-preference"}], indirect=True, ids=["calm", "lively"])
def test_with_reduced_motion_signs_stand_still_within_a_week(page: Page, request: pytest.FixtureRequest) -> None:
    draw = f"""(part) => {{ const app = {APP}; app.playing = true;
        const week = app.store.sides[0].weeks.findIndex((one) => one.week > 20 && one.reports.length) + 1;
        app.maps[0].draw(week + part); app.playing = false;
        return app.maps[0].canvas.toDataURL(); }}"""
    assert (page.evaluate(draw, 0.1) == page.evaluate(draw, 0.7)) is ("calm" in request.node.name)


def test_bets_are_told_at_the_end(page: Page) -> None:
    page.get_by_role("tab", name="Inzetten").click()
    page.get_by_label("Op welke uitkomst").select_option("reports")
    page.get_by_label("Welke kant eindigt hoger").select_option("1")
    page.get_by_role("button", name="Inzetten").click()
    expect(page.locator(".lw-betlist strong")).to_have_count(0)
    page.locator("body").press("End")
    page.get_by_role("tab", name="Inzetten").click()
    means = page.evaluate(
        f"""(() => {{ const s = {APP}.store; return s.sides.map((side) => {{ let sum = 0;
        for (let week = 53; week <= 104; week++) sum += s.seriesOf(side, "reports").at(week); return sum / 52; }}); }})()"""
    )
    said = page.locator(".lw-betlist li").inner_text()
    assert ("✓" in said) is (means.index(max(means)) == 1)
    assert "goed" in said


def test_picture_numbers_and_film_can_be_taken_along(page: Page, tmp_path: Path) -> None:
    page.locator(".lw-scrub").fill("102")  # a film plays on to the end
    page.get_by_role("tab", name="Meenemen").click()
    files = {"Plaatje": "picture.png", "Getallen (CSV)": "numbers.csv", "Nederlands rekenblad": "nl.csv", "Film": "film.webm"}
    for button, name in files.items():
        with page.expect_download() as download:
            page.get_by_role("button", name=button).click()
        download.value.save_as(tmp_path / name)
    assert (tmp_path / "picture.png").read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    assert (tmp_path / "film.webm").read_bytes()[:4] == b"\x1a\x45\xdf\xa3"
    rows = list(csv.DictReader((tmp_path / "numbers.csv").read_text(encoding="utf-8").splitlines()))
    assert len(rows) == 4 * WEEKS
    assert {row["regime"] for row in rows} == {"top_down", "relational", "leapfrog", "service"}
    assert "no forecast" in rows[0]["remark"]
    dutch = list(csv.DictReader((tmp_path / "nl.csv").read_text(encoding="utf-8-sig").splitlines(), delimiter=";"))
    assert [row["burden"].replace(",", ".") for row in dutch] == [row["burden"] for row in rows]
    assert "," in dutch[0]["burden"]
    assert "geen voorspelling" in dutch[0]["remark"]


def test_only_residents_whose_colour_changed_are_drawn_again(page: Page) -> None:
    drawn = page.evaluate(
        f"""() => {{ const app = {APP}, view = app.maps[0], ctx = view.base.getContext("2d"), fill = ctx.fillRect.bind(ctx); let count = 0;
        ctx.fillRect = (...box) => {{ count++; fill(...box); }};
        const after = (act) => {{ count = 0; act(); return count; }};
        view.draw(50);
        const all = after(() => {{ view.fresh(); view.draw(50); }});
        const shown = view.shown.slice(), next = after(() => view.draw(60));
        return [all, next, view.shown.filter((bin, k) => bin !== shown[k]).length, after(() => view.draw(60.5))]; }}"""
    )
    assert drawn[0] > 600
    assert 0 < drawn[1] == drawn[2] < 300
    assert drawn[3] == 0


def test_a_folder_to_take_along_lists_its_pages_in_both_languages(browser: Browser, tmp_path: Path) -> None:
    done = pack(tmp_path / "out", ["kolping"], weeks=26)
    assert [one.name for one in done] == ["kolping"]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["index.html", "kolping.html"]
    context = browser.new_context(locale="nl-NL")
    tab = context.new_page()
    tab.goto((tmp_path / "out" / "index.html").as_uri())
    expect(tab.get_by_text("Hier werkt niet:")).to_be_visible()
    tab.get_by_role("button", name="English").click()
    expect(tab.get_by_text("Here do not work:")).to_be_visible()
    serious = [one["id"] for one in Axe().run(tab).response["violations"] if one["impact"] in ("serious", "critical")]
    assert not serious
    tab.get_by_role("link", name="De Kolping").click()
    tab.wait_for_selector(".lw-play")
    assert tab.evaluate(f"{APP}.store.header.weeks") == 26
    context.close()
