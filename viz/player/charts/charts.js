// Charts on one time line, all sides in each; drawn on canvas, so that pictures and films can use them too.

import { INK, REFERENCE, SIDES } from "../shared/colours.js";
import { seriesUnit } from "../shared/names.js";
import { visibleSides } from "../shared/state.js";
import { number } from "../shared/words.js";
import { digitsOf, placesIn, rangeOf, ticks, weeksApart } from "./axes.js";

const MARKED = ["official_leaves", "official_worn_out", "mate_leaves", "project_landed", "project_across", "council", "news_bad", "news_good", "news_promise", "friends"];

/** Draw one chart into a box of a canvas, up to a week. */
export function drawChart(ctx, page, name, box, time, options = {}) {
  const weeks = page.store.header.weeks;
  const [bottom, top] = options.range || rangeOf(page, name);
  const { left, right, up, down, px, py } = placesIn(box, weeks, [bottom, top]);
  drawAxes(ctx, page, name, { left, right, down, px, py, bottom, top, weeks });
  for (const side of visibleSides(page)) drawSpread(ctx, page, side, name, px, py, time);
  drawReference(ctx, page, name, px, py, time);
  for (const side of visibleSides(page)) drawLine(ctx, page, side, name, px, py, side.have, true);
  for (const side of visibleSides(page)) drawLine(ctx, page, side, name, px, py, Math.floor(time), false);
  drawMarks(ctx, page, px, down + 17, time);
  ctx.strokeStyle = INK;
  ctx.lineWidth = 1;
  ctx.beginPath();
  ctx.moveTo(Math.round(px(time)) + 0.5, up);
  ctx.lineTo(Math.round(px(time)) + 0.5, down);
  ctx.stroke();
  return { px, left, right };
}

function drawAxes(ctx, page, name, { left, right, down, px, py, bottom, top, weeks }) {
  const unit = seriesUnit(page, name);
  ctx.font = "11px system-ui, sans-serif";
  ctx.textBaseline = "middle";
  ctx.textAlign = "right";
  const { list, step } = ticks(bottom, top);
  const size = unit === "share" ? 100 * step : step;
  const digits = digitsOf(size);
  for (const value of list) {
    ctx.strokeStyle = "#e3e0d8";
    ctx.lineWidth = 1;
    ctx.beginPath();
    ctx.moveTo(left, Math.round(py(value)) + 0.5);
    ctx.lineTo(right, Math.round(py(value)) + 0.5);
    ctx.stroke();
    ctx.fillStyle = "#4a515c";
    ctx.fillText(unit === "share" ? `${number(page, 100 * value, digits)} %` : number(page, value, digits), left - 5, py(value));
  }
  ctx.textAlign = "center";
  ctx.textBaseline = "alphabetic";
  const every = weeksApart(weeks);
  for (let week = every; week <= weeks; week += every) {
    ctx.fillStyle = "#4a515c";
    ctx.textAlign = week === weeks ? "right" : "center";
    ctx.fillText(String(week), week === weeks ? right + 4 : px(week), down + 31);
    ctx.fillStyle = "#b9b4a8";
    ctx.fillRect(Math.round(px(week)), down, 1, 4);
  }
  ctx.textAlign = "left";
  ctx.strokeStyle = "#8b877d";
  ctx.beginPath();
  ctx.moveTo(left, down + 0.5);
  ctx.lineTo(right, down + 0.5);
  ctx.stroke();
}

function drawLine(ctx, page, side, name, px, py, until, ghost) {
  const series = page.store.seriesOf(side, name, ghost);
  if (!series) return;
  const style = SIDES[side.index];
  ctx.save();
  ctx.strokeStyle = style.colour;
  ctx.globalAlpha = ghost ? 0.38 : 1;
  ctx.lineWidth = ghost ? 1.4 : 2.4;
  ctx.setLineDash(style.dash);
  ctx.lineJoin = "round";
  ctx.beginPath();
  let begun = false;
  for (let week = 1; week <= Math.min(until, series.have); week++) {
    const value = series.at(week);
    if (!Number.isFinite(value)) continue;
    if (begun) ctx.lineTo(px(week), py(value));
    else ctx.moveTo(px(week), py(value));
    begun = true;
  }
  ctx.stroke();
  ctx.restore();
}

/** Where eight of ten draws of luck lie. */
function drawSpread(ctx, page, side, name, px, py, time) {
  const spread = page.spread?.series?.[name]?.sides?.[side.index];
  if (!spread) return;
  const weeks = page.spread.weeks || spread.low.map((_, k) => k + 1);
  const places = weeks.map((_, k) => k).filter((k) => weeks[k] <= time);
  ctx.fillStyle = SIDES[side.index].colour;
  ctx.globalAlpha = 0.16;
  ctx.beginPath();
  for (const k of places) ctx.lineTo(px(weeks[k]), py(spread.high[k]));
  for (const k of places.reverse()) ctx.lineTo(px(weeks[k]), py(spread.low[k]));
  ctx.closePath();
  ctx.fill();
  ctx.globalAlpha = 1;
}

/** Where the middle of the draws lies without any government. */
function drawReference(ctx, page, name, px, py, time) {
  const middle = page.spread?.series?.[name]?.reference?.middle;
  if (!middle) return;
  ctx.save();
  ctx.strokeStyle = REFERENCE.colour;
  ctx.lineWidth = 1.6;
  ctx.setLineDash(REFERENCE.dash);
  ctx.beginPath();
  page.spread.weeks.forEach((week, k) => {
    if (week <= time && Number.isFinite(middle[k])) ctx.lineTo(px(week), py(middle[k]));
  });
  ctx.stroke();
  ctx.restore();
}

/** Small signs for what happened: one row for each side. */
function drawMarks(ctx, page, px, y, time) {
  for (const side of visibleSides(page)) {
    const style = SIDES[side.index];
    for (const { week, planned } of eventWeeks(side, Math.floor(time))) {
      const x = px(week);
      const at = y - 12 + 5 * side.index;
      ctx.fillStyle = style.colour;
      ctx.beginPath();
      if (planned) {
        ctx.moveTo(x, at - 4);
        ctx.lineTo(x + 4, at + 3);
        ctx.lineTo(x - 4, at + 3);
      } else ctx.arc(x, at, 1.9, 0, 7);
      ctx.fill();
    }
  }
}

/** Weeks in which something larger happened; looked up once for each week. */
export function eventWeeks(side, until) {
  const found = [];
  for (let week = 1; week <= Math.min(until, side.have); week++) {
    const one = side.weeks[week - 1];
    one.mark ??= markOf(one.events || []);
    if (one.mark) found.push({ week, planned: one.mark === "planned" });
  }
  return found;
}

function markOf(events) {
  if (events.some((event) => (event.kind || "").startsWith("planned"))) return "planned";
  return events.some((event) => MARKED.includes(event.kind)) ? "happened" : "";
}
