// What time it is, how it goes on, and what is looked at.

import { chosenName } from "../shared/names.js";
import { clamp } from "../shared/numbers.js";
import { weekOf } from "../shared/state.js";
import { announce } from "../shared/topics.js";
import { t } from "../shared/words.js";
import { touchState } from "./address.js";
import { speak, spokenSummary } from "./spoken.js";

export const SPEEDS = [0.5, 1, 2, 4, 8, 16, 32]; // weeks a second

export function play(page) {
  if (!page.store.have) return;
  if (weekOf(page) >= page.store.header.weeks) page.time = 1;
  page.playing = true;
  page.frameAt = performance.now();
  loop(page);
  redraw(page);
}

export function pause(page) {
  if (!page.playing) return;
  page.playing = false;
  page.time = weekOf(page);
  speak(page, spokenSummary(page));
  touchState(page);
  redraw(page, true);
}

export function togglePlay(page) {
  if (page.playing) pause(page);
  else play(page);
}

export function seek(page, week) {
  if (!page.store.have) return;
  page.time = clamp(Math.round(week), 1, page.store.have);
  if (!page.playing) touchState(page);
  redraw(page, true);
}

/** The speed that is so many steps faster, or slower. */
export function speedAfter(speed, steps) {
  return SPEEDS[clamp(SPEEDS.indexOf(speed) + steps, 0, SPEEDS.length - 1)];
}

export function faster(page, steps) {
  page.speed = speedAfter(page.speed, steps);
  page.transport.speed.value = page.speed;
}

/** Where time stands after some seconds of playing: never beyond the weeks that came, nor back. */
export function timeAfter(page, seconds) {
  return Math.max(page.time, Math.min(page.time + seconds * page.speed, page.store.have + 0.999));
}

function loop(page) {
  cancelAnimationFrame(page.frame);
  const step = (now) => {
    if (!page.playing || page.closed) return;
    const passed = Math.min(0.25, (now - page.frameAt) / 1000);
    page.frameAt = now;
    const end = page.store.header.weeks;
    page.time = timeAfter(page, passed);
    if (page.time >= end) {
      page.time = end;
      pause(page);
      return;
    }
    drawFrame(page);
    page.frame = requestAnimationFrame(step);
  };
  page.frame = requestAnimationFrame(step);
}

function drawFrame(page) {
  for (const card of page.cards) if (!card.el.hidden) card.map.draw(page.time);
  const week = weekOf(page);
  if (week === page.drawnWeek) return;
  page.drawnWeek = week;
  page.farthest = Math.max(page.farthest, week);
  announce(page, "week");
}

/** Draw everything again: at once, or with the next picture of the screen. */
export function redraw(page, now = false) {
  page.drawnWeek = -1;
  if (now) paint(page);
  else if (!page.painting) page.painting = requestAnimationFrame(() => paint(page));
}

function paint(page) {
  cancelAnimationFrame(page.painting);
  page.painting = 0;
  if (page.closed || !page.store.have) return;
  page.drawnWeek = -1;
  drawFrame(page);
}

/** Choose a resident, street, official or initiative, or nobody: {type, id}. */
export function select(page, chosen) {
  page.selected = chosen;
  page.ties = null;
  page.tiesNote = "";
  if (chosen && page.tab !== "story") announce(page, "tab", "story");
  if (chosen && !page.panelOpen) page.panelSwitch?.click();
  touchState(page);
  redraw(page, true);
  if (chosen && page.store.have) speak(page, t(page, "spoken.selected", { name: chosenName(page, page.store.sides[0], weekOf(page)) }));
}

export function zoomBy(page, times) {
  zoomTo(page, clamp(page.zoom.by * times, 1, 12), page.zoom.x, page.zoom.y);
}

export function zoomTo(page, by, x, y) {
  page.zoom = zoomWithin(by, x, y);
  page.root.classList.toggle("lw-zoomed", by > 1); // then a finger moves the map, not the page
  for (const map of page.maps) map.fresh();
  redraw(page);
}

/** A zoom whose middle lies so that no edge of the map is passed. */
export function zoomWithin(by, x, y) {
  const half = 0.5 / by;
  return { by, x: by === 1 ? 0.5 : clamp(x, half, 1 - half), y: by === 1 ? 0.5 : clamp(y, half, 1 - half) };
}
