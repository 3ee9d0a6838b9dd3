// Bets on which side will end higher. They stay in the page.

import { remember } from "../actions/address.js";
import { rangeOf } from "../charts/axes.js";
import { h } from "../shared/dom.js";
import { seriesName, seriesUnit, sideName } from "../shared/names.js";
import { visibleSides } from "../shared/state.js";
import { amount, t } from "../shared/words.js";

export function buildBets(page) {
  const outcome = h("select", {}, page.store.header.series.map((one) => h("option", { value: one.name }, seriesName(page, one.name))));
  const side = h("select", {}, visibleSides(page).map((one) => h("option", { value: one.index }, sideName(page, one.index))), h("option", { value: -1 }, t(page, "bets.same")));
  const who = h("input", { type: "text", maxlength: 40, autocomplete: "off" });
  const list = h("div", { "aria-live": "polite" });
  const place = (event) => {
    event.preventDefault();
    page.bets.push({ outcome: outcome.value, side: Number(side.value), who: who.value.trim() });
    remember(page);
    fillBets(page);
  };
  page.betsBox = list;
  fillBets(page);
  return h("div", {}, h("p", {}, t(page, "bets.intro")),
    h("form", { class: "lw-bet", onsubmit: place },
      h("label", {}, h("span", {}, t(page, "bets.outcome")), outcome), h("label", {}, h("span", {}, t(page, "bets.side")), side),
      h("label", {}, h("span", {}, t(page, "bets.who")), who), h("button", { type: "submit", class: "lw-main" }, t(page, "bets.place"))), list);
}

/** Which side ends highest on an outcome: the mean of its last year; -1 when the two highest hardly differ. */
export function highestSide(page, name) {
  const means = visibleSides(page).map((side) => {
    const series = page.store.seriesOf(side, name);
    const values = [];
    for (let week = Math.max(1, side.have - 51); week <= side.have; week++) if (Number.isFinite(series.at(week))) values.push(series.at(week));
    return { side, mean: values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length) };
  });
  means.sort((a, b) => b.mean - a.mean);
  const [low, high] = rangeOf(page, name);
  const same = means.length > 1 && means[0].mean - means[1].mean < 0.02 * (high - low);
  return { highest: same ? -1 : means[0].side.index, means };
}

export function fillBets(page) {
  if (!page.betsBox) return;
  const end = page.store.header.weeks;
  const played = page.farthest >= end && page.store.have >= end;
  const called = (index) => (index < 0 ? t(page, "bets.same") : sideName(page, index));
  const kids = page.bets.map((bet) => {
    const base = t(page, "bets.placed", { who: bet.who ? `${bet.who}: ` : "", text: `${seriesName(page, bet.outcome)} – ${called(bet.side)}` });
    if (!played) return h("li", {}, base);
    const { highest, means } = highestSide(page, bet.outcome);
    const list = means.map(({ side, mean }) => `${sideName(page, side.index)} ${amount(page, mean, seriesUnit(page, bet.outcome))}`).join(", ");
    const good = highest === bet.side;
    return h("li", { class: good ? "lw-right" : "lw-wrong" }, h("strong", {}, `${good ? "✓" : "✗"} ${t(page, good ? "bets.right" : "bets.wrong")}. `), base, h("br"),
      highest < 0 ? t(page, "bets.endedSame", { list }) : t(page, "bets.ended", { name: called(highest), list }));
  });
  page.betsBox.replaceChildren(
    kids.length ? h("ul", { class: "lw-betlist" }, kids) : h("p", { class: "lw-dim" }, t(page, "bets.none")),
    kids.length ? h("p", { class: "lw-dim" }, played ? t(page, "bets.once") : t(page, "bets.hidden", { n: end })) : "",
    kids.length ? h("button", { type: "button", onclick: () => { page.bets.length = 0; remember(page); fillBets(page); } }, t(page, "bets.clear")) : "");
}
