import assert from "node:assert/strict";
import test from "node:test";

import { clamp, scatter } from "../../../viz/player/shared/numbers.js";

test("a value is kept between two ends", () => {
  assert.deepEqual([-3, 0, 0.4, 1, 9].map((value) => clamp(value, 0, 1)), [0, 0, 0.4, 1, 1]);
});

/** The same sum in whole numbers without end, cut to 32 bits by hand. */
function scatterAgain(n) {
  const cut = (x) => BigInt.asUintN(32, x);
  let x = cut(BigInt(n) * 0x9e3779b1n) ^ 0x85ebca6bn;
  x = cut((x ^ (x >> 15n)) * 0x2c1b3c6dn);
  x = cut((x ^ (x >> 12n)) * 0x297a2d39n);
  return Number(x ^ (x >> 15n)) / 2 ** 32;
}

test("a whole number has its own place between 0 and 1, and places are spread evenly", () => {
  const places = Array.from({ length: 2000 }, (_, n) => scatter(n));
  places.forEach((place, n) => assert.equal(place, scatterAgain(n)));
  for (let tenth = 0; tenth < 10; tenth++) {
    const there = places.filter((place) => Math.floor(10 * place) === tenth).length;
    assert.ok(there > 150 && there < 250, `${there} of 2000 in tenth ${tenth}`);
  }
});
