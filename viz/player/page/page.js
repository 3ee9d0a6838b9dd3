// The page as a whole, put together. This is what the program and a file load.

import { recalled, touchState, writeAddress } from "../actions/address.js";
import { redraw, seek, select } from "../actions/playback.js";
import { ask } from "../actions/request.js";
import { send } from "../actions/send.js";
import { buildBoard, fillBoard } from "../charts/chart_board.js";
import { fillBets } from "../panels/bets.js";
import { fillLuck } from "../panels/luck.js";
import { fillSliders } from "../panels/practices.js";
import { fillStory } from "../panels/story.js";
import { buildPanel, panelButton, refillTab, showChanges, showTab } from "../panels/tabs.js";
import { h } from "../shared/dom.js";
import { sideName, titleOf } from "../shared/names.js";
import { createPage, visibleSides, weekOf } from "../shared/state.js";
import { announce, follow } from "../shared/topics.js";
import { t } from "../shared/words.js";
import { buildColours, buildTransport, buildTop, fillTransport } from "./controls.js";
import { listenToKeys } from "./keys.js";
import { buildLegend } from "./legend.js";
import { watchLine } from "./line.js";
import { followAddress, listener, sameView } from "./receive.js";
import { buildStage, fillFacts } from "./stage.js";

const STORY_APART = 250; // milliseconds: the story is slow to lay out, so while playing it follows at most so often

function build(page) {
  page.sliders = [];
  page.alert ||= h("p", { class: "lw-alert", role: "alert", hidden: true }); // what it says stays when the page is built anew
  page.lineNote ||= h("p", { class: "lw-lost", role: "status", hidden: true });
  page.spokenLine = h("p", { class: "lw-spoken", "aria-live": "polite" });
  const top = buildTop(page, { setLanguage, panelButton });
  const skip = h("a", { class: "lw-skip", href: `#${page.id}-maps`, onclick: (event) => { event.preventDefault(); page.root.querySelector(".lw-play")?.focus(); } }, t(page, "ui.skip"));
  if (!page.store.header || !page.store.have) {
    page.maps = [];
    page.cards = [];
    page.root.replaceChildren(skip, top, page.alert, page.lineNote, page.spokenLine, h("main", { class: "lw-wait" }, h("p", { role: "status" }, t(page, "ui.loading"))));
    return;
  }
  page.built = true;
  dressWindow(page);
  const stage = buildStage(page);
  const panel = buildPanel(page);
  const legend = h("details", { class: "lw-legendbox", open: page.legendOpen }, h("summary", {}, t(page, "ui.legend")), buildLegend(page));
  legend.addEventListener("toggle", () => { page.legendOpen = legend.open; });
  const main = h("section", { class: "lw-main-area", "aria-label": t(page, "ui.neighbourhoods"), id: `${page.id}-maps` },
    h("h2", { class: "lw-hidden" }, t(page, "ui.neighbourhoods")),
    h("div", { class: "lw-same" }, buildColours(page), sidesShown(page)),
    stage, h("p", { class: "lw-dim" }, `${t(page, "ui.sameLuck")} ${t(page, "ui.mapHelp")}`), legend);
  page.root.replaceChildren(skip, top, page.alert, page.lineNote, page.spokenLine, h("main", { class: "lw-body" }, main, panel, buildBoard(page)), buildTransport(page));
  page.root.classList.toggle("lw-wide", !page.panelOpen);
  fit(page);
}

/** Which sides are in view, where there are three or more. */
function sidesShown(page) {
  if (page.store.sides.length < 3) return null;
  return h("span", { class: "lw-shown", role: "group", "aria-label": t(page, "ui.shownSides") }, page.store.sides.map((side) => {
    const box = h("input", { type: "checkbox", checked: !page.hiddenSides.has(side.index) });
    box.addEventListener("change", () => {
      if (box.checked) page.hiddenSides.delete(side.index);
      else if (visibleSides(page).length > 1) page.hiddenSides.add(side.index);
      build(page);
      page.root.querySelectorAll(".lw-shown input")[side.index]?.focus();
    });
    return h("label", {}, box, sideName(page, side.index));
  }));
}

/** What changes once a week, beside the maps. */
function fillWeek(page) {
  fillTransport(page);
  fillFacts(page);
  fillBoard(page);
  const now = performance.now();
  if (page.playing && now - page.storyAt <= STORY_APART) return;
  page.storyAt = now;
  fillStory(page);
  if (page.tab === "bets") fillBets(page);
  if (page.tab === "change") fillSliders(page);
}

/** Give every map in view the room that it has. */
function fit(page) {
  for (const card of page.cards) if (!card.el.hidden) card.map.resize();
  redraw(page);
}

function setLanguage(page, lang) {
  page.lang = lang;
  page.state.lang = lang;
  page.drawnWeek = -1;
  dressWindow(page);
  build(page);
  touchState(page);
  page.root.querySelector(`.lw-language [data-lang=${lang}]`)?.focus();
}

/** Language and title of the window, and how a telephone shows it. */
function dressWindow(page) {
  document.documentElement.lang = page.lang;
  document.title = page.store.header ? `${titleOf(page)} – ${t(page, "appName")}` : t(page, "appName");
  let meta = document.querySelector("meta[name=viewport]");
  if (!meta) document.head.append((meta = h("meta", { name: "viewport" })));
  meta.setAttribute("content", "width=device-width, initial-scale=1");
}

/** Who shows what, of all that actions announce. */
function followActions(page) {
  follow(page, "build", () => build(page));
  follow(page, "week", () => fillWeek(page));
  follow(page, "tab", (name) => showTab(page, name));
  follow(page, "refill", () => refillTab(page));
  follow(page, "story", () => fillStory(page));
  follow(page, "pairs", () => fillLuck(page));
  follow(page, "changes", () => showChanges(page));
}

/** Listen to the program, keys, the window and the browser's history. Returns what ends all of that. */
function start(page) {
  const { model } = page;
  followActions(page);
  dressWindow(page);
  build(page);
  const hear = listener(page);
  model.on("msg:custom", hear);
  const stopKeys = listenToKeys(page);
  const sizes = new ResizeObserver(() => fit(page));
  sizes.observe(page.root);
  const motion = window.matchMedia("(prefers-reduced-motion: reduce)");
  page.calm = motion.matches;
  motion.addEventListener?.("change", () => { page.calm = motion.matches; redraw(page); });
  model.on("change:choices", () => { page.choices = model.get("choices") || {}; announce(page, "build"); });
  const back = () => followAddress(page, (lang) => setLanguage(page, lang));
  if (page.live) {
    if (new URLSearchParams(window.location.search).has("view")) writeAddress(page, true); // without what was left out of it
    window.addEventListener("popstate", back);
  }
  send(page, { kind: "ready" });
  if (page.live) ask(page);
  const stopLine = watchLine(page, hear);
  return () => {
    stopLine();
    stopKeys();
    sizes.disconnect();
    cancelAnimationFrame(page.frame);
    window.removeEventListener("popstate", back);
    page.model.off?.("msg:custom", hear);
    page.closed = true;
  };
}

function render({ model, el }) {
  const root = h("div", { class: "lw" });
  el.append(root);
  const page = createPage(model, root);
  const kept = page.live ? recalled(page.state, sameView) : null;
  if (kept) Object.assign(page, { past: kept.past, bets: kept.bets, spread: kept.spread });
  // for whoever wants to look inside, as tests and a teacher's console
  Object.assign(page, { week: () => weekOf(page), seek: (week) => seek(page, week), select: (chosen) => select(page, chosen) });
  el.leefwereld = Object.seal(page);
  return start(page);
}

export default { render };
