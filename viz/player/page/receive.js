// What the page does with what the program says.

import { remember, viewIn } from "../actions/address.js";
import { redraw } from "../actions/playback.js";
import { ask, newSide, openScenario } from "../actions/request.js";
import { takeTies } from "../actions/ties.js";
import { layOut } from "../map/layout.js";
import { download, h } from "../shared/dom.js";
import { unpack } from "../shared/recording.js";
import { TABS } from "../shared/state.js";
import { announce } from "../shared/topics.js";
import { say, t } from "../shared/words.js";

const OF_THE_LAST_VIEW = ["keep", "wait", "chunk", "done"]; // answers to older questions are of no use
const ANSWERS = ["chunk", "done", "error"]; // after which something else may be asked
const HEARD = {
  header: hearHeader,
  keep: hearKeep,
  wait: hearWait,
  chunk: hearChunk,
  done: hearDone,
  pairs: hearPairs,
  ties: takeTies,
  file: hearFile,
  loaded: hearLoaded,
  areas: hearAreas,
  left_out: (page, { items }) => leaveOut(page, items.map((one) => say(page, one))),
  error: (page, { text }) => fail(page, say(page, text)),
};

/** What takes in messages: one after the other, in the order in which they came. */
export function listener(page) {
  let last = Promise.resolve();
  return (message, buffers) => {
    last = last
      .then(async () => { if (!page.closed) hear(page, ...(await unpack(message, buffers || []))); })
      .catch((error) => { console.error(error); fail(page, String(error)); });
  };
}

function hear(page, message, buffers) {
  if (OF_THE_LAST_VIEW.includes(message.kind) && message.run !== page.run) return;
  if (ANSWERS.includes(message.kind)) page.answered = page.run;
  HEARD[message.kind]?.(page, message, buffers);
}

function hearHeader(page, message) {
  const { run } = message;
  if (page.live && run !== page.run) return;
  const header = { ...message.header, sides: message.sides || message.header.sides, weeks: message.weeks || message.header.weeks };
  page.run = run;
  page.store.run = run;
  const isFirst = !page.store.header;
  const same = page.store.open(header, page.freshRun);
  page.freshRun = false;
  if (!same) {
    page.map = layOut(header);
    if (!isFirst) page.spread = null;
    page.zoom = { by: 1, x: 0.5, y: 0.5 };
    page.built = false;
  }
  if (!isThere(page.selected, header)) {
    if (isFirst) leaveOut(page, [t(page, "ui.noSuch", { what: `${page.selected.type} ${page.selected.id}` })]);
    page.selected = null;
  }
  page.state.sides ??= header.sides.map((side) => newSide(side.regime));
  page.state.weeks ??= header.weeks;
  if (!page.built || page.maps.length !== page.store.sides.length) announce(page, "build");
}

/** Whether who is chosen can be found in a neighbourhood; officials and initiatives come and go. */
function isThere(selected, { n, streets }) {
  if (selected?.type === "resident") return selected.id < n;
  return selected?.type !== "street" || selected.id < streets.length;
}

/** Say what of a link could not be shown. */
function leaveOut(page, reasons) {
  page.alert.textContent = t(page, "ui.leftOut", { list: reasons.join("; ") });
  page.alert.hidden = false;
}

/** Weeks up to this one are still right; what comes after is on its way. */
function hearKeep(page, { side, weeks }) {
  const one = page.store.sides[side];
  if (!one || weeks < one.length) return;
  one.stale = false;
  one.ghost = null; // nothing changed here
}

function hearWait(page, { text }) {
  for (const note of [page.busyNote, page.root.querySelector(".lw-wait p")]) if (note) note.textContent = say(page, text);
}

function hearChunk(page, message, buffers) {
  const side = page.store.sides[message.side];
  if (!side) return;
  const first = page.store.have === 0;
  side.add(message, buffers.map((one) => (one instanceof ArrayBuffer ? one : one.buffer.slice(one.byteOffset, one.byteOffset + one.byteLength))));
  for (const panel of page.panels) { panel.range = null; panel.filled = null; }
  if (page.store.have > 0) {
    if (first) announce(page, "build");
    page.maps[message.side]?.fresh();
    redraw(page);
  }
}

function hearDone(page, message) {
  const side = page.store.sides[message.side];
  if (side) {
    side.done = true;
    side.stale = false;
  }
  if (page.store.sides.every((one) => one.done) && page.busyNote) page.busyNote.textContent = t(page, "change.ready");
  redraw(page);
}

function hearPairs(page, message) {
  if (message.run !== page.pairsRun) return;
  page.pairsProgress = { done: message.done, of: message.of };
  if (message.spread) {
    page.spread = { ...message.spread, pairs: message.done };
    for (const panel of page.panels) panel.range = null;
    remember(page);
  }
  if (message.done >= message.of) {
    page.pairsRun = null;
    page.pairsProgress = null;
    announce(page, "tab", page.tab);
  }
  announce(page, "pairs");
  redraw(page);
}

function hearFile(page, message, buffers) {
  download(message.name, buffers, message.mime || "application/octet-stream");
  if (page.takeNote) page.takeNote.textContent = t(page, "take.saved", { name: message.name });
}

function hearLoaded(page, { scenario }) {
  const known = page.choices.scenarios || [];
  page.choices = { ...page.choices, scenarios: [...known.filter((one) => one.name !== scenario.name), scenario] };
  openScenario(page, scenario.name);
  if (page.ownNote) page.ownNote.textContent = t(page, "own.loaded", { name: say(page, scenario.title) });
}

function hearAreas(page, { areas }) {
  if (!page.areaList) return;
  page.areaList.replaceChildren(...areas.map((one) => h("option", { value: typeof one === "object" ? one.name || one.code : one })));
  page.ownNote.textContent = t(page, "own.areas");
}

function fail(page, text) {
  page.alert.textContent = t(page, "ui.error", { text });
  page.alert.hidden = false;
  for (const note of [page.ownNote, page.busyNote, page.takeNote]) if (note) note.textContent = "";
  if (page.pairsRun) {
    page.pairsRun = null;
    page.pairsProgress = null;
  }
}

/** Back and forth in the browser's history: the view of that address. */
export function followAddress(page, speakLanguage) {
  const { week, colour, selected, lang, tab, ...view } = viewIn(window.location) || structuredClone(page.model.get("state") || {});
  page.time = week || page.time;
  page.colour = colour || page.colour;
  page.selected = selected || null;
  if (lang && lang !== page.lang) speakLanguage(lang);
  if (TABS.includes(tab) && tab !== page.tab) announce(page, "tab", tab);
  if (sameView(view, page.state)) {
    redraw(page, true);
    return;
  }
  page.state = { ...page.state, ...view };
  page.freshRun = true;
  ask(page);
  announce(page, "refill");
}

/** Whether two views ask for the same weeks. */
export function sameView(one, other) {
  const core = ({ scenario, seed, weeks, sides }) => JSON.stringify({ scenario, seed, weeks, sides });
  return core(one) === core(other);
}
