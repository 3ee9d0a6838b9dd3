import assert from "node:assert/strict";
import test from "node:test";

import { seriesName, seriesUnit, unitName, sideName, titleOf, chosenName } from "../../../viz/player/shared/names.js";
import { amount, number, say, t, word } from "../../../viz/player/shared/words.js";
import { bare, texts } from "./small.mjs";

const dutch = { lang: "nl", texts: { nl: { ui: { week: "week {n} van {of}" }, kinds: { "a.b": "met een punt" } } } };
const english = { lang: "en", texts: { en: {} } };

test("words are found by their path and filled in; what is missing is told by its own name", () => {
  assert.equal(t(dutch, "ui.week", { n: 3, of: 9 }), "week 3 van 9");
  assert.equal(t(dutch, "ui.week", { n: 0 }), "week 0 van {of}");
  assert.equal(t(dutch, "ui.no_such_word"), "no such word");
  assert.equal(t(dutch, "nothing.at_all"), "at all");
  assert.equal(t(dutch, "ui"), "ui"); // a section is no word
});

test("a word by name may hold dots, and the data's own word stands in", () => {
  assert.equal(word(dutch, "kinds", "a.b"), "met een punt");
  assert.equal(word(dutch, "kinds", "some_kind"), "some kind");
  assert.equal(word(dutch, "kinds", "some_kind", { nl: "eigen", en: "own" }), "eigen");
  assert.equal(word(english, "no_section", "x"), "x");
});

test("a text in both languages is said in that of the page, or in the other", () => {
  assert.equal(say(dutch, { nl: "ja", en: "yes" }), "ja");
  assert.equal(say(english, { nl: "ja" }), "ja");
  assert.equal(say(english, "plain"), "plain");
  assert.equal(say(english, null), "");
});

test("numbers are written as in the language, with the digits that their unit deserves", () => {
  assert.equal(number(dutch, 1234.5, 1), "1.234,5");
  assert.equal(number(english, 1234.5, 1), "1,234.5");
  assert.equal(number(dutch, NaN), "–");
  const shown = [[0.0994, "share"], [0.0996, "share"], [0.5, "share"], [0.256, "0-1"], [3.14159, "ties"], [99.94, "per week"], [-120.4, "euro"], [Infinity, "euro"]];
  assert.deepEqual(shown.map(([value, unit]) => amount(english, value, unit)), ["9.9 %", "10 %", "50 %", "0.26", "3.14", "99.9", "-120", "–"]);
});

test("sides, series and the neighbourhood are called by their names", () => {
  const page = bare();
  assert.deepEqual([0, 1].map((side) => sideName(page, side)), [texts.en.regimes.top_down, texts.en.regimes.leapfrog]);
  page.store.sides[1].regime = "top_down";
  assert.deepEqual([0, 1].map((side) => sideName(page, side)), [`${texts.en.regimes.top_down} (1)`, `${texts.en.regimes.top_down} (2)`]);
  page.store.sides[1].label = "ours";
  assert.deepEqual([0, 1].map((side) => sideName(page, side)), [texts.en.regimes.top_down, "ours"]);
  assert.equal(seriesUnit(page, "burden"), "0-1");
  assert.equal(seriesUnit(page, "no_such_series"), "");
  assert.equal(seriesName(page, "burden"), "burden");
  assert.equal(seriesName(page, "no_such_series"), "no such series");
  assert.equal(unitName(page, "burden"), "0–1");
  assert.equal(unitName(page, "reports"), "per week");
  assert.equal(titleOf(page), "Small");
  page.choices = { scenarios: [{ name: "small", title: { nl: "Elders", en: "Elsewhere" } }] };
  assert.equal(titleOf(page), "Elsewhere");
});

test("the chosen one is called by the name that it has in that week and side", () => {
  const page = bare();
  const [side] = page.store.sides;
  const called = (type, id, week) => chosenName(page, side, week, { type, id });
  assert.deepEqual([called("resident", 3, 1), called("resident", 3, 2)], ["Dea", "Eva"]);
  assert.equal(called("street", 1, 1), "Wilgenhof 2");
  assert.deepEqual([called("official", 0, 1), called("official", 0, 3)], ["Noor", texts.en.ui.official]);
  assert.equal(called("initiative", "1.0", 1), "Garden");
  assert.equal(called("initiative", "9.9", 1), "");
});

test("both languages have the same words with the same gaps", () => {
  const gaps = (text) => [...text.matchAll(/\{\w+\}/g)].map(([gap]) => gap).sort();
  const compare = (nl, en, path) => {
    assert.deepEqual(Object.keys(nl).sort(), Object.keys(en).sort(), path);
    for (const [key, value] of Object.entries(nl))
      if (typeof value === "string") assert.deepEqual(gaps(value), gaps(en[key]), `${path}.${key}`);
      else compare(value, en[key], `${path}.${key}`);
  };
  compare(texts.nl, texts.en, "texts");
});

test("one of something is told in the singular, in both languages", () => {
  for (const lang of ["nl", "en"]) {
    const page = { texts, lang };
    for (const path of ["spoken.reports", "story.members", "story.tiesCount"]) {
      const [one, two, both] = [t(page, path, { n: 1 }), t(page, path, { n: 2 }), t(page, path, { n: "1 / 3" })];
      assert.notEqual(one.replace("1", "2"), two, path);
      assert.equal(both.replace("1 / 3", "2"), two, path);
    }
  }
  assert.equal(t({ texts, lang: "nl" }, "spoken.reports", { n: 1 }), "1 melding deze week");
  const counted = (words) => Object.values(words).flatMap((value) => (Array.isArray(value) ? [] : typeof value === "object" ? counted(value) : /\{n\} \p{L}+(en|s)\b/u.test(value) ? [value] : []));
  // never one: speeds beside one, the longest link, fifty pairs; and a week that is played
  assert.equal(counted(texts.nl).length, 4, counted(texts.nl).join("\n"));
});
