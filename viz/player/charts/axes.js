// The axes of a chart: where they begin and end, at which values they have a line, in how many digits.

import { seriesUnit } from "../shared/names.js";
import { visibleSides } from "../shared/state.js";

/** Round ends for an axis, and its steps. */
export function ticks(low, high, most = 4) {
  const span = high - low || 1;
  const raw = span / most;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 2.5, 5, 10].map((m) => m * power).find((s) => s >= raw);
  const list = [];
  for (let v = Math.ceil(low / step - 1e-9) * step; v <= high + 1e-9; v += step) list.push(Math.abs(v) < step / 1000 ? 0 : v);
  return { list, step };
}

/** How many digits behind the point tell values apart that lie a step from each other. */
export function digitsOf(step) {
  return [0, 1, 2, 3].find((n) => Math.abs(step * 10 ** n - Math.round(step * 10 ** n)) < 1e-6) ?? 3;
}

/** How many weeks lie between two signs on the line of time. */
export function weeksApart(weeks) {
  return weeks > 156 ? 52 : weeks > 60 ? 26 : 13;
}

/** Where in a box the lines of a chart lie: its edges, and the place of a week and of a value. */
export function placesIn({ x, y, w, h }, weeks, [bottom, top]) {
  const left = x + 40;
  const right = x + w - 8;
  const up = y + 8;
  const down = y + h - 34;
  const px = (week) => left + ((right - left) * (week - 1)) / Math.max(1, weeks - 1);
  const py = (value) => down - ((down - up) * (value - bottom)) / (top - bottom || 1);
  return { left, right, up, down, px, py };
}

/** The ends of the axis for a series, the same for all sides in view, their ghosts and their spread. */
export function rangeOf(page, name) {
  let low = Infinity;
  let high = -Infinity;
  for (const side of visibleSides(page))
    for (const ghost of [false, true]) {
      const series = page.store.seriesOf(side, name, ghost);
      for (let w = 1; series && w <= series.have; w++) {
        const v = series.at(w);
        if (v < low) low = v;
        if (v > high) high = v;
      }
      const spread = page.spread?.series?.[name]?.sides?.[side.index];
      if (spread && !ghost) {
        for (const v of spread.low) if (v < low) low = v;
        for (const v of spread.high) if (v > high) high = v;
      }
    }
  for (const v of page.spread?.series?.[name]?.reference?.middle || []) {
    if (!Number.isFinite(v)) continue;
    if (v < low) low = v;
    if (v > high) high = v;
  }
  return withRoom(low, high, seriesUnit(page, name));
}

/** The ends of an axis for values from low to high: some room around them, never zoomed in on nothing, from 0 where that is near. */
export function withRoom(low, high, unit) {
  if (!Number.isFinite(low)) return [0, 1];
  const least = ["0-1", "share"].includes(unit) ? 0.08 : 0.5;
  if (high - low < least) [low, high] = [(low + high - least) / 2, (low + high + least) / 2];
  const room = 0.07 * (high - low);
  return [low < 0.4 * high ? 0 : Math.max(0, low - room), high + room];
}
