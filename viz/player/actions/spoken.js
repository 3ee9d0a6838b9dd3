// What a page says aloud, to who does not see it.

import { amount, t } from "../shared/words.js";
import { seriesName, seriesUnit, sideName } from "../shared/names.js";
import { visibleSides, weekOf } from "../shared/state.js";

const OUTCOMES = ["trust_neighbours", "trust_municipality", "burden", "initiatives_alive"];

/** Let screen readers say it. */
export function speak(page, text) {
  if (page.spokenLine) page.spokenLine.textContent = text;
}

/** The main outcomes that were recorded, as the facts under a map show them. */
export function mainOutcomes(page) {
  return OUTCOMES.filter((name) => name in page.store.place);
}

/** The main outcomes of a side in a week, in words. */
export function outcomesInWords(page, side, week) {
  return mainOutcomes(page).map((name) => `${seriesName(page, name)} ${amount(page, page.store.seriesOf(side, name).at(Math.min(week, side.have)), seriesUnit(page, name))}`);
}

/** What is said on a pause. */
export function spokenSummary(page) {
  const week = weekOf(page);
  const parts = [t(page, "spoken.paused", { n: week })];
  for (const side of visibleSides(page)) {
    const reports = (side.weeks[Math.min(week, side.have) - 1]?.reports || []).length;
    const list = [...outcomesInWords(page, side, week), t(page, "spoken.reports", { n: reports })];
    parts.push(t(page, "spoken.side", { side: sideName(page, side.index), list: list.join(", ") }));
  }
  return parts.join(" ");
}
