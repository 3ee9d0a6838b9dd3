// Taking along: a link, a picture, numbers, a film, one file.

import { viewOf, writeAddress } from "../actions/address.js";
import { pause, play } from "../actions/playback.js";
import { reachable, send } from "../actions/send.js";
import { drawChart } from "../charts/charts.js";
import { SideMap } from "../map/map.js";
import { INK } from "../shared/colours.js";
import { download, h } from "../shared/dom.js";
import { seriesName, sideName, titleOf, unitName } from "../shared/names.js";
import { lineSample } from "../shared/side_line.js";
import { visibleSides, weekOf } from "../shared/state.js";
import { t } from "../shared/words.js";

export function buildExport(page) {
  const said = h("p", { role: "status" });
  page.takeNote = said;
  const button = (key, act, help) => h("li", {}, h("button", { type: "button", onclick: act }, t(page, `take.${key}`)), help ? h("span", { class: "lw-dim" }, t(page, help)) : null);
  page.filmButton = h("button", { type: "button", onclick: () => (page.film ? page.film.stop() : startFilm(page)) }, t(page, page.film ? "take.filmStop" : "take.film"));
  return h("div", {}, h("ul", { class: "lw-take" },
    page.live ? button("link", () => copyLink(page), "take.linkHelp") : null,
    button("png", () => savePicture(page)),
    button("csv", () => saveNumbers(page)),
    button("csvNl", () => saveNumbers(page, true), "take.csvNlHelp"),
    h("li", {}, page.filmButton, h("span", { class: "lw-dim" }, t(page, "take.filmHelp"))),
    page.live ? button("html", () => { if (!reachable(page)) return; said.textContent = t(page, "change.busy"); send(page, { kind: "html", state: viewOf(page), lang: page.lang, spread: page.spread }); }, "take.htmlHelp") : null), said);
}

/** What a file is called that is taken along. */
export function fileName(page, ending) {
  return `leefwereld-${page.store.header.scenario}-week-${weekOf(page)}.${ending}`.replace(/[^\w.-]+/g, "-");
}

async function copyLink(page) {
  writeAddress(page);
  try {
    await navigator.clipboard.writeText(window.location.href);
    page.takeNote.textContent = t(page, "take.linkDone");
  } catch {
    page.takeNote.textContent = `${t(page, "take.linkManual")} ${window.location.href}`;
  }
}

/** Maps of their own for a picture or film, as sharp as it needs them. */
function pictureMaps(page, width) {
  const sides = visibleSides(page);
  const wide = Math.floor((width - 24) / sides.length - 24);
  const high = Math.round(Math.min(width * 0.42, (wide * page.map.height) / page.map.width + 46));
  return sides.map((side) => {
    const map = new SideMap(page, side.index);
    map.setSize(wide, high);
    return map;
  });
}

/** Everything on one canvas: title, maps, charts. Used for pictures and film. */
function composePicture(page, canvas, maps, charts) {
  const ctx = canvas.getContext("2d");
  const { width, height } = canvas;
  const week = weekOf(page);
  const write = (text, x, y, size, most, weight = 600) => {
    ctx.font = `${weight} ${size}px system-ui, sans-serif`;
    ctx.fillText(text, x, y, most);
  };
  ctx.setTransform(1, 0, 0, 1, 0, 0);
  ctx.fillStyle = "#fff";
  ctx.fillRect(0, 0, width, height);
  ctx.fillStyle = INK;
  ctx.textBaseline = "alphabetic";
  ctx.textAlign = "right";
  write(t(page, "ui.weekOf", { n: week, of: page.store.header.weeks }), width - 24, 38, 24, 280);
  write(t(page, "invented"), width - 24, height - 12, 15, width - 48, 400);
  ctx.textAlign = "left";
  write(titleOf(page), 24, 38, 24, width - 350);
  const share = (width - 24) / maps.length;
  maps.forEach((map, k) => {
    const x = 24 + k * share;
    ctx.drawImage(lineSample(map.index), x, 59, 34, 10);
    ctx.fillStyle = INK;
    write(sideName(page, map.index), x + 42, 70, 17, share - 70);
    map.draw(page.playing ? page.time : week);
    ctx.drawImage(map.canvas, x, 82);
  });
  const top = 82 + maps[0].height + 16;
  const wide = (width - 24) / charts.length;
  charts.forEach((name, k) => {
    ctx.fillStyle = INK;
    ctx.textAlign = "left";
    write(`${seriesName(page, name)} (${unitName(page, name)})`, 24 + k * wide, top + 14, 14, wide - 20);
    drawChart(ctx, page, name, { x: 24 + k * wide, y: top + 20, w: wide - 16, h: height - top - 56 }, week);
  });
}

function savePicture(page) {
  const maps = pictureMaps(page, 1600);
  const canvas = h("canvas", { width: 1600, height: 82 + maps[0].height + 320 });
  composePicture(page, canvas, maps, page.panels.slice(0, 4).map((panel) => panel.name));
  const name = fileName(page, "png");
  canvas.toBlob((blob) => {
    download(name, [blob], "image/png");
    page.takeNote.textContent = t(page, "take.saved", { name });
  }, "image/png");
}

/** All outcomes as a table: one row for each week and side, a column for each series, and a remark in the last column of the first row. */
export function numbersAsText(page, isDutch = false) {
  const names = page.store.header.series.map((one) => one.name);
  const remark = cell(`${page.texts[isDutch ? "nl" : "en"].invented}; seed ${page.state.seed ?? ""}; ${page.store.header.scenario}`, isDutch);
  const rows = [["week", "side", "regime", ...names, "remark"]];
  for (const side of visibleSides(page)) {
    const series = names.map((name) => page.store.seriesOf(side, name));
    for (let week = 1; week <= side.have; week++) rows.push([week, cell(sideName(page, side.index), isDutch), side.regime, ...series.map((one) => digits(one.at(week), isDutch)), rows.length > 1 ? "" : remark]);
  }
  const text = `${rows.map((row) => row.join(isDutch ? ";" : ",")).join("\n")}\n`;
  return isDutch ? `\ufeff${text}` : text; // by this sign a spreadsheet knows how letters are written
}

function cell(text, isDutch) {
  return (isDutch ? /[";\n]/ : /[",\n]/).test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function digits(value, isDutch) {
  const text = Number.isFinite(value) ? value.toPrecision(6) : "";
  return isDutch ? text.replace(".", ",") : text;
}

function saveNumbers(page, isDutch = false) {
  const name = fileName(page, isDutch ? "nl.csv" : "csv");
  download(name, [numbersAsText(page, isDutch)], "text/csv;charset=utf-8");
  page.takeNote.textContent = t(page, "take.saved", { name });
}

/** Play from here to the end, and keep what is seen as a film. */
function startFilm(page) {
  const type = ["video/webm;codecs=vp9", "video/webm;codecs=vp8", "video/webm"].find((one) => window.MediaRecorder && MediaRecorder.isTypeSupported(one));
  if (!type) return void (page.takeNote.textContent = t(page, "take.filmNone"));
  const maps = pictureMaps(page, 1280);
  const canvas = h("canvas", { width: 1280, height: Math.max(720, 82 + maps[0].height + 230) });
  const charts = page.panels.slice(0, 3).map((panel) => panel.name);
  const recorder = new MediaRecorder(canvas.captureStream(25), { mimeType: type, videoBitsPerSecond: 4e6 });
  const parts = [];
  const frame = () => {
    composePicture(page, canvas, maps, charts);
    page.takeNote.textContent = t(page, "take.filming", { week: t(page, "ui.week", { n: weekOf(page) }) });
    const isOver = !page.playing || weekOf(page) >= page.store.header.weeks;
    if (page.film && isOver && parts.some((part) => part.size > 0)) page.film.stop(); // a slow computer has nothing recorded yet
  };
  const timer = setInterval(frame, 40);
  recorder.ondataavailable = (event) => parts.push(event.data);
  recorder.onstop = () => {
    const name = fileName(page, "webm");
    download(name, parts, "video/webm");
    page.takeNote.textContent = t(page, "take.saved", { name });
  };
  page.film = {
    stop() {
      clearInterval(timer);
      page.film = null;
      if (recorder.state !== "inactive") recorder.stop();
      pause(page);
      page.filmButton.textContent = t(page, "take.film");
    },
  };
  page.filmButton.textContent = t(page, "take.filmStop");
  play(page);
  frame();
  recorder.start(500);
}
