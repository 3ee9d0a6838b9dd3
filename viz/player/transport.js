// Play, pause, step, speed, scrub; colours and language. Keys do the same.

const SPEEDS = [0.5, 1, 2, 4, 8, 16, 32];

function buildTransport(app) {
  const play = h("button", { type: "button", class: "lw-play", onclick: () => app.toggle() });
  const scrub = h("input", { type: "range", min: 1, step: 1, class: "lw-scrub", "aria-label": app.t("ui.scrub") });
  scrub.addEventListener("input", () => app.seek(Number(scrub.value)));
  const label = h("output", { class: "lw-week" });
  const speed = h("select", { "aria-label": app.t("ui.speed") },
    SPEEDS.map((n) => h("option", { value: n, selected: n === app.speed }, n === 1 ? app.t("ui.speedOne") : app.t("ui.speedOf", { n: app.number(n, n < 1 ? 1 : 0) }))));
  speed.addEventListener("change", () => app.setSpeed(Number(speed.value)));
  app.transport = { play, scrub, label, speed };
  return h("section", { class: "lw-transport", "aria-label": app.t("ui.steps") },
    h("div", { class: "lw-buttons" },
      iconButton("start", app.t("ui.toStart"), () => app.seek(1)),
      iconButton("back", app.t("ui.back"), () => app.seek(app.week() - 1)),
      play,
      iconButton("forward", app.t("ui.forward"), () => app.seek(app.week() + 1)),
      iconButton("end", app.t("ui.toEnd"), () => app.seek(app.store.have))),
    h("div", { class: "lw-time" }, scrub, label),
    speed);
}

/** By which outcome residents are coloured, with its scale. */
function buildColours(app) {
  const colour = h("select", {}, app.store.header.columns.map((name) => h("option", { value: name, selected: name === app.colour }, app.word("colours", name))));
  const bar = h("div", { class: "lw-scalebox" }, colourBar(app));
  colour.addEventListener("change", () => {
    app.colour = colour.value;
    app.state.colour = colour.value;
    bar.replaceChildren(colourBar(app));
    app.touchState();
    app.redraw();
  });
  return h("div", { class: "lw-colours" }, h("label", { class: "lw-colour" }, h("span", {}, app.t("ui.colour")), colour), bar);
}

/** Buttons and scrubber say where we are. */
function fillTransport(app) {
  const { play, scrub, label } = app.transport;
  const week = app.week();
  const total = app.store.header.weeks;
  scrub.max = total;
  if (Number(scrub.value) !== week) scrub.value = week;
  const text = app.t("ui.weekOf", { n: week, of: total });
  scrub.setAttribute("aria-valuetext", text);
  label.textContent = `${text} · ${app.t("ui.year", { n: Math.floor((week - 1) / 52) + 1 })}`;
  const name = app.t(app.playing ? "ui.pause" : "ui.play");
  if (play.dataset.name !== name) {
    play.dataset.name = name;
    play.setAttribute("aria-label", name);
    play.replaceChildren(icon(app.playing ? ICONS.pause : ICONS.play), h("span", {}, name));
  }
}

/** Keys work everywhere on the page, except where a control needs them itself. */
function listenToKeys(app) {
  const on = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !app.store.header) return;
    const at = event.target instanceof Element ? event.target : document.body;
    const field = at.closest("input, select, textarea, [role=tab]");
    const slider = at === app.transport?.scrub;
    if (field && !slider) return;
    if (event.key === " " && at.closest("button, summary, a")) return;
    const leap = event.shiftKey ? 13 : 1;
    const acts = {
      " ": () => app.toggle(),
      ArrowLeft: () => app.seek(app.week() - leap),
      ArrowRight: () => app.seek(app.week() + leap),
      Home: () => app.seek(1),
      End: () => app.seek(app.store.have),
      "+": () => app.faster(1),
      "=": () => app.faster(1),
      "-": () => app.faster(-1),
      "−": () => app.faster(-1),
      Escape: () => app.select(null),
    };
    if (!acts[event.key]) return;
    event.preventDefault();
    acts[event.key]();
  };
  document.addEventListener("keydown", on);
  return () => document.removeEventListener("keydown", on);
}

/** The line on top: what this is, that it is invented, and the language. */
function buildTop(app) {
  const header = app.store.header;
  const language = h("div", { class: "lw-language", role: "group", "aria-label": app.t("ui.language") },
    [["nl", "Nederlands"], ["en", "English"]].map(([code, name]) => h("button", { type: "button", lang: code, "data-lang": code, "aria-pressed": String(app.lang === code), onclick: () => app.setLanguage(code) }, name)));
  return h("header", { class: "lw-top" },
    h("h1", {}, h("span", { class: "lw-name" }, app.t("appName")), " ", header ? app.title() : ""),
    h("p", { class: "lw-invented" }, app.t("invented")),
    app.store.have ? app.panelButton() : null, language);
}
