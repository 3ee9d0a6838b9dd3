import assert from "node:assert/strict";
import test from "node:test";

import { digitsOf, placesIn, rangeOf, ticks, weeksApart, withRoom } from "../../../viz/player/charts/axes.js";
import { eventWeeks } from "../../../viz/player/charts/charts.js";
import { bare } from "./small.mjs";

const near = (found, wanted) => found.forEach((one, k) => assert.ok(Math.abs(one - wanted[k]) < 1e-9, `${found} is not ${wanted}`));

test("an axis has lines at round values", () => {
  assert.deepEqual(ticks(0, 10), { list: [0, 2.5, 5, 7.5, 10], step: 2.5 });
  assert.deepEqual(ticks(0, 100), { list: [0, 25, 50, 75, 100], step: 25 });
  assert.deepEqual(ticks(3, 21), { list: [5, 10, 15, 20], step: 5 });
  const small = ticks(0.43, 0.52);
  near([small.step, ...small.list], [0.025, 0.45, 0.475, 0.5]);
  assert.deepEqual(ticks(-1, 1).list, [-1, -0.5, 0, 0.5, 1]);
  assert.equal(ticks(5, 5).list.includes(5), true); // no span at all
});

test("digits tell neighbouring lines apart", () => {
  assert.deepEqual([5, 0.5, 0.25, 0.025, 0.001, 0.0001].map(digitsOf), [0, 1, 2, 3, 3, 3]);
});

test("weeks are told by the year in long runs, by the quarter in short ones", () => {
  assert.deepEqual([260, 157, 156, 61, 60, 13].map(weeksApart), [52, 52, 26, 26, 13, 13]);
});

test("an axis leaves room, does not zoom in on nothing, and begins at 0 where that is near", () => {
  near(withRoom(10, 20, "per week"), [9.3, 20.7]);
  near(withRoom(3, 10, "per week"), [0, 10.49]); // 3 is below 0.4 of 10
  near(withRoom(0.5, 0.51, "0-1"), [0.465 - 0.0056, 0.545 + 0.0056]); // at least 0.08 wide
  near(withRoom(7, 7, "per week"), [6.715, 7.285]); // at least 0.5 wide
  assert.deepEqual(withRoom(Infinity, -Infinity, "0-1"), [0, 1]); // no value at all
});

test("weeks and values have their place in the box of a chart", () => {
  const { left, right, up, down, px, py } = placesIn({ x: 10, y: 20, w: 248, h: 142 }, 101, [0, 4]);
  assert.deepEqual([left, right, up, down], [50, 250, 28, 128]);
  assert.deepEqual([px(1), px(51), px(101)], [50, 150, 250]);
  assert.deepEqual([py(0), py(1), py(4)], [128, 103, 28]);
});

test("the axis of a series holds all sides in view, their ghosts and their spread", () => {
  const page = bare();
  near(rangeOf(page, "reports"), [0, 5.35]);
  page.hiddenSides.add(1);
  near(rangeOf(page, "reports"), [0, 2.14]);
  page.store.sides[0].keep();
  page.store.sides[0].series.fill(1);
  near(rangeOf(page, "reports"), [0, 2.14]); // the ghost still reaches 2
  page.spread = { series: { reports: { sides: [{ low: [0.5], high: [8] }] } } };
  near(rangeOf(page, "reports"), [0, 8.56]);
});

test("weeks in which something larger happened are marked, as far as has been played", () => {
  const [side] = bare().store.sides;
  side.weeks[2].events = [{ kind: "council" }];
  assert.deepEqual(eventWeeks(side, 2), [{ week: 2, planned: true }]);
  assert.deepEqual(eventWeeks(side, 99), [{ week: 2, planned: true }, { week: 3, planned: false }]);
});
