// Doing it differently: practices, interventions, regimes. The page asks; the program lives the weeks again.

import { changeView, newSide, undo } from "../actions/request.js";
import { h, icon, iconButton, ICONS } from "../shared/dom.js";
import { sideName } from "../shared/names.js";
import { weekOf } from "../shared/state.js";
import { number, t, word } from "../shared/words.js";
import { eventForm, eventName } from "./interventions.js";
import { buildGroup, fillSliders } from "./practices.js";

const GROUPS = ["hours", "decide", "promise", "together", "stays"];

export function buildChange(page) {
  if (!page.live) return h("p", {}, t(page, "ui.offline"));
  const side = sidePicker(page);
  const when = h("select", {}, h("option", { value: "start" }, t(page, "change.fromStart")), h("option", { value: "now" }, t(page, "change.fromNow", { n: weekOf(page) + 1 })));
  when.value = page.changeFrom;
  when.addEventListener("change", () => { page.changeFrom = when.value; fillSliders(page); });
  page.whenOption = when.options[1];
  const groups = GROUPS.map((group) => buildGroup(page, group)).filter(Boolean);
  return h("div", { class: "lw-change" },
    h("p", { class: "lw-dim" }, t(page, "change.intro")),
    h("div", { class: "lw-row" },
      h("button", { type: "button", onclick: () => undo(page), disabled: !page.past.length, class: "lw-undo" }, icon(ICONS.undo), h("span", {}, t(page, "change.undo"))),
      page.busyNote = h("span", { class: "lw-dim", role: "status" })),
    h("div", { class: "lw-row" }, h("label", {}, h("span", {}, t(page, "change.side")), side), h("label", {}, h("span", {}, t(page, "change.when")), when)),
    regimePickers(page),
    h("h3", {}, t(page, "change.practices")), groups,
    h("h3", {}, t(page, "change.events")), eventForm(page),
    h("h3", {}, t(page, "change.changes")), (page.changesBox = h("div", {}, changeList(page))));
}

function sidePicker(page) {
  const pick = h("select", {}, h("option", { value: "all" }, t(page, "change.allSides")), page.state.sides.map((_, k) => h("option", { value: String(k) }, sideName(page, k))));
  pick.value = page.changeSide ?? "0";
  page.changeSide = pick.value;
  pick.addEventListener("change", () => { page.changeSide = pick.value; fillSliders(page); });
  return pick;
}

/** Which regime each side follows; a third and a fourth side can be added or taken away. */
function regimePickers(page) {
  const rows = page.state.sides.map((side, k) => {
    const pick = h("select", {}, page.choices.regimes.map((one) => h("option", { value: one.name, selected: one.name === side.regime }, word(page, "regimes", one.name, one.label))));
    pick.addEventListener("change", () => changeView(page, `regime ${k} ${pick.value}`, (state) => { state.sides[k] = { ...state.sides[k], regime: pick.value, label: undefined, practices: {} }; }));
    const drop = page.state.sides.length > 2 ? iconButton("close", `${t(page, "change.removeSide")}: ${sideName(page, k)}`, () => changeView(page, `less ${k}`, (state) => { state.sides.splice(k, 1); }, true)) : null;
    return h("div", { class: "lw-row" }, h("label", {}, h("span", {}, `${t(page, "change.regime")} ${k + 1}`), pick), drop);
  });
  const spare = page.choices.regimes.find((one) => !page.state.sides.some((side) => side.regime === one.name)) || page.choices.regimes[0];
  if (page.state.sides.length < (page.choices.limits?.sides || 3) && spare) rows.push(h("button", { type: "button", onclick: () => changeView(page, "more", (state) => { state.sides.push(newSide(spare.name)); }, true) }, t(page, "change.addSide")));
  return h("details", { class: "lw-group" }, h("summary", {}, t(page, "change.regime")), rows);
}

/** Everything that was changed, each with a button to take it away. */
export function changeList(page) {
  const items = [];
  const practiceName = (name) => page.texts[page.lang].practices[name]?.label || name;
  page.state.sides.forEach((side, k) => {
    const add = (text, act) => items.push(h("li", {}, h("span", {}, text), iconButton("close", t(page, "change.remove", { text }), act)));
    for (const [name, value] of Object.entries(side.practices || {}))
      add(t(page, "change.changed", { what: practiceName(name), value: number(page, value, 2), side: sideName(page, k), week: 1 }), () => changeView(page, `drop ${k} ${name}`, (state) => { delete state.sides[k].practices[name]; }));
    (side.changes || []).forEach((one, place) => add(t(page, "change.changed", { what: practiceName(one.practice), value: number(page, one.value, 2), side: sideName(page, k), week: one.week }), () => changeView(page, `drop ${k} c${place}`, (state) => { state.sides[k].changes.splice(place, 1); })));
    (side.events || []).forEach((one, place) => add(t(page, "change.happens", { what: eventName(page, one), week: one.week, side: sideName(page, k) }), () => changeView(page, `drop ${k} e${place}`, (state) => { state.sides[k].events.splice(place, 1); })));
  });
  return items.length ? h("ul", { class: "lw-changes" }, items) : h("p", { class: "lw-dim" }, t(page, "change.noChanges"));
}
