// Luck: the same pair of runs fifty times, each with another draw.

import { runPairs, stopPairs } from "../actions/request.js";
import { h } from "../shared/dom.js";
import { seriesName } from "../shared/names.js";
import { sideHead } from "../shared/side_line.js";
import { number, t } from "../shared/words.js";

export function buildLuck(page) {
  const kids = [h("p", { class: "lw-dim" }, t(page, "luck.intro"))];
  if (page.live) {
    const running = page.pairsRun !== null;
    kids.push(h("div", { class: "lw-row" },
      h("button", { type: "button", class: "lw-main", disabled: running, onclick: () => runPairs(page) }, t(page, page.spread ? "luck.again" : "luck.run")),
      running ? h("button", { type: "button", onclick: () => stopPairs(page) }, t(page, "luck.stop")) : null));
  } else if (!page.spread) kids.push(h("p", {}, t(page, "luck.offline")));
  page.pairsBar = h("progress", { max: 50, value: 0, "aria-label": t(page, "luck.title"), hidden: true });
  page.pairsNote = h("p", { role: "status" });
  kids.push(page.pairsBar, page.pairsNote, page.winsBox = h("div"));
  fillLuck(page);
  return h("div", { class: "lw-luck" }, kids);
}

export function fillLuck(page) {
  if (!page.winsBox) return;
  const running = page.pairsProgress;
  page.pairsBar.hidden = !running;
  if (running) {
    page.pairsBar.max = running.of;
    page.pairsBar.value = running.done;
    page.pairsNote.textContent = t(page, "luck.progress", running);
  } else page.pairsNote.textContent = page.spread ? t(page, "luck.done", { n: page.spread.pairs || 50 }) : "";
  page.winsBox.replaceChildren(page.spread?.wins ? winsTable(page) : "");
}

function winsTable(page) {
  const sides = page.store.sides;
  const names = Object.keys(page.spread.wins).filter((name) => name in page.store.place);
  return h("div", { class: "lw-scroll", tabindex: 0, role: "region", "aria-label": t(page, "luck.wins") }, h("table", {}, h("caption", {}, t(page, "luck.wins")),
    h("thead", {}, h("tr", {}, h("th", { scope: "col" }, t(page, "luck.outcome")), sides.map((side) => sideHead(page, side.index)), h("th", { scope: "col" }, t(page, "luck.level")), h("th", { scope: "col" }, t(page, "luck.smallest")), h("th", { scope: "col" }, t(page, "luck.reach")))),
    h("tbody", {}, names.map((name) => {
      const { sides: counts, level } = page.spread.wins[name];
      const most = Math.max(...counts);
      return h("tr", {}, h("th", { scope: "row" }, seriesName(page, name)), counts.map((count) => h("td", {}, count === most && count > level ? h("strong", {}, String(count)) : String(count))), h("td", {}, String(level ?? "")), reachCells(page, page.spread.reach?.[name]));
    }))));
}

// The smallest effect of interest, and beside it what any mix of practices attains here: too small is not the same as impossible.
function reachCells(page, reach) {
  const digits = reach ? Math.max(0, 1 - Math.floor(Math.log10(reach.smallest))) : 0;
  const said = (value) => number(page, value, digits);
  const told = !reach || reach.low === null ? t(page, "luck.unknown") : t(page, "luck.between", { low: said(reach.low), high: said(reach.high) });
  return [h("td", {}, reach ? said(reach.smallest) : ""), h("td", {}, reach?.impossible ? [told, " ", h("strong", {}, t(page, "luck.impossible"))] : told)];
}
