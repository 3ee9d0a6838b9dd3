import assert from "node:assert/strict";
import test from "node:test";

import { speedAfter, timeAfter, zoomWithin } from "../../../viz/player/actions/playback.js";
import { outcomesInWords } from "../../../viz/player/actions/spoken.js";
import { actOf } from "../../../viz/player/page/keys.js";
import { tabAfter } from "../../../viz/player/panels/tabs.js";
import { changedSides, visibleSides, weekOf } from "../../../viz/player/shared/state.js";
import { announce, follow } from "../../../viz/player/shared/topics.js";
import { bare } from "./small.mjs";

test("the week shown is a whole one of those that are there", () => {
  assert.deepEqual([0, 1, 1.99, 2.5, 3.9, 9].map((time) => weekOf(bare({ time }))), [1, 1, 1, 2, 3, 3]);
});

test("time goes on by the speed, waits for weeks that are to come, and never goes back", () => {
  assert.equal(timeAfter(bare({ time: 1, speed: 4 }), 0.25), 2);
  assert.equal(timeAfter(bare({ time: 3.5, speed: 32 }), 0.25), 3.999);
  assert.equal(timeAfter(bare({ time: 5 }), 0.25), 5); // weeks were taken back meanwhile
});

test("speeds double, up to the fastest and down to the slowest", () => {
  assert.deepEqual([speedAfter(4, 1), speedAfter(4, -1), speedAfter(32, 1), speedAfter(0.5, -1), speedAfter(1, -1)], [8, 2, 32, 0.5, 0.5]);
});

test("a zoomed map is never moved beyond its edge", () => {
  assert.deepEqual(zoomWithin(1, 0.9, 0.9), { by: 1, x: 0.5, y: 0.5 });
  assert.deepEqual(zoomWithin(2, 0.1, 0.6), { by: 2, x: 0.25, y: 0.6 });
  assert.deepEqual(zoomWithin(4, 1, 0), { by: 4, x: 0.875, y: 0.125 });
});

test("sides can be hidden, and changes go to one side or to all", () => {
  const page = bare({ changeSide: "1" });
  page.hiddenSides.add(0);
  assert.deepEqual(visibleSides(page).map((side) => side.index), [1]);
  assert.deepEqual(changedSides(page), [1]);
  page.changeSide = "all";
  assert.deepEqual(changedSides(page), [0, 1]);
  page.changeSide = "2"; // a side that was taken away since
  assert.deepEqual(changedSides(page), [1]);
});

test("main outcomes are told in words", () => {
  const page = bare({ lang: "nl" });
  assert.deepEqual(outcomesInWords(page, page.store.sides[0], 2), ["vertrouwen in buren 0,63", "last 0,50"]);
});

const pressed = (key, more = {}) => ({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...more });
const within = (...parts) => (selector) => parts.some((part) => selector.split(", ").includes(part));

test("keys act everywhere but where a control needs them itself", () => {
  assert.ok(actOf(pressed(" "), within(), false));
  assert.equal(actOf(pressed(" "), within("button"), false), null); // the button is pressed instead
  assert.ok(actOf(pressed("ArrowLeft"), within("button"), false));
  assert.equal(actOf(pressed("ArrowLeft"), within("input"), false), null);
  assert.ok(actOf(pressed("ArrowLeft"), within("input"), true)); // the line of time
  assert.equal(actOf(pressed("Home"), within("[role=tab]"), false), null);
  assert.equal(actOf(pressed("+", { ctrlKey: true }), within(), false), null); // the browser's own zoom
  assert.equal(actOf(pressed("q"), within(), false), null);
  assert.equal(actOf(pressed("constructor"), within(), false), null);
});

test("keys of the tabs go round, and to both ends", () => {
  assert.deepEqual(["ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp", "Home", "End", "x"].map((key) => tabAfter(key, 0, 7)), [1, 1, 6, 6, 0, 6, -1]);
  assert.equal(tabAfter("ArrowRight", 6, 7), 0);
});

test("what is announced reaches all who follow it, in order, and no others", () => {
  const page = bare();
  const heard = [];
  follow(page, "tab", (name) => heard.push(`first ${name}`));
  follow(page, "tab", (name) => heard.push(`second ${name}`));
  follow(page, "build", () => heard.push("build"));
  announce(page, "tab", "luck");
  announce(page, "pairs");
  assert.deepEqual(heard, ["first luck", "second luck"]);
  assert.throws(() => announce(page, "tabs"), /topic tabs; allowed: build, week, tab,/);
});
