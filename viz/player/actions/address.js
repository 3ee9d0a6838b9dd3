// The address of the page follows what is shown, so that it is a link; and what no link holds is kept for when the page is loaded again.

import { clamp } from "../shared/numbers.js";
import { t } from "../shared/words.js";

const KEPT = "leefwereld 1"; // and the path, in the browser's memory of this tab
const PLAIN = /%(7B|7D|3A|2C|5B|5D|21|2A|27|28|29)/g; // signs that may stand in an address as they are

/** The whole view, as the program and links know it. The week is the one that was asked for, also before it has come. */
export function viewOf(page) {
  return { ...page.state, week: clamp(Math.floor(page.time), 1, page.state.weeks || Infinity), colour: page.colour, selected: page.selected, lang: page.lang, tab: page.tab };
}

/** The address of a view; the token of a shared server stays in it. */
export function addressOf({ pathname, search }, view) {
  const token = new URLSearchParams(search).get("token") || "";
  const text = encodeURIComponent(JSON.stringify(view)).replace(PLAIN, (sign) => decodeURIComponent(sign));
  return `${pathname}?${/^[A-Za-z0-9]+$/.test(token) ? `token=${token}&` : ""}view=${text}`;
}

/** The view in an address that this page wrote; null when there is none. */
export function viewIn({ search }) {
  const text = new URLSearchParams(search).get("view");
  return text && JSON.parse(text);
}

/** The address follows what is shown, now and then. */
export function touchState(page, now = false) {
  if (!page.live) return;
  clearTimeout(page.stateTimer);
  page.stateTimer = setTimeout(() => writeAddress(page), now ? 0 : 700);
}

/** Write what is shown into the address, as a step that the browser can go back from or in the place of the last one. */
export function writeAddress(page, instead = false) {
  if (page.closed) return;
  const view = viewOf(page);
  const most = page.choices.limits?.link ?? Infinity;
  if (JSON.stringify(view).length > most) {
    page.alert.textContent = t(page, "ui.linkTooLong", { n: most });
    page.alert.hidden = false;
    return;
  }
  const { location, history } = window;
  const url = addressOf(location, view);
  if (url !== location.pathname + location.search) history[instead ? "replaceState" : "pushState"]({}, "", url);
  remember(page);
}

/** What a link does not hold, kept in this tab: views to go back to, bets, and pairs of runs. */
export function remember(page) {
  if (!page.live) return;
  const { scenario, seed, weeks, sides } = page.state;
  try {
    const kept = { view: { scenario, seed, weeks, sides }, past: page.past, bets: page.bets, spread: page.spread };
    window.sessionStorage.setItem(`${KEPT} ${window.location.pathname}`, JSON.stringify(kept));
  } catch {
    // no room, or not allowed: then a page that is loaded again begins without
  }
}

/** What was kept in this tab of the view that is shown; null when there is nothing. */
export function recalled(state, isSame) {
  try {
    const kept = JSON.parse(window.sessionStorage.getItem(`${KEPT} ${window.location.pathname}`));
    return kept && isSame(kept.view, state) ? kept : null;
  } catch {
    return null;
  }
}
