// The line to the program is lost and found: the page goes on meanwhile, and asks for what it lacks.
import assert from "node:assert/strict";
import test from "node:test";

import page from "../../../viz/player/page/page.js";
import { found, lost } from "../../../viz/player/page/line.js";
import { reachable } from "../../../viz/player/actions/send.js";
import { opened, state } from "./opened.mjs";
import { chunks, header } from "./small.mjs";
import { line, settle } from "./window.mjs";

/** The page server's script, as far as the page uses it: kernels that can be cut, and a program that is there or not. */
function host() {
  const made = { kernels: [], there: true, status: 200, ends: null, esm: "one" };
  const kernel = (id) => {
    const acts = [];
    const one = { id, clientId: "c", connectionStatus: "connected", disposed: false, dispose() { one.disposed = true; },
      connectionStatusChanged: { connect: (act) => acts.push(act) },
      cut() { one.connectionStatus = "connecting"; acts.forEach((act) => act(one)); } };
    made.kernels.push(one);
    return one;
  };
  const first = kernel("first");
  globalThis.fetch = async () => {
    if (!made.there) throw new TypeError("nobody there");
    return { status: made.status };
  };
  class WidgetManager {
    async run() {
      if (!made.there) throw new Error("nobody there");
      made.ends = line({ _model_module: "anywidget", _esm: made.esm });
      this._models = { a: Promise.resolve({ get: () => "other" }), b: Promise.resolve(made.ends.model) };
    }
  }
  class RenderMimeRegistry {}
  return { made, rootPath: "", jupyterRootPath: "/jupyter", debug: { kernel: () => first }, connectKernel: async (_, id) => kernel(id), WidgetManager, RenderMimeRegistry };
}

const note = (shown) => shown.one(".lw-lost");
const recent = (ends, kind) => ends.sent.filter((one) => one.kind === kind).at(-1);

test("a page whose line is lost goes on, says what is lost, and asks a new line for what it lacks", async () => {
  const program = host();
  const shown = await opened(page, { _esm: "one" }, "", null, program);
  shown.inside.store.sides.forEach((side, k) => side.stretches.push([`s${k}`, 3]));
  program.made.there = false;
  program.made.kernels[0].cut();
  assert.ok(!note(shown).hidden);
  assert.match(note(shown).textContent, /No connection/);
  assert.ok(program.made.kernels[0].disposed);
  shown.press(" ");
  await settle(700);
  assert.ok(shown.inside.playing && shown.inside.time > 1);
  shown.press(" ");
  shown.tab("change");
  shown.put(shown.one(".lw-practice input"), 0.9, "input");
  await settle(20000);
  assert.equal(program.made.ends, null);
  assert.equal(shown.sent.filter((one) => one.kind === "view").length, 1);
  shown.tab("luck");
  shown.one(".lw-luck .lw-main").click();
  assert.match(shown.one(".lw-alert").textContent, /Not now/);
  assert.equal(shown.inside.pairsRun, null);
  program.made.there = true;
  await settle(6000);
  assert.ok(note(shown).hidden);
  const asked = recent(program.made.ends, "view");
  assert.deepEqual(program.made.ends.sent.map((one) => one.kind).slice(0, 2), ["ready", "view"]);
  assert.deepEqual(asked.has, [["s0"], ["s1"]]);
  assert.equal(asked.state.sides[0].changes[0].value, 0.9);
  program.made.ends.say({ kind: "header", run: asked.run, header: structuredClone(header) });
  for (const side of [0, 1]) program.made.ends.say({ kind: "keep", run: asked.run, side, weeks: 3 });
  await settle();
  assert.equal(shown.inside.store.have, 3);
  program.made.kernels.at(-1).cut();
  assert.ok(!note(shown).hidden);
  shown.close();
});

test("a program that wants another link is told from one that is not there", async () => {
  const program = host();
  const shown = await opened(page, { _esm: "one", state: { ...state, lang: "nl" } }, "", null, program);
  program.made.status = 403;
  program.made.kernels[0].cut();
  await settle(3000);
  assert.match(note(shown).textContent, /nieuwe link/);
  shown.close();
});

test("a program that falls silent is noticed", async () => {
  const program = host();
  const shown = await opened(page, { _esm: "one" }, "", null, program);
  await settle(16000);
  assert.ok(!shown.inside.lost);
  program.made.there = false;
  await settle(16000);
  assert.ok(shown.inside.lost);
  shown.close();
});

test("pairs that were under way end with the line, and stretches are known by their names", async () => {
  const shown = await opened(page);
  shown.tab("luck");
  shown.one(".lw-luck .lw-main").click();
  lost(shown.inside);
  assert.deepEqual([shown.inside.pairsRun, shown.inside.pairsProgress, reachable(shown.inside)], [null, null, false]);
  found(Object.assign(shown.inside, { lost: false }));
  const run = recent(shown, "view").run;
  shown.say({ kind: "header", run, header: structuredClone(header) });
  for (const { message, buffers } of chunks()) shown.say({ ...message, run, name: `name${message.side}` }, buffers);
  await settle();
  assert.deepEqual(shown.inside.store.sides.map((side) => side.stretches), [[["name0", 3]], [["name1", 3]]]);
  shown.inside.store.sides[0].cut(2);
  assert.deepEqual(shown.inside.store.sides[0].stretches, []);
  shown.close();
});
