// The charts on the page: each with a choice of lines, a spoken summary, and a table beside it.

import { seek } from "../actions/playback.js";
import { h } from "../shared/dom.js";
import { seriesName, seriesUnit, sideName, unitName } from "../shared/names.js";
import { lineSample } from "../shared/side_line.js";
import { visibleSides, weekOf } from "../shared/state.js";
import { amount, t } from "../shared/words.js";
import { rangeOf } from "./axes.js";
import { drawChart } from "./charts.js";

const PANELS = [
  ["trust_neighbours", "trust_official", "trust_municipality", "grievance"],
  ["bonding", "bridging", "linking", "efficacy", "readiness"],
  ["initiatives_alive", "initiatives_started", "initiatives_delivered", "active", "streets_reached"],
  ["burden", "burden_hidden", "problems_open", "problems_solved"],
  ["burden_hidden", "burden", "problems_open"],
  ["reports", "handling_days", "nothing_found", "promises_kept", "promises_broken"],
  ["hours_spent", "resident_hours", "conversations"],
  ["euro_spent", "upkeep_euro", "hours_used"],
];

export function buildBoard(page) {
  const panels = PANELS.map((names, place) => {
    const there = names.filter((name) => name in page.store.place);
    return there.length ? buildChart(page, there, place) : null;
  }).filter(Boolean);
  page.panels = panels;
  page.ghostNote = h("p", { class: "lw-dim" });
  return h("section", { class: "lw-board", "aria-labelledby": `${page.id}-charts` },
    h("h2", { id: `${page.id}-charts` }, t(page, "charts.title")),
    h("ul", { class: "lw-lines" }, page.store.sides.map((side) => (page.hiddenSides.has(side.index) ? null : h("li", {}, lineSample(side.index), h("span", {}, sideName(page, side.index)))))),
    page.ghostNote,
    h("div", { class: "lw-charts" }, panels.map((panel) => panel.el)));
}

function buildChart(page, names, place) {
  const panel = { name: names.includes(page.shownSeries[place]) ? page.shownSeries[place] : names[0] };
  panel.canvas = h("canvas", { role: "img" });
  panel.values = h("p", { class: "lw-values" });
  panel.unit = h("span", { class: "lw-dim" });
  const pick = h("select", { "aria-label": t(page, "charts.show") }, names.map((name) => h("option", { value: name, selected: name === panel.name }, seriesName(page, name))));
  pick.addEventListener("change", () => {
    page.shownSeries[place] = panel.name = pick.value;
    panel.range = null;
    fillBoard(page);
  });
  panel.table = h("div", { class: "lw-scroll", tabindex: 0, role: "region", "aria-label": t(page, "charts.table") });
  panel.details = h("details", {}, h("summary", {}, t(page, "charts.table")), panel.table);
  panel.details.addEventListener("toggle", () => fillTable(page, panel));
  panel.canvas.addEventListener("click", (event) => {
    const box = panel.canvas.getBoundingClientRect();
    const { left, right } = panel.place;
    seek(page, Math.round(1 + ((event.clientX - box.left - left) / (right - left)) * (page.store.header.weeks - 1)));
  });
  panel.el = h("article", { class: "lw-chart" }, h("div", { class: "lw-chart-top" }, pick, panel.unit), panel.canvas, panel.values, panel.details);
  return panel;
}

export function fillBoard(page) {
  const notes = [];
  if (visibleSides(page).some((side) => side.ghost)) notes.push(t(page, "charts.ghost"));
  if (page.spread) notes.push(t(page, "charts.band", { n: page.spread.pairs || 50 }));
  notes.push(t(page, "charts.marks"));
  page.ghostNote.textContent = notes.join(" ");
  for (const panel of page.panels) {
    fitCanvas(panel);
    panel.range ||= rangeOf(page, panel.name);
    const ctx = panel.canvas.getContext("2d");
    ctx.setTransform(panel.ratio, 0, 0, panel.ratio, 0, 0);
    ctx.clearRect(0, 0, panel.width, panel.height);
    panel.place = drawChart(ctx, page, panel.name, { x: 0, y: 0, w: panel.width, h: panel.height }, weekOf(page), { range: panel.range });
    fillValues(page, panel);
    if (panel.details.open) fillTable(page, panel);
  }
}

function fitCanvas(panel) {
  const width = Math.max(160, panel.canvas.clientWidth);
  const height = Math.max(120, panel.canvas.clientHeight);
  const ratio = Math.min(2, window.devicePixelRatio || 1);
  if (panel.width === width && panel.height === height && panel.ratio === ratio) return;
  Object.assign(panel, { width, height, ratio });
  panel.canvas.width = Math.round(width * ratio);
  panel.canvas.height = Math.round(height * ratio);
}

function valuesAt(page, name, week) {
  return visibleSides(page).map((side) => ({ side, value: page.store.seriesOf(side, name).at(Math.min(week, side.have)) }));
}

function fillValues(page, panel) {
  const unit = seriesUnit(page, panel.name);
  const values = valuesAt(page, panel.name, weekOf(page));
  panel.unit.textContent = unitName(page, panel.name);
  if (!panel.spans || panel.spans.length !== values.length) {
    panel.spans = values.map(() => h("b"));
    panel.values.replaceChildren(...values.map(({ side }, k) => h("span", {}, lineSample(side.index), panel.spans[k])));
  }
  values.forEach(({ value }, k) => (panel.spans[k].textContent = amount(page, value, unit)));
  const list = values.map(({ side, value }) => `${sideName(page, side.index)} ${amount(page, value, unit)}`).join(", ");
  panel.canvas.setAttribute("aria-label", t(page, "charts.label", { name: seriesName(page, panel.name), unit: unitName(page, panel.name), text: `${t(page, "ui.week", { n: weekOf(page) })}: ${list}` }));
}

/** The same numbers as a table, by quarter, as far as it has been played. */
function fillTable(page, panel) {
  if (!panel.details.open) return;
  const week = weekOf(page);
  const weeks = [];
  for (let w = 13; w < week; w += 13) weeks.push(w);
  weeks.push(week);
  const key = `${panel.name} ${weeks.length} ${week} ${page.lang} ${page.store.run}`;
  if (panel.filled === key) return;
  panel.filled = key;
  const unit = seriesUnit(page, panel.name);
  const sides = visibleSides(page);
  panel.table.replaceChildren(h("table", {},
    h("caption", {}, t(page, "charts.tableOf", { name: seriesName(page, panel.name) })),
    h("thead", {}, h("tr", {}, h("th", { scope: "col" }, t(page, "change.week").replace(/^\S+ /, "")), sides.map((side) => h("th", { scope: "col" }, sideName(page, side.index))))),
    h("tbody", {}, weeks.map((w) => h("tr", {}, h("th", { scope: "row" }, String(w)), valuesAt(page, panel.name, w).map(({ value }) => h("td", {}, amount(page, value, unit))))))));
}
