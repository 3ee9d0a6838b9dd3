// Initiatives on the map: from seed to snowball, with threads to those whose example they followed.

import { clamp, scatter } from "../shared/numbers.js";
import { SIGNS } from "./colours.js";
import { drawStamp, glyph, GLYPH_OF_STATE, stamp } from "./glyphs.js";
import { roadPoint } from "./layout.js";

/** Where an initiative stands: in its street, at a place of its own, the same in every side. */
function initiativePoint(page, one) {
  const block = page.map.blocks[one.street];
  return block && roadPoint(block, scatter(one.founder * 3 + 5), block.inside ? 0 : one.founder % 2 ? 17 : -17);
}

export function followers(side, week) {
  const counts = new Map();
  for (const one of side.initiatives[week - 1].values()) if (one.parent >= 0) counts.set(one.parent, (counts.get(one.parent) || 0) + 1);
  return counts;
}

function shownInitiatives(side, week) {
  return [...side.initiatives[week - 1].values()].filter((one) => one.ended === null || week - one.ended <= 13);
}

export function drawThreads(view, week, size) {
  const { page, side, ctx } = view;
  const all = side.initiatives[week - 1];
  ctx.lineWidth = clamp(size / 5, 1, 2.2);
  ctx.setLineDash([5, 4]);
  for (const one of shownInitiatives(side, week)) {
    const parent = all.get(one.parent);
    if (!parent) continue;
    const from = initiativePoint(page, parent);
    const to = initiativePoint(page, one);
    if (!from || !to) continue;
    const [x1, y1] = view.onScreen(...from);
    const [x2, y2] = view.onScreen(...to);
    ctx.strokeStyle = one.ended === null ? SIGNS.initiative : SIGNS.ended;
    ctx.globalAlpha = one.ended === null ? 0.85 : 0.5;
    ctx.beginPath();
    ctx.moveTo(x1, y1);
    ctx.quadraticCurveTo((x1 + x2) / 2 + (y2 - y1) / 5, (y1 + y2) / 2 - (x2 - x1) / 5 - 8, x2, y2);
    ctx.stroke();
  }
  ctx.setLineDash([]);
  ctx.globalAlpha = 1;
}

/** From seed to snowball: members make it grow, and whoever followed its example adds a layer of snow. */
export function drawInitiatives(view, week, size) {
  const { page, side, ctx, ratio } = view;
  const followed = followers(side, week);
  for (const one of shownInitiatives(side, week)) {
    const point = initiativePoint(page, one);
    if (!point) continue;
    const [x, y] = view.onScreen(...point);
    const after = followed.get(one.id) || 0;
    const alive = one.ended === null;
    const grown = one.state === "gathering" ? 0.85 : 1.15 + 0.12 * Math.sqrt(Math.max(0, one.members - 2));
    const r = Math.round(2 * size * Math.min(2.1, alive ? grown : 0.7)) / 2;
    const snow = Math.round(2 * Math.min(size * 1.6, after * size * 0.42)) / 2;
    const picture = stamp(`initiative ${one.state} ${one.lead} ${snow}`, 2 * (r + snow) + 4, ratio, (c) => {
      drawSnowball(c, r, snow, alive);
      c.lineWidth = 1.4;
      c.strokeStyle = "#fff";
      if (one.lead === "officials" && alive) c.setLineDash([3, 2]);
      c.stroke();
      c.setLineDash([]);
      if (r > 3) glyph(c, GLYPH_OF_STATE[one.state] || "seed", 0, 0, r * 1.5, "#fff");
    });
    ctx.globalAlpha = alive ? 1 : 0.7;
    drawStamp(ctx, picture, x, y);
    ctx.globalAlpha = 1;
    view.marks.push({ x, y, r: r + snow, type: "initiative", id: one.key });
  }
}

/** An initiative around the origin, with the snow of those that followed its example. */
export function drawSnowball(c, r, snow, alive) {
  if (snow) {
    c.beginPath();
    c.arc(0, 0, r + snow, 0, 7);
    c.fillStyle = "#fff";
    c.fill();
    c.strokeStyle = SIGNS.initiative;
    c.lineWidth = 1.4;
    c.stroke();
  }
  c.beginPath();
  c.arc(0, 0, r, 0, 7);
  c.fillStyle = alive ? SIGNS.initiative : SIGNS.ended;
  c.fill();
}
