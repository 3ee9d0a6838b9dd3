// What colours and signs mean, drawn with the same hands as the map.

import { LAND, reachOf, scaleOf, SIGNS } from "../map/colours.js";
import { drawStamp, glyph } from "../map/glyphs.js";
import { drawSnowball } from "../map/initiatives.js";
import { officialStamp } from "../map/officials.js";
import { h } from "../shared/dom.js";
import { number, t, word } from "../shared/words.js";

/** All signs. */
export function buildLegend(page) {
  const item = (draw, key) => {
    const canvas = h("canvas", { width: 56, height: 56, class: "lw-sign", "aria-hidden": "true" });
    const ctx = canvas.getContext("2d");
    ctx.scale(2, 2);
    ctx.translate(14, 14);
    draw(ctx);
    return h("li", {}, canvas, h("span", {}, t(page, `legend.${key}`)));
  };
  const disc = (c, state, r, snow = 0) => {
    drawSnowball(c, r, snow, state !== "ended");
    glyph(c, state, 0, 0, r * 1.6, "#fff");
  };
  const line = (c, colour, dash, width) => {
    c.strokeStyle = colour;
    c.lineWidth = width;
    c.setLineDash(dash);
    c.beginPath();
    c.moveTo(-12, 6);
    c.quadraticCurveTo(0, -12, 12, 4);
    c.stroke();
    c.setLineDash([]);
  };
  const kinds = page.store.header.kinds.map((kind) => {
    const canvas = h("canvas", { width: 44, height: 44, class: "lw-sign lw-small", "aria-hidden": "true" });
    const ctx = canvas.getContext("2d");
    ctx.scale(2, 2);
    ctx.translate(11, 11);
    ctx.rotate(Math.PI / 4);
    ctx.fillStyle = SIGNS.problem;
    ctx.fillRect(-7.5, -7.5, 15, 15);
    ctx.rotate(-Math.PI / 4);
    glyph(ctx, kind.name, 0, 0, 12, "#fff");
    return h("li", {}, canvas, h("span", {}, word(page, "kinds", kind.name, kind.label)));
  });
  return h("div", { class: "lw-legend" },
    h("ul", {},
      item((c) => {
        c.fillStyle = LAND.roof;
        c.fillRect(-9, -11, 18, 22);
        [scaleOf()[2], scaleOf()[9]].forEach((colour, k) => {
          c.fillStyle = colour;
          c.fillRect(-7.5, -9.5 + 10 * k, 15, 8.5);
        });
      }, "resident"),
      item((c) => {
        c.strokeStyle = "#3b2a00";
        c.lineWidth = 4;
        c.beginPath();
        c.arc(0, 0, 8, 0, 7);
        c.stroke();
        c.strokeStyle = SIGNS.report;
        c.lineWidth = 2.4;
        c.stroke();
      }, "report"),
      item((c) => drawStamp(c, officialStamp(9, 2), 0, 0), "official"),
      item((c) => disc(c, "seed", 6), "seed"),
      item((c) => disc(c, "waiting", 9), "wait"),
      item((c) => disc(c, "working", 9), "work"),
      item((c) => disc(c, "continuing", 9), "stay"),
      item((c) => disc(c, "continuing", 7, 5), "snow"),
      item((c) => disc(c, "ended", 7), "ended"),
      item((c) => line(c, SIGNS.initiative, [4, 3], 1.8), "thread"),
      item((c) => line(c, SIGNS.chosen, [], 3), "tie"),
      item((c) => {
        c.strokeStyle = SIGNS.chosen;
        c.lineWidth = 3;
        c.beginPath();
        c.arc(0, 0, 9, 0, 7);
        c.stroke();
      }, "selected"),
      item((c) => {
        c.fillStyle = LAND.venue;
        c.fillRect(-13, -9, 26, 18);
        c.fillStyle = "#fff";
        c.beginPath();
        c.arc(0, 0, 7.5, 0, 7);
        c.fill();
        glyph(c, "centre", 0, 0, 11, "#5c3a17");
      }, "venue")),
    h("p", { class: "lw-dim" }, t(page, "legend.problem")),
    h("ul", { class: "lw-kinds" }, kinds));
}

/** The bar of colours for residents. */
export function colourBar(page) {
  const scale = scaleOf(page.colour);
  const [low, high] = reachOf(page.colour);
  const last = high < 1 ? "+" : "";
  return h("div", { class: "lw-scale" },
    h("span", {}, `${t(page, "ui.low")} (${low > 0 ? "≤ " : ""}${number(page, low, 1)})`),
    h("span", { class: "lw-swatches", "aria-hidden": "true" }, scale.map((colour) => swatch(colour))),
    h("span", {}, `${t(page, "ui.high")} (${number(page, high, 1)}${last})`));
}

function swatch(colour) {
  const one = h("i");
  one.style.background = colour; // set from script, as a page with a strict policy allows no style in its text
  return one;
}
