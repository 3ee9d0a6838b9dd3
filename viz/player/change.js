// Doing it differently: practices, interventions, regimes. The page asks; the program lives the weeks again.

const GROUPS = ["hours", "decide", "promise", "together", "stays"];
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

function buildChange(app) {
  if (!app.live) return h("p", {}, app.t("ui.offline"));
  const side = sidePicker(app);
  const when = h("select", {}, h("option", { value: "start" }, app.t("change.fromStart")), h("option", { value: "now" }, app.t("change.fromNow", { n: app.week() + 1 })));
  when.value = app.from || "now";
  when.addEventListener("change", () => { app.from = when.value; fillSliders(app); });
  app.from ||= "now";
  app.whenOption = when.options[1];
  const groups = GROUPS.map((group) => buildGroup(app, group)).filter(Boolean);
  return h("div", { class: "lw-change" },
    h("p", { class: "lw-dim" }, app.t("change.intro")),
    h("div", { class: "lw-row" },
      h("button", { type: "button", onclick: () => app.undo(), disabled: !app.past.length, class: "lw-undo" }, icon(ICONS.undo), h("span", {}, app.t("change.undo"))),
      app.busyNote = h("span", { class: "lw-dim", role: "status" })),
    h("div", { class: "lw-row" }, h("label", {}, h("span", {}, app.t("change.side")), side), h("label", {}, h("span", {}, app.t("change.when")), when)),
    regimePickers(app),
    h("h3", {}, app.t("change.practices")), groups,
    h("h3", {}, app.t("change.events")), eventForm(app),
    h("h3", {}, app.t("change.changes")), (app.changesBox = h("div", {}, changeList(app))));
}

function sidePicker(app) {
  const pick = h("select", {}, h("option", { value: "all" }, app.t("change.allSides")), app.state.sides.map((_, k) => h("option", { value: String(k) }, sideName(app, k))));
  pick.value = app.changeSide ?? "0";
  app.changeSide = pick.value;
  pick.addEventListener("change", () => { app.changeSide = pick.value; fillSliders(app); });
  return pick;
}

function chosenSides(app) {
  return app.changeSide === "all" ? app.state.sides.map((_, k) => k) : [Math.min(Number(app.changeSide), app.state.sides.length - 1)];
}

/** What a practice stands at in a side and a week, by regime, own values and changes. */
function practiceValue(app, index, practice, week) {
  const side = app.state.sides[index];
  const regime = app.choices.regimes.find((one) => one.name === side.regime);
  let value = side.practices?.[practice.name] ?? regime?.practices?.[practice.name] ?? practice.default;
  let since = 0;
  for (const change of side.changes || []) if (change.practice === practice.name && change.week <= week && change.week >= since) [value, since] = [change.value, change.week];
  return value;
}

function buildGroup(app, group) {
  const mine = app.choices.practices.filter((one) => (app.texts[app.lang].practices[one.name]?.group || one.group) === group);
  if (!mine.length) return null;
  const box = h("details", { class: "lw-group" }, h("summary", {}, app.word("groups", group)), mine.map((practice) => buildSlider(app, practice)));
  box.open = (app.openGroups ||= new Set(["hours"])).has(group);
  box.addEventListener("toggle", () => (box.open ? app.openGroups.add(group) : app.openGroups.delete(group)));
  return box;
}

function practiceText(app, practice, key) {
  return app.texts[app.lang].practices[practice.name]?.[key] ?? app.say(practice[key]);
}

function buildSlider(app, practice) {
  const input = h("input", { type: "range", min: practice.low, max: practice.high, step: practice.whole ? 1 : (practice.high - practice.low) / 100 });
  const out = h("span", { "aria-hidden": "true" }); // the slider says its value itself
  const help = `${app.id}-help-${practice.name}`;
  input.setAttribute("aria-label", practiceText(app, practice, "label"));
  input.setAttribute("aria-describedby", help);
  const show = () => {
    out.textContent = app.number(Number(input.value), practice.whole ? 0 : 2);
  };
  const send = paced(() => setPractice(app, practice, Number(input.value)), 120);
  input.addEventListener("input", () => { show(); send(); });
  (app.sliders ||= []).push({ practice, input, show });
  input.value = practiceValue(app, chosenSides(app)[0], practice, app.from === "start" ? 0 : app.week() + 1);
  show();
  return h("div", { class: "lw-practice" },
    h("label", {}, h("span", { class: "lw-practice-name" }, practiceText(app, practice, "label"), out), input),
    h("p", { class: "lw-ends", "aria-hidden": "true" }, h("span", {}, practiceText(app, practice, "low")), h("span", {}, practiceText(app, practice, "high"))),
    h("p", { class: "lw-price", id: help }, h("b", {}, `${app.t("change.buys")}: `), practiceText(app, practice, "buys"), ". ", h("b", {}, `${app.t("change.costs")}: `), practiceText(app, practice, "costs"), "."));
}

function fillSliders(app) {
  for (const { practice, input, show } of app.sliders || []) {
    if (document.activeElement === input) continue;
    input.value = practiceValue(app, chosenSides(app)[0], practice, app.from === "start" ? 0 : app.week() + 1);
    show();
  }
  if (app.whenOption) app.whenOption.textContent = app.t("change.fromNow", { n: app.week() + 1 });
}

/** At once, then no more often than so many milliseconds while the hand goes on; the last always counts. */
function paced(act, apart) {
  let timer = 0, last = -Infinity;
  const now = () => {
    last = performance.now();
    act();
  };
  return () => {
    clearTimeout(timer);
    const rest = last + apart - performance.now();
    if (rest > 0) timer = setTimeout(now, rest);
    else now();
  };
}

function setPractice(app, practice, value) {
  const rounded = practice.whole ? Math.round(value) : Math.round(value * 1000) / 1000;
  const sides = chosenSides(app);
  // one drag is one change, also when it is played on meanwhile
  const now = app.lastChange?.name === practice.name && Date.now() - app.lastChange.at < 3000 ? app.lastChange.week : app.week() + 1;
  const week = app.from === "start" ? 0 : Math.min(now, app.store.header.weeks);
  const key = `${practice.name} ${sides} ${week}`;
  app.change(key, (state) => {
    for (const k of sides) {
      const side = state.sides[k];
      if (week === 0) side.practices = { ...side.practices, [practice.name]: rounded };
      else side.changes = [...(side.changes || []).filter((one) => one.practice !== practice.name || one.week !== week), { week, practice: practice.name, value: rounded }];
    }
  });
  app.lastChange = { name: practice.name, week, at: Date.now() };
}

/** Which regime each side follows; a third side can be added or taken away. */
function regimePickers(app) {
  const rows = app.state.sides.map((side, k) => {
    const pick = h("select", {}, app.choices.regimes.map((one) => h("option", { value: one.name, selected: one.name === side.regime }, app.word("regimes", one.name, one.label))));
    pick.addEventListener("change", () => app.change(`regime ${k} ${pick.value}`, (state) => { state.sides[k] = { ...state.sides[k], regime: pick.value, label: undefined, practices: {} }; }));
    const drop = app.state.sides.length > 2 ? iconButton("close", `${app.t("change.removeSide")}: ${sideName(app, k)}`, () => app.change(`less ${k}`, (state) => { state.sides.splice(k, 1); }, true)) : null;
    return h("div", { class: "lw-row" }, h("label", {}, h("span", {}, `${app.t("change.regime")} ${k + 1}`), pick), drop);
  });
  const spare = app.choices.regimes.find((one) => !app.state.sides.some((side) => side.regime === one.name)) || app.choices.regimes[0];
  if (app.state.sides.length < 3 && spare) rows.push(h("button", { type: "button", onclick: () => app.change("more", (state) => { state.sides.push({ regime: spare.name, practices: {}, changes: [], events: [] }); }, true) }, app.t("change.addSide")));
  return h("details", { class: "lw-group" }, h("summary", {}, app.t("change.regime")), rows);
}

/** Something that happens in a week: what, where, how much, how long. */
function eventForm(app) {
  const known = new Set((app.choices.interventions || []).map((one) => one.kind));
  const kinds = HAPPENINGS.filter((one) => known.has(one.kind));
  if (!kinds.length) return h("p", { class: "lw-dim" }, "–");
  const pick = h("select", {}, kinds.map((one) => h("option", { value: one.id }, app.word("events", one.id))));
  const week = h("input", { type: "number", min: 1, max: app.store.header.weeks, value: Math.min(app.week() + 1, app.store.header.weeks) });
  const fields = h("div", { class: "lw-row" });
  let inputs = [];
  const refill = () => {
    inputs = kinds[pick.selectedIndex].fields.map((field) => eventField(app, field));
    fields.replaceChildren(...inputs.map((one) => one.el));
  };
  pick.addEventListener("change", refill);
  refill();
  const add = (submit) => {
    submit.preventDefault();
    const chosen = kinds[pick.selectedIndex];
    const event = { week: Number(week.value), kind: chosen.kind, ...(chosen.fixed || {}) };
    for (const one of inputs) event[one.name] = one.value();
    app.change(`event ${JSON.stringify(event)} ${Date.now()}`, (state) => {
      for (const k of chosenSides(app)) state.sides[k].events = [...(state.sides[k].events || []), event];
    });
  };
  return h("form", { class: "lw-event", onsubmit: add },
    h("label", {}, h("span", {}, app.t("change.event")), pick), fields,
    h("div", { class: "lw-row" }, h("label", {}, h("span", {}, app.t("change.week")), week), h("button", { type: "submit" }, app.t("change.doIt"))));
}

function eventField(app, field) {
  let input;
  const choices = field.kinds ? app.store.header.kinds.map((one) => one.name) : field.choices;
  if (field.name === "street") {
    input = h("select", {}, app.store.header.streets.map((street, k) => h("option", { value: k }, street.name)));
    if (app.selected?.type === "street") input.value = app.selected.id;
  } else if (choices) input = h("select", {}, choices.map((one) => h("option", { value: one }, app.texts[app.lang].kinds[one] || app.word("fields", one))));
  else input = h("input", { type: "number", min: field.low, max: field.high, step: field.whole || field.name === "weeks" ? 1 : field.step || "any", value: field.default, required: true });
  return { name: field.name, el: h("label", {}, h("span", {}, app.word("fields", field.label || field.name)), input), value: () => (choices ? input.value : Number(input.value)) };
}

function happeningName(app, event) {
  const known = HAPPENINGS.find((one) => one.kind === event.kind && (!one.fixed || one.fixed.name === event.name)) || { id: event.kind };
  const where = event.street >= 0 && HAPPENINGS.some((one) => one.kind === event.kind && one.fields.includes(STREET)) ? ` (${app.store.header.streets[event.street]?.name || ""})` : "";
  return app.word("events", known.id) + where;
}

/** Everything that was changed, each with a button to take it away. */
function changeList(app) {
  const items = [];
  const practiceName = (name) => app.texts[app.lang].practices[name]?.label || name;
  app.state.sides.forEach((side, k) => {
    const add = (text, act) => items.push(h("li", {}, h("span", {}, text), iconButton("close", app.t("change.remove", { text }), act)));
    for (const [name, value] of Object.entries(side.practices || {}))
      add(app.t("change.changed", { what: practiceName(name), value: app.number(value, 2), side: sideName(app, k), week: 1 }), () => app.change(`drop ${k} ${name}`, (state) => { delete state.sides[k].practices[name]; }));
    (side.changes || []).forEach((one, place) => add(app.t("change.changed", { what: practiceName(one.practice), value: app.number(one.value, 2), side: sideName(app, k), week: one.week }), () => app.change(`drop ${k} c${place}`, (state) => { state.sides[k].changes.splice(place, 1); })));
    (side.events || []).forEach((one, place) => add(app.t("change.happens", { what: happeningName(app, one), week: one.week, side: sideName(app, k) }), () => app.change(`drop ${k} e${place}`, (state) => { state.sides[k].events.splice(place, 1); })));
  });
  return items.length ? h("ul", { class: "lw-changes" }, items) : h("p", { class: "lw-dim" }, app.t("change.noChanges"));
}
