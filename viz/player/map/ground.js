// The ground of the map: land, roads, courts, green, roofs, meeting places. Drawn once, then kept.

import { scatter } from "../shared/numbers.js";
import { LAND } from "./colours.js";
import { glyph } from "./glyphs.js";
import { bend, BLOCK_X, BLOCK_Y, EDGE, roadPoint } from "./layout.js";

export function drawGround(ctx, map, view) {
  ctx.save();
  ctx.fillStyle = LAND.ground;
  ctx.fillRect(0, 0, view.width, view.height);
  ctx.translate(view.x, view.y);
  ctx.scale(view.scale, view.scale);
  drawWater(ctx, map);
  map.parks.forEach((park) => drawPark(ctx, park));
  map.blocks.forEach((block) => drawBlock(ctx, block));
  drawMainRoads(ctx, map);
  map.blocks.forEach((block) => drawStreet(ctx, block, view));
  ctx.fillStyle = LAND.roof;
  for (const house of map.houses) ctx.fillRect(house.x, house.y, house.w, house.h);
  map.venues.forEach((venue) => drawVenue(ctx, venue));
  ctx.restore();
}

function bentLine(ctx, x1, y1, x2, y2) {
  const parts = Math.max(2, Math.ceil(Math.hypot(x2 - x1, y2 - y1) / 18));
  ctx.beginPath();
  for (let k = 0; k <= parts; k++) ctx.lineTo(...bend(x1 + ((x2 - x1) * k) / parts, y1 + ((y2 - y1) * k) / parts));
}

function bentBox(ctx, x, y, w, high, radius = 4) {
  const [mx, my] = bend(x + w / 2, y + high / 2);
  ctx.beginPath();
  ctx.roundRect(mx - w / 2, my - high / 2, w, high, radius);
}

function drawWater(ctx, map) {
  ctx.strokeStyle = LAND.water;
  ctx.lineWidth = 13;
  ctx.lineCap = "round";
  const y = map.height - 9;
  bentLine(ctx, -40, y, map.width + 40, y);
  ctx.stroke();
}

function drawPark(ctx, park) {
  ctx.fillStyle = LAND.court;
  bentBox(ctx, park.x, park.y, park.w, park.h, 12);
  ctx.fill();
  const [px, py] = bend(park.x + park.w * 0.6, park.y + park.h * 0.55);
  ctx.fillStyle = LAND.water;
  ctx.beginPath();
  ctx.ellipse(px, py, 24, 15, 0.3, 0, 7);
  ctx.fill();
  for (let k = 0; k < 14; k++) drawTree(ctx, ...bend(park.x + 8 + scatter(park.seed * 50 + k) * (park.w - 16), park.y + 8 + scatter(park.seed * 50 + k + 25) * (park.h - 16)), 4 + 3 * scatter(k));
}

function drawTree(ctx, x, y, radius) {
  ctx.fillStyle = LAND.trunk;
  ctx.beginPath();
  ctx.arc(x + 0.8, y + 1, radius, 0, 7);
  ctx.fill();
  ctx.fillStyle = LAND.tree;
  ctx.beginPath();
  ctx.arc(x, y, radius, 0, 7);
  ctx.fill();
}

function drawBlock(ctx, block) {
  ctx.fillStyle = LAND.garden;
  bentBox(ctx, block.x - 1, block.y - 1, block.w + 2, block.h + 2, 6);
  ctx.fill();
}

/** Roads around the blocks. */
function drawMainRoads(ctx, map) {
  const columns = Math.round((map.width - 2 * EDGE) / BLOCK_X);
  const rows = Math.round((map.height - 2 * EDGE) / BLOCK_Y);
  const filled = new Set([...map.blocks, ...map.parks].map((one) => `${Math.round((one.x - EDGE - 5) / BLOCK_X)},${Math.round((one.y - EDGE - 5) / BLOCK_Y)}`));
  const near = (c, r) => filled.has(`${c},${r}`);
  for (const [style, width] of [[LAND.casing, 8.5], [LAND.road, 6.5]]) {
    ctx.strokeStyle = style;
    ctx.lineWidth = width;
    ctx.lineCap = "round";
    for (let r = 0; r <= rows; r++)
      for (let c = 0; c < columns; c++)
        if (near(c, r) || near(c, r - 1)) {
          bentLine(ctx, EDGE + c * BLOCK_X, EDGE + r * BLOCK_Y, EDGE + (c + 1) * BLOCK_X, EDGE + r * BLOCK_Y);
          ctx.stroke();
        }
    for (let c = 0; c <= columns; c++)
      for (let r = 0; r < rows; r++)
        if (near(c, r) || near(c - 1, r)) {
          bentLine(ctx, EDGE + c * BLOCK_X, EDGE + r * BLOCK_Y, EDGE + c * BLOCK_X, EDGE + (r + 1) * BLOCK_Y);
          ctx.stroke();
        }
  }
}

function drawStreet(ctx, block) {
  const { x, y, w, h: high } = block;
  if (block.inside) {
    ctx.fillStyle = block.kind === "hof" ? LAND.court : LAND.plaza;
    bentBox(ctx, x + 19, y + 19, w - 38, high - 38, 8);
    ctx.fill();
    const trees = block.kind === "hof" ? 7 : 4;
    for (let k = 0; k < trees; k++) {
      const turn = (2 * Math.PI * (k + 0.3)) / trees;
      drawTree(ctx, ...bend(x + w * (0.5 + 0.27 * Math.cos(turn)), y + high * (0.5 + 0.23 * Math.sin(turn))), 3.4);
    }
    return;
  }
  const small = ["pad", "steeg"].includes(block.kind);
  const ends = block.upright ? [x + w / 2, y - 5, x + w / 2, y + high + 5] : [x - 5, y + high / 2, x + w + 5, y + high / 2];
  for (const [style, width] of [[LAND.casing, small ? 6 : 10], [small ? LAND.path : LAND.road, small ? 4.6 : 8.4]]) {
    ctx.strokeStyle = style;
    ctx.lineWidth = width;
    ctx.lineCap = "butt";
    bentLine(ctx, ...ends);
    ctx.stroke();
  }
  const green = block.kind === "laan" ? 6 : 0;
  for (let k = 0; k < green; k++) for (const side of [-6.5, 6.5]) drawTree(ctx, ...roadPoint(block, (k + 0.5) / green, side), 2.6);
  for (let k = 0; k < 3; k++) drawTree(ctx, ...bend(x + 4 + scatter(block.index * 9 + k) * (w - 8), k % 2 ? y + 3 : y + high - 3), 2.8);
}

function drawVenue(ctx, venue) {
  if (venue.kind === "club") {
    ctx.fillStyle = LAND.pitch;
    ctx.fillRect(venue.x, venue.y, venue.w, venue.h);
    ctx.strokeStyle = "#fff";
    ctx.lineWidth = 0.9;
    ctx.strokeRect(venue.x + 2, venue.y + 2, venue.w - 4, venue.h - 4);
    ctx.beginPath();
    ctx.moveTo(venue.x + venue.w / 2, venue.y + 2);
    ctx.lineTo(venue.x + venue.w / 2, venue.y + venue.h - 2);
    ctx.stroke();
  } else {
    ctx.fillStyle = LAND.venue;
    ctx.fillRect(venue.x + 2, venue.y + 2, venue.w - 4, venue.h - 4);
    ctx.fillStyle = "#a87743";
    ctx.fillRect(venue.x + 2, venue.y + 2, venue.w - 4, (venue.h - 4) / 2);
  }
  ctx.fillStyle = "#fff";
  ctx.beginPath();
  ctx.arc(venue.x + venue.w / 2, venue.y + venue.h / 2, 8, 0, 7);
  ctx.fill();
  glyph(ctx, venue.kind, venue.x + venue.w / 2, venue.y + venue.h / 2, 12, "#5c3a17");
}
