// What lives on the map: problems, reports, initiatives with their threads, officials, ties, and who is chosen.

function drawSigns(view, week, part) {
  const { app, side, ctx } = view;
  view.marks = [];
  const size = clamp(7.4 * Math.sqrt(view.at.scale / 0.8), 3.6, 13);
  ctx.save();
  ctx.beginPath();
  ctx.rect(0, view.at.top, view.width, view.height - view.at.top);
  ctx.clip();
  if (view.at.scale > 1.7) for (const block of app.map.blocks) streetName(view, block);
  if (app.ties?.[side.index]) drawTies(view, app.ties[side.index]);
  drawThreads(view, week, size);
  drawProblems(view, week, size);
  drawInitiatives(view, week, size);
  drawReports(view, week, part, size);
  drawVisits(view, week, part, size);
  drawChosen(view, week, size);
  ctx.restore();
  drawTownHall(view, week);
}

/** From near by streets have their names. */
function streetName(view, block) {
  const { ctx } = view;
  const [x, y] = view.onScreen(...bend(block.x + block.w / 2, block.y + block.h - 1));
  ctx.font = "600 12px system-ui, sans-serif";
  ctx.textAlign = "center";
  ctx.lineWidth = 3.5;
  ctx.lineJoin = "round";
  ctx.strokeStyle = "rgba(255,255,255,.92)";
  ctx.strokeText(block.name, x, y + 9);
  ctx.fillStyle = INK;
  ctx.fillText(block.name, x, y + 9);
  ctx.textAlign = "left";
}

function drawProblems(view, week, size) {
  const { app, side, ctx, ratio } = view;
  for (const problem of side.problems[week - 1].values()) {
    const block = app.map.blocks[problem.street];
    if (!block) continue;
    const [x, y] = view.onScreen(...roadPoint(block, scatter(problem.id + 11), block.inside ? 0 : 2));
    const r = Math.round(2 * size * (0.35 + 0.85 * problem.severity)) / 2;
    const name = app.store.header.kinds[problem.kind]?.name || "litter";
    const picture = stamp(`problem ${name}`, 2 * r, ratio, (c) => {
      c.beginPath();
      c.moveTo(0, -r);
      c.lineTo(r, 0);
      c.lineTo(0, r);
      c.lineTo(-r, 0);
      c.closePath();
      c.fillStyle = SIGNS.problem;
      c.fill();
      c.strokeStyle = "#fff";
      c.lineWidth = 1.2;
      c.stroke();
      if (r > 5) glyph(c, name, 0, 0, r * 1.15, "#fff");
    });
    drawStamp(ctx, picture, x, y);
    view.marks.push({ x, y, r, type: "street", id: problem.street });
  }
}

/** Where an initiative stands: in its street, at a place of its own, the same in every side. */
function initiativePoint(app, one) {
  const block = app.map.blocks[one.street];
  return block && roadPoint(block, scatter(one.founder * 3 + 5), block.inside ? 0 : one.founder % 2 ? 17 : -17);
}

function followers(side, week) {
  const counts = new Map();
  for (const one of side.initiatives[week - 1].values()) if (one.parent >= 0) counts.set(one.parent, (counts.get(one.parent) || 0) + 1);
  return counts;
}

function shownInitiatives(side, week) {
  return [...side.initiatives[week - 1].values()].filter((one) => one.ended === null || week - one.ended <= 13);
}

function drawThreads(view, week, size) {
  const { app, side, ctx } = view;
  const all = side.initiatives[week - 1];
  ctx.lineWidth = clamp(size / 5, 1, 2.2);
  ctx.setLineDash([5, 4]);
  for (const one of shownInitiatives(side, week)) {
    const parent = all.get(one.parent);
    if (!parent) continue;
    const from = initiativePoint(app, parent);
    const to = initiativePoint(app, one);
    if (!from || !to) continue;
    const [x1, y1] = view.onScreen(...from);
    const [x2, y2] = view.onScreen(...to);
    ctx.strokeStyle = one.ended === null ? SIGNS.initiative : SIGNS.ended;
    ctx.globalAlpha = one.ended === null ? 0.85 : 0.5;
    ctx.beginPath();
    ctx.moveTo(x1, y1);
    ctx.quadraticCurveTo((x1 + x2) / 2 + (y2 - y1) / 5, (y1 + y2) / 2 - (x2 - x1) / 5 - 8, x2, y2);
    ctx.stroke();
  }
  ctx.setLineDash([]);
  ctx.globalAlpha = 1;
}

/** From seed to snowball: members make it grow, and whoever followed its example adds a layer of snow. */
function drawInitiatives(view, week, size) {
  const { app, side, ctx, ratio } = view;
  const followed = followers(side, week);
  for (const one of shownInitiatives(side, week)) {
    const point = initiativePoint(app, one);
    if (!point) continue;
    const [x, y] = view.onScreen(...point);
    const after = followed.get(one.id) || 0;
    const alive = one.ended === null;
    const grown = one.state === "gathering" ? 0.85 : 1.15 + 0.12 * Math.sqrt(Math.max(0, one.members - 2));
    const r = Math.round(2 * size * Math.min(2.1, alive ? grown : 0.7)) / 2;
    const snow = Math.round(2 * Math.min(size * 1.6, after * size * 0.42)) / 2;
    const picture = stamp(`initiative ${one.state} ${one.lead} ${snow}`, 2 * (r + snow) + 4, ratio, (c) => {
      if (snow) {
        c.beginPath();
        c.arc(0, 0, r + snow, 0, 7);
        c.fillStyle = "#fff";
        c.fill();
        c.strokeStyle = SIGNS.initiative;
        c.lineWidth = 1.4;
        c.stroke();
      }
      c.beginPath();
      c.arc(0, 0, r, 0, 7);
      c.fillStyle = alive ? SIGNS.initiative : SIGNS.ended;
      c.fill();
      c.lineWidth = 1.4;
      c.strokeStyle = "#fff";
      if (one.lead === "officials" && alive) c.setLineDash([3, 2]);
      c.stroke();
      c.setLineDash([]);
      if (r > 3) glyph(c, GLYPH_OF_STATE[one.state] || "seed", 0, 0, r * 1.5, "#fff");
    });
    ctx.globalAlpha = alive ? 1 : 0.7;
    drawStamp(ctx, picture, x, y);
    ctx.globalAlpha = 1;
    view.marks.push({ x, y, r: r + snow, type: "initiative", id: one.key });
  }
}

/** A report flares up at who files it, and is gone the week after. */
function drawReports(view, week, part, size) {
  const { app, side, ctx } = view;
  const { map } = app;
  const still = app.calm || !app.playing;
  const r = still ? size * 0.9 : size * (0.4 + 1.1 * part);
  ctx.lineWidth = clamp(size / 3, 1.6, 3.4);
  for (const pass of [0, 1]) {
    ctx.strokeStyle = pass ? SIGNS.report : "#3b2a00";
    ctx.globalAlpha = still ? 1 : 1 - 0.75 * part;
    if (!pass) ctx.lineWidth += 1.6;
    else ctx.lineWidth -= 1.6;
    ctx.beginPath();
    for (const i of side.weeks[week - 1].reports || []) {
      const [x, y] = view.onScreen(map.x[i] + map.w[i] / 2, map.y[i] + map.h[i] / 2);
      ctx.moveTo(x + r, y);
      ctx.arc(x, y, r, 0, 7);
    }
    ctx.stroke();
  }
  ctx.globalAlpha = 1;
}

/** Officials stand in the streets where their hours went; more minutes, larger. */
function drawVisits(view, week, part, size) {
  const { app, side, ctx, ratio } = view;
  for (const official of side.weeks[week - 1].officials || []) {
    for (const [street, minutes] of official.street || []) {
      const block = app.map.blocks[street];
      if (!block || minutes <= 0) continue;
      const sway = app.playing && !app.calm ? 0.12 * Math.sin(2 * Math.PI * part + street) : 0;
      const [x, y] = view.onScreen(...roadPoint(block, 0.5 + sway, block.inside ? 6 : -5));
      const r = Math.round(2 * size * clamp(0.55 + Math.sqrt(minutes / 240) * 0.75, 0.6, 1.6)) / 2;
      drawStamp(ctx, officialStamp(r, ratio), x, y);
      view.marks.push({ x, y, r, type: "official", id: official.id });
    }
  }
}

function officialStamp(r, ratio) {
  return stamp("official", 2 * r, ratio, (c) => {
    c.beginPath();
    c.roundRect(-r, -r, 2 * r, 2 * r, r * 0.35);
    c.fillStyle = SIGNS.official;
    c.fill();
    c.strokeStyle = "#fff";
    c.lineWidth = 1.3;
    c.stroke();
    glyph(c, "official", 0, 0, r * 1.55, "#fff");
  });
}

const HOURS = [
  ["street", "#009E73", ""],
  ["support", "#7fd0b4", "/"],
  ["desk", "#56606e", "."],
  ["inside", "#b9bfc8", "x"],
];

function hoursOf(official) {
  return { ...official, street: (official.street || []).reduce((sum, [, minutes]) => sum + minutes, 0) };
}

/** The strip above the map: the town hall, and for each official where the hours of the week went. */
function drawTownHall(view, week) {
  const { app, side, ctx } = view;
  ctx.fillStyle = "#f6f4ef";
  ctx.fillRect(0, 0, view.width, view.at.top);
  ctx.fillStyle = "#cfcac0";
  ctx.fillRect(0, view.at.top - 1, view.width, 1);
  drawHall(ctx, 10, 8);
  const officials = side.weeks[week - 1].officials || [];
  const shown = officials.slice(0, view.width > 420 ? 3 : 1);
  const room = (view.width - 56) / Math.max(1, shown.length);
  ctx.textBaseline = "alphabetic";
  shown.forEach((official, k) => {
    const x = 50 + k * room;
    const minutes = hoursOf(official);
    const total = HOURS.reduce((sum, [name]) => sum + (minutes[name] || 0), 0);
    drawStamp(ctx, officialStamp(8, view.ratio), x + 9, 15);
    ctx.fillStyle = INK;
    ctx.font = "600 12px system-ui, sans-serif";
    ctx.fillText(`${official.name} · ${app.number(total / 60, 1)} ${app.t("ui.hours")}`, x + 22, 19, room - 30);
    let at = x + 1;
    const wide = Math.max(40, room - 14);
    for (const [name, colour] of HOURS) {
      const part = total ? (wide * (minutes[name] || 0)) / total : 0;
      ctx.fillStyle = colour;
      ctx.fillRect(at, 28, part, 12);
      const word = app.t(`ui.${name}`);
      ctx.font = "10px system-ui, sans-serif";
      if (part > ctx.measureText(word).width + 6) {
        ctx.fillStyle = name === "desk" ? "#fff" : "#10151d";
        ctx.fillText(word, at + 3, 37.5);
      }
      at += part;
    }
    ctx.strokeStyle = "#56606e";
    ctx.lineWidth = 1;
    ctx.strokeRect(x + 0.5, 27.5, wide, 13);
    view.marks.push({ x: x + 9, y: 15, r: 12, type: "official", id: official.id });
  });
}

function drawHall(ctx, x, y) {
  ctx.fillStyle = "#56606e";
  ctx.beginPath();
  ctx.moveTo(x, y + 10);
  ctx.lineTo(x + 15, y);
  ctx.lineTo(x + 30, y + 10);
  ctx.closePath();
  ctx.fill();
  for (let k = 0; k < 4; k++) ctx.fillRect(x + 3 + k * 7, y + 12, 3.4, 13);
  ctx.fillRect(x, y + 26, 30, 4);
}

function drawTies(view, ties) {
  const { app, ctx } = view;
  const { map } = app;
  const middle = (i) => view.onScreen(map.x[i] + map.w[i] / 2, map.y[i] + map.h[i] / 2);
  for (const [other, strength] of ties.ties) {
    ctx.strokeStyle = "rgba(255,255,255,.9)";
    for (const extra of [2, 0]) {
      ctx.lineWidth = 0.8 + 2.6 * strength + extra;
      if (!extra) ctx.strokeStyle = SIGNS.chosen;
      ctx.beginPath();
      ctx.moveTo(...middle(ties.resident));
      ctx.lineTo(...middle(other));
      ctx.stroke();
    }
  }
}

/** The one that is chosen gets a ring, in every side. */
function drawChosen(view, week, size) {
  const { app, side, ctx } = view;
  const chosen = app.selected;
  if (!chosen) return;
  const { map } = app;
  const rings = [];
  if (chosen.type === "resident") {
    const [x, y] = view.onScreen(map.x[chosen.id] + map.w[chosen.id] / 2, map.y[chosen.id] + map.h[chosen.id] / 2);
    rings.push([x, y, size * 1.25]);
  } else if (chosen.type === "street" && map.blocks[chosen.id]) {
    const block = map.blocks[chosen.id];
    const [mx, my] = bend(block.x + block.w / 2, block.y + block.h / 2);
    const [x, y] = view.onScreen(mx - block.w / 2 - 3, my - block.h / 2 - 3);
    ring(ctx, () => ctx.roundRect(x, y, (block.w + 6) * view.at.scale, (block.h + 6) * view.at.scale, 6));
    label(view, block.name, x + (block.w * view.at.scale) / 2, y - 4);
  } else rings.push(...view.marks.filter((mark) => mark.type === chosen.type && mark.id === chosen.id).map((mark) => [mark.x, mark.y, mark.r + 4]));
  for (const [x, y, r] of rings) ring(ctx, () => ctx.arc(x, y, r, 0, 7));
  if (rings.length) label(view, chosenName(app, side, week), rings[0][0], rings[0][1] - rings[0][2] - 5);
}

function ring(ctx, path) {
  for (const [colour, width] of [["#fff", 6], [SIGNS.chosen, 3]]) {
    ctx.strokeStyle = colour;
    ctx.lineWidth = width;
    ctx.beginPath();
    path();
    ctx.stroke();
  }
}

function label(view, text, x, y) {
  const { ctx } = view;
  ctx.font = "600 13px system-ui, sans-serif";
  const wide = ctx.measureText(text).width + 12;
  const left = clamp(x - wide / 2, 2, Math.max(2, view.width - wide - 2));
  const top = clamp(y - 18, view.at.top + 2, view.height - 22);
  ctx.fillStyle = "rgba(255,255,255,.94)";
  ctx.beginPath();
  ctx.roundRect(left, top, wide, 19, 4);
  ctx.fill();
  ctx.fillStyle = INK;
  ctx.textBaseline = "alphabetic";
  ctx.fillText(text, left + 6, top + 14);
}

/** How the chosen one is called in a side and a week. */
function chosenName(app, side, week) {
  const { type, id } = app.selected;
  const { header } = app.store;
  if (type === "resident") return app.store.residentName(id, week);
  if (type === "street") return header.streets[id]?.name || "";
  if (type === "official") return (side.weeks[week - 1]?.officials || []).find((one) => one.id === id)?.name || app.t("ui.official");
  for (const one of [side, ...app.store.sides]) {
    const found = one.initiative(id, one.have);
    if (found) return app.say(found.name);
  }
  return "";
}
