// The story: of the one that is chosen, in every side beside each other; or the latest news of each side.

const DAILY = ["arose", "reported", "on_time", "late", "dropped", "solved", "solved_bent", "faded", "gone", "void", "tailored", "got_away", "quarter"];

function buildStory(app) {
  const box = h("div", { class: "lw-story" });
  const list = h("datalist", { id: `${app.id}-names` });
  const field = h("input", { type: "text", list: `${app.id}-names`, autocomplete: "off", "aria-describedby": `${app.id}-pick-help` });
  const said = h("p", { class: "lw-dim", role: "status" });
  const go = (event) => {
    event.preventDefault();
    const found = findByName(app, field.value);
    said.textContent = found || !field.value.trim() ? "" : app.t("story.unknown", { text: field.value });
    if (found) app.select(found);
  };
  field.addEventListener("focus", () => fillNames(app, list), { once: false });
  const form = h("form", { class: "lw-find", onsubmit: go },
    h("label", {}, h("span", {}, app.t("story.pick")), field), h("button", { type: "submit" }, app.t("story.go")), list,
    h("p", { id: `${app.id}-pick-help`, class: "lw-dim" }, app.t("story.pickHelp")), said);
  app.storyBox = box;
  app.storyField = field;
  return h("div", {}, form, box);
}

/** All names that can be asked for, at the present week. */
function* allNames(app) {
  const { header, sides } = app.store;
  const week = app.week();
  for (let k = 0; k < header.streets.length; k++) yield [header.streets[k].name, { type: "street", id: k }];
  const seen = new Set();
  for (const side of sides) {
    const at = Math.min(week, side.have);
    if (at < 1) continue;
    for (const official of side.weeks[at - 1].officials || []) {
      const name = `${official.name} (${app.t("ui.official")})`;
      if (!seen.has(name)) yield [name, { type: "official", id: official.id }];
      seen.add(name);
    }
    for (const one of side.initiatives[at - 1].values()) {
      const name = app.say(one.name);
      if (name && !seen.has(name)) yield [name, { type: "initiative", id: one.key }];
      seen.add(name);
    }
  }
  for (let i = 0; i < header.n; i++) yield [app.store.residentName(i, week), { type: "resident", id: i }];
}

function fillNames(app, list) {
  const kids = [];
  for (const [name] of allNames(app)) {
    if (kids.length >= 6000) break;
    kids.push(h("option", { value: name }));
  }
  list.replaceChildren(...kids);
}

function findByName(app, text) {
  const wanted = text.trim().toLowerCase();
  if (!wanted) return null;
  let near = null;
  for (const [name, found] of allNames(app)) {
    const own = name.toLowerCase();
    if (own === wanted || own === `${wanted}.`) return found;
    if (!near && own.includes(wanted)) near = found;
  }
  return near;
}

function fillStory(app) {
  if (!app.storyBox || app.tab !== "story") return;
  const kids = app.selected ? chosenStory(app) : latestNews(app);
  app.storyBox.replaceChildren(...kids);
}

/** Does an event concern the chosen one? */
function concerns(app, side, event) {
  const { type, id } = app.selected;
  const about = event.about || {};
  if (type === "resident") return (about.residents || []).includes(id);
  if (type === "street") return about.street === id;
  if (type === "official") return about.official === id;
  return about.initiative !== undefined && side.founded.get(about.initiative)?.key === id;
}

/** What there is to tell of the chosen one in a side up to a week; the newest first. */
function entriesOf(app, side, until) {
  const found = [];
  for (let week = Math.min(until, side.have); week >= 1; week--) {
    const one = side.weeks[week - 1];
    if (app.selected.type === "resident")
      for (const [resident, name] of one.moves || []) if (resident === app.selected.id) found.push([week, app.t("story.moved", { name })]);
    for (const event of (one.events || []).slice().reverse()) if (concerns(app, side, event)) found.push([week, app.say(event.text)]);
  }
  return found;
}

function storyList(app, entries, none, most = 60) {
  if (!entries.length) return h("p", { class: "lw-dim" }, none);
  return h("ol", { class: "lw-entries", reversed: true }, entries.slice(0, most).map(([week, text]) =>
    h("li", {}, h("button", { type: "button", class: "lw-weeklink", onclick: () => app.seek(week) }, app.t("ui.week", { n: week })), ` ${text}`)));
}

function chosenStory(app) {
  const week = app.week();
  const first = app.store.sides[0];
  const kids = [h("div", { class: "lw-chosen" }, h("h3", {}, chosenName(app, first, week)), h("p", { class: "lw-dim" }, whoIsIt(app)),
    h("div", { class: "lw-row" }, h("button", { type: "button", onclick: () => app.select(null) }, app.t("story.clear")),
      app.selected.type === "resident" ? h("button", { type: "button", "aria-pressed": String(Boolean(app.ties)), onclick: () => app.toggleTies() }, app.t(app.ties ? "story.tiesOff" : "story.ties")) : null,
      app.tiesNote ? h("span", { class: "lw-dim", role: "status" }, app.tiesNote) : null))];
  if (app.selected.type === "resident") kids.push(standsTable(app, week));
  for (const side of app.visible()) {
    kids.push(h("h4", {}, lineSample(side.index), h("span", {}, sideName(app, side.index))));
    kids.push(...nowLines(app, side, week).map((text) => h("p", { class: "lw-now" }, text)));
    kids.push(storyList(app, entriesOf(app, side, week), app.t("story.nothingAbout")));
  }
  return kids;
}

function whoIsIt(app) {
  const { type, id } = app.selected;
  const { header } = app.store;
  if (type !== "resident") return app.t(`ui.${type === "initiative" ? "initiatives" : type}`).replace(/en$|s$/, (end) => (type === "initiative" ? "" : end));
  const street = header.streets[header.residents.street[id]].name;
  const group = header.residents.group ? `, ${app.t("story.group", { g: "ABC"[header.residents.group[id]] || header.residents.group[id] })}` : "";
  return `${app.t("story.resident")}, ${app.t("story.livesIn", { street })}${group}`;
}

/** The six recorded outcomes of a resident, side by side. */
function standsTable(app, week) {
  const sides = app.visible();
  return h("table", { class: "lw-stands" }, h("caption", {}, `${app.t("story.stands")}, ${app.t("ui.week", { n: week })}`),
    h("thead", {}, h("tr", {}, h("td"), sides.map((side) => sideHead(app, side.index)))),
    h("tbody", {}, app.store.header.columns.map((name, column) => h("tr", {}, h("th", { scope: "row" }, app.word("colours", name)),
      sides.map((side) => h("td", {}, side.have ? app.number(side.value(Math.min(week, side.have), column, app.selected.id) / 255, 2) : "–"))))));
}

/** How the chosen one stands now in a side. */
function nowLines(app, side, week) {
  const at = Math.min(week, side.have);
  if (at < 1) return [];
  const { type, id } = app.selected;
  if (type === "initiative") return initiativeLines(app, side, at, id);
  if (type === "official") {
    const official = (side.weeks[at - 1].officials || []).find((one) => one.id === id);
    if (!official) return [];
    const hours = Object.fromEntries(Object.entries(hoursOf(official)).filter(([name]) => HOURS.some(([one]) => one === name)).map(([name, minutes]) => [name, app.number(minutes / 60, 1)]));
    return [official.name, app.t("story.hoursWeek", { street: "0", support: "0", desk: "0", inside: "0", ...hours })];
  }
  if (type === "street") {
    const here = [...side.problems[at - 1].values()].filter((problem) => problem.street === id)
      .map((problem) => { const kind = app.store.header.kinds[problem.kind]; return app.word("kinds", kind?.name, kind?.label); });
    return [here.length ? app.t("story.problemsHere", { list: here.join(", ") }) : app.t("story.noProblems")];
  }
  return [];
}

function initiativeLines(app, side, at, key) {
  const one = side.initiative(key, at);
  if (!one) return [app.t("story.notHere")];
  const parts = [app.word("states", one.state), one.ended === null ? app.t("story.members", { n: one.members }) : null, one.born < 1 ? app.t("story.startedBefore") : app.t("story.started", { n: one.born }), one.ended === null ? app.word("lead", one.lead) : null];
  const parent = side.initiatives[at - 1].get(one.parent);
  if (parent) parts.push(app.t("story.inspiredBy", { name: app.say(parent.name) }));
  const after = followers(side, at).get(one.id);
  if (after) parts.push(app.t("story.inspired", { n: after }));
  return [parts.filter(Boolean).join("; ")];
}

function latestNews(app) {
  const week = app.week();
  const kids = [h("h3", {}, app.t("story.latest"))];
  for (const side of app.visible()) {
    const found = [];
    for (let w = Math.min(week, side.have); w >= 1 && found.length < 12; w--)
      for (const event of side.weeks[w - 1].events || []) if (!DAILY.includes(event.kind)) found.push([w, app.say(event.text)]);
    kids.push(h("h4", {}, lineSample(side.index), h("span", {}, sideName(app, side.index))));
    kids.push(storyList(app, found, app.t("story.nothing"), 12));
  }
  return kids;
}

/** What is said aloud on a pause. */
function spokenSummary(app) {
  const week = app.week();
  const parts = [app.t("spoken.paused", { n: week })];
  for (const side of app.visible()) {
    const list = ["trust_neighbours", "trust_municipality", "burden", "initiatives_alive"].filter((name) => name in app.store.place)
      .map((name) => `${seriesName(app, name)} ${app.amount(app.store.seriesOf(side, name).at(Math.min(week, side.have)), seriesUnit(app, name))}`);
    const reports = (side.weeks[Math.min(week, side.have) - 1]?.reports || []).length;
    parts.push(app.t("spoken.side", { side: sideName(app, side.index), list: [...list, app.t("spoken.reports", { n: reports })].join(", ") }));
  }
  return parts.join(" ");
}
