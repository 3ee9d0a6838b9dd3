// By which line a side is known in maps, charts and tables.

import { SIDES } from "./colours.js";
import { h } from "./dom.js";
import { sideName } from "./names.js";

/** A line in the colour and dash of a side. */
export function lineSample(index) {
  const { colour, dash } = SIDES[index];
  const canvas = h("canvas", { width: 68, height: 20, class: "lw-line", "aria-hidden": "true" });
  const ctx = canvas.getContext("2d");
  ctx.scale(2, 2);
  ctx.strokeStyle = colour;
  ctx.lineWidth = 3;
  ctx.setLineDash(dash);
  ctx.beginPath();
  ctx.moveTo(0, 5);
  ctx.lineTo(34, 5);
  ctx.stroke();
  return canvas;
}

/** The head of a narrow column: the line of a side, and its name for who does not see it. */
export function sideHead(page, index) {
  return h("th", { scope: "col", title: sideName(page, index) }, lineSample(index), h("span", { class: "lw-hidden" }, sideName(page, index)));
}
