// The one script that the app serves and files hold does as the modules do. In a file of its own: both begin with nothing kept.
import assert from "node:assert/strict";
import test from "node:test";
import { pathToFileURL } from "node:url";

import modules from "../../../viz/player/page/page.js";
import { answer, opened } from "./opened.mjs";
import { settle } from "./window.mjs";

/** A visit to every part of a page; returns all that was shown, drawn and said. */
async function visited(player) {
  const shown = await opened(player);
  const looks = [];
  const look = (what) => looks.push(`${what}: ${shown.el.innerHTML}`);
  look("first");
  for (const name of ["change", "luck", "bets", "own", "take", "about", "story"]) {
    shown.tab(name);
    look(name);
  }
  shown.press("ArrowRight");
  for (const [type, id] of [["resident", 3], ["street", 1], ["official", 0], ["initiative", "1.0"]]) {
    shown.inside.select({ type, id });
    look(type);
  }
  shown.press("Escape");
  shown.tab("change");
  shown.submit(".lw-event");
  await answer(shown, 2);
  look("project");
  shown.one(".lw-undo").click();
  await answer(shown, 3);
  shown.one("[lang=nl]").click();
  shown.press("End");
  await settle(1000); // then the view goes into the address
  look("end");
  shown.close();
  return { looks, drawn: shown.drawn, sent: shown.sent };
}

test("the one script does as the modules do: it shows, draws and says the same", async () => {
  assert.ok(process.env.LEEFWERELD_BUNDLE, "run `python .ci/page.py test`, which makes the script");
  const { default: bundle } = await import(pathToFileURL(process.env.LEEFWERELD_BUNDLE));
  const [ours, theirs] = [await visited(modules), await visited(bundle)];
  const numbered = (text) => text.replaceAll(/\blw\d+-/g, "lw-"); // each page on a screen has a number of its own
  assert.ok(ours.drawn.length > 5000, `${ours.drawn.length} lines were drawn`);
  assert.deepEqual(theirs.drawn, ours.drawn);
  assert.deepEqual(theirs.looks.map(numbered), ours.looks.map(numbered));
  assert.deepEqual(theirs.sent, ours.sent);
});
