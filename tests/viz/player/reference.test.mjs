import assert from "node:assert/strict";
import test from "node:test";

import { rangeOf } from "../../../viz/player/charts/axes.js";
import { REFERENCE, SIDES } from "../../../viz/player/shared/colours.js";
import { bare } from "./small.mjs";

test("the town without government has a line of its own, for which the axis makes room", () => {
  assert.ok(SIDES.every((side) => side.colour !== REFERENCE.colour && String(side.dash) !== String(REFERENCE.dash)));
  const page = bare();
  const [, before] = rangeOf(page, "reports");
  page.spread = { weeks: [1, 2], series: { reports: { sides: [], reference: { middle: [null, before + 40] } } } };
  assert.ok(rangeOf(page, "reports")[1] > before + 40);
});
