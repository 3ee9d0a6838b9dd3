// The line to the program.

import { weekOf } from "../shared/state.js";

export function send(page, message, buffers) {
  page.model.send(message, undefined, buffers);
}

/** The whole view, as the program and links know it. */
export function viewOf(page) {
  return { ...page.state, week: weekOf(page), colour: page.colour, selected: page.selected, lang: page.lang, tab: page.tab };
}

/** The address follows what is shown, now and then. */
export function touchState(page, now = false) {
  if (!page.live) return;
  clearTimeout(page.stateTimer);
  page.stateTimer = setTimeout(() => send(page, { kind: "state", state: viewOf(page) }), now ? 0 : 700);
}
