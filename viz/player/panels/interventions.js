// Things that are made to happen in a week.

import { changeView } from "../actions/request.js";
import { h } from "../shared/dom.js";
import { changedSides, weekOf } from "../shared/state.js";
import { t, word } from "../shared/words.js";

const STREET = { name: "street" };
const WEEKS = { name: "weeks", low: 1, high: 104, default: 8 };
const SIZE = { name: "value", low: 0, high: 1, default: 0.5, step: 0.1 };
// what can be made to happen, in everyday words; shown as far as the program knows the kind
const HAPPENINGS = [
  { id: "official_leaves", kind: "official_leaves", fields: [] },
  { id: "giving", kind: "giving", fields: [STREET, WEEKS, { name: "value", label: "hours", low: 0.5, high: 40, default: 4, step: 0.5 }] },
  { id: "old_hurt", kind: "old_hurt", fields: [STREET, WEEKS, { name: "value", label: "hours", low: 0.5, high: 40, default: 4, step: 0.5 }] },
  { id: "project", kind: "project", fields: [STREET, { name: "name", choices: ["energy", "traffic", "neglect", "design", "youth"] }, { name: "value", label: "streets", low: 1, high: 20, default: 3, whole: true }, WEEKS] },
  { id: "approval", kind: "practice", fixed: { name: "approval_lag" }, fields: [{ name: "value", label: "lag", low: 0, high: 52, default: 1, whole: true }, { name: "weeks", low: 0, high: 260, default: 0, label: "weeksOrStay" }] },
  { id: "promise", kind: "promise", fields: [STREET, { ...SIZE, label: "boldness" }, { name: "weeks", low: 1, high: 52, default: 8, label: "due" }] },
  { id: "break_promise", kind: "break_promise", fields: [STREET] },
  { id: "problem", kind: "problem", fields: [{ name: "name", kinds: true }, STREET, { ...SIZE, label: "severity", default: 0.8 }] },
  { id: "initiative", kind: "initiative", fields: [STREET] },
  { id: "condition", kind: "condition", fields: [{ name: "name", choices: ["ward_hours", "crew_hours", "enforcer_hours", "case_hours", "desk_hours", "programme_hours", "counter_hours", "corporation_hours", "police_hours"] }, { name: "value", label: "hoursEach", low: 0, high: 100, default: 4, step: 0.1 }, { name: "weeks", low: 0, high: 260, default: 0, label: "weeksOrStay" }] },
  { id: "friends", kind: "condition", fixed: { name: "counter_pressure" }, fields: [{ ...SIZE, label: "pressure", default: 1 }, { name: "weeks", low: 0, high: 260, default: 0, label: "weeksOrStay" }] },
  { id: "stop_support", kind: "stop_support", fields: [{ name: "weeks", low: 0, high: 260, default: 0, label: "weeksOrStay" }] },
  { id: "gathering", kind: "gathering", fields: [STREET, { name: "value", label: "people", low: 2, high: 200, default: 20, whole: true }, { ...WEEKS, default: 1 }] },
  { id: "visit", kind: "visit", fields: [STREET, { name: "name", choices: ["noise"] }] },
  { id: "withdraw", kind: "withdraw", fields: [STREET] },
  { id: "programme", kind: "programme", fields: [STREET, { name: "name", kinds: true }, { name: "value", label: "streets", low: 1, high: 20, default: 3, whole: true }] },
  { id: "shock", kind: "shock", fields: [{ ...SIZE, label: "size" }] },
];

/** Something that happens in a week: what, where, how much, how long. */
export function eventForm(page) {
  const known = new Set((page.choices.interventions || []).map((one) => one.kind));
  const kinds = HAPPENINGS.filter((one) => known.has(one.kind));
  if (!kinds.length) return h("p", { class: "lw-dim" }, "–");
  const pick = h("select", {}, kinds.map((one) => h("option", { value: one.id }, word(page, "events", one.id))));
  const week = h("input", { type: "number", min: 1, max: page.store.header.weeks, value: Math.min(weekOf(page) + 1, page.store.header.weeks) });
  const fields = h("div", { class: "lw-row" });
  let inputs = [];
  const refill = () => {
    inputs = kinds[pick.selectedIndex].fields.map((field) => eventField(page, field));
    fields.replaceChildren(...inputs.map((one) => one.el));
  };
  pick.addEventListener("change", refill);
  refill();
  const add = (submit) => {
    submit.preventDefault();
    const chosen = kinds[pick.selectedIndex];
    const event = { week: Number(week.value), kind: chosen.kind, ...(chosen.fixed || {}) };
    for (const one of inputs) event[one.name] = one.value();
    changeView(page, `event ${JSON.stringify(event)} ${Date.now()}`, (state) => {
      for (const k of changedSides(page)) state.sides[k].events = [...(state.sides[k].events || []), event];
    });
  };
  return h("form", { class: "lw-event", onsubmit: add },
    h("label", {}, h("span", {}, t(page, "change.event")), pick), fields,
    h("div", { class: "lw-row" }, h("label", {}, h("span", {}, t(page, "change.week")), week), h("button", { type: "submit" }, t(page, "change.doIt"))));
}

function eventField(page, field) {
  let input;
  const choices = field.kinds ? page.store.header.kinds.map((one) => one.name) : field.choices;
  if (field.name === "street") {
    input = h("select", {}, page.store.header.streets.map((street, k) => h("option", { value: k }, street.name)));
    if (page.selected?.type === "street") input.value = page.selected.id;
  } else if (choices) input = h("select", {}, choices.map((one) => h("option", { value: one }, page.texts[page.lang].kinds[one] || word(page, "fields", one))));
  else input = h("input", { type: "number", min: field.low, max: field.high, step: field.whole || field.name === "weeks" ? 1 : field.step || "any", value: field.default, required: true });
  return { name: field.name, el: h("label", {}, h("span", {}, word(page, "fields", field.label || field.name)), input), value: () => (choices ? input.value : Number(input.value)) };
}

export function happeningName(page, event) {
  const known = HAPPENINGS.find((one) => one.kind === event.kind && (!one.fixed || one.fixed.name === event.name)) || { id: event.kind };
  const where = event.street >= 0 && HAPPENINGS.some((one) => one.kind === event.kind && one.fields.includes(STREET)) ? ` (${page.store.header.streets[event.street]?.name || ""})` : "";
  return word(page, "events", known.id) + where;
}
