// Things that are made to happen in a week, by the forms that the program declares:
// {name, label, kind, fixed, fields}, each field {name, label, type} and by its type
//   street    one street of the neighbourhood
//   choice    choices: [{value, label}]; without a label, the value is a kind of problem
//   number    min, max, step, default; empty: what it means when it is left empty, which is sent as 0

import { changeView } from "../actions/request.js";
import { h } from "../shared/dom.js";
import { changedSides, weekOf } from "../shared/state.js";
import { say, t, word } from "../shared/words.js";

/** The event that a filled-in form stands for. `answers`: by field, as it was written down. */
export function eventOf(form, week, answers) {
  const event = { week, kind: form.kind, ...form.fixed };
  for (const { name, type } of form.fields) event[name] = type === "choice" ? answers[name] : Number(answers[name]); // of nothing: 0
  return event;
}

/** The form by which an event can have been made. */
export function formOf(forms, event) {
  return forms.find((form) => form.kind === event.kind && Object.entries(form.fixed).every(([name, value]) => event[name] === value));
}

/** What happens, and where. */
export function eventName(page, event) {
  const form = formOf(page.choices.interventions, event);
  if (!form) return page.texts[page.lang].practices[event.name]?.label || event.kind.replaceAll("_", " "); // links can hold more than forms
  const placed = form.fields.some((field) => field.type === "street");
  const street = page.store.header.streets[event.street]?.name || "";
  return say(page, form.label) + (placed && event.street >= 0 ? ` (${street})` : "");
}

/** Something that happens in a week: what, where, how much, how long. */
export function eventForm(page) {
  const forms = page.choices.interventions;
  const pick = h("select", {}, forms.map((form) => h("option", { value: form.name }, say(page, form.label))));
  const week = h("input", { type: "number", min: 1, max: page.store.header.weeks, value: Math.min(weekOf(page) + 1, page.store.header.weeks) });
  const fields = h("div", { class: "lw-row" });
  let inputs = {};
  const refill = () => {
    inputs = Object.fromEntries(forms[pick.selectedIndex].fields.map((field) => [field.name, fieldInput(page, field)]));
    fields.replaceChildren(...forms[pick.selectedIndex].fields.map((field) => h("label", {}, h("span", {}, say(page, field.label)), inputs[field.name])));
  };
  pick.addEventListener("change", refill);
  refill();
  const add = (submit) => {
    submit.preventDefault();
    const answers = Object.fromEntries(Object.entries(inputs).map(([name, input]) => [name, input.value]));
    const event = eventOf(forms[pick.selectedIndex], Number(week.value), answers);
    changeView(page, `event ${JSON.stringify(event)} ${Date.now()}`, (state) => {
      for (const k of changedSides(page)) state.sides[k].events = [...(state.sides[k].events || []), event];
    });
  };
  return h("form", { class: "lw-event", onsubmit: add },
    h("label", {}, h("span", {}, t(page, "change.event")), pick), fields,
    h("div", { class: "lw-row" }, h("label", {}, h("span", {}, t(page, "change.week")), week), h("button", { type: "submit" }, t(page, "change.doIt"))));
}

function fieldInput(page, field) {
  if (field.type === "street") {
    const input = h("select", {}, page.store.header.streets.map((street, k) => h("option", { value: k }, street.name)));
    if (page.selected?.type === "street") input.value = page.selected.id;
    return input;
  }
  if (field.type === "choice") return h("select", {}, field.choices.map(({ value, label }) => h("option", { value }, label ? say(page, label) : word(page, "kinds", value))));
  const { min, max, step, default: value, empty } = field;
  return h("input", { type: "number", min, max, step, value, required: !empty, placeholder: empty && say(page, empty) });
}
