// The keyboard.

import { faster, seek, select, togglePlay } from "../actions/playback.js";
import { weekOf } from "../shared/state.js";

const LEAP = 13; // weeks with shift held: a quarter of a year
const ACTS = {
  " ": (page) => togglePlay(page),
  ArrowLeft: (page, step) => seek(page, weekOf(page) - step),
  ArrowRight: (page, step) => seek(page, weekOf(page) + step),
  Home: (page) => seek(page, 1),
  End: (page) => seek(page, page.store.have),
  "+": (page) => faster(page, 1),
  "=": (page) => faster(page, 1),
  "-": (page) => faster(page, -1),
  "−": (page) => faster(page, -1),
  Escape: (page) => select(page, null),
};

/** What a key does: null where it has no meaning, or a control needs it itself. `inside(selector)`: whether it was pressed within such a part. */
export function actOf(event, inside, onScrubber) {
  if (event.ctrlKey || event.metaKey || event.altKey) return null;
  if (inside("input, select, textarea, [role=tab]") && !onScrubber) return null;
  if (event.key === " " && inside("button, summary, a")) return null;
  const act = Object.hasOwn(ACTS, event.key) ? ACTS[event.key] : null;
  return act && ((page) => act(page, event.shiftKey ? LEAP : 1));
}

/** Keys work everywhere on the page. Returns what ends that. */
export function listenToKeys(page) {
  const on = (event) => {
    if (!page.store.header) return;
    const at = event.target instanceof Element ? event.target : document.body;
    const act = actOf(event, (selector) => at.closest(selector), at === page.transport?.scrub);
    if (!act) return;
    event.preventDefault();
    act(page);
  };
  document.addEventListener("keydown", on);
  return () => document.removeEventListener("keydown", on);
}
