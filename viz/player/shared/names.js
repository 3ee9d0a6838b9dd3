// What things are called: the neighbourhood, its sides, series, and the one that is chosen.

import { say, t, word } from "./words.js";

/** What the neighbourhood is called. */
export function titleOf(page) {
  const { header } = page.store;
  const told = (page.choices.scenarios || []).find((one) => one.name === (page.state.scenario || header.scenario));
  return say(page, told?.title) || say(page, header.title);
}

/** How a side is called: its own label, or the name of its regime; numbered where two are called alike. */
export function sideName(page, index) {
  const side = page.store.sides[index] || page.state.sides[index] || { regime: "" };
  const called = (one) => (one.label && one.label !== one.regime ? say(page, one.label) : word(page, "regimes", one.regime, page.choices.regimes?.find((r) => r.name === one.regime)?.label));
  const name = called(side);
  const twins = page.store.sides.filter((one) => called(one) === name);
  return twins.length > 1 ? `${name} (${index + 1})` : name;
}

export function seriesUnit(page, name) {
  return page.store.header.series[page.store.place[name]]?.unit || "";
}

/** What the unit of a series is called. */
export function unitName(page, name) {
  return say(page, page.store.header.series[page.store.place[name]]?.unit_label) || seriesUnit(page, name);
}

export function seriesName(page, name) {
  return say(page, page.store.header.series[page.store.place[name]]?.label) || name.replaceAll("_", " ");
}

/** How the chosen one (or another) is called in a side and a week. */
export function chosenName(page, side, week, { type, id } = page.selected) {
  const { header } = page.store;
  if (type === "resident") return page.store.residentName(id, week);
  if (type === "street") return header.streets[id]?.name || "";
  if (type === "official") return (side.weeks[week - 1]?.officials || []).find((one) => one.id === id)?.name || t(page, "ui.official");
  for (const one of [side, ...page.store.sides]) {
    const found = one.initiative(id, one.have);
    if (found) return say(page, found.name);
  }
  return "";
}
