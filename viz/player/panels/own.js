// A neighbourhood of one's own, another draw of luck, another length.

import { changeView, openScenario } from "../actions/request.js";
import { reachable, send } from "../actions/send.js";
import { h } from "../shared/dom.js";
import { number, say, t } from "../shared/words.js";
import { aboutScenario } from "./guide.js";

/** Another neighbourhood: one that ships, or one from a file. */
export function buildOwn(page) {
  if (!page.live) return h("p", {}, t(page, "own.offline"));
  const scenarios = page.choices.scenarios || [];
  const pick = h("select", {}, scenarios.map((one) => h("option", { value: one.name, selected: one.name === page.state.scenario }, say(page, one.title) || one.name)));
  const about = h("div", { class: "lw-about" });
  const describe = () => about.replaceChildren(...aboutScenario(page, scenarios.find((one) => one.name === pick.value)));
  pick.addEventListener("change", describe);
  describe();
  const limit = Math.round((page.choices.limits?.file ?? 33554432) / 1048576);
  const file = h("input", { type: "file", accept: ".csv,.toml" });
  const area = h("input", { type: "text", maxlength: 120, autocomplete: "off", list: `${page.id}-areas` });
  page.areaList = h("datalist", { id: `${page.id}-areas` });
  page.ownNote = h("p", { role: "status" });
  const load = async (event) => {
    event.preventDefault();
    const chosen = file.files[0];
    if (!chosen) return void (page.ownNote.textContent = t(page, "own.noFile"));
    const sort = /\.csv$/i.test(chosen.name) ? "kwb" : /\.toml$/i.test(chosen.name) ? "scenario" : "";
    if (!sort) return void (page.ownNote.textContent = t(page, "own.wrongSort"));
    if (chosen.size > limit * 1048576) return void (page.ownNote.textContent = t(page, "own.tooLarge", { mb: number(page, chosen.size / 1048576, 1), max: limit }));
    if (!reachable(page)) return;
    page.ownNote.textContent = t(page, "change.busy");
    send(page, { kind: "load", file: sort, name: chosen.name, area: area.value.trim() }, [await chosen.arrayBuffer()]);
  };
  return h("div", { class: "lw-own" },
    h("form", { onsubmit: (event) => { event.preventDefault(); openScenario(page, pick.value); } },
      h("label", {}, h("span", {}, t(page, "own.scenario")), pick), about, h("button", { type: "submit", class: "lw-main" }, t(page, "own.open"))),
    h("h3", {}, t(page, "own.file")), h("p", { class: "lw-dim" }, t(page, "own.fileHelp", { mb: limit })),
    h("form", { onsubmit: load }, h("label", {}, h("span", {}, t(page, "own.file")), file), h("label", {}, h("span", {}, t(page, "own.area")), area), page.areaList,
      h("button", { type: "submit" }, t(page, "own.load"))), page.ownNote,
    luckAndLength(page));
}

/** Another draw of luck, and how long to look. */
function luckAndLength(page) {
  const seed = h("input", { type: "number", min: 0, max: 4294967295, step: 1, value: page.state.seed });
  const weeks = h("input", { type: "number", min: 13, max: page.choices.limits?.weeks ?? 520, step: 1, value: page.state.weeks });
  const act = (event) => {
    event.preventDefault();
    changeView(page, `seed ${seed.value} ${weeks.value}`, (state) => { state.seed = Number(seed.value); state.weeks = Number(weeks.value); }, true);
  };
  return h("form", { class: "lw-row", onsubmit: act }, h("label", {}, h("span", {}, t(page, "change.seed")), seed), h("label", {}, h("span", {}, t(page, "change.weeks")), weeks), h("button", { type: "submit" }, t(page, "change.apply")));
}
