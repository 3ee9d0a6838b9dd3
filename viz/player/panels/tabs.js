// The panel beside the maps: its tabs, and what stands in the open one.

import { touchState } from "../actions/address.js";
import { h } from "../shared/dom.js";
import { TABS } from "../shared/state.js";
import { t } from "../shared/words.js";
import { buildBets } from "./bets.js";
import { buildChange, changeList } from "./change.js";
import { buildExport } from "./export.js";
import { buildGuide } from "./guide.js";
import { buildLuck } from "./luck.js";
import { buildOwn } from "./own.js";
import { buildStory, fillStory } from "./story.js";

const BUILDERS = { story: buildStory, change: buildChange, luck: buildLuck, bets: buildBets, own: buildOwn, take: buildExport, about: buildGuide };

export function buildPanel(page) {
  const tabs = TABS.map((name) => h("button", { type: "button", role: "tab", id: `${page.id}-tab-${name}`, "data-tab": name, "aria-controls": `${page.id}-panel`, onclick: () => chooseTab(page, name) }, t(page, `tabs.${name}`)));
  const list = h("div", { role: "tablist", class: "lw-tabs", "aria-label": t(page, "ui.panel") }, tabs);
  list.addEventListener("keydown", (event) => {
    const to = tabAfter(event.key, TABS.indexOf(page.tab), TABS.length);
    if (to < 0) return;
    event.preventDefault();
    event.stopPropagation();
    chooseTab(page, TABS[to]);
    page.tabs[to].focus();
  });
  page.tabs = tabs;
  page.panelBody = h("div", { role: "tabpanel", id: `${page.id}-panel`, class: "lw-panel-body", tabindex: 0 });
  showTab(page, page.tab);
  return h("aside", { class: "lw-panel", id: `${page.id}-side`, "aria-label": t(page, "ui.panel") }, list, page.panelBody);
}

/** Which tab a key leads to from another; -1: none. */
export function tabAfter(key, at, count) {
  const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 1, ArrowUp: -1 }[key];
  if (step) return (at + step + count) % count;
  return key === "Home" ? 0 : key === "End" ? count - 1 : -1;
}

function chooseTab(page, name) {
  showTab(page, name);
  touchState(page);
}

export function showTab(page, name) {
  page.tab = name;
  if (!page.panelBody || !page.store.have) return;
  for (const tab of page.tabs) {
    const chosen = tab.dataset.tab === name;
    tab.setAttribute("aria-selected", String(chosen));
    tab.tabIndex = chosen ? 0 : -1;
  }
  page.panelBody.setAttribute("aria-labelledby", `${page.id}-tab-${name}`);
  page.sliders = [];
  page.storyBox = null;
  page.panelBody.replaceChildren(BUILDERS[name](page));
  fillStory(page);
}

/** Something was changed: the open tab says so; but a slider in use stays where it is. */
export function showChanges(page) {
  if (!document.activeElement?.closest?.(".lw-practice")) {
    refillTab(page);
    return;
  }
  const undo = page.root.querySelector(".lw-undo");
  if (undo) undo.disabled = !page.past.length;
  page.changesBox?.replaceChildren(changeList(page));
}

/** Build the tab anew, and stay where the hand and the eye are. */
export function refillTab(page) {
  const body = page.panelBody;
  if (!body) return;
  const hands = () => [...body.querySelectorAll("button, select, input, summary, [tabindex]")];
  const place = hands().indexOf(document.activeElement);
  const { scrollTop } = body;
  showTab(page, page.tab);
  body.scrollTop = scrollTop;
  if (place < 0) return;
  const now = hands();
  const next = now[Math.min(place, now.length - 1)];
  (next && !next.disabled ? next : body).focus();
}

function togglePanel(page, open) {
  page.panelOpen = open;
  page.root.classList.toggle("lw-wide", !open);
}

/** The button by which the panel goes, to give the maps all room. */
export function panelButton(page) {
  const label = () => t(page, page.panelOpen ? "ui.hidePanel" : "ui.showPanel");
  const button = h("button", { type: "button", class: "lw-panel-toggle", "aria-expanded": String(page.panelOpen), "aria-controls": `${page.id}-side`, onclick: () => {
    togglePanel(page, !page.panelOpen);
    button.textContent = label();
    button.setAttribute("aria-expanded", String(page.panelOpen));
  } }, label());
  page.panelSwitch = button;
  return button;
}
