// What the page asks of the program: another view, back to one before, another neighbourhood, pairs of runs.

import { announce } from "../shared/topics.js";
import { t } from "../shared/words.js";
import { touchState, viewOf } from "./address.js";
import { pause, select } from "./playback.js";
import { reachable, send } from "./send.js";
import { speak } from "./spoken.js";

const MOST_UNDONE = 100;
const PAIRS = 50;

/** Ask for the weeks of the present view. `has`: which stretches of each side the page has, for a program that does not know it yet. */
export function ask(page, has = []) {
  page.run += 1;
  page.alert.hidden = true;
  if (page.busyNote) page.busyNote.textContent = page.lost ? t(page, "ui.later") : t(page, "change.busy");
  send(page, { kind: "view", state: viewOf(page), run: page.run, fresh: page.freshRun, has });
}

/** A side as it begins: a regime, and nothing changed. */
export function newSide(regime) {
  return { regime, practices: {}, changes: [], events: [] };
}

/** Change the view; what was stays in the undo list, and the course so far as a ghost. The same key again: one change, as of one drag. */
export function changeView(page, key, act, fresh = false) {
  const next = structuredClone(page.state);
  act(next);
  if (key !== page.lastKey) {
    page.past.push(structuredClone(page.state));
    if (page.past.length > MOST_UNDONE) page.past.shift();
    if (!fresh && page.store.sides.every((side) => !side.stale)) page.store.sides.forEach((side) => side.keep());
  }
  page.lastKey = key;
  moveTo(page, next, fresh);
}

export function undo(page) {
  const before = page.past.pop();
  if (!before) return;
  page.lastKey = null;
  const fresh = !sameRun(before, page.state);
  if (!fresh) page.store.sides.forEach((side) => side.keep());
  moveTo(page, before, fresh);
  speak(page, t(page, "change.undone"));
}

/** Whether two views are of one neighbourhood, luck and length, so that weeks of the one can stand beside those of the other. */
export function sameRun(one, other) {
  return one.sides.length === other.sides.length && one.seed === other.seed && one.weeks === other.weeks && one.scenario === other.scenario;
}

function moveTo(page, state, fresh) {
  page.state = state;
  page.freshRun = fresh;
  page.spread = null;
  page.pairsRun = null;
  page.pairsProgress = null;
  ask(page);
  touchState(page, true);
  announce(page, "changes");
}

export function openScenario(page, name) {
  page.time = 1;
  page.farthest = 1;
  page.bets.length = 0;
  pause(page);
  changeView(page, `scenario ${name}`, (state) => {
    state.scenario = name;
    state.week = 1;
    state.selected = null;
    state.weeks = (page.choices.scenarios || []).find((one) => one.name === name)?.weeks || 260;
    state.sides = state.sides.map((side) => newSide(side.regime));
  }, true);
  select(page, null);
  announce(page, "tab", "about");
}

export function runPairs(page) {
  if (!reachable(page)) return;
  page.pairsRuns += 1;
  page.pairsRun = page.pairsRuns;
  page.pairsProgress = { done: 0, of: PAIRS };
  send(page, { kind: "pairs", state: viewOf(page), run: page.pairsRun, pairs: PAIRS });
  announce(page, "tab", "luck");
}

export function stopPairs(page) {
  send(page, { kind: "stop" });
  page.pairsRun = null;
  page.pairsProgress = null;
  announce(page, "tab", "luck");
}
