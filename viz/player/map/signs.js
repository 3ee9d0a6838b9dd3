// What lives on the map, in the order in which it is drawn: problems, reports, ties, and who is chosen are here.

import { INK } from "../shared/colours.js";
import { chosenName } from "../shared/names.js";
import { clamp, scatter } from "../shared/numbers.js";
import { SIGNS } from "./colours.js";
import { drawStamp, glyph, stamp } from "./glyphs.js";
import { drawInitiatives, drawThreads } from "./initiatives.js";
import { bend, roadPoint } from "./layout.js";
import { drawTownHall, drawVisits } from "./officials.js";

export function drawSigns(view, week, part) {
  const { page, side, ctx } = view;
  view.marks = [];
  const size = clamp(7.4 * Math.sqrt(view.at.scale / 0.8), 3.6, 13);
  ctx.save();
  ctx.beginPath();
  ctx.rect(0, view.at.top, view.width, view.height - view.at.top);
  ctx.clip();
  if (view.at.scale > 1.7) for (const block of page.map.blocks) streetName(view, block);
  if (page.ties?.[side.index]) drawTies(view, page.ties[side.index]);
  drawThreads(view, week, size);
  drawProblems(view, week, size);
  drawInitiatives(view, week, size);
  drawReports(view, week, part, size);
  drawVisits(view, week, part, size);
  drawNamed(view, week);
  drawChosen(view, week, size);
  ctx.restore();
  drawTownHall(view, week);
}

/** From near by streets have their names. */
function streetName(view, block) {
  writeName(view, block.name, ...view.onScreen(...bend(block.x + block.w / 2, block.y + block.h - 1)));
}

/** Who is called so in the case has the name at home, until somebody else lives there. */
function drawNamed(view, week) {
  const { page } = view;
  const { map, store } = page;
  const homes = new Map();
  for (const { row, name } of store.header.named || []) {
    if (store.residentName(row, week) !== name) continue;
    const home = store.header.residents.home[row];
    if (!homes.has(home)) homes.set(home, { row, names: [] });
    homes.get(home).names.push(name);
  }
  for (const { row, names } of homes.values()) writeName(view, names.join(" + "), ...view.onScreen(map.x[row] + map.w[row] / 2, map.y[row] - 14));
}

function writeName(view, text, x, y) {
  const { ctx } = view;
  ctx.font = "600 12px system-ui, sans-serif";
  ctx.textAlign = "center";
  ctx.lineWidth = 3.5;
  ctx.lineJoin = "round";
  ctx.strokeStyle = "rgba(255,255,255,.92)";
  ctx.strokeText(text, x, y + 9);
  ctx.fillStyle = INK;
  ctx.fillText(text, x, y + 9);
  ctx.textAlign = "left";
}

function drawProblems(view, week, size) {
  const { page, side, ctx, ratio } = view;
  for (const problem of side.problems[week - 1].values()) {
    const block = page.map.blocks[problem.street];
    if (!block) continue;
    const [x, y] = view.onScreen(...roadPoint(block, scatter(problem.id + 11), block.inside ? 0 : 2));
    const r = Math.round(2 * size * (0.35 + 0.85 * problem.severity)) / 2;
    const name = page.store.header.kinds[problem.kind]?.name || "litter";
    const picture = stamp(`problem ${name}`, 2 * r, ratio, (c) => {
      c.beginPath();
      c.moveTo(0, -r);
      c.lineTo(r, 0);
      c.lineTo(0, r);
      c.lineTo(-r, 0);
      c.closePath();
      c.fillStyle = SIGNS.problem;
      c.fill();
      c.strokeStyle = "#fff";
      c.lineWidth = 1.2;
      c.stroke();
      if (r > 5) glyph(c, name, 0, 0, r * 1.15, "#fff");
    });
    drawStamp(ctx, picture, x, y);
    view.marks.push({ x, y, r, type: "street", id: problem.street });
  }
}

/** A report flares up at who files it, and is gone the week after. */
function drawReports(view, week, part, size) {
  const { page, side, ctx } = view;
  const { map } = page;
  const still = page.calm || !page.playing;
  const r = still ? size * 0.9 : size * (0.4 + 1.1 * part);
  ctx.lineWidth = clamp(size / 3, 1.6, 3.4);
  for (const pass of [0, 1]) {
    ctx.strokeStyle = pass ? SIGNS.report : "#3b2a00";
    ctx.globalAlpha = still ? 1 : 1 - 0.75 * part;
    if (!pass) ctx.lineWidth += 1.6;
    else ctx.lineWidth -= 1.6;
    ctx.beginPath();
    for (const i of side.weeks[week - 1].reports || []) {
      const [x, y] = view.onScreen(map.x[i] + map.w[i] / 2, map.y[i] + map.h[i] / 2);
      ctx.moveTo(x + r, y);
      ctx.arc(x, y, r, 0, 7);
    }
    ctx.stroke();
  }
  ctx.globalAlpha = 1;
}

function drawTies(view, ties) {
  const { page, ctx } = view;
  const { map } = page;
  const middle = (i) => view.onScreen(map.x[i] + map.w[i] / 2, map.y[i] + map.h[i] / 2);
  for (const [other, strength] of ties.ties) {
    ctx.strokeStyle = "rgba(255,255,255,.9)";
    for (const extra of [2, 0]) {
      ctx.lineWidth = 0.8 + 2.6 * strength + extra;
      if (!extra) ctx.strokeStyle = SIGNS.chosen;
      ctx.beginPath();
      ctx.moveTo(...middle(ties.resident));
      ctx.lineTo(...middle(other));
      ctx.stroke();
    }
  }
}

/** The one that is chosen gets a ring, in every side. */
function drawChosen(view, week, size) {
  const { page, side, ctx } = view;
  const chosen = page.selected;
  if (!chosen) return;
  const { map } = page;
  const rings = [];
  if (chosen.type === "resident") {
    const [x, y] = view.onScreen(map.x[chosen.id] + map.w[chosen.id] / 2, map.y[chosen.id] + map.h[chosen.id] / 2);
    rings.push([x, y, size * 1.25]);
  } else if (chosen.type === "street" && map.blocks[chosen.id]) {
    const block = map.blocks[chosen.id];
    const [mx, my] = bend(block.x + block.w / 2, block.y + block.h / 2);
    const [x, y] = view.onScreen(mx - block.w / 2 - 3, my - block.h / 2 - 3);
    ring(ctx, () => ctx.roundRect(x, y, (block.w + 6) * view.at.scale, (block.h + 6) * view.at.scale, 6));
    label(view, block.name, x + (block.w * view.at.scale) / 2, y - 4);
  } else rings.push(...view.marks.filter((mark) => mark.type === chosen.type && mark.id === chosen.id).map((mark) => [mark.x, mark.y, mark.r + 4]));
  for (const [x, y, r] of rings) ring(ctx, () => ctx.arc(x, y, r, 0, 7));
  if (rings.length) label(view, chosenName(page, side, week), rings[0][0], rings[0][1] - rings[0][2] - 5);
}

function ring(ctx, path) {
  for (const [colour, width] of [["#fff", 6], [SIGNS.chosen, 3]]) {
    ctx.strokeStyle = colour;
    ctx.lineWidth = width;
    ctx.beginPath();
    path();
    ctx.stroke();
  }
}

function label(view, text, x, y) {
  const { ctx } = view;
  ctx.font = "600 13px system-ui, sans-serif";
  const wide = ctx.measureText(text).width + 12;
  const left = clamp(x - wide / 2, 2, Math.max(2, view.width - wide - 2));
  const top = clamp(y - 18, view.at.top + 2, view.height - 22);
  ctx.fillStyle = "rgba(255,255,255,.94)";
  ctx.beginPath();
  ctx.roundRect(left, top, wide, 19, 4);
  ctx.fill();
  ctx.fillStyle = INK;
  ctx.textBaseline = "alphabetic";
  ctx.fillText(text, left + 6, top + 14);
}
