// What this is, what to watch, how to go on.

import { h } from "../shared/dom.js";
import { say, t } from "../shared/words.js";

export function buildGuide(page) {
  const own = (page.choices?.scenarios || []).find((one) => one.name === (page.state.scenario || page.store.header.scenario)) || page.store.header;
  return h("div", { class: "lw-guide" },
    h("div", { class: "lw-about" }, aboutScenario(page, own)),
    h("h3", {}, t(page, "guide.title")), ["p1", "p2", "p3"].map((key) => h("p", {}, t(page, `guide.${key}`))), h("p", { class: "lw-strong" }, t(page, "guide.p4")),
    page.live ? null : h("p", {}, t(page, "ui.offline")),
    h("h3", {}, t(page, "ui.keys")), h("p", {}, t(page, "ui.keysHelp")));
}

/** What is told of a scenario: its text, what to watch, what to ask. */
export function aboutScenario(page, one) {
  if (!one) return [];
  const part = (title, text) => (say(page, text) ? [h("h4", {}, t(page, title)), h("p", {}, say(page, text))] : []);
  return [say(page, one.text) ? h("p", {}, say(page, one.text)) : null, ...part("ui.watch", one.watch), ...part("ui.question", one.question)].filter(Boolean);
}
