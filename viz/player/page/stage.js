// The stage: one card for each side with its map and numbers, and moving over the map.

import { select, zoomBy, zoomTo } from "../actions/playback.js";
import { mainOutcomes, outcomesInWords } from "../actions/spoken.js";
import { SideMap } from "../map/map.js";
import { h, iconButton } from "../shared/dom.js";
import { chosenName, seriesName, seriesUnit, sideName } from "../shared/names.js";
import { lineSample } from "../shared/side_line.js";
import { visibleSides, weekOf } from "../shared/state.js";
import { amount, t, word } from "../shared/words.js";

export function buildStage(page) {
  const cards = page.store.sides.map((_, index) => buildCard(page, index));
  page.maps = cards.map((card) => card.map);
  const stage = h("div", { class: `lw-sides lw-sides-${visibleSides(page).length}` }, cards.map((card) => card.el));
  page.cards = cards;
  return stage;
}

function buildCard(page, index) {
  const map = new SideMap(page, index);
  const facts = h("dl", { class: "lw-facts" });
  const heading = h("h3", { id: `${page.id}-side-${index}` }, lineSample(index), h("span", {}, sideName(page, index)));
  const text = word(page, "regimeText", page.store.sides[index].regime);
  const zoom = h("div", { class: "lw-zoom" },
    iconButton("plus", t(page, "ui.zoomIn"), () => zoomBy(page, 1.5)),
    iconButton("minus", t(page, "ui.zoomOut"), () => zoomBy(page, 1 / 1.5)),
    iconButton("all", t(page, "ui.zoomAll"), () => zoomTo(page, 1, 0.5, 0.5)));
  const el = h("section", { class: "lw-card", "aria-labelledby": `${page.id}-side-${index}`, hidden: page.hiddenSides.has(index) },
    h("header", {}, heading, h("p", {}, text === page.store.sides[index].regime.replaceAll("_", " ") ? "" : text)),
    h("div", { class: "lw-mapbox" }, map.canvas, zoom), facts);
  steerMap(page, map);
  return { el, map, facts, index };
}

function steerMap(page, map) {
  let drag = null;
  const point = (event) => {
    const box = map.canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  map.canvas.addEventListener("pointerdown", (event) => {
    drag = { x: event.clientX, y: event.clientY, zx: page.zoom.x, zy: page.zoom.y, moved: false };
    if (page.zoom.by > 1) map.canvas.setPointerCapture(event.pointerId);
  });
  map.canvas.addEventListener("pointermove", (event) => {
    if (!drag) {
      const found = map.find(...point(event));
      map.canvas.style.cursor = found ? "pointer" : "default";
      const title = found ? chosenName(page, map.side, Math.max(1, Math.min(Math.floor(page.time), map.side.have)), found) : "";
      if (map.canvas.title !== title) map.canvas.title = title;
      return;
    }
    const [dx, dy] = [event.clientX - drag.x, event.clientY - drag.y];
    if (Math.hypot(dx, dy) > 5) drag.moved = true;
    if (drag.moved && page.zoom.by > 1) zoomTo(page, page.zoom.by, drag.zx - dx / (page.map.width * map.at.scale), drag.zy - dy / (page.map.height * map.at.scale));
  });
  map.canvas.addEventListener("pointerup", (event) => {
    if (drag && !drag.moved) {
      const found = map.find(...point(event));
      select(page, found);
    }
    drag = null;
  });
  map.canvas.addEventListener("pointercancel", () => (drag = null));
}

/** The numbers under each map. */
export function fillFacts(page) {
  const week = weekOf(page);
  for (const card of page.cards) {
    const side = page.store.sides[card.index];
    card.facts.replaceChildren(...mainOutcomes(page).map((name) => {
      const value = page.store.seriesOf(side, name).at(Math.min(week, side.have));
      return h("div", {}, h("dt", {}, seriesName(page, name)), h("dd", {}, amount(page, value, seriesUnit(page, name))));
    }));
    const text = outcomesInWords(page, side, week).join(", ");
    card.map.canvas.setAttribute("aria-label", t(page, "ui.map", { side: sideName(page, card.index), week: t(page, "ui.week", { n: week }), text }));
  }
}
