// Play, pause, step, speed, scrub; colours and language.

import { touchState } from "../actions/address.js";
import { redraw, seek, SPEEDS, togglePlay } from "../actions/playback.js";
import { h, icon, iconButton, ICONS } from "../shared/dom.js";
import { titleOf } from "../shared/names.js";
import { weekOf } from "../shared/state.js";
import { number, t, word } from "../shared/words.js";
import { colourBar } from "./legend.js";

export function buildTransport(page) {
  const play = h("button", { type: "button", class: "lw-play", onclick: () => togglePlay(page) });
  const scrub = h("input", { type: "range", min: 1, step: 1, class: "lw-scrub", "aria-label": t(page, "ui.scrub") });
  scrub.addEventListener("input", () => seek(page, Number(scrub.value)));
  const label = h("output", { class: "lw-week" });
  const speed = h("select", { "aria-label": t(page, "ui.speed") },
    SPEEDS.map((n) => h("option", { value: n, selected: n === page.speed }, n === 1 ? t(page, "ui.speedOne") : t(page, "ui.speedOf", { n: number(page, n, n < 1 ? 1 : 0) }))));
  speed.addEventListener("change", () => { page.speed = Number(speed.value); });
  page.transport = { play, scrub, label, speed };
  return h("section", { class: "lw-transport", "aria-label": t(page, "ui.steps") },
    h("div", { class: "lw-buttons" },
      iconButton("start", t(page, "ui.toStart"), () => seek(page, 1)),
      iconButton("back", t(page, "ui.back"), () => seek(page, weekOf(page) - 1)),
      play,
      iconButton("forward", t(page, "ui.forward"), () => seek(page, weekOf(page) + 1)),
      iconButton("end", t(page, "ui.toEnd"), () => seek(page, page.store.have))),
    h("div", { class: "lw-time" }, scrub, label),
    speed);
}

/** By which outcome residents are coloured, with its scale. */
export function buildColours(page) {
  const colour = h("select", {}, page.store.header.columns.map((name) => h("option", { value: name, selected: name === page.colour }, word(page, "colours", name))));
  const bar = h("div", { class: "lw-scalebox" }, colourBar(page));
  colour.addEventListener("change", () => {
    page.colour = colour.value;
    page.state.colour = colour.value;
    bar.replaceChildren(colourBar(page));
    touchState(page);
    redraw(page);
  });
  return h("div", { class: "lw-colours" }, h("label", { class: "lw-colour" }, h("span", {}, t(page, "ui.colour")), colour), bar);
}

/** Buttons and scrubber say where we are. */
export function fillTransport(page) {
  const { play, scrub, label } = page.transport;
  const week = weekOf(page);
  const total = page.store.header.weeks;
  scrub.max = total;
  if (Number(scrub.value) !== week) scrub.value = week;
  const text = t(page, "ui.weekOf", { n: week, of: total });
  scrub.setAttribute("aria-valuetext", text);
  label.textContent = `${text} · ${t(page, "ui.year", { n: Math.floor((week - 1) / 52) + 1 })}`;
  const name = t(page, page.playing ? "ui.pause" : "ui.play");
  if (play.dataset.name !== name) {
    play.dataset.name = name;
    play.setAttribute("aria-label", name);
    play.replaceChildren(icon(page.playing ? ICONS.pause : ICONS.play), h("span", {}, name));
  }
}

/** The line on top: what this is, that it is invented, and the language. */
export function buildTop(page, { setLanguage, panelButton }) {
  const header = page.store.header;
  const language = h("div", { class: "lw-language", role: "group", "aria-label": t(page, "ui.language") },
    [["nl", "Nederlands"], ["en", "English"]].map(([code, name]) => h("button", { type: "button", lang: code, "data-lang": code, "aria-pressed": String(page.lang === code), onclick: () => setLanguage(page, code) }, name)));
  return h("header", { class: "lw-top" },
    h("h1", {}, h("span", { class: "lw-name" }, t(page, "appName")), " ", header ? titleOf(page) : ""),
    h("p", { class: "lw-invented" }, t(page, "invented")),
    page.store.have ? panelButton(page) : null, language);
}
