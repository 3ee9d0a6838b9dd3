// A small recording by hand: two streets, four residents, two sides, three weeks; and a page without a window to look at it.
import { readFileSync } from "node:fs";

import { Store } from "../../../viz/player/shared/recording.js";

export const texts = JSON.parse(readFileSync(new URL("../../../viz/texts.json", import.meta.url), "utf8"));

export const header = {
  scenario: "small",
  title: { nl: "Klein", en: "Small" },
  n: 4,
  weeks: 3,
  columns: ["trust_neighbours", "burden"],
  series: [
    { name: "burden", unit: "0-1", label: { nl: "last", en: "burden" }, unit_label: { nl: "0–1", en: "0–1" } },
    { name: "reports", unit: "per week", label: { nl: "meldingen", en: "reports" } },
    { name: "trust_neighbours", unit: "0-1", label: { nl: "vertrouwen in buren", en: "trust in neighbours" } },
  ],
  streets: [
    { name: "Lindelaan", x: 0, y: 0 },
    { name: "Wilgenhof 2", x: 100, y: 0 },
  ],
  residents: { name: ["Ada", "Bas", "Cem", "Dea"], street: [0, 0, 0, 1], home: [0, 0, 1, 2] },
  kinds: [{ name: "litter" }, { name: "noise" }],
  places: [{ kind: "school", street: 0 }],
  sides: [{ regime: "top_down" }, { regime: "leapfrog" }],
};

/** A chunk of weeks of a side, as the program sends it. `values`: the first week whole, then what was added; `series`: a row for each week. */
export function chunk(side, from, weeks, values, series) {
  return {
    message: { kind: "chunk", side, from, count: weeks.length, weeks },
    buffers: [Uint8Array.from(values.flat()).buffer, Float32Array.from(series.flat()).buffer],
  };
}

export const founded = { id: 7, street: 0, parent: -1, state: "gathering", vigour: 0.5, members: 2, lead: "residents", founder: 1, name: { nl: "Tuin", en: "Garden" }, born: 1 };
export const told = (text) => ({ nl: text, en: text });

/** Three weeks of both sides. In week 2 a problem goes, resident 3 moves, and an initiative ends in week 3. */
export function chunks() {
  const official = { id: 0, name: "Noor", desk: 60, inside: 30, support: 0, street: [[0, 90]] };
  const weeks = [
    { week: 1, problems: [[4, 0, 1, 255]], initiatives: [founded], reports: [2], officials: [official], events: [{ kind: "reported", about: { residents: [2], street: 0 }, text: told("Cem reports") }] },
    { week: 2, problems: [[4, 0, 1, 0], [5, 1, 0, 51]], initiatives: [], reports: [], moves: [[3, "Eva"]], officials: [official], events: [{ kind: "planned_project", text: told("a project") }] },
    { week: 3, problems: [], initiatives: [{ id: 7, street: 0, parent: -1, state: "withered", vigour: 0, members: 0, lead: "residents" }], reports: [0, 1], officials: [], events: [] },
  ];
  const values = [
    [[100, 101, 102, 103], [0, 10, 20, 255]],
    [[1, 0, 0, 255], [0, 0, 5, 1]],
    [[0, 0, 0, 2], [0, 0, 0, 0]],
  ].map((week) => week.flat());
  const first = [[0.25, 1, 0.5], [0.5, 0, 0.625], [0.75, 2, 0.75]];
  const second = [[0.25, 1, 0.5], [0.25, 0, 0.5], [0.25, 5, 0.5]];
  return [chunk(0, 1, structuredClone(weeks), values, first), chunk(1, 1, structuredClone(weeks), values, second)];
}

/** What was recorded, taken in. */
export function recorded() {
  const store = new Store();
  store.open(structuredClone(header), true);
  for (const { message, buffers } of chunks()) store.sides[message.side].add(message, buffers);
  return store;
}

/** As much of a page as sums need: no window. */
export function bare(more = {}) {
  return {
    texts, lang: "en", choices: {}, store: recorded(), hiddenSides: new Set(), spread: null, time: 1, speed: 4, zoom: { by: 1, x: 0.5, y: 0.5 }, selected: null, followers: new Map(),
    state: { scenario: "small", seed: 7, weeks: 3, sides: [{ regime: "top_down" }, { regime: "leapfrog" }] },
    ...more,
  };
}
