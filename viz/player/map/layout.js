// Where everything lies on the map. Streets stand on the model's grid; each fills a block with its homes.
// Names say what a street looks like: a hof is a courtyard, a plein a square, a laan has trees.

import { clamp, scatter } from "../shared/numbers.js";

export const BLOCK_X = 112;
export const BLOCK_Y = 94;
export const EDGE = 26;

/** Bend the grid a little, so that streets are not ruled. */
export function bend(x, y) {
  return [x + 5 * Math.sin(y / 83 + 1.3) + 2 * Math.sin(x / 41), y + 5 * Math.sin(x / 97 + 0.7) + 2 * Math.sin(y / 37)];
}

function streetKind(name) {
  const bare = name.replace(/[\s\d]+$/, "").toLowerCase();
  for (const kind of ["hof", "plein", "laan", "weg", "pad", "steeg"]) if (bare.endsWith(kind)) return kind;
  return "straat";
}

/** Lay out the whole neighbourhood from a recording's header. */
export function layOut(header) {
  const cells = gridOf(header);
  const households = homesOf(header);
  const n = header.n;
  const map = { blocks: [], houses: [], x: new Float32Array(n), y: new Float32Array(n), w: new Float32Array(n), h: new Float32Array(n), parks: [], venues: [] };
  const columns = Math.max(...cells.map((cell) => cell.column)) + 1;
  const rows = Math.max(...cells.map((cell) => cell.row)) + 1;
  map.width = columns * BLOCK_X + 2 * EDGE;
  map.height = rows * BLOCK_Y + 2 * EDGE;
  const venues = (header.places || []).reduce((all, place) => all.set(place.street, [...(all.get(place.street) || []), place]), new Map());
  header.streets.forEach((street, index) => {
    const { column, row } = cells[index];
    const block = { index, name: street.name, kind: streetKind(street.name), x: EDGE + column * BLOCK_X + 5, y: EDGE + row * BLOCK_Y + 5, w: BLOCK_X - 10, h: BLOCK_Y - 10 };
    block.upright = block.kind === "straat" && scatter(index + 7) < 0.4;
    block.inside = ["hof", "plein"].includes(block.kind);
    map.blocks.push(block);
    placeVenues(map, block, venues.get(index) || []);
    placeHomes(map, block, households[index] || []);
  });
  const taken = new Set(cells.map((cell) => `${Math.round(cell.column)},${Math.round(cell.row)}`));
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      if (!taken.has(`${column},${row}`)) map.parks.push({ x: EDGE + column * BLOCK_X + 5, y: EDGE + row * BLOCK_Y + 5, w: BLOCK_X - 10, h: BLOCK_Y - 10, seed: 31 * row + column });
  return map;
}

/** Column and row of each street; a neighbourhood of a city keeps its own place. */
function gridOf(header) {
  const xs = header.streets.map((street) => street.x ?? street.x1);
  const ys = header.streets.map((street) => street.y ?? street.y1);
  const steps = (values) => [...new Set(values.map((value) => Math.round(value)))].sort((a, b) => a - b);
  const gap = (values) => {
    const sorted = steps(values);
    const gaps = sorted.slice(1).map((value, k) => value - sorted[k]).filter((value) => value > 2);
    return gaps.length ? Math.min(...gaps) : 1;
  };
  const gapX = gap(xs);
  const gapY = gap(ys);
  const lowX = Math.min(...xs);
  const lowY = Math.min(...ys);
  return header.streets.map((_, k) => ({ column: Math.round((xs[k] - lowX) / gapX), row: Math.round((ys[k] - lowY) / gapY) }));
}

/** For each street its homes: lists of rows of residents. */
function homesOf(header) {
  const { street, home } = header.residents;
  const streets = header.streets.map(() => new Map());
  for (let i = 0; i < header.n; i++) {
    const key = home ? home[i] : i >> 1;
    const homes = streets[street[i]];
    if (!homes.has(key)) homes.set(key, []);
    homes.get(key).push(i);
  }
  return streets.map((homes) => [...homes.values()]);
}

function placeVenues(map, block, venues) {
  venues.forEach((venue, k) => {
    const spot = block.inside
      ? { x: block.x + block.w / 2 - 17, y: block.y + block.h / 2 - 11 + 24 * k - 12 * (venues.length - 1), w: 34, h: 20 }
      : { x: block.x + block.w - 32, y: block.y + (k % 2 ? block.h - 27 : 2), w: 32, h: 24 };
    const [dx, dy] = bend(spot.x + 16, spot.y + 11);
    map.venues.push({ ...spot, x: dx - spot.w / 2, y: dy - spot.h / 2, kind: venue.kind, street: block.index });
  });
  block.venues = venues.length;
}

/** Rows along which homes stand: place, direction, length and depth. */
function frontages(block, count) {
  const { x, y, w, h: high } = block;
  if (block.inside) {
    const deep = clamp(430 / Math.max(count, 8), 9, 19);
    return [
      { x, y, along: "x", length: w, deep },
      { x, y: y + high - deep, along: "x", length: w, deep },
      { x, y: y + deep + 2, along: "y", length: high - 2 * deep - 4, deep },
      { x: x + w - deep, y: y + deep + 2, along: "y", length: high - 2 * deep - 4, deep },
    ];
  }
  const upright = block.upright;
  const length = upright ? high : w;
  const across = upright ? w : high;
  const lanes = count > 2 * Math.floor(length / 6.5) ? 2 : 1;
  const road = 12;
  const room = (across - road) / 2;
  const deep = lanes === 2 ? Math.min(15, room / 2 - 2) : Math.min(21, room - 6);
  const rows = [];
  for (let lane = 0; lane < lanes; lane++)
    for (const side of [-1, 1]) {
      const near = across / 2 + side * (road / 2 + 2 + lane * (deep + 3)) - (side < 0 ? deep : 0);
      const short = block.venues > (side < 0 ? 0 : 1) && !upright ? 36 : block.venues && upright && side > 0 ? 0 : 0;
      rows.push(upright ? { x: x + near, y: y + (side > 0 ? 28 * Math.min(block.venues, 1) : 0), along: "y", length: length - (side > 0 ? 28 * Math.min(block.venues, 1) : 0), deep } : { x, y: y + near, along: "x", length: length - short, deep });
    }
  return rows;
}

function placeHomes(map, block, homes) {
  const rows = frontages(block, homes.length);
  const total = rows.reduce((sum, row) => sum + row.length, 0);
  let next = 0;
  rows.forEach((row, k) => {
    const last = k === rows.length - 1;
    const count = last ? homes.length - next : Math.min(homes.length - next, Math.round((homes.length * row.length) / total));
    const step = Math.min(13, row.length / Math.max(count, 1));
    const start = (row.length - step * count) / 2;
    for (let c = 0; c < count; c++, next++) {
      const along = start + c * step;
      const house = row.along === "x" ? { x: row.x + along, y: row.y, w: step - 0.8, h: row.deep } : { x: row.x, y: row.y + along, w: row.deep, h: step - 0.8 };
      const [mx, my] = bend(house.x + house.w / 2, house.y + house.h / 2);
      house.x = mx - house.w / 2;
      house.y = my - house.h / 2;
      map.houses.push(house);
      placePeople(map, house, homes[next]);
    }
  });
}

/** Each member of the household gets an equal part of the roof. */
function placePeople(map, house, people) {
  const long = house.h >= house.w;
  const across = people.length > 3 || (people.length > 1 && Math.max(house.w, house.h) < 1.25 * Math.min(house.w, house.h) && people.length > 2) ? 2 : 1;
  const along = Math.ceil(people.length / across);
  people.forEach((person, k) => {
    const a = Math.floor(k / across);
    const c = k % across;
    const wide = (long ? house.w : house.h) / (k === people.length - 1 && people.length % across ? 1 : across);
    const high = (long ? house.h : house.w) / along;
    const [px, py] = long ? [c * wide, a * high] : [a * high, c * wide];
    map.x[person] = house.x + px + 0.7;
    map.y[person] = house.y + py + 0.7;
    map.w[person] = (long ? wide : high) - 1.4;
    map.h[person] = (long ? high : wide) - 1.4;
  });
}

/** A place on the road of a street (share 0-1 of its length), or in the court of a hof or a square. */
export function roadPoint(block, share, aside = 0) {
  if (block.inside) {
    const turn = 2 * Math.PI * share;
    return bend(block.x + block.w * (0.5 + 0.19 * Math.cos(turn)), block.y + block.h * (0.5 + 0.13 * Math.sin(turn)) + aside / 3);
  }
  const s = 0.07 + 0.86 * share;
  return block.upright ? bend(block.x + block.w / 2 + aside, block.y + block.h * s) : bend(block.x + block.w * s, block.y + block.h / 2 + aside);
}
