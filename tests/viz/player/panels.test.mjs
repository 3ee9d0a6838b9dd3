import assert from "node:assert/strict";
import test from "node:test";

import { sameRun } from "../../../viz/player/actions/request.js";
import { followers } from "../../../viz/player/map/initiatives.js";
import { sameView } from "../../../viz/player/page/receive.js";
import { highestSide } from "../../../viz/player/panels/bets.js";
import { fileName, numbersAsText } from "../../../viz/player/panels/export.js";
import { eventName, eventOf, formOf } from "../../../viz/player/panels/interventions.js";
import { paced, practiceValue } from "../../../viz/player/panels/practices.js";
import { bare, texts } from "./small.mjs";

const project = {
  name: "project", kind: "project", label: { nl: "Een project", en: "A project" }, fixed: {},
  fields: [
    { name: "street", type: "street" },
    { name: "name", type: "choice", choices: [{ value: "traffic" }] },
    { name: "value", type: "number", min: 1, max: 20, step: 1, default: 3 },
    { name: "weeks", type: "number", min: 1, max: 104, step: 1, default: null, empty: { nl: "volgens de werkwijze", en: "by practice" } },
  ],
};
const hours = { name: "hours", kind: "condition", label: { nl: "Uren", en: "Hours" }, fixed: {}, fields: [{ name: "name", type: "choice", choices: [] }, { name: "value", type: "number" }] };
const friends = { name: "friends", kind: "condition", label: { nl: "Vrienden", en: "Friends" }, fixed: { name: "counter_pressure" }, fields: [{ name: "value", type: "number" }] };
const forms = [project, friends, hours];

test("a form that is filled in makes an event of its kind; weeks left empty are 0: by practice", () => {
  assert.deepEqual(eventOf(project, 30, { street: "1", name: "traffic", value: "3", weeks: "" }), { week: 30, kind: "project", street: 1, name: "traffic", value: 3, weeks: 0 });
  assert.deepEqual(eventOf(project, 30, { street: "0", name: "traffic", value: "3", weeks: "6" }).weeks, 6);
  assert.deepEqual(eventOf(friends, 2, { value: "0.5" }), { week: 2, kind: "condition", name: "counter_pressure", value: 0.5 });
});

test("an event is called by the form that it can have been made with, and where it is", () => {
  const page = bare({ choices: { interventions: forms }, texts: { en: { practices: { presence: { label: "presence in the street" } } } } });
  assert.equal(formOf(forms, { kind: "condition", name: "counter_pressure" }), friends);
  assert.equal(formOf(forms, { kind: "condition", name: "desk_hours" }), hours);
  assert.equal(eventName(page, { kind: "project", street: 1 }), "A project (Wilgenhof 2)");
  assert.equal(eventName(page, { kind: "project", street: -1 }), "A project"); // everywhere
  assert.equal(eventName(page, { kind: "condition", name: "desk_hours", street: 0 }), "Hours");
  assert.equal(eventName(page, { kind: "practice", name: "presence" }), "presence in the street"); // from a link
  assert.equal(eventName(page, { kind: "something_else" }), "something else");
});

test("a practice stands where the regime puts it, then the reader, then the latest change", () => {
  const page = bare({ choices: { regimes: [{ name: "top_down", practices: { presence: 0.1 } }, { name: "leapfrog", practices: {} }] } });
  const presence = { name: "presence", default: 0.5 };
  assert.deepEqual([0, 1].map((side) => practiceValue(page, side, presence, 9)), [0.1, 0.5]);
  page.state.sides[0].practices = { presence: 0.3 };
  page.state.sides[0].changes = [{ week: 8, practice: "presence", value: 0.8 }, { week: 5, practice: "presence", value: 0.6 }, { week: 6, practice: "other", value: 1 }];
  assert.deepEqual([4, 5, 7, 8, 90].map((week) => practiceValue(page, 0, presence, week)), [0.3, 0.6, 0.6, 0.8, 0.8]);
});

test("a bet is won by the side whose last year is highest; a difference of a fiftieth of the axis is none", () => {
  const page = bare();
  const { highest, means } = highestSide(page, "reports"); // means of 1, 0, 2 and of 1, 0, 5
  assert.deepEqual([highest, ...means.map((one) => one.mean)], [1, 2, 1]);
  for (const side of page.store.sides) for (let week = 0; week < 3; week++) side.series[3 * week + 1] = 4 + 0.001 * side.index;
  assert.equal(highestSide(page, "reports").highest, -1);
});

test("numbers are written as a table with one row for each week and side", () => {
  const page = bare();
  page.store.sides[0].label = "plain";
  page.store.sides[1].label = 'a "quoted", name';
  page.store.sides[1].cut(2);
  assert.equal(numbersAsText(page), `week,side,regime,burden,reports,trust_neighbours,remark
1,plain,top_down,0.250000,1.00000,0.500000,"${texts.en.invented}; seed 7; small"
2,plain,top_down,0.500000,0.00000,0.625000,
3,plain,top_down,0.750000,2.00000,0.750000,
1,"a ""quoted"", name",leapfrog,0.250000,1.00000,0.500000,
2,"a ""quoted"", name",leapfrog,0.250000,0.00000,0.500000,
`);
  page.store.sides[1].label = "a; name";
  assert.equal(numbersAsText(page, true), `\ufeffweek;side;regime;burden;reports;trust_neighbours;remark
1;plain;top_down;0,250000;1,00000;0,500000;"${texts.nl.invented}; seed 7; small"
2;plain;top_down;0,500000;0,00000;0,625000;
3;plain;top_down;0,750000;2,00000;0,750000;
1;"a; name";leapfrog;0,250000;1,00000;0,500000;
2;"a; name";leapfrog;0,250000;0,00000;0,500000;
`);
  assert.equal(fileName(page, "csv"), "leefwereld-small-week-1.csv");
  page.store.header.scenario = "own ../é";
  assert.equal(fileName(page, "png"), "leefwereld-own-..--week-1.png");
});

test("followers of an initiative are counted by its number", () => {
  const [side] = bare().store.sides;
  const now = side.initiatives[1];
  now.set(8, { id: 8, parent: 7 });
  now.set(9, { id: 9, parent: 7 });
  assert.deepEqual([...followers(side, 2)], [[7, 2]]);
  assert.deepEqual([...followers(side, 1)], []);
});

test("views are of the same run when nothing differs that weeks depend on", () => {
  const view = { scenario: "a", seed: 1, weeks: 52, sides: [{ regime: "x" }, { regime: "y" }] };
  assert.equal(sameRun(view, { ...view, sides: [{ regime: "z" }, { regime: "y" }] }), true); // can stand beside each other
  for (const change of [{ seed: 2 }, { weeks: 60 }, { scenario: "b" }, { sides: view.sides.slice(1) }]) assert.equal(sameRun(view, { ...view, ...change }), false);
  assert.equal(sameView(view, { ...view, colour: "burden" }), true);
  assert.equal(sameView(view, { ...view, sides: [{ regime: "z" }, { regime: "y" }] }), false);
});

test("a hand that goes on asks again once it was answered, or once that takes too long, and its last move counts", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout", "Date"], now: 1_000_000 });
  const asked = [];
  let value = 0, waiting = false;
  const move = paced(() => { asked.push(value); waiting = true; }, () => waiting);
  const drag = (moves) => { for (let n = 0; n < moves; n++) { value += 1; move(); context.mock.timers.tick(40); } };
  drag(10); // 400 ms without an answer
  assert.deepEqual(asked, [1]);
  waiting = false;
  drag(1);
  assert.deepEqual(asked, [1, 11]);
  context.mock.timers.tick(1400);
  assert.deepEqual(asked, [1, 11]);
  value = 12;
  move();
  context.mock.timers.tick(200);
  assert.deepEqual(asked, [1, 11, 12]); // too long
  waiting = false;
  value = 13;
  move();
  value = 14;
  move();
  assert.deepEqual(asked, [1, 11, 12]); // too soon
  context.mock.timers.tick(200);
  assert.deepEqual(asked, [1, 11, 12, 14]);
  context.mock.timers.tick(5000);
  assert.deepEqual(asked, [1, 11, 12, 14]);
});
