// A page of the small recording, opened in a window without a screen.
import { chunks, header, texts } from "./small.mjs";
import { line, openWindow, settle } from "./window.mjs";

const label = { nl: "x", en: "x" };
const choices = {
  scenarios: [{ name: "small", title: { nl: "Klein", en: "Small" }, weeks: 3 }, { name: "other", title: { nl: "Ander", en: "Other" }, weeks: 52 }],
  regimes: [{ name: "top_down", practices: { presence: 0.1 } }, { name: "leapfrog", practices: { presence: 0.7 } }],
  practices: [{ name: "presence", low: 0, high: 1, default: 0.5, whole: false }],
  interventions: [{
    name: "project", kind: "project", label: { nl: "Een project", en: "A project" }, fixed: {},
    fields: [
      { name: "street", type: "street", label },
      { name: "name", type: "choice", label, choices: [{ value: "traffic" }, { value: "energy", label: { nl: "warmte", en: "warmth" } }] },
      { name: "value", type: "number", label, min: 1, max: 20, step: 1, default: 3 },
      { name: "weeks", type: "number", label, min: 1, max: 104, step: 1, default: null, empty: { nl: "volgens de werkwijze", en: "by practice" } },
    ],
  }],
  limits: {},
};
export const state = { scenario: "small", seed: 7, weeks: 3, sides: [{ regime: "top_down" }, { regime: "leapfrog" }] };

/** A page of a player in a window of its own, with all weeks recorded. `kept`: what the browser remembers of an older page. */
export async function opened(player, traits = {}, search = "", kept = null, host = undefined) {
  const { window, drawn } = openWindow(search);
  for (let k = 0; k < (kept?.length ?? 0); k++) window.sessionStorage.setItem(kept.key(k), kept.getItem(kept.key(k)));
  window.solara = host;
  const ends = line({ texts, choices, live: true, state: structuredClone(state), ...traits });
  const el = window.document.createElement("div");
  window.document.body.append(el);
  const close = player.render({ model: ends.model, el });
  await answer(ends, 1);
  const one = (selector) => el.querySelector(selector);
  const tab = (name) => one(`[data-tab=${name}]`).click();
  const press = (key) => window.document.dispatchEvent(new window.KeyboardEvent("keydown", { key, bubbles: true }));
  const put = (input, value, topic = "change") => { input.value = value; input.dispatchEvent(new window.Event(topic, { bubbles: true })); };
  const submit = (selector) => one(selector).dispatchEvent(new window.Event("submit", { bubbles: true, cancelable: true }));
  return { ...ends, el, drawn, close, one, tab, press, put, submit, inside: el.leefwereld, window };
}

/** What the program says to a question. */
export async function answer({ say }, run) {
  say({ kind: "header", run, header: structuredClone(header) });
  for (const { message, buffers } of chunks()) {
    say({ ...message, run }, buffers);
    say({ kind: "done", run, side: message.side });
  }
  await settle();
}
