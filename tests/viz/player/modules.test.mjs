// How the modules hang together: what linters do not see.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import test from "node:test";
import { fileURLToPath } from "node:url";

const HERE = dirname(fileURLToPath(import.meta.url));
const PLAYER = resolve(HERE, "../../../viz/player");
const read = (folder, ending) => readdirSync(folder, { recursive: true }).filter((name) => name.endsWith(ending)).map((name) => ({ path: join(folder, name), text: readFileSync(join(folder, name), "utf8") }));
const modules = read(PLAYER, ".js");
const tests = read(HERE, ".mjs");

/** What every file takes from others: "path name". */
const taken = new Set([...modules, ...tests].flatMap(({ path, text }) =>
  [...text.matchAll(/^import \{([^}]*)\} from "(\.[^"]*)";/gm)].flatMap(([, names, from]) => names.split(",").map((name) => `${resolve(dirname(path), from)} ${name.trim()}`))));

test("what a module exports is used by another, or tested by itself", () => {
  const exported = modules.flatMap(({ path, text }) => [...text.matchAll(/^export (?:async )?(?:function\*?|class|const) (\w+)/gm)].map(([, name]) => `${path} ${name}`));
  assert.ok(exported.length > 100);
  assert.deepEqual(exported.filter((one) => !taken.has(one)), []);
});

test("a page has the fields that its state declares, and each of them is used", () => {
  const { text } = modules.find(({ path }) => path.endsWith("shared/state.js"));
  const declared = new Set([...text.matchAll(/^ {4}(\w+)[:,]/gm)].map(([, name]) => name));
  const code = modules.map((one) => one.text.replace(/^import .*|\/\/.*/gm, "")).join("\n");
  const used = new Set([...code.matchAll(/\bpage\.(\w+)/g)].map(([, name]) => name));
  for (const [, names] of code.matchAll(/\{ ([\w, ]+) \} = (?:this\.)?page;/g)) names.split(", ").forEach((name) => used.add(name));
  assert.ok(declared.size > 50);
  assert.deepEqual([...used].sort(), [...declared].sort());
});

test("words that the page asks for by a fixed path are there", () => {
  const texts = JSON.parse(readFileSync(resolve(PLAYER, "../texts.json"), "utf8"));
  const paths = new Set(modules.flatMap(({ text }) => [...text.matchAll(/\bt\(page, "([\w.]+)"/g)].map(([, path]) => path)));
  assert.ok(paths.size > 80);
  const words = (path) => [path.split(".").reduce((at, key) => at?.[key], texts.nl)].flat(); // one text, or one for exactly one and one for more
  for (const path of paths) assert.ok(words(path).every((text) => typeof text === "string"), path);
});
