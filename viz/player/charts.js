// Charts on one time line, all sides in each; drawn on canvas, so that pictures and films can use them too.

const PANELS = [
  ["trust_neighbours", "trust_official", "trust_municipality", "grievance"],
  ["bonding", "bridging", "linking", "efficacy", "readiness"],
  ["initiatives_alive", "initiatives_started", "initiatives_delivered", "active", "streets_reached"],
  ["burden", "burden_hidden", "problems_open", "problems_solved"],
  ["burden_hidden", "burden", "problems_open"],
  ["reports", "handling_weeks", "nothing_found", "promises_kept", "promises_broken"],
  ["hours_spent", "resident_hours", "conversations"],
  ["euro_spent", "upkeep_euro", "hours_used"],
];
const MARKED = ["official_leaves", "official_worn_out", "mate_leaves", "project_landed", "project_across", "council", "news_bad", "news_good", "news_promise", "friends"];

/** Round ends for an axis, and its steps. */
function ticks(low, high, most = 4) {
  const span = high - low || 1;
  const raw = span / most;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 2.5, 5, 10].map((m) => m * power).find((s) => s >= raw);
  const list = [];
  for (let v = Math.ceil(low / step - 1e-9) * step; v <= high + 1e-9; v += step) list.push(Math.abs(v) < step / 1000 ? 0 : v);
  return { list, step };
}

/** Lowest and highest value of a series over all sides, with some room; trust and burden never zoom in on nothing. */
function rangeOf(app, name) {
  let low = Infinity;
  let high = -Infinity;
  for (const side of app.visible())
    for (const ghost of [false, true]) {
      const series = app.store.seriesOf(side, name, ghost);
      for (let w = 1; series && w <= series.have; w++) {
        const v = series.at(w);
        if (v < low) low = v;
        if (v > high) high = v;
      }
      const spread = app.spread?.series?.[name]?.sides?.[side.index];
      if (spread && !ghost) {
        for (const v of spread.low) if (v < low) low = v;
        for (const v of spread.high) if (v > high) high = v;
      }
    }
  if (!Number.isFinite(low)) return [0, 1];
  const least = ["0-1", "share"].includes(seriesUnit(app, name)) ? 0.08 : 0.5;
  if (high - low < least) [low, high] = [(low + high - least) / 2, (low + high + least) / 2];
  const room = 0.07 * (high - low);
  return [low < 0.4 * high ? 0 : Math.max(0, low - room), high + room];
}

function seriesUnit(app, name) {
  return app.store.header.series[app.store.place[name]]?.unit || "";
}

function seriesName(app, name) {
  const own = app.store.header.series[app.store.place[name]];
  return app.word("series", name, own && typeof own.label === "object" ? own.label : undefined);
}

/** Draw one chart into a box of a canvas, up to a week. */
function drawChart(ctx, app, name, box, time, options = {}) {
  const { x, y, w, h: high } = box;
  const weeks = app.store.header.weeks;
  const [bottom, top] = options.range || rangeOf(app, name);
  const left = x + 40;
  const right = x + w - 8;
  const up = y + 8;
  const down = y + high - 34;
  const px = (week) => left + ((right - left) * (week - 1)) / Math.max(1, weeks - 1);
  const py = (value) => down - ((down - up) * (value - bottom)) / (top - bottom || 1);
  drawAxes(ctx, app, name, { left, right, up, down, px, py, bottom, top, weeks });
  for (const side of app.visible()) drawSpread(ctx, app, side, name, px, py, time);
  for (const side of app.visible()) drawLine(ctx, app, side, name, px, py, side.have, true);
  for (const side of app.visible()) drawLine(ctx, app, side, name, px, py, Math.floor(time), false);
  drawMarks(ctx, app, px, down + 17, time);
  ctx.strokeStyle = INK;
  ctx.lineWidth = 1;
  ctx.beginPath();
  ctx.moveTo(Math.round(px(time)) + 0.5, up);
  ctx.lineTo(Math.round(px(time)) + 0.5, down);
  ctx.stroke();
  return { px, left, right };
}

function drawAxes(ctx, app, name, { left, right, up, down, px, py, bottom, top, weeks }) {
  const unit = seriesUnit(app, name);
  ctx.font = "11px system-ui, sans-serif";
  ctx.textBaseline = "middle";
  ctx.textAlign = "right";
  const { list, step } = ticks(bottom, top);
  const size = unit === "share" ? 100 * step : step;
  const digits = [0, 1, 2, 3].find((n) => Math.abs(size * 10 ** n - Math.round(size * 10 ** n)) < 1e-6) ?? 3;
  for (const value of list) {
    ctx.strokeStyle = "#e3e0d8";
    ctx.lineWidth = 1;
    ctx.beginPath();
    ctx.moveTo(left, Math.round(py(value)) + 0.5);
    ctx.lineTo(right, Math.round(py(value)) + 0.5);
    ctx.stroke();
    ctx.fillStyle = "#4a515c";
    ctx.fillText(unit === "share" ? `${app.number(100 * value, digits)} %` : app.number(value, digits), left - 5, py(value));
  }
  ctx.textAlign = "center";
  ctx.textBaseline = "alphabetic";
  const every = weeks > 156 ? 52 : weeks > 60 ? 26 : 13;
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

function drawLine(ctx, app, side, name, px, py, until, ghost) {
  const series = app.store.seriesOf(side, name, ghost);
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
function drawSpread(ctx, app, side, name, px, py, time) {
  const spread = app.spread?.series?.[name]?.sides?.[side.index];
  if (!spread) return;
  const weeks = app.spread.weeks || spread.low.map((_, k) => k + 1);
  const places = weeks.map((week, k) => k).filter((k) => weeks[k] <= time);
  ctx.fillStyle = SIDES[side.index].colour;
  ctx.globalAlpha = 0.16;
  ctx.beginPath();
  for (const k of places) ctx.lineTo(px(weeks[k]), py(spread.high[k]));
  for (const k of places.reverse()) ctx.lineTo(px(weeks[k]), py(spread.low[k]));
  ctx.closePath();
  ctx.fill();
  ctx.globalAlpha = 1;
}

/** Small signs for what happened: one row for each side. */
function drawMarks(ctx, app, px, y, time) {
  for (const side of app.visible()) {
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
function eventWeeks(side, until) {
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
