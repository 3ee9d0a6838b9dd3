// The stage: one card for each side with its map and numbers, the legend, and moving over the map.

function buildStage(app) {
  const cards = app.store.sides.map((side, index) => buildCard(app, index));
  app.maps = cards.map((card) => card.map);
  const stage = h("div", { class: `lw-sides lw-sides-${app.visible().length}` }, cards.map((card) => card.el));
  app.cards = cards;
  return stage;
}

/** A line in the colour and dash of a side. */
function lineSample(index) {
  const { colour, dash } = SIDES[index];
  const canvas = h("canvas", { width: 68, height: 20, class: "lw-line", "aria-hidden": "true" });
  const ctx = canvas.getContext("2d");
  ctx.scale(2, 2);
  ctx.strokeStyle = colour;
  ctx.lineWidth = 3;
  ctx.setLineDash(dash);
  ctx.beginPath();
  ctx.moveTo(0, 5);
  ctx.lineTo(34, 5);
  ctx.stroke();
  return canvas;
}

/** How a side is called: its own label, or the name of its regime; numbered where two are called alike. */
function sideName(app, index) {
  const side = app.store.sides[index] || app.state.sides[index] || { regime: "" };
  const called = (one) => (one.label && one.label !== one.regime ? app.say(one.label) : app.word("regimes", one.regime, app.choices?.regimes?.find((r) => r.name === one.regime)?.label));
  const name = called(side);
  const twins = app.store.sides.filter((one) => called(one) === name);
  return twins.length > 1 ? `${name} (${index + 1})` : name;
}

/** The head of a narrow column: the line of a side, and its name for who does not see it. */
function sideHead(app, index) {
  return h("th", { scope: "col", title: sideName(app, index) }, lineSample(index), h("span", { class: "lw-hidden" }, sideName(app, index)));
}

const FACTS = ["trust_neighbours", "trust_municipality", "burden", "initiatives_alive"];

function buildCard(app, index) {
  const map = new SideMap(app, index);
  const facts = h("dl", { class: "lw-facts" });
  const heading = h("h3", { id: `${app.id}-side-${index}` }, lineSample(index), h("span", {}, sideName(app, index)));
  const text = app.word("regimeText", app.store.sides[index].regime);
  const zoom = h("div", { class: "lw-zoom" },
    iconButton("plus", app.t("ui.zoomIn"), () => app.zoomBy(1.5)),
    iconButton("minus", app.t("ui.zoomOut"), () => app.zoomBy(1 / 1.5)),
    iconButton("all", app.t("ui.zoomAll"), () => app.zoomTo(1, 0.5, 0.5)));
  const el = h("section", { class: "lw-card", "aria-labelledby": `${app.id}-side-${index}`, hidden: app.hiddenSides.has(index) },
    h("header", {}, heading, h("p", {}, text === app.store.sides[index].regime.replaceAll("_", " ") ? "" : text)),
    h("div", { class: "lw-mapbox" }, map.canvas, zoom), facts);
  steerMap(app, map);
  return { el, map, facts, index };
}

function steerMap(app, map) {
  let drag = null;
  const point = (event) => {
    const box = map.canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  map.canvas.addEventListener("pointerdown", (event) => {
    drag = { x: event.clientX, y: event.clientY, zx: app.zoom.x, zy: app.zoom.y, moved: false };
    if (app.zoom.by > 1) map.canvas.setPointerCapture(event.pointerId);
  });
  map.canvas.addEventListener("pointermove", (event) => {
    if (!drag) {
      const found = map.find(...point(event));
      map.canvas.style.cursor = found ? "pointer" : "default";
      const title = found ? nameOf(app, map.side, found) : "";
      if (map.canvas.title !== title) map.canvas.title = title;
      return;
    }
    const [dx, dy] = [event.clientX - drag.x, event.clientY - drag.y];
    if (Math.hypot(dx, dy) > 5) drag.moved = true;
    if (drag.moved && app.zoom.by > 1) app.zoomTo(app.zoom.by, drag.zx - dx / (app.map.width * map.at.scale), drag.zy - dy / (app.map.height * map.at.scale));
  });
  map.canvas.addEventListener("pointerup", (event) => {
    if (drag && !drag.moved) {
      const found = map.find(...point(event));
      app.select(found);
    }
    drag = null;
  });
  map.canvas.addEventListener("pointercancel", () => (drag = null));
}

function nameOf(app, side, found) {
  const kept = app.selected;
  app.selected = found;
  const name = chosenName(app, side, Math.max(1, Math.min(Math.floor(app.time), side.have)));
  app.selected = kept;
  return name;
}

/** The numbers under each map. */
function fillFacts(app) {
  const week = app.week();
  for (const card of app.cards) {
    const side = app.store.sides[card.index];
    card.facts.replaceChildren(...FACTS.filter((name) => name in app.store.place).map((name) => {
      const value = app.store.seriesOf(side, name).at(Math.min(week, side.have));
      return h("div", {}, h("dt", {}, seriesName(app, name)), h("dd", {}, app.amount(value, seriesUnit(app, name))));
    }));
    const said = FACTS.slice(0, 4).filter((name) => name in app.store.place)
      .map((name) => `${seriesName(app, name)} ${app.amount(app.store.seriesOf(side, name).at(Math.min(week, side.have)), seriesUnit(app, name))}`).join(", ");
    card.map.canvas.setAttribute("aria-label", app.t("ui.map", { side: sideName(app, card.index), week: app.t("ui.week", { n: week }), text: said }));
  }
}

/** The scale of colours and all signs, drawn with the same hands as the map. */
function buildLegend(app) {
  const item = (draw, key) => {
    const canvas = h("canvas", { width: 56, height: 56, class: "lw-sign", "aria-hidden": "true" });
    const ctx = canvas.getContext("2d");
    ctx.scale(2, 2);
    ctx.translate(14, 14);
    draw(ctx);
    return h("li", {}, canvas, h("span", {}, app.t(`legend.${key}`)));
  };
  const disc = (c, state, r, snow = 0) => {
    drawSnowball(c, r, snow, state !== "ended");
    glyph(c, state, 0, 0, r * 1.6, "#fff");
  };
  const line = (c, colour, dash, width) => {
    c.strokeStyle = colour;
    c.lineWidth = width;
    c.setLineDash(dash);
    c.beginPath();
    c.moveTo(-12, 6);
    c.quadraticCurveTo(0, -12, 12, 4);
    c.stroke();
    c.setLineDash([]);
  };
  const kinds = app.store.header.kinds.map((kind) => {
    const canvas = h("canvas", { width: 44, height: 44, class: "lw-sign lw-small", "aria-hidden": "true" });
    const ctx = canvas.getContext("2d");
    ctx.scale(2, 2);
    ctx.translate(11, 11);
    ctx.rotate(Math.PI / 4);
    ctx.fillStyle = SIGNS.problem;
    ctx.fillRect(-7.5, -7.5, 15, 15);
    ctx.rotate(-Math.PI / 4);
    glyph(ctx, kind.name, 0, 0, 12, "#fff");
    return h("li", {}, canvas, h("span", {}, app.word("kinds", kind.name, kind.label)));
  });
  return h("div", { class: "lw-legend" },
    h("ul", {},
      item((c) => {
        c.fillStyle = LAND.roof;
        c.fillRect(-9, -11, 18, 22);
        [BRIGHT[2], BRIGHT[9]].forEach((colour, k) => {
          c.fillStyle = colour;
          c.fillRect(-7.5, -9.5 + 10 * k, 15, 8.5);
        });
      }, "resident"),
      item((c) => {
        c.strokeStyle = "#3b2a00";
        c.lineWidth = 4;
        c.beginPath();
        c.arc(0, 0, 8, 0, 7);
        c.stroke();
        c.strokeStyle = SIGNS.report;
        c.lineWidth = 2.4;
        c.stroke();
      }, "report"),
      item((c) => drawStamp(c, officialStamp(9, 2), 0, 0), "official"),
      item((c) => disc(c, "seed", 6), "seed"),
      item((c) => disc(c, "waiting", 9), "wait"),
      item((c) => disc(c, "working", 9), "work"),
      item((c) => disc(c, "continuing", 9), "stay"),
      item((c) => disc(c, "continuing", 7, 5), "snow"),
      item((c) => disc(c, "ended", 7), "ended"),
      item((c) => line(c, SIGNS.initiative, [4, 3], 1.8), "thread"),
      item((c) => line(c, SIGNS.chosen, [], 3), "tie"),
      item((c) => {
        c.strokeStyle = SIGNS.chosen;
        c.lineWidth = 3;
        c.beginPath();
        c.arc(0, 0, 9, 0, 7);
        c.stroke();
      }, "selected"),
      item((c) => {
        c.fillStyle = LAND.venue;
        c.fillRect(-13, -9, 26, 18);
        c.fillStyle = "#fff";
        c.beginPath();
        c.arc(0, 0, 7.5, 0, 7);
        c.fill();
        glyph(c, "centre", 0, 0, 11, "#5c3a17");
      }, "venue")),
    h("p", { class: "lw-dim" }, app.t("legend.problem")),
    h("ul", { class: "lw-kinds" }, kinds));
}

/** The bar of colours for residents. */
function colourBar(app) {
  const scale = SCALES[app.colour] || BRIGHT;
  const [low, high] = REACH[app.colour] || [0, 1];
  const last = high < 1 ? "+" : "";
  return h("div", { class: "lw-scale" },
    h("span", {}, `${app.t("ui.low")} (${low > 0 ? "≤ " : ""}${app.number(low, 1)})`),
    h("span", { class: "lw-swatches", "aria-hidden": "true" }, scale.map((colour) => swatch(colour))),
    h("span", {}, `${app.t("ui.high")} (${app.number(high, 1)}${last})`));
}

function swatch(colour) {
  const one = h("i");
  one.style.background = colour; // set from script, as a page with a strict policy allows no style in its text
  return one;
}
