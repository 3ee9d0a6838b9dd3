// Whom the chosen resident knows.

import { visibleSides, weekOf } from "../shared/state.js";
import { announce } from "../shared/topics.js";
import { t } from "../shared/words.js";
import { redraw } from "./playback.js";
import { reachable, send } from "./send.js";

export function toggleTies(page) {
  page.tiesNote = "";
  if (page.ties) {
    page.ties = null;
    redraw(page, true);
  } else askTies(page);
}

/** Whom the chosen resident knows, in every side: from the program, or from what the page was given. */
function askTies(page) {
  if (!reachable(page)) return;
  for (const { index } of visibleSides(page)) {
    const kept = page.live ? null : page.model.get("tiesOf")?.(index, page.selected.id);
    if (kept) takeTies(page, { side: index, resident: page.selected.id, ties: kept });
    else if (page.live) send(page, { kind: "ties", run: page.run, side: index, week: weekOf(page), resident: page.selected.id });
    else page.tiesNote = t(page, "story.tiesNone");
  }
  announce(page, "story");
}

/** Take in the ties of a resident in one side, unless somebody else was chosen meanwhile. */
export function takeTies(page, message) {
  if (page.selected?.type !== "resident" || page.selected.id !== message.resident) return;
  page.ties = { ...page.ties, [message.side]: message };
  const counts = Object.values(page.ties).map((one) => one.ties.length);
  page.tiesNote = counts.some(Boolean) ? t(page, "story.tiesCount", { n: counts.join(" / ") }) : t(page, "story.tiesNone");
  redraw(page, true);
}
