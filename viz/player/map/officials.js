// Ward officials: in the streets where their hours went, and in the strip of the town hall above the map.

import { INK } from "../shared/colours.js";
import { clamp } from "../shared/numbers.js";
import { number, t } from "../shared/words.js";
import { SIGNS } from "./colours.js";
import { drawStamp, glyph, stamp } from "./glyphs.js";
import { roadPoint } from "./layout.js";

/** Officials stand in the streets where their hours went; more minutes, larger. */
export function drawVisits(view, week, part, size) {
  const { page, side, ctx, ratio } = view;
  for (const official of side.weeks[week - 1].officials || []) {
    for (const [street, minutes] of official.street || []) {
      const block = page.map.blocks[street];
      if (!block || minutes <= 0) continue;
      const sway = page.playing && !page.calm ? 0.12 * Math.sin(2 * Math.PI * part + street) : 0;
      const [x, y] = view.onScreen(...roadPoint(block, 0.5 + sway, block.inside ? 6 : -5));
      const r = Math.round(2 * size * clamp(0.55 + Math.sqrt(minutes / 240) * 0.75, 0.6, 1.6)) / 2;
      drawStamp(ctx, officialStamp(r, ratio), x, y);
      view.marks.push({ x, y, r, type: "official", id: official.id });
    }
  }
}

export function officialStamp(r, ratio) {
  return stamp("official", 2 * r, ratio, (c) => {
    c.beginPath();
    c.roundRect(-r, -r, 2 * r, 2 * r, r * 0.35);
    c.fillStyle = SIGNS.official;
    c.fill();
    c.strokeStyle = "#fff";
    c.lineWidth = 1.3;
    c.stroke();
    glyph(c, "official", 0, 0, r * 1.55, "#fff");
  });
}

export const HOURS = [
  ["street", "#009E73", ""],
  ["support", "#7fd0b4", "/"],
  ["desk", "#56606e", "."],
  ["inside", "#b9bfc8", "x"],
];

export function hoursOf(official) {
  return { ...official, street: (official.street || []).reduce((sum, [, minutes]) => sum + minutes, 0) };
}

/** The strip above the map: the town hall, and for each official where the hours of the week went. */
export function drawTownHall(view, week) {
  const { page, side, ctx } = view;
  ctx.fillStyle = "#f6f4ef";
  ctx.fillRect(0, 0, view.width, view.at.top);
  ctx.fillStyle = "#cfcac0";
  ctx.fillRect(0, view.at.top - 1, view.width, 1);
  drawHall(ctx, 10, 8);
  const officials = side.weeks[week - 1].officials || [];
  const shown = officials.slice(0, view.width > 420 ? 3 : 1);
  const room = (view.width - 56) / Math.max(1, shown.length);
  ctx.textBaseline = "alphabetic";
  shown.forEach((official, k) => {
    const x = 50 + k * room;
    const minutes = hoursOf(official);
    const total = HOURS.reduce((sum, [name]) => sum + (minutes[name] || 0), 0);
    drawStamp(ctx, officialStamp(8, view.ratio), x + 9, 15);
    ctx.fillStyle = INK;
    ctx.font = "600 12px system-ui, sans-serif";
    ctx.fillText(`${official.name} · ${number(page, total / 60, 1)} ${t(page, "ui.hours")}`, x + 22, 19, room - 30);
    let at = x + 1;
    const wide = Math.max(40, room - 14);
    for (const [name, colour] of HOURS) {
      const part = total ? (wide * (minutes[name] || 0)) / total : 0;
      ctx.fillStyle = colour;
      ctx.fillRect(at, 28, part, 12);
      const word = t(page, `ui.${name}`);
      ctx.font = "10px system-ui, sans-serif";
      if (part > ctx.measureText(word).width + 6) {
        ctx.fillStyle = name === "desk" ? "#fff" : "#10151d";
        ctx.fillText(word, at + 3, 37.5);
      }
      at += part;
    }
    ctx.strokeStyle = "#56606e";
    ctx.lineWidth = 1;
    ctx.strokeRect(x + 0.5, 27.5, wide, 13);
    view.marks.push({ x: x + 9, y: 15, r: 12, type: "official", id: official.id });
  });
}

function drawHall(ctx, x, y) {
  ctx.fillStyle = "#56606e";
  ctx.beginPath();
  ctx.moveTo(x, y + 10);
  ctx.lineTo(x + 15, y);
  ctx.lineTo(x + 30, y + 10);
  ctx.closePath();
  ctx.fill();
  for (let k = 0; k < 4; k++) ctx.fillRect(x + 3 + k * 7, y + 12, 3.4, 13);
  ctx.fillRect(x, y + 26, 30, 4);
}
