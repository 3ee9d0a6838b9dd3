// The page as a whole, without a screen: what it says to the program, and what it shows.
import assert from "node:assert/strict";
import test from "node:test";

import page from "../../../viz/player/page/page.js";
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
  for (const value of ["0.4", "0.9"]) {
    shown.put(slider, value, "input");
    await settle(150);
  }
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
  assert.deepEqual([...shown.el.querySelectorAll(".lw-luck tbody td")].map((cell) => cell.textContent), ["40", "10", "32"]);
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
  shown.turn("state", { ...state, week: 3 }); // the program writes addresses too: nobody went back
  assert.equal(shown.inside.time, 1);
  shown.window.dispatchEvent(new shown.window.Event("popstate"));
  shown.turn("state", { ...state, week: 3, colour: "burden", tab: "luck", lang: "nl" });
  assert.deepEqual([shown.inside.time, shown.inside.colour, shown.inside.tab, shown.inside.lang], [3, "burden", "luck", "nl"]);
  assert.equal(views(shown).length, 1);
  shown.window.dispatchEvent(new shown.window.Event("popstate"));
  shown.turn("state", { ...state, seed: 8 });
  assert.deepEqual([views(shown).length, views(shown).at(-1).state.seed, views(shown).at(-1).fresh], [2, 8, true]);
  shown.close();
});

test("a field that no page has cannot be set", async () => {
  const shown = await opened(page);
  assert.throws(() => { shown.inside.selectd = null; }, TypeError);
  shown.close();
});
