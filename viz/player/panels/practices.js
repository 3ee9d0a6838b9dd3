// Sliders for the practices.

import { changeView } from "../actions/request.js";
import { h } from "../shared/dom.js";
import { changedSides, weekOf } from "../shared/state.js";
import { number, say, t, word } from "../shared/words.js";

/** What a practice stands at in a side and a week, by regime, own values and changes. */
export function practiceValue(page, index, practice, week) {
  const side = page.state.sides[index];
  const regime = page.choices.regimes.find((one) => one.name === side.regime);
  let value = side.practices?.[practice.name] ?? regime?.practices?.[practice.name] ?? practice.default;
  let since = 0;
  for (const change of side.changes || []) if (change.practice === practice.name && change.week <= week && change.week >= since) [value, since] = [change.value, change.week];
  return value;
}

export function buildGroup(page, group) {
  const mine = page.choices.practices.filter((one) => (page.texts[page.lang].practices[one.name]?.group || one.group) === group);
  if (!mine.length) return null;
  const box = h("details", { class: "lw-group" }, h("summary", {}, word(page, "groups", group)), mine.map((practice) => buildSlider(page, practice)));
  box.open = page.openGroups.has(group);
  box.addEventListener("toggle", () => (box.open ? page.openGroups.add(group) : page.openGroups.delete(group)));
  return box;
}

function practiceText(page, practice, key) {
  return page.texts[page.lang].practices[practice.name]?.[key] ?? say(page, practice[key]);
}

function buildSlider(page, practice) {
  const input = h("input", { type: "range", min: practice.low, max: practice.high, step: practice.whole ? 1 : (practice.high - practice.low) / 100 });
  const out = h("span", { "aria-hidden": "true" }); // the slider says its value itself
  const help = `${page.id}-help-${practice.name}`;
  input.setAttribute("aria-label", practiceText(page, practice, "label"));
  input.setAttribute("aria-describedby", help);
  const show = () => {
    out.textContent = number(page, Number(input.value), practice.whole ? 0 : 2);
  };
  const send = paced(() => setPractice(page, practice, Number(input.value)), () => page.answered !== page.run);
  input.addEventListener("input", () => { show(); send(); });
  page.sliders.push({ practice, input, show });
  input.value = practiceValue(page, changedSides(page)[0], practice, page.changeFrom === "start" ? 0 : weekOf(page) + 1);
  show();
  return h("div", { class: "lw-practice" },
    h("label", {}, h("span", { class: "lw-practice-name" }, practiceText(page, practice, "label"), out), input),
    h("p", { class: "lw-ends", "aria-hidden": "true" }, h("span", {}, practiceText(page, practice, "low")), h("span", {}, practiceText(page, practice, "high"))),
    h("p", { class: "lw-price", id: help }, h("b", {}, `${t(page, "change.buys")}: `), practiceText(page, practice, "buys"), ". ", h("b", {}, `${t(page, "change.costs")}: `), practiceText(page, practice, "costs"), "."));
}

export function fillSliders(page) {
  for (const { practice, input, show } of page.sliders) {
    if (document.activeElement === input) continue;
    input.value = practiceValue(page, changedSides(page)[0], practice, page.changeFrom === "start" ? 0 : weekOf(page) + 1);
    show();
  }
  if (page.whenOption) page.whenOption.textContent = t(page, "change.fromNow", { n: weekOf(page) + 1 });
}

const APART = 120; // milliseconds between two moves of a hand that goes on
const PATIENCE = 1500; // milliseconds after which a program that has not shown anything yet is asked again

/**
 * At once; while the hand goes on no more often than every `APART` milliseconds, nor before the last move was answered: a program that is
 * asked by a whole class falls behind otherwise, and none of them sees anything until they let go. The last move always counts.
 */
export function paced(act, waiting) {
  let timer = 0, last = -Infinity;
  const now = () => {
    const rest = last + (waiting() ? PATIENCE : APART) - Date.now();
    if (rest > 0) {
      timer = setTimeout(now, Math.min(rest, APART));
      return;
    }
    last = Date.now();
    act();
  };
  return () => {
    clearTimeout(timer);
    now();
  };
}

function setPractice(page, practice, value) {
  const rounded = practice.whole ? Math.round(value) : Math.round(value * 1000) / 1000;
  const sides = changedSides(page);
  // one drag is one change, also when it is played on meanwhile
  const now = page.lastChange?.name === practice.name && Date.now() - page.lastChange.at < 3000 ? page.lastChange.week : weekOf(page) + 1;
  const week = page.changeFrom === "start" ? 0 : Math.min(now, page.store.header.weeks);
  const key = `${practice.name} ${sides} ${week}`;
  changeView(page, key, (state) => {
    for (const k of sides) {
      const side = state.sides[k];
      if (week === 0) side.practices = { ...side.practices, [practice.name]: rounded };
      else side.changes = [...(side.changes || []).filter((one) => one.practice !== practice.name || one.week !== week), { week, practice: practice.name, value: rounded }];
    }
  });
  page.lastChange = { name: practice.name, week, at: Date.now() };
}
