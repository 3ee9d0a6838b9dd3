import assert from "node:assert/strict";
import test from "node:test";

import { binsFor, reachOf, scaleOf } from "../../../viz/player/map/colours.js";
import { SIDES } from "../../../viz/player/shared/colours.js";

const OUTCOMES = ["trust_neighbours", "trust_official", "trust_municipality", "burden", "readiness", "grievance"];

test("recorded levels are spread over eleven colours within the reach of an outcome", () => {
  const bins = binsFor("trust_neighbours"); // from 0.3 to 0.9: each colour is 0.0545 wide
  assert.equal(bins.length, 256);
  assert.deepEqual([0, 76, 77, 90, 91, 153, 229, 230, 255].map((level) => bins[level]), [0, 0, 0, 0, 1, 5, 10, 10, 10]);
  const open = binsFor("something else"); // from 0 to 1
  assert.deepEqual([0, 23, 24, 127, 128, 255].map((level) => open[level]), [0, 0, 1, 5, 5, 10]);
});

test("every outcome that residents are coloured by has a scale that gets lighter, and ends in order", () => {
  const light = (colour) => {
    const [r, g, b] = [1, 3, 5].map((at) => (parseInt(colour.slice(at, at + 2), 16) / 255) ** 2.2);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  for (const name of OUTCOMES) {
    const scale = scaleOf(name).map(light);
    assert.equal(scale.length, 11);
    scale.slice(1).forEach((value, k) => assert.ok(value > scale[k], `${name}: colour ${k + 1} is not lighter than ${k}`));
    const [low, high] = reachOf(name);
    assert.ok(low >= 0 && low < high && high <= 1, name);
  }
  assert.notDeepEqual(scaleOf("burden"), scaleOf("readiness"));
});

test("four sides differ in colour and in dash", () => {
  assert.equal(new Set(SIDES.map((side) => side.colour)).size, 4);
  assert.equal(new Set(SIDES.map((side) => String(side.dash))).size, 4);
});
