// The page as a whole, without a screen: what it says to the program, and what it shows.
import assert from "node:assert/strict";
import test from "node:test";

import page from "../../../viz/player/page/page.js";
import { addressOf, viewIn } from "../../../viz/player/actions/address.js";
import { answer, opened, state } from "./opened.mjs";
import { settle } from "./window.mjs";

const views = (ends) => ends.sent.filter((message) => message.kind === "view");

test("a page asks for its view, and shows what comes", async () => {
  const shown = await opened(page);
  assert.deepEqual(shown.sent.slice(0, 2).map((message) => message.kind), ["ready", "view"]);
  assert.deepEqual(shown.sent[1].state.sides, state.sides);
  assert.equal(shown.el.querySelectorAll(".lw-map").length, 2);
  assert.match(shown.one(".lw-week").textContent, /week 1 of 3/i);
  shown.press("End");
  assert.match(shown.one(".lw-week").textContent, /week 3 of 3/i);
  assert.equal(shown.one(".lw-facts dd").textContent, "0.75");
  assert.equal(shown.window.document.title, "Small – Leefwereld");
  shown.close();
});

test("a project whose weeks are left empty is announced by practice: the page says 0", async () => {
  const shown = await opened(page);
  shown.tab("change");
  const weeks = [...shown.el.querySelectorAll(".lw-event input")].find((input) => input.placeholder);
  assert.deepEqual([weeks.value, weeks.placeholder, weeks.required], ["", "by practice", false]);
  shown.submit(".lw-event");
  const [event] = views(shown).at(-1).state.sides[0].events;
  assert.deepEqual(event, { week: 2, kind: "project", street: 0, name: "traffic", value: 3, weeks: 0 });
  assert.equal(views(shown).at(-1).state.sides[1].events, undefined);
  assert.match(shown.one(".lw-changes").textContent, /A project \(Lindelaan\) in week 2/);
  shown.put(shown.one(".lw-change select"), "all");
  [...shown.el.querySelectorAll(".lw-event input")].find((input) => input.placeholder).value = "6";
  shown.submit(".lw-event");
  assert.deepEqual(views(shown).at(-1).state.sides.map((side) => side.events.at(-1).weeks), [6, 6]);
  shown.close();
});

test("a change keeps the old course as a ghost, is one for one drag, and can be undone", async () => {
  const shown = await opened(page);
  shown.tab("change");
  shown.one(".lw-group + .lw-group, .lw-group").open = true;
  const slider = shown.one(".lw-practice input");
  assert.equal(slider.value, "0.1");
  shown.put(slider, "0.4", "input");
  shown.put(slider, "0.6", "input"); // goes on before anything has come
  await answer(shown, shown.inside.run);
  shown.put(slider, "0.9", "input");
  await settle(150);
  assert.equal(views(shown).length, 3); // at the beginning, and for two of the three moves
  assert.deepEqual(views(shown).at(-1).state.sides[0].changes, [{ week: 2, practice: "presence", value: 0.9 }]);
  assert.equal(shown.inside.past.length, 1);
  assert.ok(shown.inside.store.sides[0].ghost);
  await answer(shown, shown.inside.run);
  shown.one(".lw-undo").click();
  assert.equal(views(shown).at(-1).state.sides[0].changes, undefined);
  assert.equal(views(shown).at(-1).run, shown.inside.run);
  shown.close();
});

test("answers to older questions are not heard, those to pairs are until others are asked for", async () => {
  const shown = await opened(page);
  shown.tab("luck");
  shown.one(".lw-luck .lw-main").click();
  const { run, pairs } = shown.sent.at(-1);
  assert.deepEqual([shown.sent.at(-1).kind, pairs], ["pairs", 50]);
  shown.say({ kind: "pairs", run: run - 1, done: 9, of: 50 });
  shown.say({ kind: "pairs", run, done: 5, of: 50 });
  shown.say({ kind: "wait", run: 0, text: "an old one" });
  await settle();
  assert.equal(shown.one("progress").value, 5);
  assert.ok(!shown.el.textContent.includes("an old one"));
  const counts = { burden: { sides: [40, 10], level: 32 } };
  shown.say({ kind: "pairs", run, done: 50, of: 50, spread: { wins: counts, series: {} } });
  await settle();
  assert.deepEqual([...shown.el.querySelectorAll(".lw-luck tbody td")].map((cell) => cell.textContent), ["40", "10", "32", "", "not computed"]);
  assert.equal(shown.one(".lw-luck tbody strong").textContent, "40");
  shown.close();
});

test("what goes wrong is said and does not stop what follows", async () => {
  const shown = await opened(page);
  shown.say({ kind: "error", text: { nl: "fout", en: "too many weeks" } });
  await settle();
  assert.equal(shown.one("[role=alert]").hidden, false);
  assert.match(shown.one("[role=alert]").textContent, /too many weeks/);
  shown.one("[lang=nl]").click();
  await settle();
  assert.equal(shown.window.document.documentElement.lang, "nl");
  assert.match(shown.one(".lw-week").textContent, /week 1 van 3/i);
  shown.close();
});

test("going back in the browser's history shows the view of that address", async () => {
  const shown = await opened(page);
  const goTo = (view) => {
    shown.window.history.pushState({}, "", addressOf(shown.window.location, view));
    shown.window.dispatchEvent(new shown.window.Event("popstate"));
  };
  goTo({ ...state, week: 3, colour: "burden", tab: "luck", lang: "nl" });
  assert.deepEqual([shown.inside.time, shown.inside.colour, shown.inside.tab, shown.inside.lang], [3, "burden", "luck", "nl"]);
  assert.equal(views(shown).length, 1);
  goTo({ ...state, seed: 8 });
  assert.deepEqual([views(shown).length, views(shown).at(-1).state.seed, views(shown).at(-1).fresh], [2, 8, true]);
  shown.close();
});

test("the address follows what is shown, and begins without what was left out of it", async () => {
  const shown = await opened(page, {}, "?token=abc123&view={\"seed\":7,\"tabb\":1}");
  assert.match(decodeURIComponent(shown.window.location.search), /^\?token=abc123&view=\{"scenario":"small","seed":7/);
  assert.ok(!shown.window.location.search.includes("tabb"));
  shown.inside.seek(3);
  await settle(1000);
  assert.equal(viewIn(shown.window.location).week, 3);
  shown.close();
});

test("what cannot be shown of a link is said, and the page goes on", async () => {
  const shown = await opened(page, { state: { ...state, selected: { type: "street", id: 99 } } });
  assert.match(shown.one(".lw-alert").textContent, /street 99/);
  assert.equal(shown.inside.selected, null);
  shown.say({ kind: "left_out", items: [{ nl: "week = 999", en: "week = 999" }, { nl: "x", en: "tab = 7" }] });
  await settle();
  assert.match(shown.one(".lw-alert").textContent, /Left out of the link: week = 999; tab = 7/);
  for (const selected of [{ type: "official", id: 9999 }, { type: "initiative", id: "99.9" }, { type: "resident", id: 3 }]) {
    const other = await opened(page, { state: { ...state, selected } });
    other.inside.seek(3);
    assert.ok(other.one(".lw-play"));
    other.close();
  }
  shown.close();
});

test("undo, bets and pairs are there again when the page is loaded again, for the same view alone", async () => {
  const shown = await opened(page);
  shown.inside.bets.push({ outcome: "burden", side: 1, who: "Bo" });
  shown.inside.past.push({ ...state, seed: 6 });
  shown.inside.spread = { pairs: 50, weeks: [1], series: {}, wins: { burden: { sides: [20, 30], level: 0 } } };
  shown.inside.seek(2);
  await settle(1000);
  shown.close();
  const kept = shown.window.sessionStorage;
  const again = await opened(page, {}, "", kept);
  assert.deepEqual([again.inside.bets.length, again.inside.past[0].seed, again.inside.spread.pairs], [1, 6, 50]);
  again.tab("luck");
  assert.match(again.one(".lw-luck").textContent, /30/);
  again.close();
  const other = await opened(page, { state: { ...state, seed: 8 } }, "", kept);
  assert.deepEqual([other.inside.bets.length, other.inside.past.length, other.inside.spread], [0, 0, null]);
  other.close();
});

test("an address that has room for no more says so", async () => {
  const shown = await opened(page, { choices: { limits: { link: 100 } , regimes: [], practices: [], interventions: [] } });
  shown.inside.seek(2);
  await settle(1000);
  assert.match(shown.one(".lw-alert").textContent, /at most 100/);
  shown.close();
});

test("a field that no page has cannot be set", async () => {
  const shown = await opened(page);
  assert.throws(() => { shown.inside.selectd = null; }, TypeError);
  shown.close();
});
