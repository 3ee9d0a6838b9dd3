import assert from "node:assert/strict";
import test from "node:test";
import { deflateSync } from "node:zlib";

import { Store, unpack } from "../../../viz/player/shared/recording.js";
import { chunk, chunks, founded, header, recorded } from "./small.mjs";

test("a packet is unpacked into its message and its arrays", async () => {
  const text = new TextEncoder().encode('{"weeks":[1]}'); // 13 bytes: three more are put behind it
  const whole = Buffer.alloc(4 + 4 * 3 + 16 + 4 + 4);
  whole.writeUInt32LE(3, 0);
  [text.length, 2, 4].forEach((size, k) => whole.writeUInt32LE(size, 4 + 4 * k));
  whole.set(text, 16);
  whole.set([250, 3], 32);
  whole.writeFloatLE(0.5, 36);
  const [message, parts] = await unpack({ kind: "chunk", packed: true }, [deflateSync(whole)]);
  assert.deepEqual(message, { kind: "chunk", packed: true, weeks: [1] });
  assert.deepEqual([...new Uint8Array(parts[0])], [250, 3]);
  assert.deepEqual([...new Float32Array(parts[1])], [0.5]);
  const plain = [new ArrayBuffer(2)];
  assert.deepEqual(await unpack({ kind: "done" }, plain), [{ kind: "done" }, plain]);
});

test("residents are told as changes from week to week, in whole bytes that go round", () => {
  const [side] = recorded().sides;
  const week = (w, column) => [0, 1, 2, 3].map((resident) => side.value(w, column, resident));
  assert.deepEqual(week(1, 0), [100, 101, 102, 103]);
  assert.deepEqual(week(2, 0), [101, 101, 102, 102]); // 103 + 255 is one less
  assert.deepEqual(week(3, 0), [101, 101, 102, 104]);
  assert.deepEqual(week(1, 1), [0, 10, 20, 255]);
  assert.deepEqual(week(2, 1), [0, 10, 25, 0]); // 255 + 1 begins anew
});

test("series are read by name and week, and are nothing outside the weeks that came", () => {
  const store = recorded();
  const reports = store.seriesOf(store.sides[1], "reports");
  assert.deepEqual([0, 1, 2, 3, 4].map((week) => reports.at(week)), [NaN, 1, 0, 5, NaN]);
  assert.equal(store.seriesOf(store.sides[0], "no_such_series"), null);
  assert.equal(store.seriesOf(store.sides[0], "reports", true), null); // no ghost yet
});

test("problems live until their severity is 0", () => {
  const [side] = recorded().sides;
  assert.deepEqual([...side.problems[0].values()], [{ id: 4, street: 0, kind: 1, severity: 1 }]);
  assert.deepEqual([...side.problems[1].values()], [{ id: 5, street: 1, kind: 0, severity: 0.2 }]);
  assert.deepEqual([...side.problems[2].values()], [{ id: 5, street: 1, kind: 0, severity: 0.2 }]);
});

test("an initiative keeps its name and is known by its founder in every side", () => {
  const [side] = recorded().sides;
  assert.equal(side.initiative("1.0", 2).name.en, "Garden");
  assert.equal(side.initiative("1.0", 2).ended, null);
  assert.deepEqual([side.initiative("1.0", 3).state, side.initiative("1.0", 3).ended], ["withered", 3]);
  assert.equal(side.initiative("1.1", 3), undefined);
  side.addWeek({ week: 4, initiatives: [{ ...founded, id: 8 }] }, false); // another by the same founder
  assert.equal(side.initiatives[3].get(8).key, "1.1");
});

test("who moved in is called by their own name from then on", () => {
  const store = recorded();
  assert.deepEqual([1, 2, 3].map((week) => store.residentName(3, week)), ["Dea", "Eva", "Eva"]);
  assert.equal(store.residentName(0, 3), "Ada");
});

test("the weeks that every side has are those of the slowest", () => {
  const store = new Store();
  assert.equal(store.have, 0);
  store.open(structuredClone(header), true);
  const [first] = chunks();
  store.sides[0].add(first.message, first.buffers);
  assert.deepEqual([store.sides[0].have, store.have], [3, 0]);
});

test("the same neighbourhood asked for again stays until its new weeks come, and then forgets what followed", () => {
  const store = recorded();
  store.sides[0].keep();
  assert.equal(store.open(structuredClone(header), false), true);
  assert.deepEqual(store.sides.map((side) => [side.stale, side.have]), [[true, 3], [true, 3]]);
  const { message, buffers } = chunk(0, 2, [{ week: 2 }], [9, 9, 9, 9, 8, 8, 8, 8], [[0.125, 6, 0.5]]);
  store.sides[0].add(message, buffers);
  const side = store.sides[0];
  assert.deepEqual([side.have, side.stale, side.weeks.length], [2, false, 2]);
  assert.equal(side.value(2, 0, 3), 9);
  assert.equal(store.residentName(3, 2), "Eva"); // the other side still says so
  assert.equal(side.names.size, 0); // this one no longer
  assert.deepEqual([1, 2, 3].map((week) => store.seriesOf(side, "reports").at(week)), [1, 6, NaN]);
  assert.deepEqual([1, 2, 3].map((week) => store.seriesOf(side, "reports", true).at(week)), [1, 0, 2]);
});

test("another neighbourhood begins empty, and weeks that leave a gap are not taken", () => {
  const store = recorded();
  assert.equal(store.open({ ...structuredClone(header), scenario: "other" }, false), false);
  assert.equal(store.have, 0);
  const { message, buffers } = chunk(0, 2, [{ week: 2 }], [1, 1, 1, 1, 1, 1, 1, 1], [[0, 0, 0]]);
  store.sides[0].add(message, buffers);
  assert.equal(store.sides[0].have, 0);
});
