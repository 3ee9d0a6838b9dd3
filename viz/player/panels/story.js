// The story: of the one that is chosen, in every side beside each other; or the latest news of each side.

import { seek, select } from "../actions/playback.js";
import { toggleTies } from "../actions/ties.js";
import { followers } from "../map/initiatives.js";
import { HOURS, hoursOf } from "../map/officials.js";
import { h } from "../shared/dom.js";
import { chosenName, sideName } from "../shared/names.js";
import { lineSample, sideHead } from "../shared/side_line.js";
import { visibleSides, weekOf } from "../shared/state.js";
import { number, say, t, word } from "../shared/words.js";

const DAILY = ["arose", "reported", "on_time", "late", "dropped", "solved", "solved_bent", "faded", "gone", "void", "tailored", "got_away", "quarter"];

export function buildStory(page) {
  const box = h("div", { class: "lw-story" });
  const list = h("datalist", { id: `${page.id}-names` });
  const field = h("input", { type: "text", list: `${page.id}-names`, autocomplete: "off", "aria-describedby": `${page.id}-pick-help` });
  const said = h("p", { class: "lw-dim", role: "status" });
  const go = (event) => {
    event.preventDefault();
    const found = findByName(page, field.value);
    said.textContent = found || !field.value.trim() ? "" : t(page, "story.unknown", { text: field.value });
    if (found) select(page, found);
  };
  field.addEventListener("focus", () => fillNames(page, list));
  const form = h("form", { class: "lw-find", onsubmit: go },
    h("label", {}, h("span", {}, t(page, "story.pick")), field), h("button", { type: "submit" }, t(page, "story.go")), list,
    h("p", { id: `${page.id}-pick-help`, class: "lw-dim" }, t(page, "story.pickHelp")), said);
  page.storyBox = box;
  return h("div", {}, form, box);
}

/** All names that can be asked for, at the present week. */
function* allNames(page) {
  const { header, sides } = page.store;
  const week = weekOf(page);
  for (let k = 0; k < header.streets.length; k++) yield [header.streets[k].name, { type: "street", id: k }];
  const seen = new Set();
  for (const side of sides) {
    const at = Math.min(week, side.have);
    if (at < 1) continue;
    for (const official of side.weeks[at - 1].officials || []) {
      const name = `${official.name} (${t(page, "ui.official")})`;
      if (!seen.has(name)) yield [name, { type: "official", id: official.id }];
      seen.add(name);
    }
    for (const one of side.initiatives[at - 1].values()) {
      const name = say(page, one.name);
      if (name && !seen.has(name)) yield [name, { type: "initiative", id: one.key }];
      seen.add(name);
    }
  }
  for (let i = 0; i < header.n; i++) yield [page.store.residentName(i, week), { type: "resident", id: i }];
}

function fillNames(page, list) {
  const kids = [];
  for (const [name] of allNames(page)) {
    if (kids.length >= 6000) break;
    kids.push(h("option", { value: name }));
  }
  list.replaceChildren(...kids);
}

function findByName(page, text) {
  const wanted = text.trim().toLowerCase();
  if (!wanted) return null;
  let near = null;
  for (const [name, found] of allNames(page)) {
    const own = name.toLowerCase();
    if (own === wanted || own === `${wanted}.`) return found;
    if (!near && own.includes(wanted)) near = found;
  }
  return near;
}

export function fillStory(page) {
  if (!page.storyBox || page.tab !== "story") return;
  const kids = page.selected ? chosenStory(page) : latestNews(page);
  page.storyBox.replaceChildren(...kids);
}

/** Does an event concern the chosen one? */
function concerns(page, side, event) {
  const { type, id } = page.selected;
  const about = event.about || {};
  if (type === "resident") return (about.residents || []).includes(id);
  if (type === "street") return about.street === id;
  if (type === "official") return about.official === id;
  return about.initiative !== undefined && side.founded.get(about.initiative)?.key === id;
}

/** What there is to tell of the chosen one in a side up to a week; the newest first. */
function entriesOf(page, side, until) {
  const found = [];
  for (let week = Math.min(until, side.have); week >= 1; week--) {
    const one = side.weeks[week - 1];
    if (page.selected.type === "resident")
      for (const [resident, name] of one.moves || []) if (resident === page.selected.id) found.push([week, t(page, "story.moved", { name })]);
    for (const event of (one.events || []).slice().reverse()) if (concerns(page, side, event)) found.push([week, say(page, event.text)]);
  }
  return found;
}

function storyList(page, entries, none, most = 60) {
  if (!entries.length) return h("p", { class: "lw-dim" }, none);
  return h("ol", { class: "lw-entries", reversed: true }, entries.slice(0, most).map(([week, text]) =>
    h("li", {}, h("button", { type: "button", class: "lw-weeklink", onclick: () => seek(page, week) }, t(page, "ui.week", { n: week })), ` ${text}`)));
}

function chosenStory(page) {
  const week = weekOf(page);
  const first = page.store.sides[0];
  const kids = [h("div", { class: "lw-chosen" }, h("h3", {}, chosenName(page, first, week)), h("p", { class: "lw-dim" }, whoIsIt(page)),
    h("div", { class: "lw-row" }, h("button", { type: "button", onclick: () => select(page, null) }, t(page, "story.clear")),
      page.selected.type === "resident" ? h("button", { type: "button", "aria-pressed": String(Boolean(page.ties)), onclick: () => toggleTies(page) }, t(page, page.ties ? "story.tiesOff" : "story.ties")) : null,
      page.tiesNote ? h("span", { class: "lw-dim", role: "status" }, page.tiesNote) : null))];
  if (page.selected.type === "resident") kids.push(standsTable(page, week));
  for (const side of visibleSides(page)) {
    kids.push(h("h4", {}, lineSample(side.index), h("span", {}, sideName(page, side.index))));
    kids.push(...nowLines(page, side, week).map((text) => h("p", { class: "lw-now" }, text)));
    kids.push(storyList(page, entriesOf(page, side, week), t(page, "story.nothingAbout")));
  }
  return kids;
}

function whoIsIt(page) {
  const { type, id } = page.selected;
  const { header } = page.store;
  if (type !== "resident") return t(page, `ui.${type === "initiative" ? "initiatives" : type}`).replace(/en$|s$/, (end) => (type === "initiative" ? "" : end));
  const street = header.streets[header.residents.street[id]].name;
  const group = header.residents.group ? `, ${t(page, "story.group", { g: "ABC"[header.residents.group[id]] || header.residents.group[id] })}` : "";
  return `${t(page, "story.resident")}, ${t(page, "story.livesIn", { street })}${group}`;
}

/** The six recorded outcomes of a resident, side by side. */
function standsTable(page, week) {
  const sides = visibleSides(page);
  return h("table", { class: "lw-stands" }, h("caption", {}, `${t(page, "story.stands")}, ${t(page, "ui.week", { n: week })}`),
    h("thead", {}, h("tr", {}, h("td"), sides.map((side) => sideHead(page, side.index)))),
    h("tbody", {}, page.store.header.columns.map((name, column) => h("tr", {}, h("th", { scope: "row" }, word(page, "colours", name)),
      sides.map((side) => h("td", {}, side.have ? number(page, side.value(Math.min(week, side.have), column, page.selected.id) / 255, 2) : "–"))))));
}

/** How the chosen one stands now in a side. */
function nowLines(page, side, week) {
  const at = Math.min(week, side.have);
  if (at < 1) return [];
  const { type, id } = page.selected;
  if (type === "initiative") return initiativeLines(page, side, at, id);
  if (type === "official") {
    const official = (side.weeks[at - 1].officials || []).find((one) => one.id === id);
    if (!official) return [];
    const hours = Object.fromEntries(Object.entries(hoursOf(official)).filter(([name]) => HOURS.some(([one]) => one === name)).map(([name, minutes]) => [name, number(page, minutes / 60, 1)]));
    return [official.name, t(page, "story.hoursWeek", { street: "0", support: "0", desk: "0", inside: "0", ...hours })];
  }
  if (type === "street") {
    const here = [...side.problems[at - 1].values()].filter((problem) => problem.street === id)
      .map((problem) => { const kind = page.store.header.kinds[problem.kind]; return word(page, "kinds", kind?.name, kind?.label); });
    return [here.length ? t(page, "story.problemsHere", { list: here.join(", ") }) : t(page, "story.noProblems")];
  }
  return [];
}

function initiativeLines(page, side, at, key) {
  const one = side.initiative(key, at);
  if (!one) return [t(page, "story.notHere")];
  const parts = [word(page, "states", one.state), one.ended === null ? t(page, "story.members", { n: one.members }) : null, one.born < 1 ? t(page, "story.startedBefore") : t(page, "story.started", { n: one.born }), one.ended === null ? word(page, "lead", one.lead) : null];
  const parent = side.initiatives[at - 1].get(one.parent);
  if (parent) parts.push(t(page, "story.inspiredBy", { name: say(page, parent.name) }));
  const after = followers(side, at).get(one.id);
  if (after) parts.push(t(page, "story.inspired", { n: after }));
  return [parts.filter(Boolean).join("; ")];
}

function latestNews(page) {
  const week = weekOf(page);
  const kids = [h("h3", {}, t(page, "story.latest"))];
  for (const side of visibleSides(page)) {
    const found = [];
    for (let w = Math.min(week, side.have); w >= 1 && found.length < 12; w--)
      for (const event of side.weeks[w - 1].events || []) if (!DAILY.includes(event.kind)) found.push([w, say(page, event.text)]);
    kids.push(h("h4", {}, lineSample(side.index), h("span", {}, sideName(page, side.index))));
    kids.push(storyList(page, found, t(page, "story.nothing"), 12));
  }
  return kids;
}
