import assert from "node:assert/strict";
import test from "node:test";

import { layOut, bend, roadPoint, BLOCK_X, BLOCK_Y, EDGE } from "../../../viz/player/map/layout.js";
import { header } from "./small.mjs";

const near = (found, wanted, by = 1e-4) => found.forEach((one, k) => assert.ok(Math.abs(one - wanted[k]) < by, `${found} is not ${wanted}`));
const streets = (names) => names.map((name, k) => ({ name, x: 50 * k, y: 0 }));
const laidOut = (more) => layOut({ ...structuredClone(header), ...more });

test("streets stand on the grid of the model, each in a block of its own", () => {
  const map = laidOut({ places: [] });
  assert.deepEqual([map.width, map.height], [2 * BLOCK_X + 2 * EDGE, BLOCK_Y + 2 * EDGE]);
  assert.deepEqual(map.blocks.map(({ x, y, w, h }) => [x, y, w, h]), [[31, 31, 102, 84], [143, 31, 102, 84]]);
});

test("where the grid has no street there is a park", () => {
  const corner = { streets: [{ name: "A", x: 0, y: 0 }, { name: "B", x: 100, y: 0 }, { name: "C", x: 0, y: 80 }] };
  const map = laidOut({ ...corner, residents: { ...header.residents, street: [0, 1, 2, 2] }, places: [] });
  assert.deepEqual(map.parks.map(({ x, y }) => [x, y]), [[EDGE + BLOCK_X + 5, EDGE + BLOCK_Y + 5]]);
});

test("names say what a street looks like, whatever number stands behind them", () => {
  const names = ["Lindelaan", "Wilgenhof 2", "Marktplein", "Zandweg", "Kerkpad 13", "Slopsteeg", "Dorpsstraat", "Zomaar"];
  const map = laidOut({ streets: streets(names), residents: { ...header.residents, street: [0, 0, 0, 1] }, places: [] });
  assert.deepEqual(map.blocks.map((block) => block.kind), ["laan", "hof", "plein", "weg", "pad", "steeg", "straat", "straat"]);
  assert.deepEqual(map.blocks.map((block) => block.inside), [false, true, true, false, false, false, false, false]);
});

test("the grid is bent a little, always the same", () => {
  near(bend(0, 0), [5 * Math.sin(1.3), 5 * Math.sin(0.7)]);
  near(bend(0, 0), [4.81779, 3.22109], 1e-4);
  near(bend(41 * Math.PI / 2, 0), [41 * Math.PI / 2 + 4.81779 + 2, 5 * Math.sin(41 * Math.PI / 2 / 97 + 0.7)], 1e-4);
});

test("every household has a house in its own street, and its members share the roof in equal parts", () => {
  const map = laidOut({ places: [] });
  assert.equal(map.houses.length, 3);
  const inside = (i, block) => map.x[i] > block.x - 8 && map.x[i] + map.w[i] < block.x + block.w + 8 && map.y[i] > block.y - 8 && map.y[i] + map.h[i] < block.y + block.h + 8;
  [0, 0, 0, 1].forEach((street, i) => assert.ok(inside(i, map.blocks[street]), `resident ${i}`));
  near([map.w[0], map.h[0]], [map.w[1], map.h[1]]);
  const overlap = (a, b) => Math.max(0, Math.min(map.x[a] + map.w[a], map.x[b] + map.w[b]) - Math.max(map.x[a], map.x[b])) * Math.max(0, Math.min(map.y[a] + map.h[a], map.y[b] + map.h[b]) - Math.max(map.y[a], map.y[b]));
  for (let a = 0; a < 4; a++) for (let b = 0; b < a; b++) assert.equal(overlap(a, b), 0, `residents ${a} and ${b}`);
});

test("a house of two is cut across its longer side", () => {
  const map = laidOut({ places: [] });
  const [house] = map.houses; // 13 - 0.8 wide, and as deep as a block of 84 less the road allows: 21
  near([house.w, house.h], [12.2, 21]);
  near([map.x[0], map.y[0], map.w[0], map.h[0]], [house.x + 0.7, house.y + 0.7, 12.2 - 1.4, 10.5 - 1.4]);
  near([map.x[1], map.y[1]], [house.x + 0.7, house.y + 10.5 + 0.7]);
});

test("a place to meet stands in its street", () => {
  const [school] = laidOut({}).venues;
  assert.deepEqual([school.kind, school.street, school.w, school.h], ["school", 0, 32, 24]);
});

test("a share of a road lies along it, in a court it goes round", () => {
  const lying = { x: 0, y: 0, w: 100, h: 80, inside: false, upright: false };
  near(roadPoint(lying, 0.5), bend(50, 40));
  near(roadPoint(lying, 0, 6), bend(7, 46));
  near(roadPoint({ ...lying, upright: true }, 1, 6), bend(56, 80 * 0.93));
  near(roadPoint({ ...lying, inside: true }, 0, 3), bend(69, 41));
  near(roadPoint({ ...lying, inside: true }, 0.25, 0), bend(50, 40 + 0.13 * 80));
});
