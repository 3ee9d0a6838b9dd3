// The charts on the page: each with a choice of lines, a spoken summary, and a table beside it.

function buildBoard(app) {
  const panels = PANELS.map((names, place) => {
    const there = names.filter((name) => name in app.store.place);
    return there.length ? buildPanel(app, there, place) : null;
  }).filter(Boolean);
  app.panels = panels;
  app.ghostNote = h("p", { class: "lw-dim" });
  return h("section", { class: "lw-board", "aria-labelledby": `${app.id}-charts` },
    h("h2", { id: `${app.id}-charts` }, app.t("charts.title")),
    h("ul", { class: "lw-lines" }, app.store.sides.map((side) => (app.hiddenSides.has(side.index) ? null : h("li", {}, lineSample(side.index), h("span", {}, sideName(app, side.index)))))),
    app.ghostNote,
    h("div", { class: "lw-charts" }, panels.map((panel) => panel.el)));
}

function buildPanel(app, names, place) {
  const panel = { name: names.includes(app.shown[place]) ? app.shown[place] : names[0] };
  panel.canvas = h("canvas", { role: "img" });
  panel.values = h("p", { class: "lw-values" });
  panel.unit = h("span", { class: "lw-dim" });
  const pick = h("select", { "aria-label": app.t("charts.show") }, names.map((name) => h("option", { value: name, selected: name === panel.name }, seriesName(app, name))));
  pick.addEventListener("change", () => {
    app.shown[place] = panel.name = pick.value;
    panel.range = null;
    fillBoard(app);
  });
  panel.table = h("div", { class: "lw-scroll", tabindex: 0, role: "region", "aria-label": app.t("charts.table") });
  panel.details = h("details", {}, h("summary", {}, app.t("charts.table")), panel.table);
  panel.details.addEventListener("toggle", () => fillTable(app, panel));
  panel.canvas.addEventListener("click", (event) => {
    const box = panel.canvas.getBoundingClientRect();
    const { left, right } = panel.place;
    app.seek(Math.round(1 + ((event.clientX - box.left - left) / (right - left)) * (app.store.header.weeks - 1)));
  });
  panel.el = h("article", { class: "lw-chart" }, h("div", { class: "lw-chart-top" }, pick, panel.unit), panel.canvas, panel.values, panel.details);
  return panel;
}

function fillBoard(app) {
  const notes = [];
  if (app.visible().some((side) => side.ghost)) notes.push(app.t("charts.ghost"));
  if (app.spread) notes.push(app.t("charts.band", { n: app.spread.pairs || 50 }));
  notes.push(app.t("charts.marks"));
  app.ghostNote.textContent = notes.join(" ");
  for (const panel of app.panels) {
    fitCanvas(panel);
    panel.range ||= rangeOf(app, panel.name);
    const ctx = panel.canvas.getContext("2d");
    ctx.setTransform(panel.ratio, 0, 0, panel.ratio, 0, 0);
    ctx.clearRect(0, 0, panel.width, panel.height);
    panel.place = drawChart(ctx, app, panel.name, { x: 0, y: 0, w: panel.width, h: panel.height }, app.week(), { range: panel.range });
    fillValues(app, panel);
    if (panel.details.open) fillTable(app, panel);
  }
}

function fitCanvas(panel) {
  const width = Math.max(160, panel.canvas.clientWidth);
  const height = Math.max(120, panel.canvas.clientHeight);
  const ratio = Math.min(2, window.devicePixelRatio || 1);
  if (panel.width === width && panel.height === height && panel.ratio === ratio) return;
  Object.assign(panel, { width, height, ratio });
  panel.canvas.width = Math.round(width * ratio);
  panel.canvas.height = Math.round(height * ratio);
}

function valuesAt(app, name, week) {
  return app.visible().map((side) => ({ side, value: app.store.seriesOf(side, name).at(Math.min(week, side.have)) }));
}

function fillValues(app, panel) {
  const unit = seriesUnit(app, panel.name);
  const values = valuesAt(app, panel.name, app.week());
  panel.unit.textContent = app.word("units", unit);
  if (!panel.spans || panel.spans.length !== values.length) {
    panel.spans = values.map(({ side }) => h("b"));
    panel.values.replaceChildren(...values.map(({ side }, k) => h("span", {}, lineSample(side.index), panel.spans[k])));
  }
  values.forEach(({ value }, k) => (panel.spans[k].textContent = app.amount(value, unit)));
  const list = values.map(({ side, value }) => `${sideName(app, side.index)} ${app.amount(value, unit)}`).join(", ");
  panel.canvas.setAttribute("aria-label", app.t("charts.label", { name: seriesName(app, panel.name), unit: app.word("units", unit), text: `${app.t("ui.week", { n: app.week() })}: ${list}` }));
}

/** The same numbers as a table, by quarter, as far as it has been played. */
function fillTable(app, panel) {
  if (!panel.details.open) return;
  const week = app.week();
  const weeks = [];
  for (let w = 13; w < week; w += 13) weeks.push(w);
  weeks.push(week);
  const key = `${panel.name} ${weeks.length} ${week} ${app.lang} ${app.store.run}`;
  if (panel.filled === key) return;
  panel.filled = key;
  const unit = seriesUnit(app, panel.name);
  const sides = app.visible();
  panel.table.replaceChildren(h("table", {},
    h("caption", {}, app.t("charts.tableOf", { name: seriesName(app, panel.name) })),
    h("thead", {}, h("tr", {}, h("th", { scope: "col" }, app.t("change.week").replace(/^\S+ /, "")), sides.map((side) => h("th", { scope: "col" }, sideName(app, side.index))))),
    h("tbody", {}, weeks.map((w) => h("tr", {}, h("th", { scope: "row" }, String(w)), valuesAt(app, panel.name, w).map(({ value }) => h("td", {}, app.amount(value, unit))))))));
}
